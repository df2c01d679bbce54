"""The first administrator, from the browser or the command line."""

from django.db import transaction

from headwater.kernel.access import system_access
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.errors import AlreadySetUp
from headwater.organization.models import User
from headwater.organization.queries import anybody_exists
from headwater.organization.services.people import create_user
from headwater.organization.services.roles import ensure_builtin_roles
from headwater.organization.services.structure import take_turn


@transaction.atomic
def set_up_first_administrator(*, email: str, name: str, password: str, language: str = "zh-hans") -> User:
    """Make the first person of an empty installation; of two at once only one succeeds.

    Refuses with `AlreadySetUp` or `Invalid`.
    """
    take_turn()
    if anybody_exists():
        raise AlreadySetUp
    return _administrator(email=email, name=name, password=password, language=language)


@transaction.atomic
def create_administrator(*, email: str, name: str, password: str) -> User:
    """An administrator made by the operator of the machine, at any time (`headwater createadmin`)."""
    return _administrator(email=email, name=name, password=password, language="zh-hans")


def _administrator(*, email: str, name: str, password: str, language: str) -> User:
    ensure_builtin_roles()
    access = system_access("organization.setup")
    return create_user(
        access, email=email, name=name, password=password, language=language, roles=[ADMINISTRATOR]
    )
