"""`POST /capture`: any system sends somebody in, and hears what became of it."""

import json
from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from headwater.leads.models import Lead, Touch
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.notifications import latest
from headwater.platform.tokens.services import create_token
from tests.acquisition.factories import make_campaign, make_source
from tests.leads.factories import make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants
from tests.leads.test_invariants import _together
from tests.organization.factories import make_role, make_user
from tests.sales.factories import make_account, make_contact

pytestmark = pytest.mark.django_db


def _secret(user: User, *scopes: str) -> str:
    given = scopes or ("leads.capture",)
    return create_token(system_access("tests"), user_id=user.pk, name="hook", scopes=given)[1]


def _send(secret: str, body: Any, **headers: str) -> Any:
    answer = Client().post(
        "/api/v1/capture",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )
    answer.data = json.loads(answer.content)  # type: ignore[attr-defined]
    return answer


def test_somebody_new_and_the_same_again() -> None:
    make_pool()
    source, campaign = make_source("官网", key="site"), make_campaign("春季展会")
    secret = _secret(make_user(role="marketing"))
    body = {
        "name": "张三",
        "mobile": "138 0013 8000",
        "source": "site",
        "campaign": "春季展会",
        "utm_source": "baidu",
        "utm": {"medium": "cpc"},
        "landing_page": "https://example.com/a",
        "consent_basis": "form",
        "consent_evidence": "同意联系",
        "external_id": "crm-1",
        "key": "submission-1",
    }
    made = _send(secret, body)
    assert (made.status_code, made.data["outcome"]) == (201, "created"), made.data
    lead, touch = Lead.objects.get(pk=made.data["lead"]), Touch.objects.get(pk=made.data["touch"])
    assert (lead.source_id, lead.campaign_id, lead.mobile) == (source.pk, campaign.pk, "+8613800138000")
    assert (touch.door, touch.key, touch.utm) == ("api", "submission-1", {"source": "baidu", "medium": "cpc"})
    assert _send(secret, body).data["outcome"] == "repeated"
    again = _send(secret, body | {"key": "submission-2", "requirement": "请报价"})
    assert (again.status_code, again.data["outcome"], again.data["lead"]) == (200, "reinquired", None)
    assert list(Touch.objects.order_by("id").values_list("note", flat=True)) == ["", "请报价"]
    assert [row.action for row in audit.history("lead", lead.pk).items][-1] == "create"


def test_a_token_that_also_sees_leads_is_told_more() -> None:
    lead = make_lead(pool=make_pool())
    secret = _secret(make_user(role="admin"), "leads.capture", "leads.view")
    told = _send(secret, {"name": "x", "mobile": lead.mobile})
    touch = Touch.objects.latest("id")
    assert told.data == {"outcome": "woken", "lead": lead.pk, "touch": touch.pk}


def test_what_is_sent_with_one_idempotency_key_happens_once() -> None:
    make_pool()
    secret, body = _secret(make_user(role="marketing")), {"name": "李四", "mobile": mobile()}
    first = _send(secret, body, **{"Idempotency-Key": "a"})
    assert _send(secret, body, **{"Idempotency-Key": "a"}).content == first.content
    assert Touch.objects.count() == 1


def test_a_customer_goes_to_its_owner_while_there_is_room() -> None:
    make_pool()
    rep, busy = make_user(), make_user(private_cap=0)
    contact, account = make_contact(owner=rep, mobile=mobile()), make_account(owner=rep, phone="02161234567")
    full = make_contact(owner=busy, email="full@example.com")
    secret = _secret(make_user(role="marketing"))
    for body in ({"mobile": contact.mobile}, {"phone": account.phone}):
        lead = Lead.objects.get(pk=_send(secret, {"name": "王五"} | body).data["lead"])
        assert (lead.owner_id, lead.status) == (rep.pk, "assigned")
    waiting = Lead.objects.get(pk=_send(secret, {"name": "赵六", "email": full.email}).data["lead"])
    assert (waiting.owner_id, waiting.status) == (None, "pooled")
    assert {notice.kind for notice in latest(rep.pk).items} == {"lead.customer_inquired"}
    assert broken_invariants() == []


def test_who_may_and_what_is_refused() -> None:
    make_pool()
    nobody = _secret(make_user(role=make_role(grants={"leads.create": "all"})), "*")
    assert _send(nobody, {"name": "x", "mobile": mobile()}).status_code == 403
    secret = _secret(make_user(role="marketing"))
    for body, field in (
        ({"name": "x"}, "mobile"),
        ({"mobile": mobile()}, "name"),
        ({"name": "x", "mobile": mobile(), "source": "没有"}, "source"),
        ({"name": "x", "mobile": mobile(), "campaign": 999_999}, "campaign"),
        ({"name": "x", "mobile": mobile(), "key": "x" * 121}, "key"),
        ({"name": "x", "mobile": mobile(), "utm_source": "x" * 501}, "utm"),
    ):
        refused = _send(secret, body)
        assert (refused.status_code, field in refused.data["facts"]["fields"]) == (422, True), refused.data
    assert _send(secret, {"name": "x", "mobile": mobile(), "owner": make_user().pk}).status_code == 403
    assert Lead.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_32_captures_of_one_person_at_once_are_one_lead_with_32_touches() -> None:
    make_pool()
    secret, number = _secret(make_user(role="marketing")), mobile()
    forms = [{"mobile": number}, {"phone": number}, {"mobile": number, "email": "a@example.com"}]
    answers = _together(
        32, lambda i: _send(secret, {"name": "张三", "requirement": str(i)} | forms[i % len(forms)])
    )
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert [answer.data["outcome"] for answer in answers].count("created") == 1
    assert (Lead.objects.count(), Touch.objects.count()) == (1, 32)
    assert Touch.objects.filter(is_first=True).count() == 1
    assert broken_invariants() == []


def test_bad_bodies_are_refused_cheaply_and_leave_nothing() -> None:
    make_pool()
    secret, client = _secret(make_user(role="marketing")), Client(raise_request_exception=False)

    def send(raw: bytes, kind: str = "application/json") -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        status: int = client.post("/api/v1/capture", raw, content_type=kind, headers=headers).status_code
        return status

    assert send(b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}') == 413
    assert send(b"{}", "text/plain") == send(b"<a/>", "application/xml") == send(b"x", "image/png") == 415
    refused = (
        (b"[" * 200_000, 400),
        (b'{"a":' * 200_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'"x"', 422),
        (b'{"name": ' + b"[" * 900 + b"]" * 900 + b', "mobile": "13800138000"}', 422),
        (b'{"name": "a\\u0000", "mobile": "13800138000"}', 422),
        (b'{"name": "a", "mobile": 1e400}', 400),
        (b'{"name": "a", "mobile": "13800138000", "source": 99999999999999999999}', 422),
        (
            b'{"name": "a", "mobile": "13800138000", "utm": {"source": '
            + b'{"a":' * 300
            + b"1"
            + b"}" * 301
            + b"}",
            422,
        ),
        (b'{"name": "a", "mobile": "13800138000", "custom": [[[]]]}', 422),
        (b'{"name": "a", "mobile": "13800138000", "key": {"a": []}}', 201),
    )
    answered = [(raw[:60], send(raw)) for raw, _status in refused]
    assert answered == [(raw[:60], status) for raw, status in refused]
    assert Lead.objects.count() == 1
