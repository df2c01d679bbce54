"""The kinds of notifications there are, registered by the rooms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Text


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the application")
    EMAIL = "email", _("By e-mail")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `text` is a sentence with %(name)s places that the parameters fill."""

    key: str
    label: Text
    text: Text
    icon: str = "bell"
    by_email: bool = False  # until a person chooses otherwise
    group: Text = ""

    def words(self, params: Mapping[str, Any]) -> str:
        """The sentence in the active language; a missing parameter leaves a dash, never an error."""
        return str(self.text) % _Lenient(params)


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


_kinds: dict[str, Kind] = {}


def register_kind(
    key: str, *, label: Text, text: Text, icon: str = "bell", email: bool = False, group: Text = ""
) -> Kind:
    """Make a kind known under its permanent key; rooms do so in `registrations.py`."""
    made = Kind(key, label, text, icon, email, group)
    _kinds[key] = made
    return made


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


def all_kinds() -> list[Kind]:
    """All kinds, in the order of registration."""
    return list(_kinds.values())


@dataclass(frozen=True, slots=True)
class Address:
    """Where and in which language somebody gets mail."""

    email: str
    language: str


AddressBook = Callable[[Sequence[int]], Mapping[int, Address]]
_address_book: list[AddressBook] = []


def register_address_book(book: AddressBook) -> None:
    """How user ids become addresses; the organization knows. Leave out who must get no mail."""
    _address_book[:] = [book]


def addresses(user_ids: Sequence[int]) -> Mapping[int, Address]:
    return _address_book[0](user_ids) if _address_book else {}
