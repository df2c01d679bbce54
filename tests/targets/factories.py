"""Opportunities that are won, lost or open on given days."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.organization.models import User
from headwater.sales import services
from headwater.sales.models import Account, Opportunity
from headwater.sales.queries import default_pipeline
from tests.sales.factories import make_account

SYSTEM = system_access("tests")


def noon(day: date) -> datetime:
    """The middle of a day where the company is."""
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def opened(
    owner: User, amount: str | None, *, on: date, closes: date | None = None, account: Account | None = None,
    **values: Any,
) -> Opportunity:  # fmt: skip
    """An opportunity that began on a day."""
    with clock.freeze(noon(on)):
        given = {"name": "商机", "account": (account or make_account()).pk, "owner": owner.pk} | values
        given |= {"amount": amount and Decimal(amount), "expected_close_on": closes}
        made = services.create_opportunity(SYSTEM, given)
    return Opportunity.objects.get(pk=made)


def closed(
    owner: User, amount: str | None, *, on: date, days: int = 10, won: bool = True, **values: Any
) -> Opportunity:
    """One that was won or lost on a day, `days` after it began."""
    one = opened(owner, amount, on=on - timedelta(days=days), **values)
    pipeline = default_pipeline()
    move(one, pipeline.won.id if won else pipeline.lost.id, on=on)
    one.refresh_from_db()
    return one


def move(one: Opportunity, stage_id: int, *, on: date) -> None:
    """Move it on a day."""
    lost = default_pipeline().lost.id == stage_id
    reason = "price" if lost else None
    with clock.freeze(noon(on)):
        services.move_stage(SYSTEM, one.pk, stage_id=stage_id, lost_reason=reason)
