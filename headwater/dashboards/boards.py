"""The boards that come with the system, as the presets lay them out: one 经营看板 for each steering role."""

from collections.abc import Callable, Sequence

from django.utils.translation import pgettext_lazy

from headwater.dashboards.builtin import register_builtin
from headwater.dashboards.shapes import Item
from headwater.dashboards.types import Place
from headwater.insight.presets.boards import BOARDS, QUESTIONS

# Who has several roles opens with the first of these.
_ORDER = {"manager": 10, "marketing": 20, "rep": 30}
_NAMES = {
    "manager": pgettext_lazy("dashboard", "Business dashboard: sales"),
    "marketing": pgettext_lazy("dashboard", "Business dashboard: marketing"),
    "rep": pgettext_lazy("dashboard", "Business dashboard: mine"),
}


def register_boards() -> None:
    """Make them known; called from `registrations.py`."""
    for role in BOARDS:
        register_builtin(
            role,
            _NAMES[role],
            _items_of(role),
            order=_ORDER[role],
            is_for_administrators=role == "manager",
        )


def _items_of(role: str) -> Callable[[], Sequence[Item]]:
    def items() -> Sequence[Item]:
        return [
            Item(
                key="",
                place=Place(one.x, one.y, one.w, one.h),
                preset=one.preset,
                title=one.title,
                note=QUESTIONS[one.question],
                chart=one.chart,
            )
            for one in BOARDS[role]
        ]

    return items
