"""Forms as visitors see them, and what came of them day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from headwater.forms.models import Form
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of a form."""

    day: date
    views: int
    submissions: int
    new_leads: int
    refused: int

    @property
    def conversion(self) -> float | None:
        """Percent of views that were followed by a submission."""
        return round(100 * self.submissions / self.views, 1) if self.views else None


def open_form(token: str) -> Form:
    """The living form of a public address; `NotFound` without one."""
    form = Form.objects.filter(token=token[:24], archived_at=None).first()
    if form is None:
        raise NotFound(record="form", id=None)
    return form


def form_by_id(access: Access, form_id: int) -> Form:
    """A form, archived ones too; forms are seen by everybody who may see forms."""
    form = Form.objects.filter(pk=form_id).first()
    if form is None:
        raise NotFound(record="form", id=form_id)
    return form


_DAYS = """
SELECT d::date AS day, COALESCE(v.views, 0) AS views, COALESCE(v.refused, 0) AS refused,
  COALESCE(s.submissions, 0) AS submissions, COALESCE(s.new_leads, 0) AS new_leads
FROM generate_series(%s::date, %s::date, interval '1 day') d
LEFT JOIN forms_formday v ON v.form_id = %s AND v.day = d::date
LEFT JOIN (
  SELECT (at AT TIME ZONE %s)::date AS day, count(*) AS submissions,
    count(*) FILTER (WHERE is_new) AS new_leads
  FROM forms_submission WHERE form_id = %s AND at >= %s GROUP BY 1
) s ON s.day = d::date ORDER BY 1 DESC
"""


def figures(access: Access, form_id: int, *, days: int = 30) -> list[DayFigures]:
    """The last days, newest first, empty ones too."""
    today, zone = clock.today(), timezone.get_current_timezone_name()
    since = clock.now() - timedelta(days=days + 1)  # whole days are cut by the calendar above
    found = rows(_DAYS, (today - timedelta(days=days - 1), today, form_id, zone, form_id, since))
    return [DayFigures(**row) for row in found]


def totals(days: list[DayFigures]) -> DayFigures:
    """All of them together."""
    first = days[-1].day if days else clock.today()
    return DayFigures(
        first,
        sum(one.views for one in days),
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
