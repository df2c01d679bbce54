"""What cannot be reported is refused place by place; what became unreadable says what it misses."""

from dataclasses import replace
from typing import Any
from unittest.mock import ANY

import pytest

from headwater.insight.engine import Dataset, Definition, Node, datasets_for, drill, kind_of, run
from headwater.insight.engine.checking import without_hidden
from headwater.insight.errors import ReportUnreadable
from headwater.kernel.access import FieldRule, Scope
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.errors import Invalid
from tests.insight.engine.company import JOURNEY, invent, known, reader, store

COUNT = {"agg": "count", "of": "lead"}
STATUS = {"field": "lead.status"}


def report(**parts: Any) -> dict[str, Any]:
    return {"dataset": "co_journey", "measures": [COUNT]} | parts


REFUSED: list[tuple[str, Any, str]] = [
    ("not JSON", "{", "definition"),
    ("a list", [], "definition"),
    ("no dataset", report(dataset=None), "dataset"),
    ("unknown dataset", report(dataset="nothing"), "dataset"),
    ("no measures", report(measures=[]), "measures"),
    ("eleven measures", report(measures=[COUNT] * 11), "measures"),
    ("four groupings", report(groupings=[{"field": f"lead.f{n}"} for n in range(4)]), "groupings"),
    ("a grouping twice", report(groupings=[STATUS, STATUS]), "groupings"),
    ("unknown field", report(groupings=[{"field": "lead.nothing"}]), "groupings.0"),
    ("field without node", report(groupings=[{"field": "status"}]), "groupings.0"),
    ("unknown bucket", report(groupings=[{"field": "lead.created_at", "bucket": "age"}]), "groupings.0"),
    ("bucket of a text", report(groupings=[{"field": "lead.name", "bucket": "day"}]), "groupings.0"),
    ("hours of days", report(groupings=[{"field": "order.ordered_on", "bucket": "hour"}]), "groupings.0"),
    ("unknown aggregate", report(measures=[{"agg": "mode", "of": "lead.score"}]), "measures.0"),
    ("sum of a text", report(measures=[{"agg": "sum", "of": "lead.name"}]), "measures.0"),
    ("median of days", report(measures=[{"agg": "median", "of": "lead.created_at"}]), "measures.0"),
    ("least text", report(measures=[{"agg": "min", "of": "lead.name"}]), "measures.0"),
    ("count of a field", report(measures=[{"agg": "count", "of": "lead.name"}]), "measures.0"),
    ("count of a bridge", report(measures=[{"agg": "count", "of": "link"}]), "measures.0"),
    ("rate without whole", report(measures=[{"agg": "rate", "of": COUNT}]), "measures.0.over"),
    ("share of shares", report(measures=[{"agg": "share", "of": {"agg": "share", "of": COUNT}}]),
     "measures.0.of"),
    ("share of an average", report(measures=[{"agg": "share", "of": {"agg": "avg", "of": "lead.score"}}]),
     "measures.0"),
    ("running of a least", report(measures=[{"agg": "running", "of": {"agg": "min", "of": "lead.score"}}]),
     "measures.0"),
    ("condition of a measure", report(measures=[COUNT | {"where": {"field": "lead.x", "op": "eq"}}]),
     "measures.0"),
    ("rows 0", report(limit=0), "limit"),
    ("rows 1001", report(limit=1001), "limit"),
    ("rows true", report(limit=True), "limit"),
    ("sort by nothing", report(sort="-m7"), "sort"),
    ("sort injected", report(sort="m1; drop table"), "sort"),
    ("compare all time", report(compare="previous"), "compare"),
    ("compare open end", report(compare="year", period={"field": "lead.created_at", "value": "past"}),
     "period"),
    ("period of a text", report(period={"field": "lead.name", "value": "today"}), "period"),
    ("period unknown", report(period={"field": "lead.created_at", "value": "some day"}), "period"),
    ("period backwards", report(period={"field": "lead.created_at", "value": ["2026-02-01", "2026-01-01"]}),
     "period"),
    ("year 99999", report(period={"field": "lead.created_at", "value": ["99999-01-01", "99999-02-01"]}),
     "period"),
    ("unknown chart", report(chart={"kind": "cloud"}), "chart"),
    ("unknown attribution", report(attribution="middle"), "attribution"),
    ("filter", report(filters={"field": "lead.gone", "op": "eq", "value": 1}), "filters"),
    ("filter a list", report(filters=[1]), "filters"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "place"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_refused_with_the_place(raw: Any, place: str) -> None:
    with known(), pytest.raises(Invalid) as refusal:
        Definition.parse(raw, reader())
    assert place in refusal.value.fields
    assert refusal.value.fields[place]["detail"]


def test_every_complaint_at_once() -> None:
    raw = report(groupings=[{"field": "lead.nothing"}], measures=[{"agg": "sum", "of": "lead.name"}])
    with known(), pytest.raises(Invalid) as refusal:
        Definition.parse(raw, reader())
    assert set(refusal.value.fields) == {"groupings.0", "measures.0"}


def test_a_definition_is_what_was_said() -> None:
    raw = report(
        groupings=[{"field": "lead.created_at", "bucket": "month"}],
        measures=[{"key": "m3", "agg": "rate", "of": COUNT | {"where": {"field": "lead.score", "op": "gt",
                   "value": 1}}, "over": COUNT, "as": "number", "label": "Ratio"}],
        period={"field": "lead.created_at", "value": {"last": 3, "unit": "month"}},
        compare="year",
        sort="-m3",
        attribution="last",
        chart={"kind": "bar", "stacked": True},
    )  # fmt: skip
    with known():
        made = Definition.parse(raw, reader())
    assert made == Definition.read(made.as_json())
    assert {key: made.as_json()[key] for key in raw} == raw


@pytest.mark.django_db
def test_what_was_saved_and_is_gone() -> None:
    """A field that was deleted or is hidden: filters and groupings refuse, measures are left out."""
    with known():
        store(invent(1))
        gone = "lead.custom.gone"
        for place, parts in {
            "groupings": {"groupings": [{"field": gone}]},
            "filters": {"filters": {"field": gone, "op": "is_empty"}},
            "period": {"period": {"field": gone, "value": "today"}},
            "measures": {"measures": [{"agg": "sum", "of": gone}]},
            "dataset": {"dataset": "gone"},
        }.items():
            with pytest.raises(ReportUnreadable) as refusal:
                run(reader(), Definition.read(report(**parts)))
            assert refusal.value.facts["place"] == place
            assert "gone" in refusal.value.detail
        stored = Definition.read(
            report(measures=[COUNT, {"agg": "sum", "of": gone, "label": "Weight"}], sort="-m2")
        )
        result = run(reader(), stored)
        assert [one.key for one in result.measures] == ["m1"]
        assert "Weight" in result.notices[0]
        bridged = Definition.read(report(measures=[COUNT, {"agg": "count", "of": "link"}]))
        assert "Links" in run(reader(), bridged).notices[0]


@pytest.mark.django_db
def test_a_kept_report_without_the_measures_that_its_reader_may_not_see() -> None:
    """They are left out by name, and so is the order by one of them; with none left it is unreadable."""
    amount, average = ({"agg": agg, "of": "opportunity.amount"} for agg in ("sum", "avg"))
    months = {"field": "lead.created_at", "bucket": "month"}
    parts = {"groupings": [STATUS, months], "chart": {"kind": "line"}}
    with known():
        store(invent(1))
        cut = reader(rules={("co_opportunity", "amount"): FieldRule.HIDDEN})
        many = report(measures=[COUNT, amount, {"agg": "rate", "of": average, "over": COUNT}], **parts)
        for sort in ("-m2", "m3", "-m1", None):
            kept = Definition.stored(many | {"sort": sort}, cut)
            assert kept == Definition.parse(many | {"sort": sort}, reader())
            made = run(cut, kept)
            plain = report(**parts, sort=sort if sort == "-m1" else None)
            meant = run(cut, Definition.parse(plain, cut))
            assert (made.rows, made.subtotals, made.total) == (meant.rows, meant.subtotals, meant.total)
            (notice,) = made.notices
            assert notice.count("opportunity · Amount") + notice.count("Opportunities · Amount") == 2, notice
            left = without_hidden(kept, cut)
            assert run(cut, left) == replace(made, notices=(), as_of=ANY)
        with pytest.raises(Invalid):
            Definition.stored(report(measures=[amount]), cut)
        with pytest.raises(Invalid) as refusal:
            large = {"field": "opportunity.amount", "op": "gt", "value": 1}
            Definition.stored(many | {"filters": large}, cut)
        assert set(refusal.value.fields) == {"filters"}


@pytest.mark.django_db
def test_a_reader_with_less_in_sight() -> None:
    with known():
        data = invent(1)
        store(data)
        for rule in (FieldRule.HIDDEN, FieldRule.MASKED):
            cut = reader(rules={("co_lead", "budget"): rule, ("co_lead", "status"): rule})
            made = Definition.read(report(measures=[COUNT, {"agg": "sum", "of": "lead.budget"}]))
            assert [one.key for one in run(cut, made).measures] == ["m1"]
            with pytest.raises(ReportUnreadable, match="unreadable"):
                run(cut, Definition.read(report(groupings=[STATUS])))
            assert "lead.budget" not in kind_of(JOURNEY, cut).all_fields
            late = reader(rules={("co_opportunity", "closed_on"): rule})
            assert "opportunity.days" not in kind_of(JOURNEY, late).all_fields  # it would tell it
            young = reader(rules={("co_lead", "created_at"): rule})
            assert "touch.wait" not in kind_of(JOURNEY, young).all_fields
        assert {"lead.budget", "touch.wait"} <= set(kind_of(JOURNEY, reader()).all_fields)

        no_orders = reader(without=("co_order",))
        made = Definition.read(report(measures=[COUNT, {"agg": "count", "of": "order"}]))
        assert run(no_orders, made).notices
        no_deals = kind_of(JOURNEY, reader(without=("co_opportunity",))).all_fields
        assert not any(key.startswith(("opportunity.", "order.")) for key in no_deals)
        assert JOURNEY not in datasets_for(reader(without=("co_lead",)))
        with pytest.raises(Invalid):
            Definition.parse(report(), reader(without=("co_lead",)))

        mine = frozenset({2})
        few = reader(Scope.OWN, people=mine)
        own = [one for one in data["lead"] if one["owner_id"] in mine and one["archived_at"] is None]
        assert run(few, Definition.read(report())).total == (len(own),)


def test_contact_details_are_not_grouped_by() -> None:
    hidden = Field("mobile", "Mobile", FieldType.PHONE, sql="'1'", mask="phone")  # type: ignore[arg-type]
    made = Dataset("co_people", "P", "", (Node("lead", "co_lead", "Leads", fields=(hidden,)),))
    with known(made), pytest.raises(Invalid):
        Definition.parse(
            {"dataset": "co_people", "measures": [COUNT], "groupings": [{"field": "lead.mobile"}]}, reader()
        )


@pytest.mark.django_db
def test_nothing_and_nobody() -> None:
    """An empty set has a total: none, no average; a rate over none is no number."""
    with known():
        store(invent(1) | {"lead": []})
        rate = {"agg": "rate", "of": COUNT, "over": {"agg": "count", "of": "order"}}
        measures = [COUNT, {"agg": "sum", "of": "lead.budget"}, {"agg": "avg", "of": "lead.score"}, rate,
                    {"agg": "share", "of": COUNT}, {"agg": "running", "of": COUNT},
                    {"agg": "median", "of": "lead.score"},
                    {"agg": "max", "of": "lead.created_at"}]  # fmt: skip
        for groupings in ([], [STATUS], [STATUS, {"field": "lead.created_at"}]):
            for attribution in ("first", "linear"):
                raw = report(groupings=groupings, measures=measures, attribution=attribution)
                result = run(reader(), Definition.parse(raw, reader()))
                assert (result.rows, result.group_count, result.is_cut) == ((), 0, False)
                assert result.total == (0, 0, None, None, None, 0, None, None)


def test_drilling_where_nothing_is() -> None:
    with known():
        made = Definition.parse(report(groupings=[{"field": "lead.created_at"}]), reader())
        for measure, keys in (("m9", ()), ("m1", ("a", "b")), ("m1", ("no day",))):
            with pytest.raises(Invalid):
                drill(reader(), made, measure, keys)
