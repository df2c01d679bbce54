"""The demo company's targets of this year, a few commitments, and a manager's word on them."""

from collections.abc import Mapping
from decimal import Decimal

from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import rows, values
from headwater.targets.periods import this_period
from headwater.targets.queries.commitments import commitments
from headwater.targets.queries.team import COMPANY, Key
from headwater.targets.services import Entry, adjust, set_categories, set_targets, spread_year
from headwater.targets.types import Called, Grain, Holder, Measure, Spread

_AMOUNTS = {"north1": 3_600_000, "north2": 2_400_000, "south1": 3_000_000, "south2": 2_400_000}
_COUNTS = {"north1": 36, "north2": 24, "south1": 30, "south2": 24}


def set_up_targets(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Targets of the reps by month, of the teams and the company for the year."""
    access = system_access("demo")
    year = this_period(Grain.YEAR)
    for key, amount in _AMOUNTS.items():
        holder = (Holder.PERSON, people[key])
        spread_year(access, holder, Measure.WON_AMOUNT, year, Decimal(amount), Spread.WORKING_TIME)
        spread_year(access, holder, Measure.RECEIVED, year, Decimal(amount) * 8 / 10, Spread.EVEN)
        spread_year(access, holder, Measure.CONVERTED_LEADS, year, Decimal(_COUNTS[key] * 3), Spread.EVEN)
    north = _department_of(people["north1"])
    tops: list[tuple[Key, int]] = [((Holder.DEPARTMENT, north), 6_600_000), (COMPANY, 12_000_000)]
    months = [(key, month, amount // 12) for key, amount in tops for month in year.parts(Grain.MONTH)]
    set_targets(
        access, Measure.WON_AMOUNT, [Entry(key, month, Decimal(amount)) for key, month, amount in months]
    )
    _commit(access, people)


def _department_of(person: int) -> int:
    (found,) = values("SELECT department_id FROM organization_user WHERE id = %s", (person,))
    return int(found)


def _commit(access: Access, people: Mapping[str, int]) -> None:
    """Two opportunities to which their owners commit, one that a manager takes with a grain of salt."""
    quarter = this_period(Grain.QUARTER)
    due = rows(
        "SELECT id, pipeline_id, amount FROM sales_opportunity WHERE status = 'open' AND archived_at IS NULL"
        " AND owner_id = %s AND expected_close_on >= %s AND expected_close_on < %s AND amount > 0"
        " ORDER BY amount DESC LIMIT 3",
        (people["north1"], quarter.start, quarter.end),
    )
    if len(due) < 2:
        return
    set_categories(access, [due[0]["id"]], "commit")
    set_categories(access, [due[1]["id"]], "best_case")
    person = (Holder.PERSON, people["north1"])
    line = commitments(access, due[0]["pipeline_id"], quarter).of(*person)
    called = line.commit.rolled if line else Decimal(0)
    adjust(
        access,
        due[0]["pipeline_id"],
        quarter,
        person,
        Called.COMMIT,
        (called * Decimal("0.85")).quantize(Decimal(1)),
        note="客户采购流程还要两周，先按八五折算",
    )
