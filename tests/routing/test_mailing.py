"""The mail that tells a customer who will call: to whom it goes, once, what fails, and how it ends."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.core import mail as outbox
from django.core import signing
from django.db import connection
from django.test import Client

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import execute, value
from headwater.leads.mailing.opting_out import opt_out_address
from headwater.leads.mailing.outbox import LOST_AFTER, WAITS
from headwater.leads.models import Lead
from headwater.leads.services import archive_leads, assign_leads, convert_lead, stop_mail
from headwater.leads.services.merging import merge_leads
from headwater.organization.models import User
from headwater.platform.audit.models import AuditRow
from headwater.platform.notifications.models import Notification
from headwater.platform.settings import set_setting
from headwater.routing.content import flaws, read_content
from headwater.routing.models import CustomerMail, RoutingRule
from headwater.routing.services import restore_version, update_rule
from headwater.routing.services.mailing import OUTBOX
from headwater.sales.models import Contact
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import client_for, make_user
from tests.platform.receivers import Mailbox, mail_server
from tests.processes import Product
from tests.routing.factories import last, make_rule, people, route

MAIL = {"subject": "{name}，您好", "text": "{company} 的 {owner} 会致电，电话 {phone}。{name}"}
AGREED = {"email": "li@customer.example", "consent_basis": "form", "consent_evidence": "同意联系"}
ACCESS = system_access("tests")


@pytest.fixture
def rep(db: None) -> User:
    return made_rep()


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    """A mail server that Django sends to."""
    with mail_server() as (made, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield made


def made_rep() -> User:
    set_setting(ACCESS, "routing.mail_company", "云帆")
    return make_user(name="何思远", mobile="13800001111")


def dispatched(rep: User, **values: Any) -> Lead:
    make_rule(people(rep), mail=MAIL)
    lead = make_lead(**(AGREED | values))
    route()
    return lead


def link(lead: Lead) -> str:
    """The path of the page that ends mail."""
    return f"/no-mail/{opt_out_address(lead.pk).rsplit('/', 1)[1]}"


def states() -> list[tuple[str, str]]:
    return list(CustomerMail.objects.order_by("id").values_list("state", "reason"))


def told(rep: User) -> int:
    return Notification.objects.filter(recipient_id=rep.pk, kind="routing.mail_failed").count()


# --- what goes, and to whom


def test_the_customer_reads_who_will_call_why_and_how_to_end_it(rep: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example"
    lead = dispatched(rep, name="李总 {owner}")
    OUTBOX.send_due()
    (sent,) = outbox.outbox
    assert sent.to == ["li@customer.example"]
    assert sent.from_email.endswith("<headwater@localhost>")
    assert str(make_header(decode_header(sent.from_email))).startswith("云帆")
    assert sent.subject == "李总 {owner}，您好"  # what a customer is called is no template
    assert "云帆 的 何思远 会致电，电话 138 0000 1111" in sent.body
    assert "同意联系" in sent.body
    assert f"https://crm.example{link(lead)}" in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == f"<https://crm.example{link(lead)}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.reply_to == [rep.email]


def test_timeline_decision_and_api_say_what_went(rep: User) -> None:
    lead = dispatched(rep, name="李总")
    admin = client_for(make_user(role="admin"))
    decision = f"/api/v1/decisions/{last(lead).pk}"
    assert admin.get(decision).json()["mail"]["state"] == "waiting"
    OUTBOX.send_due()
    timeline = admin.get(f"/api/v1/leads/{lead.pk}/timeline").json()["items"]
    (entry,) = [item for item in timeline if item["source"] == "customer_mail"]
    assert (entry["kind"], entry["data"]["subject"]) == ("sent", "李总，您好")
    mail = admin.get(decision).json()["mail"]
    assert (mail["state"], mail["subject"]) == ("sent", "李总，您好")
    assert "何思远" in mail["text"]
    assert link(lead) not in mail["text"]  # who reads of the mail cannot end it in the customer's name
    why = f"/routing/decisions/{last(lead).pk}"
    assert f"{why}/mail" in admin.get(why).content.decode()
    shown = admin.get(f"{why}/mail").content.decode()
    assert "何思远 会致电" in shown
    assert link(lead) not in shown
    assert client_for(make_user()).get(f"{why}/mail").status_code == 404
    assert "李总，您好" in admin.get(f"/leads/{lead.pk}").content.decode()


@pytest.mark.parametrize(
    "values",
    [{"email": None}, {"consent_basis": ""}, {"do_not_email": True}],
    ids=["address", "consent", "wish"],
)
def test_without_address_consent_or_against_the_wish_nothing_is_queued(rep: User, values: Any) -> None:
    dispatched(rep, **values)
    assert not CustomerMail.objects.exists()


def test_a_rule_without_mail_and_a_default_assignee_send_none(rep: User) -> None:
    make_rule(people(rep))
    make_lead(**AGREED)
    route()
    assert not CustomerMail.objects.exists()


def test_what_changed_in_between_holds_the_mail_back(rep: User) -> None:
    others = [AGREED | {"email": f"wang{number}@customer.example"} for number in range(3)]
    leads = [dispatched(rep), *(make_lead(**values) for values in others)]
    route()
    stop_mail(ACCESS, leads[0].pk)
    assign_leads(ACCESS, [leads[1].pk], [make_user().pk])
    archive_leads(ACCESS, [leads[2].pk])
    Lead.objects.filter(pk=leads[3].pk).update(consent_basis="")
    OUTBOX.send_due()
    assert outbox.outbox == []
    assert states() == [
        ("skipped", "opted_out"),
        ("skipped", "moved_on"),
        ("skipped", "moved_on"),
        ("skipped", "not_allowed"),
    ]
    assert told(rep) == 0


def test_without_a_mail_server_nothing_is_said_to_have_gone(rep: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    dispatched(rep)
    OUTBOX.send_due()
    assert states() == [("skipped", "no_server")]
    assert "mail.no_server" in [
        flaw.code for flaw in flaws(read_content({"target": people(rep), "mail": MAIL}))
    ]


# --- once


def test_the_same_event_again_sends_nothing(rep: User) -> None:
    dispatched(rep)
    execute("UPDATE platform_event_cursor SET xid = '0', event_id = 0 WHERE subscriber LIKE 'routing.%%'")
    route()
    OUTBOX.send_due()
    assert len(outbox.outbox) == 1
    assert CustomerMail.objects.count() == 1


def test_two_workers_at_once_send_each_mail_once(own_database: None, box: Mailbox) -> None:
    rep, count = made_rep(), 24
    make_rule(people(rep), mail=MAIL)
    for number in range(count):
        make_lead(**(AGREED | {"email": f"c{number}@customer.example"}))
    route()
    box.wait = 0.02

    def work(_worker: int) -> int:
        try:
            return OUTBOX.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(work, range(2)))
    assert sum(shares) == count
    assert min(shares) > 0
    assert sorted(mail["To"] for mail in box.mails) == sorted(f"c{n}@customer.example" for n in range(count))
    assert {state for state, _reason in states()} == {"sent"}


def test_a_mail_is_marked_for_all_to_see_before_the_server_has_it(own_database: None, box: Mailbox) -> None:
    rep = made_rep()
    make_rule(people(rep), mail=MAIL)
    lead = make_lead(**AGREED)
    route()
    box.wait = 1.0

    def work(_worker: int) -> int:
        try:
            return OUTBOX.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work, 0)
        while not box.mails and not first.done():
            pass
        assert states()[0][0] == "sending"
        assert OUTBOX.send_due() == 0  # a second worker finds nothing
        first.result()
    assert states() == [("sent", "")]
    assert [mail["To"] for mail in box.mails] == [lead.email]


def test_an_interrupted_sending_is_told_and_not_repeated(rep: User) -> None:
    dispatched(rep)
    CustomerMail.objects.update(state="sending", due_at=clock.now() + LOST_AFTER, settled_at=None)
    OUTBOX.send_due()
    assert CustomerMail.objects.get().state == "sending"  # it may still live
    with clock.freeze(clock.now() + LOST_AFTER + timedelta(seconds=1)):
        for _again in range(2):
            OUTBOX.send_due()
    assert outbox.outbox == []
    assert states() == [("failed", "lost")]
    assert told(rep) == 1


@pytest.mark.faults
@pytest.mark.slow
def test_kill_9_while_the_mail_server_answers_sends_it_once(product: Product) -> None:
    rep = made_rep()
    make_rule(people(rep), mail=MAIL)
    make_lead(**AGREED)
    state = "SELECT state FROM routing_customermail"
    with mail_server() as (box, port):
        where = {"HEADWATER_EMAIL_URL": f"smtp+plain://127.0.0.1:{port}"}
        box.wait = 60.0
        worker = product.start_worker(**where)
        product.wait_until(lambda: box.mails, within=90)  # taken by the mail server, not answered yet
        worker.kill()
        assert value(state) == "sending"
        box.wait = 0.0
        execute("UPDATE routing_customermail SET due_at = %s", (clock.now(),))
        product.start_worker(**where)
        product.wait_until(lambda: value(state) == "failed", within=150)
        assert len(box.mails) == 1
    assert told(rep) == 1


# --- what fails


def test_an_unreachable_server_is_tried_again_and_holds_no_other_mail_up(rep: User, settings: Any) -> None:
    with mail_server() as (_box, port):
        pass  # nobody listens there any more
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    make_rule(people(rep), mail=MAIL)
    for number in range(3):
        make_lead(**(AGREED | {"email": f"c{number}@customer.example"}))
    route()
    OUTBOX.send_due()
    assert sorted(CustomerMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    CustomerMail.objects.exclude(attempts=1).delete()
    with clock.freeze(clock.now()):
        for wait in WAITS:
            assert CustomerMail.objects.get().state == "waiting"
            clock.advance(wait)
            OUTBOX.send_due()
    kept = CustomerMail.objects.get()
    assert (kept.state, kept.reason, kept.due_at, kept.attempts) == (
        "failed",
        "no_answer",
        None,
        len(WAITS) + 1,
    )
    assert told(rep) == 1


def test_later_is_tried_later_and_no_is_told_without_the_address(rep: User, box: Mailbox) -> None:
    box.refuse = 1
    with clock.freeze(clock.now()):
        lead = dispatched(rep)
        OUTBOX.send_due()
        assert states() == [("waiting", "451 try again later")]
        assert box.mails == []
        clock.advance(WAITS[0])
        box.refuse, box.refusal = 1, "550 li@customer.example unknown"
        OUTBOX.send_due()
        assert states() == [("failed", "550 … unknown")]
        assert told(rep) == 1
        clock.advance(timedelta(days=1))
        OUTBOX.send_due()
    assert box.mails == []
    shown = client_for(rep).get(f"/leads/{lead.pk}").content.decode()
    assert "550 … unknown" in shown


@pytest.mark.parametrize("said", ["<LI@Customer.example>: unknown", "li@xn--customer-9k3c.example unknown"])
def test_no_spelling_of_the_address_is_told(rep: User, box: Mailbox, said: str) -> None:
    dispatched(rep)
    box.refuse, box.refusal = 1, f"550 {said}"
    OUTBOX.send_due()
    assert states() == [("failed", f"550 {said}".replace(said.strip("<>").split(">")[0].split()[0], "…"))]


def test_a_worker_that_ends_begins_no_further_mail(rep: User, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatched(rep)
    with monkeypatch.context() as ending:
        ending.setattr("headwater.leads.mailing.outbox.is_stopping", lambda: True)
        assert OUTBOX.send_due() == 0
    assert states() == [("waiting", "")]
    assert OUTBOX.send_due() == 1


def test_a_connection_that_breaks_in_the_middle_is_not_tried_again(
    rep: User, box: Mailbox, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT, box.wait = 0.3, 1.0
    with clock.freeze(clock.now()):
        dispatched(rep)
        OUTBOX.send_due()
        assert states() == [("failed", "lost")]
        clock.advance(timedelta(days=1))
        OUTBOX.send_due()
    assert len(box.mails) == 1
    assert told(rep) == 1


def test_an_address_that_no_mail_can_be_written_to_fails_alone(rep: User, box: Mailbox) -> None:
    make_rule(people(rep), mail=MAIL)
    bad, good = make_lead(**AGREED), make_lead(**(AGREED | {"email": "ok@customer.example"}))
    Lead.objects.filter(pk=bad.pk).update(email="a\nBcc: x@y.example")
    route()
    OUTBOX.send_due()
    assert [mail["To"] for mail in box.mails] == [good.email]
    assert sorted(state for state, _reason in states()) == ["failed", "sent"]


# --- how it ends


def test_the_link_asks_first_and_then_ends_mail(db: None) -> None:
    lead, stranger = make_lead(**AGREED), Client()
    assert stranger.head(link(lead)).status_code == 200
    assert b'data-kind="primary"' in stranger.get(link(lead)).content
    lead.refresh_from_db()
    assert not lead.do_not_email
    for _again in range(2):
        answer = stranger.post(link(lead), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert b'data-kind="primary"' not in stranger.get(link(lead)).content  # nothing left to ask
    lead.refresh_from_db()
    assert lead.do_not_email
    (row,) = AuditRow.objects.filter(record_type="lead", record_id=lead.pk, action="opt_out")
    assert row.changes == {"do_not_email": [False, True]}
    admin = client_for(make_user(role="admin"))
    timeline = admin.get(f"/api/v1/leads/{lead.pk}/timeline").json()["items"]
    assert [item["kind"] for item in timeline if item["source"] == "opt_out"] == ["opt_out"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_we_did_not_sign_opens_nothing(db: None, method: str) -> None:
    lead = make_lead(**AGREED)
    other_use = signing.Signer(salt="another").sign(str(lead.pk))
    gone = opt_out_address(10**12).rsplit("/", 1)[1]
    for token in ("1", link(lead).removeprefix("/no-mail/")[:-2] + "xx", other_use, gone, "x:y", "٣:x"):
        assert getattr(Client(), method)(f"/no-mail/{token}").status_code == 404
    lead.refresh_from_db()
    assert not lead.do_not_email


def test_the_wish_reaches_the_contact_that_the_lead_became(rep: User) -> None:
    lead = dispatched(rep)
    convert_lead(ACCESS, lead.pk, contact={})
    assert Client().post(link(lead)).status_code == 200
    contact = Contact.objects.get(email=lead.email)
    assert contact.do_not_email
    lead.refresh_from_db()
    assert (lead.do_not_email, lead.status) == (True, "converted")


def test_the_wish_reaches_the_lead_that_this_one_was_merged_into(rep: User) -> None:
    lead, other = dispatched(rep), make_lead(email="li@home.example")
    merge_leads(ACCESS, other.pk, [lead.pk])
    assert Client().post(link(lead)).status_code == 200
    assert set(Lead.objects.values_list("do_not_email", flat=True)) == {True}
    assert AuditRow.objects.filter(action="opt_out", record_id=other.pk).count() == 1


# --- what a rule may say


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        ({"subject": "您好", "text": ""}, "mail.half"),
        ({"subject": "", "text": "您好"}, "mail.half"),
        ({"subject": "您好", "text": "{salary}"}, "mail.placeholder"),
        ({"subject": "您\nBcc: x@y.z", "text": "好"}, "mail.too_long"),
        ({"subject": "您" * 121, "text": "好"}, "mail.too_long"),
        ({"subject": "您", "text": "好" * 4001}, "mail.too_long"),
    ],
)
def test_mails_that_cannot_be_are_refused(db: None, mail: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_content({"target": people(make_user()), "mail": mail})
    assert refused.value.fields["mail"]["code"] == code


def test_a_rule_that_sends_to_a_pool_names_nobody(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        read_content({"target": {"kind": "pool", "pool": make_pool().pk}, "mail": MAIL})
    assert refused.value.fields["mail"]["code"] == "mail.no_person"


def test_a_company_without_a_name_is_not_named(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        make_rule(people(make_user()), mail=MAIL)
    assert refused.value.fields["mail"]["code"] == "mail.no_company"


def test_people_without_a_number_are_warned_of(rep: User) -> None:
    content = {"target": people(rep, make_user(name="无号", mobile="")), "mail": MAIL}
    (flaw,) = [flaw for flaw in flaws(read_content(content)) if flaw.code == "mail.no_phone"]
    assert "无号" in flaw.text
    assert "何思远" not in flaw.text


def test_mail_is_part_of_versions_and_audit(rep: User) -> None:
    rule = make_rule(people(rep), mail=MAIL)
    update_rule(ACCESS, rule.pk, content=rule.content | {"mail": MAIL | {"subject": "您好"}})
    row = AuditRow.objects.filter(record_type="routing_rule", action="update").latest("id")
    assert row.changes == {"mail.subject": [MAIL["subject"], "您好"]}
    without = {key: part for key, part in rule.content.items() if key != "mail"}
    assert "mail" not in update_rule(ACCESS, rule.pk, content=without).content
    restore_version(ACCESS, rule.pk, 1)
    assert RoutingRule.objects.get(pk=rule.pk).content["mail"] == MAIL


def test_the_preview_shows_the_mail_and_counts_whom_it_could_reach(rep: User) -> None:
    for number, values in enumerate((AGREED, {"consent_basis": "form"}, AGREED | {"do_not_email": True})):
        make_lead(**(values | {"email": f"c{number}@customer.example"}))
    make_lead(email="none@customer.example")
    content = {"target": people(rep), "mail": MAIL}
    admin = client_for(make_user(role="admin"))
    shown = admin.post(
        "/api/v1/routing/preview", {"content": content}, content_type="application/json"
    ).json()
    assert "何思远" in shown["mail"]["text"]
    assert (shown["passing_now"], shown["may_mail_now"]) == (4, 2)
    without = {"content": {"target": people(rep)}}
    shown = admin.post("/api/v1/routing/preview", without, content_type="application/json").json()
    assert (shown["mail"], shown["may_mail_now"]) == (None, 0)


def test_the_form_saves_the_mail(rep: User) -> None:
    admin = client_for(make_user(role="admin"))
    form = {
        "name": "带邮件",
        "target": "people",
        "people": [rep.pk],
        f"weight_{rep.pk}": "1",
        "triggers": "captured",
    }
    form |= {"strategies": "round_robin", "mail_subject": MAIL["subject"], "mail": "第一行\r\n{owner}"}
    shown = admin.post("/settings/routing/preview", form, headers={"HX-Request": "true"})
    assert "何思远" in shown.content.decode()
    assert admin.post("/settings/routing/new", form, headers={"HX-Request": "true"}).status_code < 400
    rule = RoutingRule.objects.get(name="带邮件")
    assert rule.content["mail"] == {"subject": MAIL["subject"], "text": "第一行\n{owner}"}
    assert "第一行" in admin.get(f"/settings/routing/{rule.pk}").content.decode()
