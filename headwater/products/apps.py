"""The room's entry in Django."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """What the company sells, and for how much."""

    name = "headwater.products"
    label = "products"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.products import registrations

        registrations.register()
