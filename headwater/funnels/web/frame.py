"""What the pages share: their tabs, the switch of periods, refusals."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.funnels.asking import Asked
from headwater.insight.web.asked import period_choices, period_words
from headwater.kernel.errors import DomainError
from headwater.ui.pages import Refusal, Tab


@dataclass(frozen=True, slots=True)
class Frame:
    """Head and switches of a page."""

    title: str
    tabs: tuple[Tab, ...]
    path: str
    periods: tuple[Tab, ...]
    custom: str  # the two days as the calendar writes them
    custom_words: str
    kept: tuple[tuple[str, str], ...]  # the other parameters, for the form of two days
    refusal: Refusal | None = None


def frame(title: str, path: str, asked: Asked, *, refused: DomainError | None = None) -> Frame:
    """The frame of the page at `path`."""
    periods = [
        Tab(words, asked.address(path, period=key), current=asked.value == value, key=key)
        for key, (words, value) in period_choices().items()
    ]
    days = asked.value if isinstance(asked.value, list) else []
    if not days and not any(tab.current for tab in periods):
        periods.insert(0, Tab(period_words(asked.value), asked.address(path), current=True))
    kept = {"vs": asked.against or "none", "by": asked.by.value, "rule": asked.rule}
    return Frame(
        title=title,
        tabs=tuple(Tab(words, to, current=to == path) for words, to in places()),
        path=path,
        periods=tuple(periods),
        custom=" - ".join(str(day) for day in days),
        custom_words=period_words(asked.value) if days else "",
        kept=tuple((name, value) for name, value in kept.items() if value),
        refusal=None if refused is None else Refusal(refused.status, refused.detail, refused.advice),
    )


def places() -> Sequence[tuple[str, str]]:
    """The pages of this room."""
    return (
        (pgettext("funnel page", "Funnel"), "/funnel"),
        (pgettext("funnel page", "Stages"), "/funnel/stages"),
        (pgettext("funnel page", "Speed"), "/funnel/speed"),
        (pgettext("funnel page", "Effect of rules"), "/rules/effect"),
        (pgettext("funnel page", "Leaderboard"), "/leaderboard"),
    )


def against_tabs(path: str, asked: Asked) -> tuple[Tab, ...]:
    """With what the period is compared; nothing for all time."""
    if asked.value is None:
        return ()
    words = {"none": _("Alone"), "previous": _("Period before"), "year": _("Year before")}
    now = asked.against or "none"
    return tuple(Tab(label, asked.address(path, vs=key), current=key == now) for key, label in words.items())
