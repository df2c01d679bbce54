"""What a form does beyond its questions: mail, files, opening, owner, figures; and what it refuses."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from headwater.forms import queries, services
from headwater.forms.models import Confirmation, Form, FormDay, Submission
from headwater.forms.questions import Question
from headwater.forms.services import guarding
from headwater.forms.services.confirming import OUTBOX, said_name
from headwater.forms.services.counting import MOST_SOURCES, came_from
from headwater.forms.settings import FILES_PER_ADDRESS, PER_MINUTE
from headwater.kernel import clock
from headwater.kernel.errors import Invalid
from headwater.leads.mailing.outbox import LOST_AFTER
from headwater.leads.models import Lead, Touch
from headwater.leads.services import stop_mail
from headwater.platform.files.models import StoredFile
from headwater.platform.settings import set_setting
from headwater.sales.models import Contact
from tests.forms.test_forms import SYSTEM, hidden, make_form, person, send
from tests.leads.factories import make_lead, make_pool, mobile
from tests.organization.factories import make_user
from tests.sales.factories import make_contact

pytestmark = pytest.mark.django_db
MAIL = {"mail_subject": "{company}：收到了", "mail_text": "{name}，您好。{form}"}
ASKED = [Question("name"), Question("mobile"), Question("email"), Question("company")]


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    settings.FILES_ROOT = tmp_path


def mailing_form(**values: Any) -> Form:
    set_setting(SYSTEM, "routing.mail_company", "云帆")
    set_setting(SYSTEM, PER_MINUTE.key, 0)
    form = make_form(**(MAIL | values))
    services.set_questions(SYSTEM, form.pk, ASKED)
    return form


def deliver() -> int:
    """What the worker does a minute later."""
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        return OUTBOX.send_due()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind)
    return drawn.getvalue()


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return made.getvalue()


def upload(content: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


# --- the confirmation


def test_whoever_agreed_is_thanked_once_and_may_end_it() -> None:
    form = mailing_form()
    send(form, person(name="李雷", email="Li@Customer.example"))
    send(form, person(name="李雷", email="li@customer.example"))  # the same day
    send(form, person(name="韩梅"))  # leaves no address
    assert Confirmation.objects.count() == 1
    assert (deliver(), deliver()) == (1, 0)
    (gone,) = sent_mail.outbox
    assert (gone.to, gone.subject) == (["li@customer.example"], "云帆：收到了")
    assert gone.body.startswith("李雷，您好。预约演示")
    assert "同意联系" in gone.body
    assert "/no-mail/" in gone.body
    assert "List-Unsubscribe" in gone.extra_headers
    assert Confirmation.objects.get().state == "sent"


def test_who_wants_no_mail_gets_none() -> None:
    form, lead = mailing_form(), make_lead(email="a@customer.example", pool=make_pool())
    stop_mail(SYSTEM, lead.pk)
    send(form, person(mobile=lead.mobile, email="other@customer.example"))  # known by their number
    send(form, person(email="a@customer.example"))
    contact = make_contact(email="c@customer.example", do_not_email=True)
    assert Contact.objects.get(pk=contact.pk).do_not_email
    send(form, person(email="c@customer.example"))
    assert Confirmation.objects.count() == 0
    assert Lead.objects.get(
        email="c@customer.example"
    ).do_not_email  # the wish of a contact is the lead's too
    send(form, person(email="d@customer.example"))
    stop_mail(
        SYSTEM, Lead.objects.get(email="d@customer.example").pk
    )  # between sending the form and the mail
    deliver()
    assert list(Confirmation.objects.values_list("state", "reason")) == [("skipped", "opted_out")]
    assert sent_mail.outbox == []


def test_a_mail_that_may_have_gone_is_not_sent_again() -> None:
    form = mailing_form()
    send(form, person(email="a@customer.example"))
    Confirmation.objects.update(state="sending", attempts=1, due_at=clock.now() + LOST_AFTER)  # a worker died
    assert deliver() == 0
    with clock.freeze(clock.now() + LOST_AFTER + timedelta(seconds=1)):
        OUTBOX.send_due()
    assert Confirmation.objects.get().reason == "lost"
    assert sent_mail.outbox == []


def test_strangers_cannot_have_their_own_words_sent() -> None:
    assert said_name("  王 芳 ") == "王 芳"
    for name in ("点击 www领奖", "spam.example", "http://x", "王芳，恭喜您中奖，请回复验证码", "x" * 31):
        assert said_name(name) == ""


def test_what_a_form_may_say_of_mail_and_time() -> None:
    now = clock.now()
    for wrong in (
        MAIL | {"consent_text": ""},
        {"mail_subject": "x"},
        {"mail_subject": "x", "mail_text": "{mobile}"},
        {"opens_at": now.isoformat(), "closes_at": now.isoformat()},
        {"files_most": 6},
        {"files_megabytes": 21},
    ):
        with pytest.raises(Invalid):
            make_form(**wrong)


# --- whom it goes to, and when


def test_a_form_gives_to_its_person_while_there_is_room() -> None:
    rep, keeper = make_user(private_cap=1), make_user()
    form = make_form(owner=rep.pk)
    make_contact(mobile="+8613900001111", owner=keeper)
    for given in ({"name": "甲"}, {"name": "乙"}, {"name": "丙", "mobile": "13900001111"}):
        assert send(form, person(**given)).status_code == 303
    owners = dict(Lead.objects.values_list("name", "owner_id"))
    assert owners == {"甲": rep.pk, "乙": None, "丙": keeper.pk}


def test_a_form_opens_and_closes_by_itself() -> None:
    now = clock.now()
    form = make_form(opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2))
    address = f"/f/{form.token}"
    early = Client().get(address)
    assert early.status_code == 404
    assert "还未开放" in early.content.decode()
    with clock.freeze(now + timedelta(minutes=119)):
        html = Client().get(address).content.decode()
    with clock.freeze(now + timedelta(hours=2, seconds=1)):
        late = Client().post(address, hidden(html) | person())
        assert late.status_code == 404
        assert Client().get(f"{address}/thanks").status_code == 200
    assert Lead.objects.count() == 0


# --- files


def test_files_lie_with_the_lead() -> None:
    form = make_form(files_most=2)
    answer = send(form, person(files=[upload(picture()), upload(picture("JPEG"), "b.jpg")]))
    assert answer.status_code == 303
    kept = StoredFile.objects.order_by("id")
    assert [(one.name, one.content_type) for one in kept] == [("a.png", "image/png"), ("b.jpg", "image/jpeg")]
    assert {(one.record_type, one.record_id) for one in kept} == {("lead", Lead.objects.get().pk)}


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        b"MZ" + bytes(200),
        b"#!/bin/sh\n",
        picture()[:60],  # cut off
        b"\x89PNG\r\n\x1a\n" + bytes(500),  # only begins like one
        archive("a.txt"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"",
    ],
)
def test_what_is_no_picture_or_document_is_refused_whatever_its_name(content: bytes) -> None:
    form = make_form(files_most=1)
    answer = send(form, person(files=upload(content)))
    assert answer.status_code == 422
    assert 'data-field="files"' in answer.content.decode()
    assert (Lead.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_files_are_bounded_in_number_size_pixels_and_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    form = make_form(files_most=1, files_megabytes=1, files_kind="pictures")
    big = picture() + bytes(1024 * 1024)
    for wrong in ([upload(picture()), upload(picture())], upload(big), upload(b"%PDF-1.7\n", "a.pdf")):
        assert send(form, person(files=wrong)).status_code == 422
    # 81 megapixels in some kilobytes: told by the header, never decoded.
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    refused = send(form, person(files=upload(bomb.getvalue())))
    assert refused.status_code == 422
    assert "5000" in refused.content.decode() or "50" in refused.content.decode()
    set_setting(SYSTEM, FILES_PER_ADDRESS.key, 1)
    monkeypatch.setattr("headwater.forms.services.filing._MEGABYTE", 100)  # a kilobyte weighs ten
    noise = picture(size=(30, 20)) + bytes(60)
    answers = [send(form, person(files=upload(noise))).status_code for _ in range(3)]
    assert answers[-1] in (422, 429)
    assert StoredFile.objects.filter(record_type="").count() == 0
    closed = make_form("无文件")
    assert send(closed, person(files=upload(picture()))).status_code == 422


# --- trees of choices, figures


def test_a_tree_of_choices_is_asked_level_by_level() -> None:
    form = make_form()
    services.set_questions(SYSTEM, form.pk, [Question("name"), Question("mobile"), Question("region")])
    html = Client().get(f"/f/{form.token}").content.decode()
    assert 'data-choices="region"' in html
    items = Client().get(f"/f/{form.token}/choices/region.json").json()["items"]
    (deep, _label, parent) = next(item for item in items if item[2])
    assert Client().get(f"/f/{form.token}/choices/industry.json").status_code == 404
    answer = send(form, person(region=[parent, deep]))
    assert answer.status_code == 303, answer.content.decode()
    assert send(form, person(name="乙", region=parent)).status_code == 303  # without script
    assert set(Lead.objects.values_list("region", flat=True)) == {deep, parent}


def test_figures_by_day_and_by_source() -> None:
    form = make_form()
    send(form, person(), query="?utm_source=Baidu")
    send(form, person(), Referer="https://www.zhihu.com/question/1")
    address = f"/f/{form.token}"
    given = hidden(Client().get(address).content.decode())
    for _ in range(3):
        assert Client().post(f"{address}/started", given).status_code == 204
    assert Client().post(f"{address}/started", {"form_stamp": "x"}).status_code == 204
    total = queries.totals(queries.figures(SYSTEM, form.pk))
    assert (total.views, total.starts, total.submissions, total.new_leads) == (3, 3, 2, 2)
    by = {one.came_from: (one.views, one.starts, one.submissions) for one in queries.sources(SYSTEM, form.pk)}
    assert by == {"baidu": (1, 1, 1), "zhihu.com": (1, 1, 1), "": (1, 1, 0)}
    for number in range(MOST_SOURCES + 5):  # who invents sources fills no table
        services.count_view(form.pk, f"x{number}")
    assert FormDay.objects.count() == MOST_SOURCES + 1
    assert came_from({"referrer": "http://[x"}) == ""


# --- bad input


def test_bad_input_is_refused_cheaply() -> None:
    form = make_form()
    address, client = f"/f/{form.token}", Client(raise_request_exception=False)
    given = hidden(client.get(address).content.decode()) | person()
    plain = "application/x-www-form-urlencoded"
    ten = b"name=" + b"x" * (10 * 1024 * 1024)
    assert client.post(address, ten, content_type=plain).status_code == 413
    assert client.post(address, b"{}", content_type="application/json").status_code == 415
    assert client.post(address, b"x", content_type="text/plain").status_code == 415
    for body, kind in (
        (b"&".join(b"f%d=1" % n for n in range(5000)), plain),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"\xff\xfe%00%ff=%c3%28", plain),
    ):
        assert 400 <= client.post(address, body, content_type=kind).status_code < 500
    deep = "W" * 1500
    for name, value in ((guarding.PROOF, deep), (guarding.STAMP, deep), ("mobile", "1" * 9000)):
        assert client.post(address, given | {name: value}).status_code in (303, 422)
    for path in (f"{address}/started", f"{address}/thanks", f"{address}/choices/%00.json", "/f/%00"):
        assert client.post(path, {"a": "b"}).status_code in (204, 404, 405, 422)
    assert Lead.objects.count() <= 1


def test_a_replayed_proof_counts_once() -> None:
    form = make_form()
    set_setting(SYSTEM, PER_MINUTE.key, 3)
    given = hidden(Client().get(f"/f/{form.token}").content.decode())
    with clock.freeze(clock.now() + timedelta(seconds=5)):
        answers = [
            Client().post(f"/f/{form.token}", given | person(mobile=mobile(), name=f"{n}")) for n in range(4)
        ]
    assert [answer.status_code for answer in answers] == [303, 429, 429, 429]
    assert (Submission.objects.count(), Touch.objects.count()) == (1, 1)
