"""Outgoing mail: `HEADWATER_EMAIL_URL=smtp://user:password@host:587` (smtps:// for TLS from the start)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from headwater.config.env import BadEnvironment

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def mail(url: str) -> dict[str, Any]:
    """Django's settings for the server of `url`; without one, mail is written to nowhere.

    `smtp` upgrades with STARTTLS, `smtps` speaks TLS at once, `smtp+plain` is for a relay on the same host.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadEnvironment("HEADWATER_EMAIL_URL: use smtp://user:password@host:587 or smtps://...:465")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 15,
    }
