"""The kinds of notifications there are, registered by the rooms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.kernel.errors import Text
from headwater.platform.notifications.types import Channel

__all__ = [
    "Address",
    "Channel",
    "Kind",
    "addresses",
    "all_kinds",
    "kind_of",
    "register_address_book",
    "register_kind",
]

Words = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `text` is a sentence with %(name)s places that the parameters fill.

    `defaults` are the channels that are on until a person chooses otherwise; `compose`, where given, makes
    the sentence instead of `text`.
    """

    key: str
    label: Text
    text: Text
    icon: str = "bell"
    group: Text = ""
    defaults: frozenset[Channel] = frozenset({Channel.IN_APP, Channel.BOT})
    compose: Words | None = field(default=None, compare=False)

    def words(self, params: Mapping[str, Any]) -> str:
        """The sentence in the active language; a missing parameter leaves a dash, never an error."""
        if self.compose is not None:
            return self.compose(params)
        return str(self.text) % _Lenient(params)

    @property
    def choice(self) -> str:
        """The kind under which people and bots choose this one.

        `x_many` tells of several at once what `x` tells of one: whoever wants one wants the other.
        """
        one = self.key.removesuffix("_many")
        return one if one in _kinds else self.key

    def is_default(self, channel: Channel) -> bool:
        """Whether the channel is on for those who never chose."""
        return channel in self.defaults


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


_kinds: dict[str, Kind] = {}


def register_kind(
    key: str,
    *,
    label: Text,
    text: Text,
    icon: str = "bell",
    group: Text = "",
    in_app: bool = True,
    email: bool = False,
    bots: bool = True,
    compose: Words | None = None,
) -> Kind:
    """Make a kind known under its permanent key, with the channels that are on by default.

    Rooms do so in `registrations.py`. `bots` lets group bots that take this kind show it; which bots do is
    the administrator's choice.
    """
    wanted = {Channel.IN_APP: in_app, Channel.EMAIL: email, Channel.BOT: bots}
    made = Kind(
        key, label, text, icon, group, frozenset(channel for channel, on in wanted.items() if on), compose
    )
    _kinds[key] = made
    return made


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


def all_kinds() -> list[Kind]:
    """All kinds that are chosen by themselves, in the order of registration."""
    return [kind for kind in _kinds.values() if kind.choice == kind.key]


@dataclass(frozen=True, slots=True)
class Address:
    """Who somebody is to the outside: where and in which language they get mail, and where they belong."""

    email: str
    language: str
    name: str = ""
    time_zone: str = "Asia/Shanghai"
    department_ids: frozenset[int] = frozenset()  # the own department and those above it


AddressBook = Callable[[Sequence[int]], Mapping[int, Address]]
_address_book: list[AddressBook] = []


def register_address_book(book: AddressBook) -> None:
    """How user ids become addresses; the organization knows. Leave out who must get nothing outside."""
    _address_book[:] = [book]


def addresses(user_ids: Sequence[int]) -> Mapping[int, Address]:
    """The addresses of those who have one."""
    return _address_book[0](user_ids) if _address_book and user_ids else {}
