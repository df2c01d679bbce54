from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "headwater.memberships"
    label = "memberships"

    def ready(self) -> None:
        from headwater.memberships import registrations

        registrations.register()
