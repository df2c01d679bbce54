"""How an empty installation may begin: with nothing, or with what the rooms above offer (a demo company)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Start:
    """A choice on the first-run page; `begin` is called with the id of the new administrator."""

    key: str
    label: Text
    note: Text
    begin: Callable[[int], None]
    told: Text = ""  # what the new administrator is told on the first page


_starts: dict[str, Start] = {}


def register_start(start: Start) -> None:
    """Offer a way to begin; rooms call this from `registrations.py`."""
    _starts[start.key] = start


def register_demo(begin: Callable[[int], None]) -> None:
    """Offer the demo company; `begin` has it loaded in the background."""
    register_start(
        Start(
            "demo",
            _("A demo company"),
            _("Twelve people, pools and a few thousand leads with months of history, to look around in."),
            begin,
            told=_("The demo company is being loaded. Reload this page in a minute."),
        )
    )


def starts() -> list[Start]:
    """The ways to begin besides the empty one."""
    return list(_starts.values())


def begin(key: str, user_id: int) -> Text:
    """Begin in the chosen way, an unknown key meaning empty; what to tell the new administrator."""
    start = _starts.get(key)
    if start is None:
        return ""
    start.begin(user_id)
    return start.told
