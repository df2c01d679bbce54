"""A forecast as a table, for files and the API."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.forecasting.queries.outlook import Outlook
from headwater.forecasting.queries.scores import BackTest
from headwater.forecasting.types import LEAST_CLOSED, Way
from headwater.kernel.money import TENTH, rounded
from headwater.organization.queries import names_of

CellValue = str | int | Decimal | None


def answer(found: Outlook, past: BackTest) -> dict[str, Any]:
    """The forecast for the API."""
    names = names_of([one.person_id for one in found.people if one.person_id])
    return {
        "pipeline": found.pipeline_id,
        "period": found.period.code,
        "who": f"{found.who[0].value}-{found.who[1]}" if found.who else "",
        "currency": found.currency,
        "learnt_at": found.learnt_at,
        "is_thin": found.lesson.closed < LEAST_CLOSED,
        "closed": found.closed.amount,
        "closed_count": found.closed.count,
        "target": found.target,
        "open_count": found.open_count,
        "open_amount": found.open_amount,
        "ways": [asdict(one) | _past(past, one.way) for one in found.figures],
        "cascade": [
            {
                "stage": one.step.id,
                "name": one.step.name,
                "amount": one.amount,
                "arriving": one.arriving,
                "rate": _percent(float(one.rate.share)),
                "onward": one.onward,
                "passed": one.rate.observed.passed,
                "lost": one.rate.observed.lost,
                "is_set": one.rate.is_set,
            }
            for one in found.falls
        ],
        "people": [
            {
                "person": one.person_id,
                "name": names.get(one.person_id or 0, ""),
                "closed": one.closed,
                "open": one.open,
                "opportunities": one.count,
                "learnt": one.learnt,
                "cascade": one.cascade,
                "naive": one.naive,
                "people": one.people,
                "target": one.target,
            }
            for one in found.people
        ],
        "decisive": [
            {
                "id": one.id,
                "name": one.name,
                "owner": one.owner_id,
                "stage": one.stage.id,
                "amount": one.amount,
                "chance": _percent(one.chance),
                "expected": one.expected,
            }
            for one in found.decisive
        ],
        "left_out": {
            "unpriced": found.left_out.unpriced,
            "undated": found.left_out.undated,
            "unrated": found.left_out.unrated,
            "currencies": [
                {"currency": currency, "opportunities": held} for currency, held in found.left_out.currencies
            ],
        },
    }


def _past(past: BackTest, way: Way) -> dict[str, Any]:
    score = past.score(way)
    if score is None or past.is_thin:
        return {"past_error": None, "past_coverage": None, "past_months": score.months if score else 0}
    return {"past_error": score.mape, "past_coverage": score.covered, "past_months": score.months}


def _percent(share: float) -> Decimal:
    return rounded(100 * share, TENTH)


def header() -> list[str]:
    """The columns of a file."""
    return [
        _("Owner"),
        _("Closed so far"),
        _("Open amount"),
        _("Opportunities"),
        *(str(way.label) for way in Way),
        _("Likely range from"),
        _("Likely range to"),
        pgettext("forecast", "Target"),
        _("Currency"),
    ]


def lines(found: Outlook) -> Iterable[Sequence[CellValue]]:
    """A line for each owner, and the total with its interval."""
    names = names_of([one.person_id for one in found.people if one.person_id])
    for one in found.people:
        ways = {
            Way.LEARNT: one.learnt,
            Way.CASCADE: one.cascade,
            Way.PEOPLE: one.people,
            Way.NAIVE: one.naive,
        }
        name = names.get(one.person_id or 0) or _("Nobody")
        start: list[CellValue] = [name, one.closed, one.open, one.count, *(ways[way] for way in Way)]
        yield [*start, None, None, one.target, found.currency]
    totals: list[CellValue] = []
    learnt = found.figure(Way.LEARNT)
    for way in Way:
        figure = found.figure(way)
        totals.append(figure.total if figure else None)
    yield [
        pgettext("forecast", "Total"),
        found.closed.amount,
        found.open_amount,
        found.open_count,
        *totals,
        learnt.low if learnt else None,
        learnt.high if learnt else None,
        found.target,
        found.currency,
    ]
