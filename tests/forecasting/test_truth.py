"""The learnt forecast against a company whose truth is known."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from headwater.forecasting.models import Replay
from headwater.forecasting.services import refresh
from headwater.forecasting.types import Way
from headwater.kernel import clock
from headwater.kernel.access import system_access
from tests.forecasting.factories import at, write
from tests.forecasting.simulated import company

pytestmark = pytest.mark.django_db

PIPELINES, MONTHS = 8, 33


def test_the_interval_holds_what_it_says_and_the_error_is_below_the_weighted_pipelines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(company(20_261_122, pipelines=PIPELINES, months=MONTHS, until=date(2026, 11, 1)))
    with clock.freeze(at(2026, 11, 2)):
        refresh(system_access("tests"))
    rows: dict[Way, list[Replay]] = defaultdict(list)
    for row in Replay.objects.all():
        rows[Way(row.way)].append(row)
    assert len(rows[Way.LEARNT]) >= 230

    def mae(some: list[Replay]) -> Decimal:
        return sum((abs(row.forecast - row.actual) for row in some), Decimal(0)) / len(some)

    def mape(some: list[Replay]) -> float:
        real = [row for row in some if row.actual > 0]
        return float(sum(100 * abs(row.forecast - row.actual) / row.actual for row in real)) / len(real)

    inside = sum(row.low <= row.actual <= row.high for row in rows[Way.LEARNT])  # type: ignore[operator]
    covered = 100 * inside / len(rows[Way.LEARNT])
    with capsys.disabled():
        print(f"\n{'way':<10}{'months':>8}{'MAE':>14}{'MAPE %':>9}{'lean':>14}{'within 80 %':>13}")
        for way, some in sorted(rows.items(), key=lambda pair: mae(pair[1])):
            lean = sum((row.forecast - row.actual for row in some), Decimal(0)) / len(some)
            held = f"{covered:.1f} %" if way == Way.LEARNT else ""
            print(
                f"{way.value:<10}{len(some):>8}{mae(some):>14,.0f}{mape(some):>9.1f}{lean:>14,.0f}{held:>13}"
            )
    assert 75 <= covered <= 85
    assert mae(rows[Way.LEARNT]) < mae(rows[Way.NAIVE])
    assert mape(rows[Way.LEARNT]) < mape(rows[Way.NAIVE])
