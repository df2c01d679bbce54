"""Calling a forecast: adjusting a sum, handing it in. Both are added to a history and never changed."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.queries import find_pipeline
from headwater.targets.events import ForecastAdjusted, ForecastSubmitted
from headwater.targets.models import Adjustment, Submission
from headwater.targets.periods import Period
from headwater.targets.queries.commitments import commitments
from headwater.targets.queries.facts import refuse_hidden_amounts
from headwater.targets.queries.team import Key, team_of
from headwater.targets.services.targets import checked_amount
from headwater.targets.types import YEARS, Called, Holder, Level, Measure

_LONGEST_NOTE = 500


@transaction.atomic
def adjust(
    access: Access,
    pipeline_id: int | None,
    period: Period,
    key: Key,
    called: Called,
    amount: Decimal | None,
    *,
    note: str = "",
) -> int:
    """Call a forecast of a person or a department higher or lower; None takes the adjustment back. Its id.

    One's own adjustment and a manager's stand beside each other; the manager's counts. Everything that was
    ever said stays. Refuses with `NotFound` who is out of reach, with `Invalid` what cannot be an amount.
    """
    pipeline = find_pipeline(pipeline_id)
    _check(access, period, key)
    if amount is not None:
        amount = checked_amount(Measure.WON_AMOUNT, amount)
    level = Level.OWN if key == (Holder.PERSON, access.user_id) else Level.MANAGER
    currency = company_currency()
    made = Adjustment.objects.create(
        pipeline_id=pipeline.id,
        grain=period.grain,
        starts_on=period.start,
        user_id=key[1] if key[0] == Holder.PERSON else None,
        department_id=key[1] if key[0] == Holder.DEPARTMENT else None,
        called=called,
        level=level,
        amount=amount,
        currency=currency,
        note=_note(note),
        by_id=access.user_id,
        at=clock.now(),
    )
    holder = f"{key[0].value} {key[1]}"
    changes: dict[str, list[Any]] = {
        "holder": [None, holder],
        "period": [None, period.code],
        "called": [None, called.value],
        "amount": [None, amount],
        "currency": [None, currency],
        "note": [None, made.note],
    }
    audit.record(access, "adjustment", made.pk, "adjust_forecast", changes)
    emit(
        ForecastAdjusted(
            adjustment_id=made.pk,
            user_id=made.user_id,
            department_id=made.department_id,
            called=called.value,
            amount=None if amount is None else str(amount),
        ),
        access,
    )
    return int(made.pk)


@transaction.atomic
def submit(access: Access, pipeline_id: int | None, period: Period, key: Key, *, note: str = "") -> int:
    """Hand in the forecast of a person or a department as it stands now; the submission's id."""
    pipeline = find_pipeline(pipeline_id)
    _check(access, period, key)
    refuse_hidden_amounts(access)
    line = commitments(access, pipeline.id, period).of(*key)
    commit = line.commit.amount if line else Decimal(0)
    best_case = line.best_case.amount if line else Decimal(0)
    made = Submission.objects.create(
        pipeline_id=pipeline.id,
        grain=period.grain,
        starts_on=period.start,
        user_id=key[1] if key[0] == Holder.PERSON else None,
        department_id=key[1] if key[0] == Holder.DEPARTMENT else None,
        closed=line.sums.closed if line else 0,
        commit=commit,
        best_case=best_case,
        pipeline_amount=line.sums.open_pipeline if line else 0,
        currency=company_currency(),
        note=_note(note),
        by_id=access.user_id,
        at=clock.now(),
    )
    changes: dict[str, list[Any]] = {
        "holder": [None, f"{key[0].value} {key[1]}"],
        "period": [None, period.code],
        "commit": [None, commit],
        "best_case": [None, best_case],
        "note": [None, made.note],
    }
    audit.record(access, "submission", made.pk, "submit_forecast", changes)
    emit(
        ForecastSubmitted(submission_id=made.pk, user_id=made.user_id, department_id=made.department_id),
        access,
    )
    return int(made.pk)


def _check(access: Access, period: Period, key: Key) -> None:
    if key[0] == Holder.COMPANY or key not in team_of(access):
        raise NotFound(record=key[0].value, id=key[1])
    if not YEARS[0] <= period.start.year <= YEARS[1]:
        raise Invalid.one("period", "period.unreadable", _("This year is too far away."))


def _note(note: str) -> str:
    text = note.strip()
    if len(text) > _LONGEST_NOTE:
        raise Invalid.one("note", "value.too_long", _("At most 500 characters."))
    return text
