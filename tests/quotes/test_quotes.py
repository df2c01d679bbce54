"""Quotes through services: versions, approval, sending, answers, and who may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid, NotFound, Stale
from headwater.kernel.sql import execute, value
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from headwater.quotes import errors, queries, services
from headwater.quotes.models import Quote, QuoteApproval, QuoteLine, QuoteVersion
from headwater.quotes.types import QuoteState
from headwater.sales import services as sales
from tests.organization.factories import access, make_user
from tests.quotes.factories import LINES, make_line, make_quote, make_sent_quote
from tests.sales.factories import make_account, make_opportunity

pytestmark = pytest.mark.django_db


def newest(quote: Quote) -> QuoteVersion:
    return QuoteVersion.objects.filter(quote=quote).latest("number")


def test_the_way_of_a_quote() -> None:
    rep = make_user()
    by = access(rep, "quotes.edit")
    quote = make_quote(rep, discount_percent=5)
    assert quote.number == f"Q{clock.today().year}-00001"
    # 10 × 128.50 = 1285.00; 2.5 × 1800 = 4500.00; 5 % off 5785.00 is 289.25.
    first = newest(quote)
    assert [first.subtotal, first.discount, first.total] == [5785, Decimal("289.25"), Decimal("5495.75")]
    assert first.total == quote.total == sum(line.total for line in QuoteLine.objects.filter(version=first))
    services.send_quote(by, quote.pk)
    with pytest.raises(errors.Frozen):
        services.write_draft(by, quote.pk, {"terms": "x"})
    assert services.revise(by, quote.pk) == 2
    with pytest.raises(errors.HasDraft):
        services.revise(by, quote.pk)
    lines = [dict(LINES[0], mark=1, quantity=12), {"name": "培训", "unit_price": 3000}]
    services.write_draft(by, quote.pk, {"lines": lines})
    found = queries.differences(queries.find_version(quote, 1), queries.find_version(quote, 2))
    assert {one.name: (one.before is None, one.after is None) for one in found.lines} == {
        "用户许可": (False, False),
        "培训": (True, False),
        "实施": (False, True),
    }
    assert {one.field for one in found.lines[0].changes} == {"quantity", "amount"}
    assert newest(quote).lines.get(name="培训").mark == 3, "the mark of a line is not given out twice"
    services.send_quote(by, quote.pk)
    states = list(QuoteVersion.objects.filter(quote=quote).order_by("number").values_list("state", flat=True))
    assert states == [QuoteState.REPLACED, QuoteState.SENT]
    services.accept(by, quote.pk, who="李总", note="电话确认")
    assert queries.accepted_version(quote.opportunity_id) == newest(quote)
    found_acts = [entry.action for entry in audit.history("quote", quote.pk).items]
    acts = [act for act in found_acts if act != "add_file"]
    assert acts[::-1] == ["create", "update", "send", "revise", "update", "send", "accept"]
    quote.refresh_from_db()
    assert (quote.state, quote.total) == (QuoteState.ACCEPTED, newest(quote).total)
    with pytest.raises(errors.WrongState):
        services.accept(by, quote.pk)
    with pytest.raises(errors.WrongState):
        services.revise(by, quote.pk)
    with pytest.raises(errors.QuoteInUse):
        services.archive_quotes(system_access("tests"), [quote.pk])


def test_the_table_itself_keeps_what_is_out() -> None:
    quote = make_sent_quote(make_user())
    sent = newest(quote)
    for statement in (
        "UPDATE quotes_quoteversion SET total = total + 1, net = net + 1 WHERE id = %s",
        'UPDATE quotes_quoteversion SET frozen = \'{"company": "x"}\' WHERE id = %s',
        "UPDATE quotes_quoteline SET name = 'x' WHERE version_id = %s",
        "DELETE FROM quotes_quoteline WHERE version_id = %s",
        "UPDATE quotes_quotestep SET note = 'x' WHERE version_id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            execute(statement, (sent.pk,))


def test_approval_goes_up_the_line_to_whose_limit_suffices_and_never_to_oneself() -> None:
    rep, manager, top = make_line()
    by = access(rep, "quotes.edit")
    quote = make_quote(rep, discount_percent=20)
    with pytest.raises(errors.NeedsApproval):
        services.send_quote(by, quote.pk)
    assert services.ask_approval(by, quote.pk, note="老客户") == manager.pk
    drain()
    assert [one.kind for one in latest(manager.pk).items] == ["quote.approval_asked"]
    with pytest.raises(errors.WrongState):
        services.send_quote(by, quote.pk)
    with pytest.raises(Invalid):
        services.reject(access(manager, "quotes.approve"), quote.pk)
    services.reject(access(manager, "quotes.approve"), quote.pk, note="最多 15%")
    services.write_draft(by, quote.pk, {"discount_percent": 35})
    assert services.ask_approval(by, quote.pk) == top.pk, "35 % is beyond the manager too"
    with pytest.raises(errors.NotYourApproval):
        services.approve(access(manager, "quotes.approve"), quote.pk)
    services.approve(access(top, "quotes.approve"), quote.pk)
    services.send_quote(by, quote.pk)
    asked = QuoteApproval.objects.filter(version__quote=quote).order_by("asked_at")
    assert [(one.decision, one.decided_by_id) for one in asked] == [
        ("rejected", manager.pk),
        ("approved", top.pk),
    ]
    own = make_quote(top, discount_percent=100)
    services.set_limits(access(top, "quotes.configure"), [{"role": _role("admin"), "discount_percent": 5}])
    with pytest.raises(errors.NobodyMayApprove):
        services.ask_approval(access(top, "quotes.edit"), own.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.filter(decision="approved").update(decided_by_id=rep.pk)


def _role(key: str) -> int:
    return int(value("SELECT id FROM organization_role WHERE key = %s", (key,)))


def test_an_amount_and_a_missing_rate_need_approval_too() -> None:
    rep, manager, top = make_line()
    by = access(rep, "quotes.edit")
    dear = make_quote(rep, lines=[{"name": "大单", "unit_price": 150_000}])
    assert services.ask_approval(by, dear.pk) == manager.pk
    unknown = make_quote(rep, currency="USD", price_book=None)
    assert [one["code"] for one in services.reasons_for(by, newest(unknown))] == ["no_rate"]
    assert services.ask_approval(by, unknown.pk) == top.pk
    cheap = make_quote(rep)
    assert services.ask_approval(by, cheap.pk) is None
    assert newest(cheap).state == QuoteState.APPROVED
    services.reopen(by, cheap.pk)
    assert newest(cheap).state == QuoteState.DRAFT


def test_who_sees_and_who_may() -> None:
    rep, manager, _top = make_line()
    stranger = make_user("外人")
    quote = make_quote(rep, discount_percent=40)
    for user, sees in ((rep, True), (manager, True), (stranger, False)):
        try:
            services.get_quote(access(user, "quotes.view"), quote.pk)
            assert sees
        except NotFound:
            assert not sees
    for act in (
        lambda by: services.write_draft(by, quote.pk, {"terms": "x"}),
        lambda by: services.send_quote(by, quote.pk),
        lambda by: services.ask_approval(by, quote.pk),
        lambda by: services.revise(by, quote.pk),
    ):
        with pytest.raises(NotFound):
            act(access(stranger, "quotes.edit"))
    other = make_opportunity(owner=stranger)
    with pytest.raises(Invalid):
        services.create_quote(access(rep, "quotes.create"), {"opportunity": other.pk})
    # Who is asked sees it, wherever it lies, but does not write it.
    services.ask_approval(access(rep, "quotes.edit"), quote.pk)
    QuoteApproval.objects.filter(version__quote=quote).update(approver=stranger)
    assert services.get_quote(access(stranger, "quotes.view"), quote.pk).pk == quote.pk
    with pytest.raises(NotFound):
        services.reopen(access(stranger, "quotes.edit"), quote.pk)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"lines": [{"name": "x", "unit_price": "9" * 20}]}, "lines.0.unit_price"),
    ({"lines": [{"name": "x", "unit_price": -1}]}, "lines.0.unit_price"),
    ({"lines": [{"name": "x", "unit_price": "NaN"}]}, "lines.0.unit_price"),
    ({"lines": [{"name": "x"}]}, "lines.0.unit_price"),
    ({"lines": [{"name": "x", "unit_price": 1, "quantity": 0}]}, "lines.0.quantity"),
    ({"lines": [{"name": "x", "unit_price": 1, "quantity": -2}]}, "lines.0.quantity"),
    ({"lines": [{"name": "x", "unit_price": 10**13, "quantity": 100}]}, "lines.0.unit_price"),
    ({"lines": [{"name": "x", "unit_price": 1, "discount_percent": 101}]}, "lines.0.discount_percent"),
    ({"lines": [{"name": "x", "unit_price": 1, "discount_amount": 2}]}, "lines.0.discount_amount"),
    (
        {"lines": [{"name": "x", "unit_price": 1, "discount_amount": 1, "discount_percent": 1}]},
        "lines.0.discount_amount",
    ),
    ({"lines": [{"unit_price": 1}]}, "lines.0.name"),
    ({"lines": [{"product": 10**15}]}, "lines.0.product"),
    ({"lines": [{"name": "x", "unit_price": 1}] * 1000}, "lines"),
    ({"lines": [{"name": "x", "unit_price": 1, "colour": "red"}]}, "lines.0.colour"),
    ({"lines": "x"}, "lines"),
    ({"lines": [3]}, "lines.0"),
    ({"currency": "XXX"}, "currency"),
    ({"valid_until": "9999-01-01"}, "valid_until"),
    ({"contact": 10**15}, "contact"),
    ({"price_book": 10**15}, "price_book"),
    ({"discount_amount": "5786"}, "discount_amount"),
    ({"total": 1}, "total"),
]


def test_bad_input_is_refused_where_it_stands() -> None:
    rep = make_user()
    quote, by = make_quote(rep), access(rep, "quotes.edit")
    before = list(QuoteLine.objects.filter(version__quote=quote).values())
    for wrong, place in BAD:
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            services.write_draft(by, quote.pk, wrong)
        assert place in refusal.value.fields, wrong
    assert list(QuoteLine.objects.filter(version__quote=quote).values()) == before


def test_two_people_write_one_version() -> None:
    rep, manager, _top = make_line()
    quote = make_quote(rep)
    services.write_draft(access(rep, "quotes.edit"), quote.pk, {"terms": "甲"}, version=quote.version)
    with pytest.raises(Stale):
        services.write_draft(access(manager, "quotes.edit"), quote.pk, {"terms": "乙"}, version=quote.version)
    assert newest(quote).terms == "甲"


def test_products_bring_name_unit_tax_and_price() -> None:
    rep = make_user()
    product = _product("许可", "100", currency="CNY")
    quote = make_quote(rep, lines=[{"product": product, "quantity": 3}])
    line = QuoteLine.objects.get(version__quote=quote)
    assert (line.name, line.unit) == ("许可", "套")
    assert line.unit_price == line.list_price == Decimal(100)
    services.write_draft(
        access(rep, "quotes.edit"), quote.pk, {"lines": [{"product": product, "unit_price": 60}]}
    )
    assert newest(quote).reduction == 40, "a lower price is a discount as well"
    with pytest.raises(Invalid) as refusal:
        services.write_draft(
            access(rep, "quotes.edit"), quote.pk, {"currency": "USD", "lines": [{"product": product}]}
        )
    assert refusal.value.fields["lines.0.unit_price"]["code"] == "quote.no_price"


def test_a_quote_begins_with_the_lines_of_its_opportunity() -> None:
    rep = make_user()
    opportunity, product = make_opportunity(owner=rep), _product("许可", "100", currency="CNY")
    execute(
        "INSERT INTO sales_opportunityline (opportunity_id, product_id, quantity, unit_price, discount,"
        " amount, position) VALUES (%s, %s, 3, 90, 10, 243, 1)",
        (opportunity.pk, product),
    )
    made = services.create_quote(access(rep, "quotes.create"), {"opportunity": opportunity.pk})
    line = QuoteLine.objects.get(version__quote=made)
    assert line.product_id == product
    assert line.amount == Quote.objects.get(pk=made).total == Decimal(243)


def _product(name: str, price: str, *, currency: str) -> int:
    from headwater.products import services as products

    return products.create_product(
        system_access("tests"),
        {"code": name, "name": name, "unit": "套", "currency": currency, "list_price": price, "tax_rate": 13},
    )


def test_time_runs_out() -> None:
    rep = make_user()
    quote = make_sent_quote(rep, valid_until=(clock.today() + timedelta(days=3)).isoformat())
    with clock.freeze(clock.now() + timedelta(days=3)):
        assert services.expire_due() == 0, "the last day counts"
    with clock.freeze(clock.now() + timedelta(days=4)):
        assert services.expire_due() == 1
        assert services.expire_due() == 0
        with pytest.raises(errors.WrongState):
            services.accept_by_link(newest(quote).pk, who="客户")
        services.revise(access(rep, "quotes.edit"), quote.pk)
        with pytest.raises(errors.Lapsed):
            services.send_quote(access(rep, "quotes.edit"), quote.pk)


def test_answers_on_the_link_count_once_and_not_after_withdrawal() -> None:
    rep = make_user()
    quote = make_sent_quote(rep)
    sent = newest(quote)
    services.accept_by_link(sent.pk, who=" 王五 ")
    services.accept_by_link(sent.pk, who="王五")
    assert newest(quote).settled_name == "王五"
    with pytest.raises(errors.WrongState):
        services.decline_by_link(sent.pk, who="", note="")
    drain()
    assert [one.kind for one in latest(rep.pk).items] == ["quote.accepted"]
    other = make_sent_quote(rep)
    services.withdraw(access(rep, "quotes.edit"), other.pk, note="价格有误")
    with pytest.raises(errors.WrongState):
        services.accept_by_link(newest(other).pk, who="王五")
    # What is accepted ends a later version in work.
    third = make_sent_quote(rep)
    services.revise(access(rep, "quotes.edit"), third.pk)
    services.accept_by_link(queries.find_version(third, 1).pk, who="王五")
    third.refresh_from_db()
    assert (newest(third).state, third.state) == (QuoteState.REPLACED, QuoteState.ACCEPTED)


def test_a_lost_opportunity_gets_no_quote_and_numbers_begin_anew_each_year() -> None:
    rep = make_user()
    lost = make_opportunity(owner=rep)
    execute(
        "UPDATE sales_opportunity SET stage_id = s.id, status = 'lost', closed_at = now(),"
        " lost_reason = 'price'"
        " FROM sales_stage s WHERE s.pipeline_id = sales_opportunity.pipeline_id AND s.kind = 'lost'"
        " AND sales_opportunity.id = %s",
        (lost.pk,),
    )
    with pytest.raises(errors.OpportunityLost):
        make_quote(rep, opportunity=lost)
    numbers = [make_quote(rep).number for _ in range(2)]
    with clock.freeze(clock.now().replace(year=2031, month=3, day=1)):
        numbers.append(make_quote(rep).number)
    assert [one[-5:] for one in numbers] == ["00001", "00002", "00001"]
    assert numbers[2].startswith("Q2031-")


def test_customers_that_merge_bring_their_quotes() -> None:
    from headwater.sales.merging import carry_all
    from tests.sales.factories import make_contact

    rep = make_user()
    account = make_account(owner=rep)
    first, second = (make_contact(name, account=account, owner=rep) for name in ("甲", "乙"))
    quote = make_quote(rep, contact=first.pk)
    services.send_quote(access(rep, "quotes.edit"), quote.pk)
    carry_all(system_access("tests"), "contact", first.pk, second.pk)
    assert newest(quote).contact_id == second.pk
    assert newest(quote).frozen["contact"] == "甲", "the paper says what it said"


def test_approvals_of_a_leaver_pass_on() -> None:
    from headwater.organization.belongings import Gift, transferable
    from headwater.quotes.belongings import APPROVALS, waiting_approvals

    rep, manager, top = make_line()
    quote = make_quote(rep, discount_percent=20)
    services.ask_approval(access(rep, "quotes.edit"), quote.pk)
    assert waiting_approvals([manager.pk]) == {manager.pk: 1}
    (asked,) = APPROVALS.held(manager.pk)
    (kind,) = (one for one in transferable() if one.key == "quote_approval")
    assert value(f"SELECT name FROM {kind.table} WHERE id = ANY(%s::bigint[])", ([asked],)) == quote.number
    house = system_access("tests")
    (unfit,) = APPROVALS.give(house, manager.pk, [Gift(asked, owner_id=rep.pk)], mark="x")
    assert unfit.code
    (given,) = APPROVALS.give(house, manager.pk, [Gift(asked, owner_id=top.pk)], mark="x")
    assert not given.code
    services.approve(access(top, "quotes.approve"), quote.pk)


def test_reading_costs_the_same_for_many() -> None:
    from django.test.utils import CaptureQueriesContext

    from headwater.kernel import listing
    from headwater.kernel.catalogue import record_type

    rep = make_user()
    counts = []
    for more in (2, 6):
        for _ in range(more):
            make_quote(rep)
        with CaptureQueriesContext(connection) as captured:
            listing.fetch(access(rep, "quotes.view"), record_type("quote"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_refusals_say_what_next() -> None:
    rep = make_user()
    quote = make_quote(rep, lines=[])
    with pytest.raises(errors.NothingOffered) as refusal:
        services.send_quote(access(rep, "quotes.edit"), quote.pk)
    told: DomainError = refusal.value
    assert told.detail
    assert told.advice


def test_the_demo_company_has_quotes_in_every_state() -> None:
    from headwater.quotes.demo import set_up_quotes
    from headwater.sales.services import move_stage
    from tests.sales.factories import stage

    rep, _manager, _top = make_line()
    opportunities = [make_opportunity(owner=rep) for _ in range(11)]
    for one in opportunities[:2]:
        move_stage(system_access("tests"), one.pk, stage_id=stage("won"))
    set_up_quotes({}, {})
    states = set(Quote.objects.values_list("state", flat=True))
    assert states == {"draft", "waiting", "sent", "accepted", "declined"}


def test_what_was_accepted_is_what_the_opportunity_is_worth() -> None:
    rep = make_user()
    open_one, won_one = (make_opportunity(owner=rep, amount="9") for _one in range(2))
    dear = make_opportunity(owner=rep, amount="9", currency="USD")
    for deal in (open_one, won_one, dear):
        quote = make_sent_quote(rep, opportunity=deal, currency="CNY")
        if deal is won_one:
            sales.win(access(rep, "opportunities.edit"), deal.pk)
        services.accept(access(rep, "quotes.edit"), quote.pk)
    drain()
    drain()  # told twice, it changes nothing more
    worth = {}
    for deal in (open_one, won_one, dear):
        deal.refresh_from_db()
        worth[deal] = (deal.amount, deal.currency)
    assert worth == {open_one: (5785, "CNY"), won_one: (9, "CNY"), dear: (5785, "CNY")}
    acts = [entry.action for entry in audit.history("opportunity", open_one.pk).items]
    assert acts.count("update") == 1
