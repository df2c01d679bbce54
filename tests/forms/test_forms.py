"""Landing forms: made, changed, sent in, through services and HTTP."""

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from headwater.forms import services
from headwater.forms.models import ConsentText, Form, FormDay, Submission
from headwater.forms.questions import Question
from headwater.forms.services import guarding
from headwater.forms.settings import PER_MINUTE
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, Stale
from headwater.leads.models import Lead, Touch
from headwater.platform import audit
from headwater.platform.settings import set_setting
from tests.acquisition.factories import make_campaign, make_source
from tests.customization.factories import make_field
from tests.leads.factories import make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.leads.test_api import Api
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
HTMX = {"HX-Request": "true"}


def make_form(name: str = "官网", **values: Any) -> Form:
    make_pool()
    given = {"name": name, "title": "预约演示", "consent_text": "同意联系", **values}
    return Form.objects.get(pk=services.create_form(SYSTEM, given))


def hidden(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value.replace("&amp;", "&") for name, value in found}


def send(form: Form, values: dict[str, Any], *, query: str = "", wait: float = 5, **headers: str) -> Any:
    """Open the page, wait as a person would, send it."""
    client, address = Client(), f"/f/{form.token}{query}"
    html = client.get(address, headers=headers).content.decode()
    with clock.freeze(clock.now() + timedelta(seconds=wait)):
        return client.post(address, hidden(html) | values)


def person(**values: Any) -> dict[str, Any]:
    return {"name": "王芳", "mobile": mobile(), "company": "云帆", "consent": "true"} | values


def test_the_way_of_a_form() -> None:
    marketing = make_user(role="marketing")
    edit = access(marketing, "forms.edit")
    made = services.create_form(access(marketing, "forms.create"), {"name": "展会", "title": "领取资料"})
    assert Form.objects.get(pk=made).consent_version == 0
    services.update_form(edit, made, {"consent_text": "同意一"}, version=1)
    services.update_form(edit, made, {"consent_text": "同意二"}, version=2)
    with pytest.raises(Stale):
        services.update_form(edit, made, {"title": "x"}, version=1)
    assert list(ConsentText.objects.order_by("version").values_list("version", "text")) == [
        (1, "同意一"),
        (2, "同意二"),
    ]
    services.set_questions(edit, made, [Question("email", "工作邮箱"), Question("name")])
    assert [one["key"] for one in Form.objects.get(pk=made).questions] == ["email", "name"]
    for wrong in ([Question("name")], [Question("email")], [Question("name"), Question("owner")]):
        with pytest.raises(Invalid):
            services.set_questions(edit, made, wrong)
    for values in ({"embed_origins": "javascript:x"}, {"redirect_url": "javascript:x"}, {"source": 999_999}):
        with pytest.raises(Invalid):
            services.update_form(edit, made, values)
    assert services.archive_forms(access(marketing, "forms.delete"), [made]) == 1
    assert services.restore_forms(access(marketing, "forms.delete"), [made]) == 1
    acts = [entry.action for entry in audit.history("form", made).items]
    assert acts == ["restore", "archive", "update", "update", "update", "create"]


def test_a_visitor_becomes_a_lead_with_all_that_is_known_of_where_they_came_from() -> None:
    source, campaign, pool = make_source(), make_campaign(), make_pool()
    form = make_form(source=source.pk, campaign=campaign.pk, pool=pool.pk)
    answer = send(form, person(), query="?utm_source=baidu&utm_term=crm", Referer="https://www.example.com/a")
    assert (answer.status_code, answer["Location"]) == (303, f"/f/{form.token}/thanks")
    lead, touch = Lead.objects.get(), Touch.objects.get()
    assert (lead.name, lead.source_id) == ("王芳", source.pk)
    assert (lead.campaign_id, lead.pool_id) == (campaign.pk, pool.pk)
    assert (touch.door, touch.keyword) == ("form", "crm")
    assert touch.utm == {"source": "baidu", "term": "crm", "referrer": "https://www.example.com/a"}
    assert touch.landing_page.endswith("?utm_source=baidu&utm_term=crm")
    assert lead.consent_basis == "form"
    assert "同意联系" in lead.consent_evidence
    assert "1" in lead.consent_evidence.splitlines()[-1]
    assert lead.consent_at is not None
    sent = Submission.objects.get()
    assert (sent.lead_id, sent.touch_id, sent.is_new, sent.consent_version) == (lead.pk, touch.pk, True, 1)
    assert "预约演示" in Client().get(answer["Location"]).content.decode()


def test_who_is_known_gets_the_same_answer_as_who_is_not() -> None:
    form, lead = make_form(), make_lead(pool=make_pool())
    known = send(form, person(mobile=lead.mobile, requirement="还想了解"))
    new = send(form, person())
    assert (known.status_code, known["Location"], known.content) == (
        new.status_code,
        new["Location"],
        new.content,
    )
    lead.refresh_from_db()
    assert (Lead.objects.count(), Touch.objects.filter(lead=lead).count()) == (2, 2)
    assert lead.consent_basis == "form"
    assert list(Submission.objects.order_by("id").values_list("is_new", flat=True)) == [False, True]
    assert Submission.objects.first().values["company"] == "云帆"  # type: ignore[union-attr]
    assert broken_invariants() == []


def test_errors_stand_beside_their_field_and_nothing_is_lost() -> None:
    field = make_field("门店数", "number", record="lead")
    form = make_form()
    asked = [Question("name"), Question("mobile", required=True), Question(f"custom.{field.name}")]
    services.set_questions(SYSTEM, form.pk, asked)
    wrong = {"name": "李<b>雷", "mobile": "123", f"custom.{field.name}": "很多"}
    answer = send(form, wrong, query="?utm_source=a")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "李&lt;b&gt;雷" in html
    assert 'value="很多"' in html
    assert html.count('aria-invalid="true"') == 3  # number, mobile, consent
    assert hidden(html)["utm_source"] == "a"
    assert Lead.objects.count() == Submission.objects.count() == 0
    good = {"name": "李雷", "mobile": mobile(), f"custom.{field.name}": "12", "consent": "true"}
    assert send(form, good).status_code == 303
    assert Lead.objects.get().custom[field.name] == 12


def test_robots_are_kept_out_and_people_are_not() -> None:
    form = make_form()
    trapped = send(form, person(**{guarding.TRAP: "http://spam.example"}))
    assert trapped.status_code == 303  # a robot is told nothing
    assert FormDay.objects.get().refused == 1
    assert "李雷" in send(form, person(name="李雷"), wait=0).content.decode()
    assert send(form, person(**{guarding.STAMP: "forged"})).status_code == 422
    assert send(form, person(), wait=13 * 3600).status_code == 422
    assert Lead.objects.count() == 0
    client, address = Client(), f"/f/{form.token}"
    given = hidden(client.get(address).content.decode()) | person()
    with clock.freeze(clock.now() + timedelta(seconds=5)):
        for _ in range(3):  # one page, sent three times
            assert client.post(address, given).status_code == 303
    assert (Lead.objects.count(), Touch.objects.count(), Submission.objects.count()) == (1, 1, 1)


def test_the_work_counts_for_its_page_alone() -> None:
    form = make_form()
    stamp = guarding.new_stamp(form.pk)
    task = guarding.new_challenge(stamp, form.pk)
    most = task.get("maxnumber", task.get("maxNumber"))
    number = next(
        n
        for n in range(most + 1)
        if hashlib.sha256(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"]
    )
    payload = {key: task[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    proof = base64.b64encode(json.dumps(payload).encode()).decode()
    known = guarding.read_stamp(form.pk, stamp)
    other = guarding.read_stamp(form.pk, guarding.new_stamp(form.pk))
    assert known is not None
    assert other is not None
    assert guarding.is_proven(known, proof)
    assert not guarding.is_proven(other, proof)
    for wrong in ("", "x", base64.b64encode(b"[]").decode(), base64.b64encode(b'{"salt": 1}').decode()):
        assert not guarding.is_proven(known, wrong)
    assert guarding.read_stamp(form.pk + 1, stamp) is None


def test_too_many_from_one_place_wait_without_losing_what_they_typed() -> None:
    form = make_form()
    set_setting(SYSTEM, PER_MINUTE.key, 6)
    answers = [send(form, person(name=f"客户{number}")) for number in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "客户2" in answers[-1].content.decode()


def test_nothing_personal_is_set_and_frames_are_for_those_who_were_named() -> None:
    form = make_form(embed_origins="https://www.example.com", redirect_url="https://www.example.com/danke")
    plain, framed = Client().get(f"/f/{form.token}"), Client().get(f"/f/{form.token}/embed")
    assert not plain.cookies
    assert plain["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'self' https://www.example.com" in framed["Content-Security-Policy"]
    assert send(form, person())["Location"] == "https://www.example.com/danke"
    assert 'lang="en"' in Client().get(f"/f/{form.token}?lang=en").content.decode()
    services.archive_forms(SYSTEM, [form.pk])
    for address in (f"/f/{form.token}", f"/f/{form.token}/embed", f"/f/{form.token}/thanks", "/f/none"):
        assert Client().get(address).status_code == 404
    assert Client().post(f"/f/{form.token}", person()).status_code == 404


def test_the_designer() -> None:
    marketing, rep = make_user(role="marketing"), make_user(role="rep")
    make_pool()
    client = client_for(marketing)
    made = client.post("/forms/new", {"name": "展会", "title": "领取资料"}, headers=HTMX)
    address = made["HX-Redirect"]
    form = Form.objects.get()
    assert "展会" in client.get("/forms").content.decode()
    assert "领取资料" in client.get(address).content.decode()
    draft = {"question": ["name", "mobile"], "label:mobile": "手机", "add": "email", "up": "mobile"}
    html = client.post(f"{address}/draft", draft, headers=HTMX).content.decode()
    assert re.findall(r'name="question" value="([^"]+)"', html) == ["mobile", "name", "email"]
    shown = client.post(f"{address}/preview", draft | {"title": "新标题"}, headers=HTMX).content.decode()
    assert "新标题" in shown
    assert "手机" in shown
    assert len(Form.objects.get().questions) == 4  # nothing is saved yet
    saved = {"name": "展会", "title": "新标题", "question": ["name", "email"], "required:email": "true"}
    assert client.post(address, saved | {"version": form.version}, headers=HTMX).status_code == 204
    form.refresh_from_db()
    assert (form.title, [one["key"] for one in form.questions]) == ("新标题", ["name", "email"])
    assert form.questions[1]["required"]
    Client().get(f"/f/{form.token}")
    assert "iframe" in client.get(f"{address}/results").content.decode()
    assert client.get(f"{address}/qr.svg")["Content-Type"] == "image/svg+xml"
    client.post("/forms/archive", {"ids": [form.pk]}, headers=HTMX)
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/restore", headers=HTMX).status_code == 204
    assert client_for(rep).get("/forms").status_code == 403


def test_programs_do_the_same() -> None:
    api = Api(make_user(role="marketing"))
    made = api("POST", "/forms", {"name": "接口", "title": "标题"})
    assert made.status_code == 201, made.data
    path = f"/forms/{made.data['id']}"
    asked = [{"key": "name"}, {"key": "wechat", "label": "微信", "required": True}]
    told = api("PUT", f"{path}/questions", {"questions": asked})
    assert [one["key"] for one in told.data["questions"]] == ["name", "wechat"]
    assert told.data["url"].endswith(made.data["token"])
    assert api("PUT", f"{path}/questions", {"questions": []}).status_code == 422
    Client().get(f"/f/{made.data['token']}")
    figures = api("GET", f"{path}/statistics").data
    assert (figures["total"]["views"], len(figures["days"])) == (1, 30)
    assert api("DELETE", path).status_code == 204
    assert api("POST", f"{path}/restore").status_code == 204
