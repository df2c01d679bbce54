"""What channels cost by period: through services, SQL by day, API and screens."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from headwater.acquisition import services
from headwater.acquisition.models import Channel, ChannelCost
from headwater.acquisition.queries import channel_costs, costs_table
from headwater.currencies.services import create_rate
from headwater.kernel import clock, sql
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from tests.acquisition.factories import SYSTEM, make_campaign, make_channel
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 6, 15, 12))


def cost(channel: Channel, first: str, last: str, amount: Any, **values: Any) -> int:
    given = {"first_day": first, "last_day": last, "amount": amount} | values
    return services.add_channel_cost(SYSTEM, channel.pk, given)


def spent(channel: Channel, first: date, last: date) -> Decimal | None:
    found: Decimal | None = sql.value(
        f"SELECT sum(c.amount) FROM {costs_table()} c WHERE c.channel_id = %s AND c.day BETWEEN %s AND %s",
        (channel.pk, first, last),
    )
    return found


def test_a_cost_lies_evenly_on_its_days_to_the_cent() -> None:
    channel = make_channel()
    cost(channel, "2025-12-30", "2026-01-05", 100)
    assert spent(channel, date(2025, 1, 1), date(2025, 12, 31)) == Decimal("28.57")
    assert spent(channel, date(2026, 1, 1), date(2026, 12, 31)) == Decimal("71.43")
    with clock.freeze(NOON):
        sheet = channel_costs(SYSTEM, channel.pk)
    assert (sheet.year, sheet.total, sheet.unpriced, sheet.currency) == (2026, Decimal("71.43"), 0, "CNY")


def test_campaigns_stand_beside_entries_once() -> None:
    channel = make_channel()
    campaign = make_campaign(channel=channel.pk, cost=300, starts_on="2026-01-02")
    cost(channel, "2026-01-01", "2026-01-02", "0.03")
    rows = sql.rows(f"SELECT * FROM {costs_table()} c WHERE c.channel_id = %s ORDER BY c.id", (channel.pk,))
    assert [(row["campaign_id"], row["amount"]) for row in rows] == [
        (campaign.pk, Decimal(300)),
        (None, Decimal("0.02")),
        (None, Decimal("0.01")),
    ]
    assert len({row["id"] for row in rows}) == 3


def test_other_currencies_count_by_the_rate_of_the_first_day() -> None:
    channel = make_channel()
    cost(channel, "2026-01-31", "2026-02-01", 100, currency="USD")
    with clock.freeze(NOON):
        sheet = channel_costs(SYSTEM, channel.pk)
        assert (sheet.total, sheet.unpriced, sheet.entries[0].worth) == (0, 1, None)
        for day, rate in {"2026-01-01": 7, "2026-02-01": 8}.items():
            create_rate(SYSTEM, {"currency": "USD", "on_date": day, "rate": rate})
        sheet = channel_costs(SYSTEM, channel.pk)
        assert (sheet.total, sheet.unpriced) == (700, 0)
    assert spent(channel, date(2026, 2, 1), date(2026, 2, 28)) == 350


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "9" * 20}, "amount"),
        ({"amount": None}, "amount"),
        ({"currency": "XYZ"}, "currency"),
        ({"last_day": "2025-12-31"}, "last_day"),
        ({"last_day": "2027-01-02"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"first_day": ""}, "first_day"),
        ({"nothing": 1}, "nothing"),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, Any], complaint: str) -> None:
    channel = make_channel()
    with pytest.raises(Invalid) as refusal:
        services.add_channel_cost(
            SYSTEM, channel.pk, {"first_day": "2026-01-01", "last_day": "2026-01-31", "amount": 1} | values
        )
    assert complaint in refusal.value.fields
    assert not ChannelCost.objects.exists()


def test_the_way_of_an_entry() -> None:
    channel, other = make_channel(), make_channel()
    made = cost(channel, "2026-01-01", "2026-12-31", 1200, note="年框")
    services.change_channel_cost(SYSTEM, channel.pk, made, {"amount": "1.3万"}, version=1)
    with pytest.raises(Stale):
        services.change_channel_cost(SYSTEM, channel.pk, made, {"amount": 1}, version=1)
    with pytest.raises(NotFound):
        services.change_channel_cost(SYSTEM, other.pk, made, {"amount": 1})
    services.archive_channel_cost(SYSTEM, channel.pk, made)
    assert spent(channel, date(2026, 1, 1), date(2026, 12, 31)) is None
    with pytest.raises(NotFound):
        services.archive_channel_cost(SYSTEM, channel.pk, made)
    services.restore_channel_cost(SYSTEM, channel.pk, made)
    assert spent(channel, date(2026, 1, 1), date(2026, 12, 31)) == 13_000
    acts = [entry.action for entry in audit.history("channel_cost", made).items]
    assert acts == ["restore", "archive", "update", "create"]
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelCost.objects.filter(pk=made).update(last_day=date(2025, 1, 1))


def test_the_api_and_the_screens() -> None:
    channel, client = make_channel("竞价"), client_for(make_user(role="marketing"))
    path, values = f"/api/v1/channels/{channel.pk}/costs", {"first_day": "2026-01-01", "amount": 500}

    def send(method: str, where: str, body: Any = None, **headers: str) -> Any:
        data = b"" if body is None else orjson.dumps(body)
        return client.generic(method, where, data, content_type="application/json", headers=headers)

    assert send("POST", path, values).status_code == 422
    made = send("POST", path, values | {"last_day": "2026-01-31", "currency": "USD"})
    assert (made.status_code, made.json()["currency"], made.json()["worth"]) == (201, "USD", None)
    one = f"{path}/{made.json()['id']}"
    assert send("PATCH", one, {"currency": "CNY"}, **{"If-Match": made["ETag"]}).json()["worth"] == 500
    assert send("PATCH", one, {"amount": 1}, **{"If-Match": made["ETag"]}).status_code == 412
    assert send("DELETE", one).status_code == 204
    assert send("GET", one).status_code == 404
    assert send("POST", f"{one}/restore").status_code == 204
    assert [row["id"] for row in send("GET", path).json()["items"]] == [made.json()["id"]]
    assert "created_by" in send("GET", one).json()
    _screens(client, channel, made.json()["id"])
    rep = client_for(make_user(role="rep"))
    assert rep.get(path).status_code == rep.get(f"/settings/channels/{channel.pk}/costs").status_code == 403


def _screens(client: Client, channel: Channel, made: int) -> None:
    page, htmx = f"/settings/channels/{channel.pk}/costs", {"HX-Request": "true"}
    assert page in client.get("/settings/channels").content.decode()
    form = {"first_day": "2026-02-01", "last_day": "2026-02-28", "amount": "80", "note": "代理"}
    assert client.post(f"{page}/new", form, headers=htmx).status_code in (200, 204)
    shown = client.get(page).content.decode()
    assert "¥500.00" in shown
    assert "代理" in shown
    assert 'value="500' in client.get(f"{page}/{made}", headers=htmx).content.decode()
    refused = client.post(f"{page}/{made}", {"amount": "0"}, headers=htmx)
    assert refused.status_code == 422
    client.post(f"{page}/{made}/archive", headers=htmx)
    assert "¥500.00" not in client.get(page).content.decode()
    client.post(f"{page}/{made}/restore", headers=htmx)
    assert client.get("/settings/channels/987654/costs").status_code == 404
