"""Run once per key: the answer is stored in the same transaction as the effect, so neither exists alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from headwater.kernel import clock, sql
from headwater.kernel.errors import Conflict, Invalid

KEPT_FOR = timedelta(hours=24)
MAX_KEY = 255
_MAX_BODY = 1_000_000


class IdempotencyInProgress(Conflict):
    """Facts: `key`."""

    code = "idempotency.in_progress"
    message = _("The same request is still being worked on.")
    remedy = _("Wait for its answer, or send it again in a moment.")


class IdempotencyMismatch(Invalid):
    """Facts: `key`."""

    code = "idempotency.mismatch"
    message = _("This Idempotency-Key was used for a different request.")
    remedy = _("Use a new key for a new request.")


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An answer that can be given again."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False


def once(user_id: int, key: str, fingerprint: bytes, run: Callable[[], StoredResponse]) -> StoredResponse:
    """`run()` in a transaction, or the stored answer of the last 24 hours for this person and key.

    Refuses a key in use by another request (409), used for different content (422) or malformed (422).
    An answer of 400 and above is not kept: the request had no effect and may be tried again.
    """
    if not 0 < len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid.one(
            "Idempotency-Key", "idempotency.malformed", _("Use 1 to 255 printable ASCII characters.")
        )
    with transaction.atomic():
        # Held until the effect is committed; a crash lets it go together with the effect.
        if not sql.value("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 42))", (f"{user_id}:{key}",)):
            raise IdempotencyInProgress(key=key)
        kept = sql.rows(
            "SELECT fingerprint, status, headers::text AS headers, body FROM platform_idempotency"
            " WHERE user_id = %s AND key = %s AND created_at > %s",
            (user_id, key, clock.now() - KEPT_FOR),
        )
        if kept:
            row = kept[0]
            if bytes(row["fingerprint"]) != fingerprint:
                raise IdempotencyMismatch(key=key)
            return StoredResponse(
                row["status"], bytes(row["body"]), orjson.loads(row["headers"]), replayed=True
            )
        answer = run()
        if answer.status < 400 and len(answer.body) <= _MAX_BODY:
            sql.execute(
                "INSERT INTO platform_idempotency"
                " (user_id, key, fingerprint, status, headers, body, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
                " status = excluded.status, headers = excluded.headers, body = excluded.body,"
                " created_at = excluded.created_at",
                (
                    user_id,
                    key,
                    fingerprint,
                    answer.status,
                    orjson.dumps(dict(answer.headers)).decode(),
                    answer.body,
                    clock.now(),
                ),
            )
        return answer


def remove_expired() -> int:
    """Remove answers older than 24 hours; run nightly."""
    return sql.execute("DELETE FROM platform_idempotency WHERE created_at <= %s", (clock.now() - KEPT_FOR,))
