"""How django-allauth meets our people: closed sign-up, our words, secrets encrypted at rest."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: nobody signs up by themselves, people are invited."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is deactivated. Ask an administrator."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again."),
        "rate_limited": _("Too many attempts. Wait a moment and try again."),
        "incorrect_password": _("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Only what went wrong: success shows in the page that follows."""
        message = kwargs.get("message")
        if level >= messages.WARNING and message:
            messages.add_message(request, level, str(message))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in mails lead to the address the operator gave, whatever the request's host header says."""
        url = context.get("password_reset_url", "")
        if "://" in url:
            context["password_reset_url"] = (
                settings.PUBLIC_URL + "/" + url.split("://", 1)[1].split("/", 1)[1]
            )
        super().send_mail(template_prefix, email, context)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator secrets are encrypted with a key derived from the installation's secret key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Codes change every 30 seconds."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypted text for the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The reverse of `encrypt`."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """The product's name, as authenticator apps show it."""
        return pgettext("name of the product", "Headwater")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site a passkey belongs to: the host of the address in the browser, under our name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": pgettext("name of the product", "Headwater")}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """What a new passkey is called until the person renames it."""
        return pgettext("name of a new passkey", "Passkey")


def _cipher() -> Fernet:
    derive = HKDF(SHA256(), length=32, salt=None, info=b"headwater second factors")
    return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))
