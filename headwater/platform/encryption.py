"""Secrets that must be read again (unlike passwords and tokens, of which a digest is enough).

They are encrypted with keys derived from the installation's secret key; each purpose has its own.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """The text was encrypted under another secret key, or was changed."""


@cache
def _cipher(secret_key: str, purpose: str) -> Fernet:
    derive = HKDF(SHA256(), length=32, salt=None, info=f"headwater {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret_key.encode())))


def encrypt(text: str, *, purpose: str) -> str:
    """Text for the database; `purpose` is a permanent name of what it protects."""
    return _cipher(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def decrypt(stored: str, *, purpose: str) -> str:
    """The reverse of `encrypt`; raises `Unreadable`."""
    try:
        return _cipher(settings.SECRET_KEY, purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unreadable from None
