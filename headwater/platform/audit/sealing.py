"""The chain of digests. Run by a periodic job, so that sealing never holds up a write."""

from dataclasses import dataclass

from django.db import transaction

from headwater.kernel import clock, sql

BATCH = 5000
_LOCK = 4_207_001

# Fixed text of a row: independent of the session's time zone, date style and column order.
_ROW_DIGEST = """
encode(sha256(convert_to(jsonb_build_array(
    id, extract(epoch FROM at)::text, actor_id, actor_kind, actor_name, token_id, request_id,
    record_type, record_id, action, changes)::text, 'UTF8')), 'hex')
"""
_CHAIN = f"""
SELECT count(*) AS rows, max(id) AS last_id,
       encode(sha256(convert_to(%s || coalesce(string_agg(row_digest, '' ORDER BY id), ''), 'UTF8')), 'hex')
           AS digest
FROM (SELECT id, {_ROW_DIGEST} AS row_digest FROM platform_audit
      WHERE id > %s AND id <= %s ORDER BY id LIMIT %s) AS part
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """The chain recomputed; `bad_from`..`bad_to` are the ids of the first link that differs."""

    is_whole: bool
    links: int
    rows: int
    bad_from: int | None = None
    bad_to: int | None = None


def seal() -> int:
    """Seal what is finished; how many rows. Meant for each minute: the second run after a row seals it.

    An id is given before its transaction ends, so a run only marks where the ids stand; a later run
    seals up to there, once every transaction that was open at the mark has ended.
    """
    sealed = 0
    with transaction.atomic():
        if not sql.value("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,)):
            return 0
        up_to = sql.value(
            "SELECT up_to_id FROM platform_audit_mark WHERE id = 1"
            " AND settled_xid::xid8 <= platform_settled_xid()"
        )
        while up_to is not None and (rows := _seal_batch(up_to)):
            sealed += rows
        if up_to is not None or not sql.value("SELECT EXISTS(SELECT 1 FROM platform_audit_mark)"):
            sql.execute(
                "INSERT INTO platform_audit_mark (id, up_to_id, settled_xid)"
                " SELECT 1, coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text"
                " FROM platform_audit"
                " ON CONFLICT (id) DO UPDATE"
                " SET up_to_id = excluded.up_to_id, settled_xid = excluded.settled_xid"
            )
    return sealed


def _seal_batch(up_to: int) -> int:
    last = sql.rows("SELECT last_id, digest FROM platform_audit_seal ORDER BY id DESC LIMIT 1")
    after, previous = (last[0]["last_id"], last[0]["digest"]) if last else (0, "")
    link = sql.rows(_CHAIN, (previous, after, up_to, BATCH))[0]
    if not link["rows"]:
        return 0
    sql.execute(
        "INSERT INTO platform_audit_seal (after_id, last_id, rows, digest, sealed_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (after, link["last_id"], link["rows"], link["digest"], clock.now()),
    )
    return int(link["rows"])


def verify() -> Verification:
    """Recompute every link; finds changed, removed and later inserted rows among the sealed ones."""
    previous, after, links, rows = "", 0, 0, 0
    for seal_row in sql.rows("SELECT * FROM platform_audit_seal ORDER BY id"):
        last = seal_row["last_id"]
        link = sql.rows(_CHAIN, (previous, after, last, BATCH * 2))[0]
        if (link["digest"], link["rows"], seal_row["after_id"]) != (
            seal_row["digest"],
            seal_row["rows"],
            after,
        ):
            return Verification(False, links, rows, after + 1, last)
        previous, after = seal_row["digest"], last
        links += 1
        rows += seal_row["rows"]
    return Verification(True, links, rows)
