"""Notifications: set-based, once each, in the reader's words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from headwater.kernel import clock
from headwater.kernel.errors import NotFound
from headwater.platform.jobs import run_jobs
from headwater.platform.notifications import (
    Channel,
    Notice,
    latest,
    mark_read,
    notify,
    notify_each,
    register_address_book,
    register_kind,
    set_switch,
    state_tag,
    switches_of,
    unread_count,
)
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications.inbox import remove_old
from headwater.platform.notifications.kinds import Address


@pytest.fixture(autouse=True)
def _own_kinds() -> Iterator[None]:
    before, book = dict(registry._kinds), list(registry._address_book)
    register_kind("test.assigned", label="Assigned", text="%(by)s assigned %(name)s to you (100%%)")
    register_kind("test.urgent", label="Urgent", text="Urgent: %(name)s", email=True)
    register_address_book(lambda ids: {one: Address(f"u{one}@example.com", "en") for one in ids if one != 9})
    yield
    registry._kinds.clear()
    registry._kinds.update(before)
    registry._address_book[:] = book


@pytest.mark.django_db
def test_people_are_told_once_and_not_by_themselves() -> None:
    told = notify(
        [7, 8, 8, 9], "test.assigned", params={"by": "张三", "name": "华为"}, but_not=9, dedupe_key="a"
    )
    assert told == 2
    assert notify([7], "test.assigned", dedupe_key="a") == 0
    assert notify([7], "test.assigned") == 1  # without a key nothing is held back
    (newest, first) = latest(7).items
    assert first.text == "张三 assigned 华为 to you (100%)"
    assert newest.text == "— assigned — to you (100%)"
    assert unread_count(7) == 2
    assert unread_count(9) == 0


@pytest.mark.django_db
def test_an_unregistered_kind_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        notify([7], "test.unknown")


@pytest.mark.django_db
def test_reading_pages_and_the_tag_for_polling() -> None:
    empty = state_tag(7)
    assert notify_each([Notice(7, {"name": str(n)}) for n in range(5)], "test.urgent") == 5
    assert notify_each([(8, {}, "lead", 5, "/leads/5", None)], "test.urgent") == 1
    tag = state_tag(7)
    assert tag != empty
    page = latest(7, limit=2)
    rest = latest(7, before_id=page.next, limit=10)
    assert [item.params["name"] for item in page.items + rest.items] == ["4", "3", "2", "1", "0"]
    others = [item.id for item in latest(8).items]
    assert mark_read(7, [page.items[0].id, *others]) == 1
    assert unread_count(8) == 1
    assert state_tag(7) != tag
    assert mark_read(7) == 4
    assert unread_count(7) == 0
    assert latest(7, unread_only=True).items == []
    assert latest(7).items[0].is_read


@pytest.mark.django_db(transaction=True)
def test_mail_goes_to_those_who_want_it() -> None:
    set_switch(8, "test.urgent", Channel.EMAIL, is_on=False)
    set_switch(8, "test.assigned", Channel.EMAIL, is_on=True)
    set_switch(6, "test.urgent", Channel.IN_APP, is_on=False)  # the mail comes nevertheless
    assert notify([6, 7, 8, 9], "test.urgent", params={"name": "华为\nBcc: x"}, url="/leads/5") == 4
    notify([7, 8], "test.assigned", params={"by": "a", "name": "b"})
    run_jobs()
    assert sorted((one.to[0], one.subject) for one in mail.outbox) == [
        ("u6@example.com", "Urgent: 华为 Bcc: x"),
        ("u7@example.com", "Urgent: 华为 Bcc: x"),
        ("u8@example.com", "a assigned b to you (100%)"),
    ]
    body = next(one.body for one in mail.outbox if one.to == ["u7@example.com"])
    (shown,) = [item for item in latest(7).items if item.kind == "test.urgent"]
    assert f"/notifications/{shown.id}" in str(body)  # leads on to /leads/5 and counts as read
    assert latest(6).items == []
    assert unread_count(6) == 0
    switches = {switch.kind.key: (switch.in_app, switch.email) for switch in switches_of(8)}
    assert switches["test.urgent"] == (True, False)
    assert switches["test.assigned"] == (True, True)
    with pytest.raises(NotFound):
        set_switch(8, "test.unknown", Channel.EMAIL, is_on=True)


@pytest.mark.django_db
def test_old_ones_go() -> None:
    with clock.freeze(clock.now() - timedelta(days=200)):
        notify([7, 8], "test.urgent")
        mark_read(7)
    assert remove_old(days=180) == 1
    with translation.override("en"):
        assert latest(8).items[0].label == "Urgent"


@pytest.mark.django_db
def test_one_switch_governs_one_and_several() -> None:
    register_kind("test.assigned_many", label="Many", text="%(count)s things")
    listed = {switch.kind.key for switch in switches_of(8)}
    assert "test.assigned" in listed
    assert "test.assigned_many" not in listed
    set_switch(8, "test.assigned", Channel.IN_APP, is_on=False)
    assert notify([8], "test.assigned_many", params={"count": 3}) == 0
    set_switch(8, "test.assigned_many", Channel.IN_APP, is_on=True)
    assert notify([8], "test.assigned", params={"by": "张三", "name": "华为"}) == 1
