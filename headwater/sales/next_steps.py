"""What a reader does next with an opportunity: buttons that rooms above add to its page."""

from collections.abc import Callable, Mapping
from typing import Any

from headwater.kernel.access import Access
from headwater.ui.pages import Action

Step = Callable[[Access, Mapping[str, Any]], Action | None]

_steps: list[Step] = []


def register_next_step(step: Step) -> None:
    """Have `step(access, row)` offer a button where it is time for it; from `registrations.py`.

    It is asked for opportunities that the reader sees, and asks itself for the permission to act.
    """
    _steps.append(step)


def next_steps(access: Access, row: Mapping[str, Any]) -> tuple[Action, ...]:
    """The buttons, in the order in which the rooms registered."""
    return tuple(made for step in _steps if (made := step(access, row)) is not None)
