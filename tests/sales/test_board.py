"""The board adds up what lies in its columns, finds its cards by indexes, and says what lies too long."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.currencies.services import create_rate
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute
from headwater.sales import services
from headwater.sales.queries import default_pipeline
from headwater.sales.queries.board import SORTS, column_cards, column_totals
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account, make_opportunity, stage
from tests.sales.test_api import call

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


def test_columns_add_up_in_the_companys_currency_and_say_what_is_left_out() -> None:
    account = make_account()
    today = clock.today().isoformat()
    create_rate(SYSTEM, {"currency": "USD", "on_date": today, "rate": "7.1"})
    for amount, currency in (("100.05", "CNY"), ("10", "USD"), ("10", "USD"), ("5", "EUR"), (None, "JPY")):
        make_opportunity(account=account, amount=amount, currency=currency)
    make_opportunity(account=account, amount="50", stage=stage("won"))
    old = make_opportunity(account=account, amount="60", stage=stage("won"))
    execute("UPDATE sales_opportunity SET closed_at = now() - interval '91 days' WHERE id = %s", (old.pk,))
    totals = column_totals(SYSTEM, default_pipeline())
    first, won = totals[stage(0)], totals[stage("won")]
    assert (first.count, first.amount, first.left_out) == (5, Decimal("242.05"), 1)
    assert first.weighted == Decimal("10.01") + Decimal("14.20")
    assert first.amounts == {"CNY": Decimal("100.05"), "USD": Decimal(20), "EUR": Decimal(5)}
    assert (won.count, won.amount) == (1, Decimal(50))
    admin = client_for(make_user(role="admin"))
    shown = admin.get("/opportunities/board").content.decode()
    assert "没有汇率" in shown
    assert "加权" in shown
    column = call(admin, "GET", f"/pipelines/{default_pipeline().id}/board").json()["columns"][0]
    assert (column["amount"], column["left_out"], column["stuck"]) == ("242.05", 1, 0)


def test_stuck_cards_are_counted_marked_and_found() -> None:
    admin = make_user(role="admin")
    client = client_for(admin)
    make_opportunity("慢单")
    with clock.freeze(clock.now() + timedelta(days=15)):
        make_opportunity("新单")
        assert column_totals(SYSTEM, default_pipeline())[stage(0)].stuck == 1
        shown = client.get("/opportunities/board").content.decode()
        assert "停滞 15 天" in shown
        assert "stuck=1" in shown
        narrowed = client.get("/opportunities/board?stuck=1").content.decode()
        assert "慢单" in narrowed
        assert "新单" not in narrowed
        services.update_stage(SYSTEM, default_pipeline().id, stage(0), {"days_until_stuck": ""})
        assert column_totals(SYSTEM, default_pipeline())[stage(0)].stuck == 0


def test_a_saved_view_narrows_the_board() -> None:
    from headwater.customization.services import save_view

    rep = make_user()
    make_opportunity("小单", owner=rep, amount=10)
    make_opportunity("大单", owner=rep, amount=10_000)
    big = {"all": [{"field": "amount", "op": "gte", "value": 1000}]}
    row = save_view(access(rep, "views.create"), record="opportunity", name="大单们", criteria=big)
    client = client_for(rep)
    assert "大单们" in client.get("/opportunities/board").content.decode()
    narrowed = client.get(f"/opportunities/board?view=v{row.pk}").content.decode()
    assert "大单" in narrowed
    assert "小单" not in narrowed


def _plans(act: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as seen:
        act()
    texts = [one["sql"] for one in seen if "sales_opportunity" in one["sql"] and "SELECT" in one["sql"]]
    assert texts
    plans = []
    with connection.cursor() as database:
        database.execute("SET LOCAL enable_seqscan = off")
        for text in texts:
            database.execute(f"EXPLAIN {text}")
            plans += [row[0] for row in database.fetchall()]
        database.execute("SET LOCAL enable_seqscan = on")
    return "\n".join(plans)


def test_no_board_query_reads_the_whole_table() -> None:
    reader = access(make_user(role="admin"), "opportunities.view")
    pipeline = default_pipeline()
    plans = _plans(lambda: column_totals(reader, pipeline))
    for sort in SORTS:
        plans += _plans(lambda sort=sort: column_cards(reader, pipeline.first, sort=sort))  # type: ignore[misc]
    plans += _plans(lambda: column_cards(reader, pipeline.won))
    assert "Seq Scan on sales_opportunity" not in plans
    assert "opportunity_column" in plans
    assert "opportunity_closed" in plans
