"""Hooks: what is let in, what becomes of it, what does not."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from headwater.hooks import mapping, services
from headwater.hooks.bodies import MOST_BYTES
from headwater.hooks.mapping import Rule
from headwater.hooks.models import Delivery, Hook, HookDay
from headwater.hooks.presets import Preset, beginning
from headwater.hooks.services.receiving import keep, read_delivery
from headwater.hooks.signing import Incoming
from headwater.hooks.tasks import capture_of_hook
from headwater.hooks.types import Signing, State
from headwater.kernel import clock
from headwater.kernel.errors import Invalid, Stale
from headwater.kernel.sql import rows
from headwater.leads.models import Lead, Touch
from headwater.platform import audit
from headwater.platform.events import drain
from tests.acquisition.factories import make_campaign, make_source
from tests.customization.factories import make_field
from tests.hooks.sending import SYSTEM, deliver, make_hook, person, signed
from tests.leads.factories import make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize("preset", list(Preset))
def test_each_preset_takes_its_own_sample(preset: Preset) -> None:
    source, campaign, pool = make_source(), make_campaign(), make_pool()
    hook = make_hook(preset=preset, source=source.pk, campaign=campaign.pk, pool=pool.pk)
    sample = dict(beginning(preset).sample)
    answer = deliver(hook, sample)
    assert (answer.status_code, answer.json()["code"]) == (200, 0), answer.content
    delivery, lead, touch = Delivery.objects.get(), Lead.objects.get(), Touch.objects.get()
    assert (delivery.state, delivery.lead_id, delivery.touch_id) == (State.CAPTURED, lead.pk, touch.pk), (
        delivery.detail
    )
    assert (lead.name, lead.mobile) == ("方宁", "+8613800001234")
    assert (lead.source_id, lead.campaign_id, lead.pool_id) == (source.pk, campaign.pk, pool.pk)
    assert touch.door == "hook"
    # The same again is the same answer and nothing more.
    assert deliver(hook, sample).content == answer.content
    assert (Lead.objects.count(), Touch.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_what_platforms_send_in_texts_and_lists_is_found() -> None:
    sample = beginning(Preset.TENCENT).sample
    found = mapping.apply(beginning(Preset.TENCENT).rules, sample)
    assert found["utm_campaign"] == "春季推广"
    assert "青禾软件" in found["requirement"]
    assert mapping.apply([Rule("company", "path", ("bundle.公司",))], sample) == {"company": "青禾软件"}
    feiyu = mapping.apply(beginning(Preset.OCEANENGINE).rules, beginning(Preset.OCEANENGINE).sample)
    assert feiyu["requirement"] == "预算：10-20万；人数：50"
    assert feiyu["address"] == "江苏+镇江"
    baidu = mapping.apply(beginning(Preset.BAIDU).rules, beginning(Preset.BAIDU).sample)
    assert (baidu["name"], baidu["requirement"]) == ("方宁", "想了解报价")


@pytest.mark.parametrize("signing", list(Signing))
def test_forged_and_old_deliveries_are_turned_away(signing: Signing) -> None:
    hook = make_hook(signing=signing)
    body = person()
    assert deliver(hook, body, secret="whsec_Zm9yZ2Vk").status_code == 401
    assert Client().post(f"/hooks/{hook.key}", body, content_type="application/json").status_code == 401
    if signing != Signing.TOKEN:
        for age in (400, -400):
            late = deliver(hook, body, age=age)
            assert (late.status_code, late.json()["code"]) == (401, "hook.expired")
    if signing in (Signing.STANDARD, Signing.TENCENT):
        address, _raw, headers = signed(hook, body)
        changed = Client().post(
            address, orjson.dumps(body | {"name": "x"}), "application/json", headers=headers
        )
        assert (changed.status_code, changed.json()["code"]) == (401, "hook.unsigned")
    assert Delivery.objects.count() == 0
    assert HookDay.objects.get().refused >= 2
    assert deliver(hook, body).status_code == 200
    assert states() == ["captured"]


def test_signatures_are_what_the_documents_say() -> None:
    """Made here by hand, so that signing and checking cannot be wrong together."""
    hook = make_hook(preset="tencent")
    services.set_secret(SYSTEM, hook.pk, secret="abcdef0123456789", overlap_hours=0)
    hook.refresh_from_db()
    raw, moment = orjson.dumps(beginning(Preset.TENCENT).sample), int(clock.now().timestamp())
    mark = hashlib.sha1(raw + b"abcdef0123456789").hexdigest()
    address = f"/hooks/{hook.key}?signature={mark}&timestamp={moment}&nonce=n1"
    assert Client().post(address, raw, "application/json").status_code == 200
    generic = make_hook("通用")
    secret = services.secrets_of(generic)[0]
    raw = orjson.dumps(person(9))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.digest(key, f"m1.{moment}.".encode() + raw, "sha256")).decode()
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,AAAA v1,{mark}",
    }
    assert Client().post(f"/hooks/{generic.key}", raw, "application/json", headers=headers).status_code == 200
    feiyu = make_hook("飞鱼", signing="oceanengine")
    secret, path = services.secrets_of(feiyu)[0], f"/hooks/{feiyu.key}"
    digest = hmac.new(secret.encode(), f"{path} {moment}".encode(), "sha256").hexdigest()
    headers = {"Signature": base64.b64encode(digest.encode()).decode(), "Timestamp": str(moment)}
    assert (
        Client().post(path, orjson.dumps(person(8)), "application/json", headers=headers).status_code == 200
    )
    assert states() == ["captured"] * 3


def test_one_number_is_one_delivery_whatever_else_it_carries() -> None:
    hook = make_hook()
    first = deliver(hook, person(1), number="m-1")
    again = deliver(hook, person(2), number="m-1")
    assert again.content == first.content
    other = deliver(hook, person(2), number="m-2")
    assert other.content != first.content
    # Tencent's nonce is not signed: with a fresh one the same body is still the same.
    tencent = make_hook("腾讯", "tencent")
    for nonce in ("a", "b"):
        deliver(tencent, {"leads_id": 7, "leads_name": "李雷", "leads_tel": "13900000007"}, number=nonce)
    assert Lead.objects.count() == 3
    assert Touch.objects.count() == 3


def test_two_secrets_are_good_for_a_while() -> None:
    hook = make_hook()
    old = services.secrets_of(hook)[0]
    services.set_secret(SYSTEM, hook.pk)
    hook.refresh_from_db()
    new = services.secrets_of(hook)[0]
    assert new != old
    assert deliver(hook, person(1), secret=old, number="1").status_code == 200
    assert deliver(hook, person(2), secret=new, number="2").status_code == 200
    with clock.freeze(clock.now() + timedelta(hours=25)):
        assert deliver(hook, person(3), secret=old, number="3").status_code == 401
        assert deliver(hook, person(3), secret=new, number="3").status_code == 200
    assert old not in hook.secret
    assert services.reveal_secret(SYSTEM, hook.pk) == new
    acts = [entry.action for entry in audit.history("hook", hook.pk).items]
    assert acts == ["reveal_secret", "rotate_secret", "create"]
    for wrong in ("short", "有 汉字的密钥啊啊啊", "x" * 300):
        with pytest.raises(Invalid):
            services.set_secret(SYSTEM, hook.pk, secret=wrong)


MANY_KEYS = orjson.dumps({f"k{number}": number for number in range(5000)})
MANY_PAIRS = "&".join(f"k{number}=1" for number in range(5000)).encode()


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (MANY_KEYS, "application/json", 422, "hook.tangled"),
        (MANY_PAIRS, "application/x-www-form-urlencoded", 422, "hook.tangled"),
        (nested(50), "application/json", 422, "hook.tangled"),
        (nested(20_000), "application/json", 400, "hook.unreadable"),
        (b"[" * 100_000, "application/json", 400, "hook.unreadable"),
        (b"{}", "application/json", 400, "hook.unreadable"),
        (b'"text"', "application/json", 400, "hook.unreadable"),
        (b"not json", "text/plain", 400, "hook.unreadable"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded", 400, "hook.unreadable"),
        (b"x" * (MOST_BYTES + 1), "application/json", 413, "hook.too_large"),
    ],
)  # fmt: skip
def test_bad_bodies_are_refused_cheaply(raw: bytes, kind: str, status: int, code: str) -> None:
    hook = make_hook(signing="token")
    answer = deliver(hook, raw, kind=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Delivery.objects.count() == 0
    assert HookDay.objects.get().last_code == code


def test_strange_values_never_break_the_door() -> None:
    hook = make_hook(signing="token")
    strange: list[Any] = [
        {"name": ["a", {"b": 1}], "mobile": {"x": 1}, "id": {"a": 1}},
        {"name": "x\x00y", "mobile": "13800000001\x00", "id": "a\x00b"},
        {"name": "n" * 5000, "mobile": 13800000002.0, "id": "z" * 500},
        {"name": True, "mobile": None, "email": "not an address", "id": 2**63},
        {"name": "9" * 400, "mobile": 10**25, "id": -1},
        [1, 2, {"name": "x"}],
    ]
    for body in strange:
        answer = deliver(hook, body)
        assert answer.status_code == 200, answer.content
    assert set(states()) <= {"captured", "failed"}
    assert Delivery.objects.filter(code="hook.fault").count() == 0
    assert Lead.objects.filter(mobile="+8613800000001", name="xy").exists()


def test_forms_and_what_must_not_be_kept() -> None:
    hook = make_hook(signing="token")
    sent = person(3, access_token="s3cr3t", leads_id_number="320102199001011234") | {"tags": ["a", "b"]}
    deliver(hook, sent, kind="application/x-www-form-urlencoded; charset=utf-8")
    body = Delivery.objects.get().body
    assert (body["access_token"], body["leads_id_number"]) == ("•••", "•••")
    assert Lead.objects.get().name == "王芳"


def test_asleep_archived_and_unknown_addresses_say_the_same() -> None:
    hook = make_hook()
    services.update_hook(SYSTEM, hook.pk, {"is_active": False})
    asleep = deliver(hook, person())
    services.update_hook(SYSTEM, hook.pk, {"is_active": True})
    services.archive_hooks(SYSTEM, [hook.pk])
    gone = deliver(hook, person())
    nobody = Client().post("/hooks/h_nobody", b"{}", "application/json")
    told = [(one.status_code, one.json()["code"]) for one in (asleep, gone, nobody)]
    assert told == [(404, "hook.inactive")] * 3
    assert Client().get(f"/hooks/{hook.key}").status_code == 405
    services.restore_hooks(SYSTEM, [hook.pk])
    assert deliver(hook, person()).status_code == 200


def test_too_many_are_told_to_wait_before_anything_is_read() -> None:
    hook = make_hook(per_minute=3)
    answers = [deliver(hook, person(number), number=f"n{number}") for number in range(1, 6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["Retry-After"]
    assert Delivery.objects.count() == 3


def test_known_people_inquire_again_and_the_answer_does_not_say_so() -> None:
    hook, lead = make_hook(), make_lead(pool=make_pool())
    known = deliver(hook, person(mobile=lead.mobile, message="还想了解"), number="k").json()
    new = deliver(hook, person(5), number="n").json()
    assert set(known) == set(new)
    assert (Lead.objects.count(), Touch.objects.filter(lead=lead).count()) == (2, 2)
    assert list(Delivery.objects.order_by("id").values_list("is_new", flat=True)) == [False, True]
    names = [
        row["name"] for row in rows("SELECT name FROM platform_event WHERE name LIKE 'hook.%%' ORDER BY id")
    ]
    assert names == ["hook.changed", "hook.delivered", "hook.delivered"]
    assert broken_invariants() == []


def test_dead_letters_wait_for_the_mapping_to_be_mended() -> None:
    owner = make_user(role="marketing")
    hook = make_hook(owner=owner.pk)
    for number in (1, 2, 3):
        deliver(hook, {"id": number, "name": "李雷", "tel": f"1390000000{number}"}, number=str(number))
    assert states() == ["failed"] * 3
    letter = Delivery.objects.order_by("id").first()
    assert letter is not None
    assert letter.code == "input.invalid"
    assert "微信" in letter.detail
    told = rows("SELECT recipient_id, params FROM platform_notification WHERE kind = 'hook.failed'")
    assert [row["recipient_id"] for row in told] == [owner.pk]  # once an hour, not three times
    edit = access(owner, "hooks.edit")
    assert services.retry(edit, hook.pk, letter.pk) == State.FAILED
    rules = [*mapping.read(hook.mapping)]
    mended = [Rule("mobile", "path", ("mobile", "tel")) if rule.field == "mobile" else rule for rule in rules]
    services.set_mapping(edit, hook.pk, mended)
    assert services.retry(edit, hook.pk, letter.pk) == State.CAPTURED
    with pytest.raises(services.NotFailed):
        services.retry(edit, hook.pk, letter.pk)
    assert services.retry_all(edit, hook.pk) == 2
    assert services.retry_all(edit, hook.pk) == 0
    drain()
    assert rows("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'hooks.capture-of-hook'")
    capture_of_hook(hook_id=hook.pk)
    assert states() == ["captured"] * 3
    assert (Lead.objects.count(), Touch.objects.count()) == (3, 3)
    acts = {entry.action for entry in audit.history("hook", hook.pk).items}
    assert {"retry_delivery", "retry_deliveries", "update", "create"} <= acts


def test_a_discarded_letter_keeps_its_reason() -> None:
    hook = make_hook()
    deliver(hook, {"name": "x"})
    letter = Delivery.objects.get()
    with pytest.raises(Invalid):
        services.discard(SYSTEM, hook.pk, letter.pk, "  ")
    services.discard(SYSTEM, hook.pk, letter.pk, "测试数据")
    letter.refresh_from_db()
    assert (letter.state, letter.detail) == (State.DISCARDED, "测试数据")
    with pytest.raises(services.NotFailed):
        services.discard(SYSTEM, hook.pk, letter.pk, "x")


def test_what_a_dying_request_left_is_done_by_the_worker_once() -> None:
    hook = make_hook()
    address, raw, headers = signed(hook, person(4), number="left")
    incoming = Incoming(address, "", {k.lower(): v for k, v in headers.items()}, raw)
    kept = keep(hook, read_delivery(hook, incoming))
    assert (kept.is_new, states()) == (True, ["kept"])
    assert services.capture_waiting(timedelta(seconds=30)) == 0  # still in somebody's hands
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        assert services.capture_waiting(timedelta(seconds=30)) == 1
        assert services.capture_waiting(timedelta(seconds=30)) == 0
    assert deliver(hook, person(4), number="left").json()["delivery"] == str(kept.delivery_id)
    assert (states(), Lead.objects.count(), Touch.objects.count()) == (["captured"], 1, 1)


def test_faults_of_ours_are_tried_five_times(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = make_hook()

    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("headwater.hooks.services.capturing.capture_lead", broken)
        assert deliver(hook, person()).status_code == 200
        assert states() == ["kept"]
        for _ in range(4):
            services.capture_waiting(timedelta(0))
        assert (states(), Delivery.objects.get().code) == (["failed"], "hook.fault")
    assert services.retry(SYSTEM, hook.pk, Delivery.objects.get().pk) == State.CAPTURED


def test_old_contents_are_forgotten_and_a_replay_is_still_known() -> None:
    hook = make_hook(preset="tencent")
    deliver(hook, {"leads_id": 1, "leads_name": "a", "leads_tel": "13900000001"})
    deliver(hook, {"leads_id": 2, "leads_name": "b"})
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert services.forget_bodies(timedelta(days=30)) == 1
        deliver(hook, {"leads_id": 1, "leads_name": "a", "leads_tel": "13900000001"})
    assert [one.body is None for one in Delivery.objects.order_by("id")] == [True, False]
    assert Touch.objects.count() == 1


def test_a_platforms_test_message_is_no_lead() -> None:
    hook = make_hook(preset="tencent")
    ping = {"event_type": "EVENT_TYPE_TEST", "account_id": 999999, "event_id": "1000", "event_data": {}}
    assert deliver(hook, ping).json()["code"] == 0
    assert states() == ["ping"]


def test_a_trial_writes_nothing() -> None:
    hook, lead = make_hook(), make_lead(owner=make_user(role="rep"))
    stranger = access(make_user(role="rep"), "leads.view")
    events = rows("SELECT count(*) AS n FROM platform_event")
    trial = {"X-Headwater-Dry-Run": "1"}
    good = deliver(hook, person(7), number="t", extra=trial).json()
    bad = deliver(hook, {"name": "x"}, number="t", extra=trial).json()
    assert (good["would"], bad["would"]) == ("lead", "dead letter")
    rules = mapping.read(hook.mapping)
    seen = services.try_body(SYSTEM, hook, person(mobile=lead.mobile), rules, is_masked=True)
    assert (seen.outcome, seen.lead_id) == ("reinquired", lead.pk)
    assert next(one.value for one in seen.found if one.field == "mobile") != lead.mobile
    assert (
        services.try_body(stranger, hook, person(mobile=lead.mobile), rules, is_masked=True).lead_id is None
    )
    refused = services.try_body(SYSTEM, hook, person(mobile="12"), rules, is_masked=False)
    assert [one.field for one in refused.found if one.complaint] == ["mobile"]
    assert (Delivery.objects.count(), Lead.objects.count()) == (0, 1)
    assert rows("SELECT count(*) AS n FROM platform_event") == events


def test_the_mapping_is_checked_and_its_transformations_are_few() -> None:
    level = make_field(
        "等级",
        "picklist",
        record="lead",
        choices=[{"value": "a", "label": "A 级"}, {"value": "b", "label": "B 级"}],
    )
    hook = make_hook()
    rules = [
        Rule("name", "joined", ("last", "first"), ""),
        Rule("mobile", "path", ("tel", "contacts[0].tel", 'contacts[kind=work]."t.e.l"')),
        Rule("company", "constant", (), "云帆"),
        Rule("tags", "path", ("labels",), values={"x": ""}),
        Rule(f"custom.{level.name}", "path", ("grade",), values={"1": "a", "2": "B 级"}),
        Rule("consent_at", "path", ("agreed",)),
    ]
    services.set_mapping(SYSTEM, hook.pk, rules, version=1)
    with pytest.raises(Stale):
        services.set_mapping(SYSTEM, hook.pk, rules[:2], version=1)
    hook.refresh_from_db()
    read = mapping.read(hook.mapping)
    assert [(rule.field, rule.paths) for rule in read] == [(rule.field, rule.paths) for rule in rules]
    body = {
        "last": " 王 ",
        "first": "芳",
        "contacts": [{"kind": "work", "t.e.l": "13800000009"}],
        "grade": 2,
        "agreed": 1772330400000,
    }
    found = mapping.apply(read, body)
    assert found["name"] == "王芳"
    assert found["mobile"] == "13800000009"
    assert found[f"custom.{level.name}"] == "B 级"
    assert found["consent_at"].startswith("2026-03-01T02:00:00")
    deliver(hook, body)
    assert states() == ["captured"], Delivery.objects.get().detail
    assert Lead.objects.get().custom[level.name] == "b"
    for wrong in (
        [Rule("name", "path", ("a",))],
        [*rules, Rule("owner", "path", ("a",))],
        [*rules, Rule("email", "path", ("a..b",))],
        [*rules, Rule("email", "path", ())],
        [*rules, Rule("email", "constant", (), " ")],
        [*rules, rules[0]],
    ):
        with pytest.raises(Invalid):
            services.set_mapping(SYSTEM, hook.pk, wrong)


def test_the_record() -> None:
    hook = make_hook()
    with pytest.raises(Invalid):
        make_hook()
    for values in (
        {"preset": "baidu"},
        {"source": 999_999},
        {"id_path": "a["},
        {"per_minute": -1},
        {"owner": 999_999},
    ):
        with pytest.raises(Invalid):
            services.update_hook(SYSTEM, hook.pk, values)
    services.update_hook(SYSTEM, hook.pk, {"per_minute": 5, "id_path": "a.b"}, version=1)
    with pytest.raises(Stale):
        services.update_hook(SYSTEM, hook.pk, {"name": "x"}, version=1)
    assert Hook.objects.get().per_minute == 5
    assert mapping.guessed({"姓名": "a", "手机号": "b", "form": {"e-mail": "c"}}) == [
        Rule("name", "path", ("姓名",)),
        Rule("mobile", "path", ("手机号",)),
        Rule("email", "path", ("form.e-mail",)),
    ]
