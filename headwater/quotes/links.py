"""The customer's link. The database knows its digest alone; with our key a version's salt makes it again."""

import base64
import hashlib
import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from headwater.quotes.models import QuoteVersion

_SALT = "headwater.quotes.link"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_salt() -> str:
    """What makes the link of a version unlike all others."""
    return secrets.token_hex(16)


def token_of(version_id: int, salt: str) -> str:
    """The secret in the address of a version."""
    digest = salted_hmac(
        _SALT, f"{version_id}:{salt}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(version: QuoteVersion) -> str:
    """The public page of a version that is out; empty for others."""
    if not version.link_hash:
        return ""
    return f"{settings.PUBLIC_URL}/q/{token_of(version.pk, version.link_salt)}"


def version_of_token(token: str) -> QuoteVersion | None:
    """The version that an address leads to."""
    if not _TOKEN.fullmatch(token):
        return None
    return QuoteVersion.objects.select_related("quote").filter(link_hash=hash_of(token)).first()
