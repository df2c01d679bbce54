"""Whatever comes to the doors of reports is refused for what it is: no door falls over."""

import json
from typing import Any

import pytest

from tests.insight.saved.factories import LEADS
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
BASE = "/api/v1/reports"
HTMX = {"HX-Request": "true"}


def nested(times: int, inner: Any = "x") -> Any:
    for _time in range(times):
        inner = [inner]
    return inner


def negated(times: int) -> Any:
    inner: Any = {"field": "lead.status", "op": "is_empty"}
    for _time in range(times):
        inner = {"not": inner}
    return inner


def asking(field: str, op: Any, value: Any) -> dict[str, Any]:
    return LEADS | {"filters": {"field": field, "op": op, "value": value}}


def over(value: Any) -> dict[str, Any]:
    return LEADS | {"period": {"field": "lead.created_at", "value": value}}


REFUSED: dict[str, dict[str, Any]] = {
    "options of a chart without end": LEADS | {"chart": {"kind": "bar", "x": nested(300)}},
    "a filter without end": LEADS | {"filters": negated(300), "attribution": "linear"},
    "a condition without end": LEADS
    | {"measures": [{"agg": "count", "of": "lead", "where": negated(300)}], "attribution": "last"},
    "a period without end": over([nested(300), "2026-01-01"]),
    "a field that is a list": asking(["lead.status"], "eq", 1),  # type: ignore[arg-type]
    "an operator that is a list": asking("lead.status", ["eq"], 1),
    "yes or no without end": asking("lead.is_valid", "eq", nested(300)),
    "a moment without end": asking("lead.created_at", "gt", nested(300)),
    "more than any number": asking("story.follow_ups", "gt", "1e999999"),
    "less than any number": asking("story.follow_ups", "gt", "1e-999999"),
    "more than any number of 万": asking("story.follow_ups", "gt", "9e999999万"),
    "an id of five thousand digits": asking("lead.owner", "eq", "9" * 5000),
    "a raised digit as id": asking("lead.owner", "eq", "²"),
    "raised days ago": asking("lead.created_at", "gt", {"ago": "²"}),
    "five thousand digits of days": over({"last": "9" * 5000}),
    "three days": over(["2026-01-01"] * 3),
}


def test_definitions_that_nobody_can_run_are_refused_at_every_door() -> None:
    client = client_for(make_user(role="admin"))
    for name, definition in REFUSED.items():
        text = json.dumps({"definition": definition})
        answer = client.post(f"{BASE}/run", text, content_type="application/json")
        assert answer.status_code == 422, (name, answer.content)
        shown = client.post("/reports/preview", {"definition": json.dumps(definition)}, headers=HTMX)
        assert shown.status_code == 422, name
    alone = client.post("/reports/preview", {"definition": json.dumps(LEADS)})
    assert (alone.status_code, alone.headers["Location"]) == (302, "/reports/new")
    kept = {"name": "没完没了", "definition": REFUSED["options of a chart without end"]}
    assert client.post(BASE, json.dumps(kept), content_type="application/json").status_code == 422


def test_keys_that_no_row_has_are_refused_or_lead_to_nothing() -> None:
    client = client_for(make_user(role="admin"))
    groupings: list[dict[str, str]] = [
        {"field": "lead.owner"},
        {"field": "lead.created_at", "bucket": "weekday"},
        {"field": "lead.created_at", "bucket": "hour"},
        {"field": "story.follow_ups"},
    ]
    for grouping in groupings:
        definition = LEADS | {"groupings": [grouping]}
        for key in (-(10**18) * 9, 1e300, "9" * 5000, "²", "1e999999"):
            sent = {"definition": json.dumps(definition), "m": "m1", "k": json.dumps([key])}
            shown = client.post("/reports/preview/records", sent, headers=HTMX)
            assert shown.status_code in (200, 422), (grouping, key)


def test_addresses_of_no_report_lead_to_nothing() -> None:
    client = client_for(make_user(role="admin"))
    for path in (
        f"{BASE}/{'9' * 5000}",
        f"{BASE}/presets/{'٣' * 5000}",
        f"/reports/{'9' * 30}",
        f"/reports/preset/{'٣' * 5000}",
        f"/reports/new?preset={'9' * 5000}",
        "/reports/new?from=²",
        "/reports/new?dataset=nothing",
    ):
        assert client.get(path).status_code == 404, path[:60]
    assert client.post(f"/reports/{'9' * 5000}/pin").status_code == 404
