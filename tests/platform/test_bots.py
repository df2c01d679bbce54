"""Group bots: what the three chat programs take, who may appear where, and what happens when they refuse."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit, outgoing
from headwater.platform.notifications import (
    Address,
    Channel,
    Preference,
    bots,
    failures,
    notify,
    posting,
    register_address_book,
    register_kind,
    set_preference,
    set_switch,
    tasks,
)
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications.bot_messages import Line, call_for, fitting, refusal_of
from headwater.platform.notifications.models import Bot
from headwater.platform.notifications.types import BotKind
from headwater.platform.outgoing import Answer
from tests.platform.receivers import Robot, robot

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NAMES = {7: "张三", 8: "李四", 9: "王五"}


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(outgoing, "_opened", ["127.0.0.1"])
    before, book = dict(registry._kinds), list(registry._address_book)
    register_kind("test.won", label="Won", text="%(name)s is won")
    register_kind("test.private", label="Private", text="secret %(name)s", bots=False)
    departments = {7: {1, 2}, 8: {1, 3}, 9: {1, 3, 4}}
    register_address_book(
        lambda ids: {
            one: Address(f"u{one}@example.com", "en", NAMES[one], department_ids=frozenset(departments[one]))
            for one in ids
            if one in NAMES
        }
    )
    with translation.override("en"):
        yield
    registry._kinds.clear()
    registry._kinds.update(before)
    registry._address_book[:] = book


@pytest.fixture
def group() -> Iterator[Robot]:
    with robot() as made:
        yield made


def make_bot(access: Access, group: Robot, **values: Any) -> Bot:
    given = {"name": "华北群", "kind": "wecom", "url": group.url, "kinds": ["test.won"], "language": "en"}
    return bots.create_bot(access, **given | values)


def carry() -> None:
    tasks.carry(channel="bot")


@pytest.mark.django_db
def test_wecom_shows_what_happened_to_whom(access: Access, group: Robot) -> None:
    make_bot(access, group)
    notify([7, 8], "test.won", params={"name": "华为 [x](http://evil) <@all>"}, url="/leads/5")
    notify([7], "test.private", params={"name": "x"})
    carry()
    ((path, body),) = group.calls
    assert path == "/robot/send?key=0123456789abcdef"
    assert body["msgtype"] == "markdown"
    content = body["markdown"]["content"]
    assert "张三, 李四: 华为 ［x］(http://evil) ＜@all＞ is won [Open](" in content
    assert content.count("is won") == 1  # one sentence for both
    assert "/leads/5)" in content


def test_dingtalk_is_signed_in_the_address() -> None:
    call = call_for(
        BotKind.DINGTALK,
        "https://oapi.dingtalk.com/robot/send?access_token=T",
        "SECx",
        "HW",
        [Line("hi")],
        AT,
    )
    asked = parse_qs(urlsplit(call.url).query)
    stamp = str(int(AT.timestamp() * 1000))
    expected = hmac.new(b"SECx", f"{stamp}\nSECx".encode(), hashlib.sha256).digest()
    assert asked == {
        "access_token": ["T"],
        "timestamp": [stamp],
        "sign": [base64.b64encode(expected).decode()],
    }
    assert call.body["markdown"] == {"title": "HW", "text": "**HW**\n\n> hi"}
    assert call_for(BotKind.DINGTALK, "https://x/?a=1", "", "HW", [Line("hi")], AT).url == "https://x/?a=1"


def test_feishu_is_signed_in_the_body() -> None:
    call = call_for(
        BotKind.FEISHU, "https://open.feishu.cn/hook/1", "S", "HW", [Line("<b>", "https://a")], AT
    )
    stamp = str(int(AT.timestamp()))
    expected = base64.b64encode(hmac.new(f"{stamp}\nS".encode(), b"", hashlib.sha256).digest()).decode()
    assert (call.body["timestamp"], call.body["sign"], call.body["msg_type"]) == (stamp, expected, "post")
    (line,) = call.body["content"]["post"]["zh_cn"]["content"]
    assert line[0] == {"tag": "text", "text": "<b>"}
    assert line[1]["href"] == "https://a"
    assert "sign" not in call_for(BotKind.FEISHU, "https://x", "", "HW", [Line("a")], AT).body


def test_a_message_never_grows_beyond_what_wecom_takes() -> None:
    lines = [Line("张" * 400, "https://example.com/" + "x" * 60)] * 30
    count = fitting(BotKind.WECOM, lines)
    body = call_for(BotKind.WECOM, "https://x", "", "Headwater 活水", lines[:count], AT).body
    assert 0 < count < 20
    assert len(body["markdown"]["content"].encode()) <= 4096
    assert fitting(BotKind.FEISHU, [Line("a")] * 30) == 20
    assert fitting(BotKind.WECOM, [Line("张" * 9000)]) == 1


@pytest.mark.parametrize(
    ("kind", "status", "answer", "taken"),
    [
        ("wecom", 200, {"errcode": 0, "errmsg": "ok"}, True),
        ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, False),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "sign not match"}, False),
        ("feishu", 200, {"code": 0, "msg": "success"}, True),
        ("feishu", 200, {"StatusCode": 0, "StatusMessage": "success"}, True),
        ("feishu", 200, {"code": 19021, "msg": "sign match fail"}, False),
        ("feishu", 200, {}, False),
        ("wecom", 200, b"<html>", False),
        ("wecom", 200, [1], False),
        ("wecom", 302, {}, False),
        ("wecom", 500, {"errcode": 0}, False),
    ],
)
def test_a_refusal_is_known_although_it_answers_200(kind: str, status: int, answer: Any, taken: bool) -> None:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    assert (refusal_of(BotKind(kind), Answer(status, raw)) == "") is taken


@pytest.mark.django_db
def test_departments_switches_and_quiet_hours_decide_who_appears(access: Access, group: Robot) -> None:
    make_bot(access, group, department_ids=[3])
    set_switch(9, "test.won", Channel.BOT, is_on=False)
    notify([7, 8, 9], "test.won", params={"name": "华为"})
    carry()
    assert len(group.calls) == 1
    assert [name in group.texts[0] for name in NAMES.values()] == [False, True, False]
    with clock.freeze(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)):  # 23:00 in Shanghai
        set_preference(8, Preference(quiet_from=time(22), quiet_until=time(8)))
        notify([8], "test.won", params={"name": "night"})
        carry()
        assert len(group.calls) == 1
        clock.advance(timedelta(hours=9))
        carry()
    assert "night" in group.texts[1]


@pytest.mark.django_db
def test_many_sentences_go_in_few_messages(access: Access, group: Robot) -> None:
    make_bot(access, group, kind="dingtalk")
    for number in range(45):
        notify([7], "test.won", params={"name": f"n{number:02}"})
    carry()
    assert len(group.calls) == 3
    assert all(any(f"n{number:02}" in text for text in group.texts) for number in range(45))


@pytest.mark.django_db
def test_a_refusing_robot_is_tried_again_then_set_aside_and_seen(access: Access, group: Robot) -> None:
    bot = make_bot(access, group)
    group.answers = [(200, {"errcode": 45009, "errmsg": "api freq out of limit"}), (200, {"errcode": 0})]
    with clock.freeze(AT):
        notify([7], "test.won", params={"name": "华为"})
        carry()
        bot.refresh_from_db()
        assert bot.failures == 1
        assert posting.failure_words(bot.last_error) == (
            "The bot refused the message: 45009 api freq out of limit"
        )
        clock.advance(timedelta(minutes=1))
        carry()
        bot.refresh_from_db()
        assert (bot.failures, bot.last_error, len(group.calls)) == (0, "", 2)
        group.answers = [(500, b"")]
        notify([7], "test.won", params={"name": "中兴"})
        for _try in range(8):
            carry()
            clock.advance(timedelta(hours=7))
        (given_up,) = failures.failed()
        assert (given_up.target, given_up.error) == ("华北群", "The server answered with status 500.")
        group.answers = [(200, {"errcode": 0})]
        assert failures.retry(access) == 1
        carry()
        assert failures.failed() == []
    assert "中兴" in group.texts[-1]


@pytest.mark.django_db
def test_a_private_address_is_never_called(
    access: Access, group: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = make_bot(access, group)
    monkeypatch.setattr(outgoing, "_opened", [])
    assert posting.send_test(access, bot.pk).startswith("private_address|")
    assert group.calls == []
    with pytest.raises(Invalid) as refused:
        make_bot(access, group, name="x", url="https://192.168.0.1/x")
    assert refused.value.fields["url"]["code"] == "outgoing.private_address"


@pytest.mark.django_db
def test_address_and_secret_are_kept_encrypted_and_out_of_the_audit(access: Access, group: Robot) -> None:
    bot = make_bot(access, group, kind="dingtalk", secret="SECRETSECRET")
    (row,) = sql.rows("SELECT * FROM platform_bot")
    told = json.dumps(
        [row, [entry.changes for entry in audit.history("group_bot", bot.pk).items]], default=str
    )
    assert "SECRETSECRET" not in told
    assert "0123456789ab" not in told
    assert bot.url_hint == "127.0.0.1/…cdef"
    assert bots.door_of(bot) == bots.Door(group.url, "SECRETSECRET")
    assert posting.send_test(access, bot.pk) == ""
    assert "sign=" in group.calls[0][0]
    assert "tests" in group.texts[0]


@pytest.mark.django_db
def test_the_way_of_a_bot(access: Access, group: Robot) -> None:
    bot = make_bot(access, group, secret="S")
    with pytest.raises(Invalid) as twice:
        make_bot(access, group)
    assert "name" in twice.value.fields
    with pytest.raises(Stale):
        bots.update_bot(access, bot.pk, version=9, name="x")
    changed = bots.update_bot(access, bot.pk, version=1, is_active=False, secret="")
    assert (changed.version, changed.secret) == (2, "")
    assert bots.update_bot(access, bot.pk).version == 2
    notify([7], "test.won", params={"name": "paused"})
    assert sql.value("SELECT count(*) FROM platform_notification_delivery") == 0
    bots.update_bot(access, bot.pk, is_active=True)
    notify([7], "test.won", params={"name": "gone"})
    bots.archive_bot(access, bot.pk)
    carry()
    assert group.calls == []
    assert sql.value("SELECT url || secret FROM platform_bot") == ""
    with pytest.raises(NotFound):
        bots.get_bot(bot.pk)
    with pytest.raises(Invalid) as many:
        bots.create_bot(access, name="", kind="x", url="", kinds=["nothing"], language="fr")
    assert set(many.value.fields) == {"name", "kind", "url", "kinds", "language"}
    actions = [entry.action for entry in audit.history("group_bot", bot.pk).items]
    assert actions == ["archive", "update", "update", "create"]


@pytest.mark.django_db
def test_another_secret_key_is_told_in_words(access: Access, group: Robot, settings: Any) -> None:
    bot = make_bot(access, group)
    settings.SECRET_KEY = "other" * 10
    assert posting.failure_words(posting.send_test(access, bot.pk)).startswith("The stored address cannot")
