"""Forms as visitors see them, and what came of them day by day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from headwater.forms.models import Form
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,24}")


@dataclass(frozen=True, slots=True)
class Figures:
    """How a form did: on a day, from a source, or altogether."""

    views: int
    starts: int
    submissions: int
    new_leads: int
    refused: int

    @property
    def conversion(self) -> float | None:
        """Percent of views that were followed by a submission."""
        return round(100 * self.submissions / self.views, 1) if self.views else None


@dataclass(frozen=True, slots=True)
class DayFigures(Figures):
    """One day of a form."""

    day: date


@dataclass(frozen=True, slots=True)
class SourceFigures(Figures):
    """Those who came from one place; "" for nowhere known, "*" for all beyond the first forty of a day."""

    came_from: str


def is_open(form: Form) -> bool:
    """Whether the form takes anything now."""
    now = clock.now()
    return (
        form.archived_at is None
        and (form.opens_at is None or form.opens_at <= now)
        and (form.closes_at is None or now < form.closes_at)
    )


def form_of_address(token: str) -> Form | None:
    """The form of a public address, whether it is open or not."""
    return Form.objects.filter(token=token).first() if _TOKEN.fullmatch(token) else None


def form_by_id(access: Access, form_id: int) -> Form:
    """A form, archived ones too; forms are seen by everybody who may see forms."""
    form = Form.objects.filter(pk=form_id).first()
    if form is None:
        raise NotFound(record="form", id=form_id)
    return form


_BY = """
WITH looked AS (
  SELECT {looked} AS place, sum(views) AS views, sum(starts) AS starts, sum(refused) AS refused
  FROM forms_formday WHERE form_id = %s AND day BETWEEN %s AND %s GROUP BY 1
), sent AS (
  SELECT {sent} AS place, count(*) AS submissions, count(*) FILTER (WHERE is_new) AS new_leads
  FROM forms_submission WHERE form_id = %s AND at >= %s AND (at AT TIME ZONE %s)::date BETWEEN %s AND %s
  GROUP BY 1
)
SELECT place AS {named}, COALESCE(views, 0)::int AS views, COALESCE(starts, 0)::int AS starts,
  COALESCE(refused, 0)::int AS refused, COALESCE(submissions, 0)::int AS submissions,
  COALESCE(new_leads, 0)::int AS new_leads
FROM looked FULL JOIN sent USING (place)
"""
_DAYS = _BY.format(looked="day", sent="(at AT TIME ZONE %s)::date", named="day")
_SOURCES = _BY.format(
    looked="came_from",
    # Who was counted as one of many others is one of them here too.
    sent="CASE WHEN EXISTS (SELECT 1 FROM forms_formday d WHERE d.form_id = forms_submission.form_id"
    " AND d.came_from = forms_submission.came_from) OR came_from = '' THEN came_from ELSE '*' END",
    named="came_from",
)


def figures(access: Access, form_id: int, *, days: int = 30) -> list[DayFigures]:
    """The last days, newest first, empty ones too."""
    first, last, since, zone = _period(days)
    given = (form_id, first, last, zone, form_id, since, zone, first, last)
    found = {row["day"]: DayFigures(**row) for row in rows(_DAYS, given)}
    every = [last - timedelta(days=back) for back in range(days)]
    return [found.get(day) or DayFigures(0, 0, 0, 0, 0, day) for day in every]


def sources(access: Access, form_id: int, *, days: int = 30) -> list[SourceFigures]:
    """The same days by where people came from, most submissions first."""
    first, last, since, zone = _period(days)
    found = rows(_SOURCES, (form_id, first, last, form_id, since, zone, first, last))
    made = [SourceFigures(**row) for row in found]
    return sorted(made, key=lambda one: (-one.submissions, -one.views, one.came_from))


def _period(days: int) -> tuple[date, date, datetime, str]:
    today = clock.today()
    since = clock.now() - timedelta(days=days + 1)  # whole days are cut by the calendar
    return today - timedelta(days=days - 1), today, since, timezone.get_current_timezone_name()


def totals(days: Sequence[Figures]) -> Figures:
    """All of them together."""
    return Figures(
        sum(one.views for one in days),
        sum(one.starts for one in days),
        sum(one.submissions for one in days),
        sum(one.new_leads for one in days),
        sum(one.refused for one in days),
    )


def latest_submissions(access: Access, form_id: int, *, limit: int = 20) -> list[dict[str, Any]]:
    """The latest, with their lead's id; who they are is the lead's to tell."""
    return rows(
        "SELECT id, at, lead_id, is_new, consent_version, is_proven FROM forms_submission"
        " WHERE form_id = %s ORDER BY at DESC, id DESC LIMIT %s",
        (form_id, limit),
    )
