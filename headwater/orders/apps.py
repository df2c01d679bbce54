from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "headwater.orders"
    label = "orders"

    def ready(self) -> None:
        from headwater.orders import registrations

        registrations.register()
