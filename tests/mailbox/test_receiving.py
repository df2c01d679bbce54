"""What becomes of mails, through the services and HTTP; no mail server is needed for it."""

from io import BytesIO
from typing import Any, cast

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client

from headwater.engagement.queries import timeline
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.models import Lead, Touch
from headwater.mailbox import services
from headwater.mailbox.api import _raw
from headwater.mailbox.errors import NoMail
from headwater.mailbox.models import Mail, Mailbox
from headwater.mailbox.services import deliver
from headwater.mailbox.settings import MAX_MEGABYTES, NEW_PER_HOUR
from headwater.platform import audit
from headwater.platform.api import ApiRequest
from headwater.platform.files.services import files_of
from headwater.platform.notifications.models import Notification
from headwater.platform.settings import set_setting
from tests.acquisition.factories import make_source
from tests.leads.factories import make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.leads.test_api import Api
from tests.mailbox.factories import SYSTEM, make_mailbox
from tests.mailbox.server import letter
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def take(mailbox: Mailbox | None, text: str = "您好，想了解价格。", **headers: Any) -> services.Received:
    return services.receive(SYSTEM, mailbox, letter(text, **headers).as_bytes())


def test_an_unknown_sender_becomes_a_lead_and_the_next_mail_its_history() -> None:
    source, pool = make_source(), make_pool()
    mailbox = make_mailbox(source=source.pk, pool=pool.pk)
    signed = "我们有 20 家门店，想了解价格。\n\n王芳\n云帆科技有限公司\n手机 138 0013 8000"
    taken = take(mailbox, signed, Message_ID="<one@customer.example>", files=[("清单.pdf", b"%PDF-1.4 x")])
    lead = Lead.objects.get()
    assert (taken.record_type, taken.record_id, taken.is_new_lead) == ("lead", lead.pk, True)
    assert (lead.name, lead.email, lead.mobile) == ("王芳", "wangfang@customer.example", "+8613800138000")
    assert (lead.source_id, lead.pool_id, Touch.objects.get().door) == (source.pk, pool.pk, "email")
    assert lead.company == "云帆科技有限公司"
    assert lead.requirement.startswith("询价\n我们有 20 家门店")
    assert [one.name for one in files_of("mail", taken.mail_id or 0)] == ["清单.pdf"]

    answer = {"In_Reply_To": "<one@customer.example>", "From": "采购 <buyer@customer.example>"}
    again = take(mailbox, "补充：还要培训\n\n> 好的", Subject="Re: 询价", **answer)
    assert (again.record_id, again.is_new_lead, Lead.objects.count()) == (lead.pk, False, 1)
    mail = Mail.objects.get(pk=again.mail_id)
    assert (mail.text, mail.quoted, mail.sender) == ("补充：还要培训", "> 好的", "buyer@customer.example")
    repeated = take(mailbox, signed, Message_ID="<one@customer.example>")
    assert repeated.is_repeated
    assert Mail.objects.count() == 2
    shown = timeline(SYSTEM, "lead", lead.pk, groups=["message"])
    assert [one.entry.data["subject"] for one in shown.entries] == ["Re: 询价", "询价"]
    assert broken_invariants() == []


def test_the_owner_is_told_and_who_lay_idle_wakes() -> None:
    rep, mailbox = make_user(role="rep"), make_mailbox()
    mine = make_lead(owner=rep, email="mine@customer.example")
    idle = make_lead(email="idle@customer.example")
    take(mailbox, From="Mine <MINE@customer.example>", Subject="合同")
    notice = Notification.objects.get(recipient_id=rep.pk, kind="mailbox.received")
    assert (notice.params["subject"], notice.url) == ("合同", f"/leads/{mine.pk}")
    mine.refresh_from_db()
    assert mine.status == "assigned"  # nobody of ours has contacted them yet
    take(mailbox, From="idle@customer.example", Subject="又有兴趣了")
    touches = Touch.objects.filter(lead=idle, is_first=False)
    assert [(one.door, one.note) for one in touches] == [("email", "又有兴趣了")]
    assert Mail.objects.filter(record_id=idle.pk).count() == 1


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"List_Unsubscribe": "<mailto:x@y.example>"}, "newsletter"),
        ({"From": "hello@yunfan.example"}, "loop"),
        ({"From": "boss@yunfan.example"}, "colleague"),
        ({"From": None}, "no_sender"),
    ],
)
def test_what_is_no_inquiry_is_put_aside(headers: dict[str, Any], why: str) -> None:
    make_user(role="rep", email="boss@yunfan.example")
    assert take(make_mailbox(), **headers).why == why
    assert (Mail.objects.get().state, Lead.objects.count()) == ("aside", 0)


def test_whose_mail_it_is_when_others_pass_it_on() -> None:
    make_user(role="rep", email="boss@yunfan.example")
    mailbox = make_mailbox()
    forwarded = "请跟进\n\n发件人: 陈立 <chenli@huanyu.example>\n主题: 想了解方案\n\n我们是物流公司"
    taken = take(mailbox, forwarded, From="boss@yunfan.example", Subject="转发: 想了解方案")
    mail, lead = Mail.objects.get(pk=taken.mail_id), Lead.objects.get()
    assert (lead.name, lead.email) == ("陈立", "chenli@huanyu.example")
    assert (mail.passed_on_by, mail.text) == ("boss@yunfan.example", "请跟进\n\n我们是物流公司")
    form = {"From": "no-reply@yunfan.example", "Reply_To": "Li <li@visitor.example>", "Subject": "网站留言"}
    assert take(mailbox, "姓名：李\n留言：报价", **form).is_new_lead
    assert Lead.objects.filter(email="li@visitor.example").exists()


def test_what_becomes_of_unknown_senders_is_a_choice() -> None:
    assert take(make_mailbox(unknown="aside")).why == "unknown"
    ignored = take(make_mailbox(unknown="ignore"), From="x@y.example")
    assert (ignored.mail_id, Mail.objects.count(), Lead.objects.count()) == (None, 1, 0)
    set_setting(SYSTEM, NEW_PER_HOUR.key, 2)
    mailbox = make_mailbox()
    flood = [take(mailbox, From=f"{number}@flood.example").why.value for number in range(4)]
    assert flood == ["", "", "flood", "flood"]


def test_people_sort_out_what_was_put_aside() -> None:
    mdr, rep = make_user(role="mdr"), make_user(role="rep")
    mailbox, lead = make_mailbox(unknown="aside"), make_lead()
    ids = [take(mailbox, From=f"客户{n} <{n}@new.example>", Subject=f"主题{n}").mail_id for n in range(4)]
    client = client_for(mdr)
    html = client.get("/mails").content.decode()
    assert "主题3" in html
    assert "想了解价格" in client.get(f"/mails/{ids[0]}").content.decode()
    assert client.post(f"/mails/{ids[0]}/make-lead", headers=HTMX)["HX-Redirect"].startswith("/leads/")
    assert client.post("/mails/many/make-leads", {"ids": [ids[0], ids[1]]}, headers=HTMX).status_code == 204
    assert Lead.objects.filter(email__endswith="@new.example").count() == 2
    manager = make_user(role="admin")
    assert "lead.json" in client_for(manager).get(f"/mails/{ids[2]}/attach").content.decode()
    client_for(manager).post(f"/mails/{ids[2]}/attach", {"lead": lead.pk}, headers=HTMX)
    assert Mail.objects.get(pk=ids[2]).record_id == lead.pk
    client.post(f"/mails/{ids[3]}/discard", headers=HTMX)
    assert Mail.objects.get(pk=ids[3]).state == "discarded"
    client.post(f"/mails/{ids[3]}/put-back", headers=HTMX)
    assert [one.action for one in audit.history("mail", ids[3] or 0).items] == [
        "mail_put_back",
        "mail_discard",
    ]
    assert client_for(rep).get("/mails").status_code == 403
    assert client_for(rep).get(f"/mails/{ids[3]}").status_code == 403
    with pytest.raises(NotFound):  # nobody puts a mail on what they cannot see
        services.attach_mail(access(mdr, "mails.edit"), ids[3] or 0, "lead", 2**40)


def test_a_mail_server_hands_mails_in() -> None:
    make_pool()
    mailbox, api = make_mailbox(), Api(make_user(role="admin"))
    raw = letter().as_bytes()
    client = Client()
    sent = {"content_type": "message/rfc822", "headers": {"Authorization": f"Bearer {api.secret}"}}
    address = f"/api/v1/mailbox/messages?mailbox={mailbox.pk}"
    first, again = client.post(address, raw, **sent), client.post(address, raw, **sent)
    assert (first.status_code, again.status_code, again.json()["repeated"]) == (201, 200, True)
    assert Lead.objects.count() == 1
    set_setting(SYSTEM, MAX_MEGABYTES.key, 1)
    assert client.post(address, b"x" * 2_000_000, **sent).status_code == 413
    assert client.post(address, b"{}", **sent).status_code == 422
    assert client.post(address, raw, content_type="message/rfc822").status_code == 401
    with pytest.raises(Invalid):
        deliver(access(make_user(role="admin"), "mails.deliver"), b"nothing")
    mail = api("GET", f"/mails/{first.json()['mail']}")
    assert (mail.status_code, mail.data["subject"]) == (200, "询价")


def test_half_a_mail_is_none() -> None:
    cut = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "5000", "wsgi.input": BytesIO(letter().as_bytes())}
    with pytest.raises(NoMail):
        _raw(cast(ApiRequest, WSGIRequest(cut)))


def test_the_password_goes_in_and_never_comes_out() -> None:
    admin = make_user(role="admin")
    api, mailbox = Api(admin), make_mailbox(password="secret-42")
    assert "secret-42" not in mailbox.password_cipher
    told = api("GET", f"/mailboxes/{mailbox.pk}")
    html = client_for(admin).get(f"/settings/mailboxes/{mailbox.pk}/edit").content.decode()
    changed = api("PATCH", f"/mailboxes/{mailbox.pk}", {"name": "新名", "password": "other-43"})
    assert changed.status_code == 200, changed.data
    assert api("PATCH", f"/mailboxes/{mailbox.pk}", {"host": "evil.example"}).status_code == 422
    trail = str([entry.changes for entry in audit.history("mailbox", mailbox.pk).items])
    for said in (str(told.data), html, trail):
        assert "secret-42" not in said
        assert "other-43" not in said
    client = client_for(admin)
    assert "新名" in client.get("/settings/mailboxes").content.decode()
    assert "新名" in client.get(f"/settings/mailboxes/{mailbox.pk}").content.decode()
    assert client_for(make_user(role="rep")).get("/settings/mailboxes").status_code == 403
