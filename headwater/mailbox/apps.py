from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "headwater.mailbox"
    label = "mailbox"

    def ready(self) -> None:
        from headwater.mailbox import registrations

        registrations.register()
