"""The place where a room above plugs in automatic dispatch and suggestions for assigning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headwater.kernel.access import Access


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody fit for the leads in hand, with the reasons in the reader's language."""

    user_id: int
    name: str
    reasons: tuple[str, ...]
    held: int
    cap: int


Suggest = Callable[[Access, Sequence[int]], list[Suggestion]]


def _nobody(access: Access, lead_ids: Sequence[int]) -> list[Suggestion]:
    return []


@dataclass(slots=True)
class _Dispatcher:
    takes_new: Callable[[], bool] = lambda: False
    takes_woken: Callable[[], bool] = lambda: False
    suggest: Suggest = _nobody


_dispatcher = _Dispatcher()


def register_dispatcher(
    *, takes_new: Callable[[], bool], takes_woken: Callable[[], bool], suggest: Suggest
) -> None:
    """Who deals with leads from above: whether new and woken ones go by rules now, and whom to suggest."""
    _dispatcher.takes_new, _dispatcher.takes_woken, _dispatcher.suggest = takes_new, takes_woken, suggest


def rules_take_new_leads() -> bool:
    """Whether rules look at every new lead; the pool's default assignee then gets only what they leave."""
    return _dispatcher.takes_new()


def rules_take_woken_leads() -> bool:
    """Whether rules look at every lead that inquires again; it waits for them in its pool."""
    return _dispatcher.takes_woken()


def suggestions(access: Access, lead_ids: Sequence[int]) -> list[Suggestion]:
    """The best people for these leads, best first."""
    return _dispatcher.suggest(access, lead_ids)
