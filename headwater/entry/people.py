"""`headwater createadmin` and `headwater token create`."""

import getpass
import secrets
import sys
from datetime import timedelta

from headwater.entry.errors import CommandRefused


def create_administrator(*, email: str, name: str, password: str | None) -> int:
    """Make an administrator; the password is asked for, read from a pipe, or made up and printed."""
    from headwater.kernel.errors import DomainError
    from headwater.organization.services import create_administrator as create

    made_up = ""
    if password is None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not password:
        password = made_up = secrets.token_urlsafe(12)
    try:
        create(email=email, name=name or email.partition("@")[0], password=password)
    except DomainError as refused:
        raise CommandRefused(in_words(refused)) from None
    print(f"{email} is an administrator." + (f" Password: {made_up}" if made_up else ""))
    return 0


def create_token(*, email: str, name: str, days: int) -> int:
    """Print a token that may do whatever the person may; it cannot be shown again."""
    from headwater.kernel import clock
    from headwater.kernel.access import system_access
    from headwater.kernel.errors import DomainError
    from headwater.platform.tokens.services import create_token as create

    expires_at = clock.now() + timedelta(days=days) if days > 0 else None
    try:
        _token, secret = create(
            system_access("tokens.create"), user_id=person_id(email), name=name, expires_at=expires_at
        )
    except DomainError as refused:
        raise CommandRefused(in_words(refused)) from None
    print(secret)
    return 0


def person_id(email: str) -> int:
    """The active person with this address; refuses when there is none."""
    from headwater.kernel.access import system_access
    from headwater.organization.queries import users_within

    people = users_within(system_access("command line")).filter(email=email.strip().lower(), is_active=True)
    found = people.values_list("pk", flat=True).first()
    if found is None:
        raise CommandRefused(f"Nobody active here has the address {email}.")
    return int(found)


def in_words(refused: Exception) -> str:
    """A domain's refusal for a terminal: what, which fields, what next."""
    from headwater.kernel.errors import DomainError

    if not isinstance(refused, DomainError):
        return str(refused)
    fields = refused.facts.get("fields") or {}
    lines = [refused.detail, *(f"  {field}: {fault.get('detail')}" for field, fault in fields.items())]
    return "\n".join([*lines, *([refused.advice] if refused.advice else [])])
