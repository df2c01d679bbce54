"""Notifying people: any number with one statement, and each thing once."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from headwater.kernel import clock, sql
from headwater.platform.notifications.kinds import Channel, kind_of
from headwater.platform.notifications.switches import choosing

MAIL_CHUNK = 100


class Notice(NamedTuple):
    """One notification for one person. With a `dedupe_key` the same person gets it once for ever."""

    recipient_id: int
    params: Mapping[str, Any] = MappingProxyType({})
    record_type: str = ""
    record_id: int | None = None
    url: str = ""
    dedupe_key: str | None = None


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
    """Write these notifications in one statement, and defer the mail for those who want it; how many.

    A plain tuple in the order of `Notice` will do.
    Who switched the kind off is left out; a key that a person already has is skipped.
    """
    known = kind_of(kind)
    if known is None:
        raise LookupError(f"unknown notification kind {kind!r}: register it")
    silent = choosing(kind, Channel.IN_APP, is_on=False)
    wanted = [Notice(*notice) for notice in notices if notice[0] not in silent]
    if not wanted:
        return 0
    written = sql.rows(
        """
        INSERT INTO platform_notification
            (recipient_id, kind, params, record_type, record_id, url, dedupe_key, created_at)
        SELECT given.recipient_id, %s, given.params::jsonb, given.record_type, given.record_id, given.url,
               given.dedupe_key, %s::timestamptz
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])
             AS given (recipient_id, params, record_type, record_id, url, dedupe_key)
        ON CONFLICT (recipient_id, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING
        RETURNING id, recipient_id
        """,
        (
            kind,
            clock.now(),
            [notice.recipient_id for notice in wanted],
            [_json(notice.params) for notice in wanted],
            [notice.record_type for notice in wanted],
            [notice.record_id for notice in wanted],
            [notice.url for notice in wanted],
            [notice.dedupe_key for notice in wanted],
        ),
    )
    _defer_mail(kind, known.by_email, written)
    return len(written)


def _json(params: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(params), default=str).decode().replace("\\u0000", "")


def _defer_mail(kind: str, by_default: bool, written: list[dict[str, Any]]) -> None:
    from headwater.platform.jobs import defer_many
    from headwater.platform.notifications.tasks import send_mails

    if by_default:
        without = choosing(kind, Channel.EMAIL, is_on=False)
        ids = [row["id"] for row in written if row["recipient_id"] not in without]
    else:
        asked = choosing(kind, Channel.EMAIL, is_on=True)
        ids = [row["id"] for row in written if row["recipient_id"] in asked]
    defer_many(
        send_mails, [{"ids": ids[start : start + MAIL_CHUNK]} for start in range(0, len(ids), MAIL_CHUNK)]
    )
