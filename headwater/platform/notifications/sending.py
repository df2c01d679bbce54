"""Notifying people: any number with one statement, and each thing once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from headwater.kernel import clock, sql
from headwater.platform.notifications import deliveries
from headwater.platform.notifications.kinds import Channel, Kind, addresses, kind_of
from headwater.platform.notifications.preferences import Preference, preferences_of, zone_of
from headwater.platform.notifications.switches import listeners


class Notice(NamedTuple):
    """One notification for one person. With a `dedupe_key` the same person gets it once for ever."""

    recipient_id: int
    params: Mapping[str, Any] = MappingProxyType({})
    record_type: str = ""
    record_id: int | None = None
    url: str = ""
    dedupe_key: str | None = None
    escalation_id: int | None = None


def notify(
    recipient_ids: Iterable[int],
    kind: str,
    *,
    params: Mapping[str, Any] | None = None,
    record_type: str = "",
    record_id: int | None = None,
    url: str = "",
    dedupe_key: str | None = None,
    but_not: int | None = None,
) -> int:
    """Tell all these people the same; how many were told. `but_not` is who caused it and knows already."""
    people = dict.fromkeys(person for person in recipient_ids if person != but_not)
    return notify_each(
        [Notice(person, params or {}, record_type, record_id, url, dedupe_key) for person in people], kind
    )


NoticeTuple = tuple[int, Mapping[str, Any], str, int | None, str, str | None]


@transaction.atomic
def notify_each(notices: Sequence[Notice | NoticeTuple], kind: str) -> int:
    """Write these notifications in one statement, and plan what goes outside; how many people were told.

    A plain tuple in the order of `Notice` will do.
    Who switched every channel off is left out; a key that a person already has is skipped.
    """
    known = kind_of(kind)
    if known is None:
        raise LookupError(f"unknown notification kind {kind!r}: register it")
    if not notices:
        return 0
    people = {notice[0] for notice in notices}
    wanting = listeners(known, people)
    bots = deliveries.bots_taking(known.choice) if wanting[Channel.BOT] else []
    outside = wanting[Channel.EMAIL] | (wanting[Channel.BOT] if bots else set())
    told = wanting[Channel.IN_APP] | outside
    wanted = [Notice(*notice) for notice in notices if notice[0] in told]
    if not wanted:
        return 0
    now = clock.now()
    written = _write(known, wanted, wanting[Channel.IN_APP], now)
    if outside:
        _plan_outside(written, wanting, bots, now)
    return len(written)


def _write(kind: Kind, wanted: list[Notice], in_app: set[int], now: datetime) -> list[dict[str, Any]]:
    return sql.rows(
        """
        INSERT INTO platform_notification
            (recipient_id, kind, params, record_type, record_id, url, dedupe_key, escalation_id, in_app,
             created_at)
        SELECT given.recipient_id, %s, given.params::jsonb, given.record_type, given.record_id, given.url,
               given.dedupe_key, given.escalation_id, given.in_app, %s::timestamptz
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],
                    %s::boolean[])
             AS given (recipient_id, params, record_type, record_id, url, dedupe_key, escalation_id, in_app)
        ON CONFLICT (recipient_id, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING
        RETURNING id, recipient_id
        """,
        (
            kind.key,
            now,
            [notice.recipient_id for notice in wanted],
            [_json(notice.params) for notice in wanted],
            [notice.record_type for notice in wanted],
            [notice.record_id for notice in wanted],
            [notice.url for notice in wanted],
            [notice.dedupe_key for notice in wanted],
            [notice.escalation_id for notice in wanted],
            [notice.recipient_id in in_app for notice in wanted],
        ),
    )


def _json(params: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(params), default=str).decode().replace("\\u0000", "")


def _plan_outside(
    written: list[dict[str, Any]],
    wanting: Mapping[Channel, set[int]],
    bots: list[deliveries.TakingBot],
    now: datetime,
) -> None:
    """One delivery per notification and way outside, due when its reader may be disturbed."""
    outside = wanting[Channel.EMAIL] | (wanting[Channel.BOT] if bots else set())
    people = {row["recipient_id"] for row in written} & outside
    choices = preferences_of(people)
    # The book is opened only where somebody's clock or department matters.
    needs_departments = any(bot.department_ids for bot in bots)
    book = addresses(sorted(people if needs_departments else choices))
    nothing_chosen = Preference()
    planned: list[deliveries.Planned] = []
    for row in written:
        person = row["recipient_id"]
        address, chosen = book.get(person), choices.get(person, nothing_chosen)
        if person in wanting[Channel.EMAIL]:
            due = chosen.mail_at(now, zone_of(address)) if person in choices else now
            planned.append((row["id"], Channel.EMAIL, person, due))
        if person in wanting[Channel.BOT]:
            due = chosen.disturb_at(now, zone_of(address)) if person in choices else now
            planned += [
                (row["id"], Channel.BOT, bot.id, due)
                for bot in bots
                if not bot.department_ids or (address and address.department_ids & bot.department_ids)
            ]
    deliveries.plan(planned)
