"""Handovers within reach, and what became of the records in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.handover.models import Handover
from headwater.handover.types import Answer, State, Undone
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.organization.belongings import Belonging, transferable
from headwater.organization.queries import names_of
from headwater.pools.models import Pool
from headwater.pools.queries import pools_by_id


def get_handover(access: Access, handover_id: int, *, lock: bool = False) -> Handover:
    """A handover of somebody within reach; `NotFound` otherwise."""
    found = Handover.objects.select_for_update(of=("self",)) if lock else Handover.objects
    handover = found.select_related("leaver").filter(pk=handover_id).first()
    if handover is None or not access.reach.covers(handover.leaver_id):
        raise NotFound(record="handover", id=handover_id)
    return handover


def handovers_within(access: Access, *, before_id: int | None = None, limit: int = 30) -> list[Handover]:
    """The newest handovers of people within reach."""
    found = Handover.objects.select_related("leaver").order_by("-id")
    if not access.reach.everyone:
        found = found.filter(leaver_id__in=access.reach.people)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return list(found[:limit])


@dataclass(frozen=True, slots=True)
class Line:
    """How many records of a kind went to one receiver, and what became of them."""

    kind: str
    label: str
    icon: str
    owner_id: int | None
    pool_id: int | None
    receiver: str
    total: int
    waiting: int
    done: int
    kept: int
    over_cap: int
    back: int
    left: int


def lines_of(handover_id: int) -> list[Line]:
    """The result by kind and receiver; one query and the names."""
    rows = sql.rows(
        "SELECT kind, to_owner_id, to_pool_id, count(*) AS total,"
        " count(*) FILTER (WHERE over_cap) AS over_cap,"
        " count(*) FILTER (WHERE state = 'waiting') AS waiting,"
        " count(*) FILTER (WHERE state = 'done') AS done,"
        " count(*) FILTER (WHERE state = 'kept') AS kept, count(*) FILTER (WHERE undone = 'back') AS back,"
        " count(*) FILTER (WHERE undone = 'left') AS left_there"
        " FROM handover_handoveritem WHERE handover_id = %s GROUP BY 1, 2, 3",
        (handover_id,),
    )
    people = names_of({row["to_owner_id"] for row in rows if row["to_owner_id"]})
    pools = pools_by_id({row["to_pool_id"] for row in rows if row["to_pool_id"]})
    kinds = {kind.key: (number, kind) for number, kind in enumerate(transferable())}
    lines = [
        Line(
            row["kind"],
            str(kinds[row["kind"]][1].label) if row["kind"] in kinds else row["kind"],
            kinds[row["kind"]][1].icon if row["kind"] in kinds else "folder",
            row["to_owner_id"],
            row["to_pool_id"],
            _receiver(row, people, pools),
            row["total"],
            row["waiting"],
            row["done"],
            row["kept"],
            row["over_cap"],
            row["back"],
            row["left_there"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (kinds.get(line.kind, (99,))[0], -line.total, line.receiver))


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a handover as lists show it."""

    id: int
    kind: str
    label: str
    record_id: int
    name: str
    url: str
    owner_id: int | None
    pool_id: int | None
    receiver: str
    state: str
    code: str
    over_cap: bool
    undone: str
    undo_code: str


def items_of(
    handover_id: int,
    *,
    state: State | None = None,
    undone: Undone | None = None,
    after_id: int = 0,
    limit: int = 50,
) -> list[Item]:
    """Records of a handover in their order, named; `state` and `undone` choose."""
    rows = sql.rows(
        "SELECT id, kind, record_id, to_owner_id, to_pool_id, state, code, over_cap, undone, undo_code"
        " FROM handover_handoveritem WHERE handover_id = %s AND id > %s"
        " AND (%s::text IS NULL OR state = %s) AND (%s::text IS NULL OR undone = %s) ORDER BY id LIMIT %s",
        (handover_id, after_id, state, state, undone, undone, limit),
    )
    people = names_of({row["to_owner_id"] for row in rows if row["to_owner_id"]})
    pools = pools_by_id({row["to_pool_id"] for row in rows if row["to_pool_id"]})
    kinds = {kind.key: kind for kind in transferable()}
    names = _names(rows, kinds)
    return [
        Item(
            row["id"],
            row["kind"],
            str(kinds[row["kind"]].label) if row["kind"] in kinds else row["kind"],
            row["record_id"],
            names.get((row["kind"], row["record_id"]), f"#{row['record_id']}"),
            _url(kinds.get(row["kind"]), row["record_id"]),
            row["to_owner_id"],
            row["to_pool_id"],
            _receiver(row, people, pools),
            row["state"],
            row["code"],
            row["over_cap"],
            row["undone"],
            row["undo_code"],
        )
        for row in rows
    ]


def _names(rows: Sequence[dict[str, Any]], kinds: dict[str, Belonging]) -> dict[tuple[str, int], str]:
    names: dict[tuple[str, int], str] = {}
    for key in {row["kind"] for row in rows} & kinds.keys():
        kind = kinds[key]
        table = record_type(kind.record).table if kind.record else kind.table
        column = "title" if kind.record == "task" else "name"
        ids = [row["record_id"] for row in rows if row["kind"] == key]
        found = sql.rows(f"SELECT id, {column} AS name FROM {table} WHERE id = ANY(%s::bigint[])", (ids,))
        names |= {(key, row["id"]): row["name"] for row in found}
    return names


def _receiver(row: dict[str, Any], people: Mapping[int, str], pools: Mapping[int, Pool]) -> str:
    pool = pools.get(row["to_pool_id"])
    return people.get(row["to_owner_id"], "") if pool is None else pool.name


def _url(kind: Belonging | None, record_id: int) -> str:
    return record_type(kind.record).link(record_id) if kind is not None and kind.record else ""


def counts_by_receiver(handover_id: int) -> dict[int, dict[str, int]]:
    """How many of each kind every person received."""
    counts: dict[int, dict[str, int]] = {}
    for line in lines_of(handover_id):
        if line.owner_id is not None and line.done:
            counts.setdefault(line.owner_id, {})[line.kind] = line.done
    return counts


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to take a lead over, as its two sides see it."""

    id: int
    lead_id: int
    lead: str  # empty for who asks: they know that it exists, not whose name it bears
    owner: str
    asked_by: str
    asked_at: datetime
    note: str
    answer: str
    label: str
    reply: str
    is_mine: bool
    can_answer: bool


def requests_of(access: Access, *, only: int | None = None, limit: int = 30) -> list[Request]:
    """Requests that the reader made or may answer, open ones first, then the newest."""
    people = None
    if access.may("leads.assign"):
        reach = access.also("leads.assign").reach
        people = None if reach.everyone else sorted(reach.people | {access.user_id or 0})
    else:
        people = [access.user_id or 0]
    rows = sql.rows(
        "SELECT r.*, l.name AS lead FROM handover_takeover r JOIN leads_lead l ON l.id = r.lead_id"
        " WHERE (%s::bigint IS NULL OR r.id = %s)"
        " AND (r.asked_by_id = %s OR %s::bigint[] IS NULL OR r.owner_id = ANY(%s::bigint[]))"
        " ORDER BY r.answer <> 'waiting', r.id DESC LIMIT %s",
        (only, only, access.user_id, people, people, limit),
    )
    names = names_of({row[key] for row in rows for key in ("owner_id", "asked_by_id")})
    return [_request(access, row, names, people) for row in rows]


def _request(
    access: Access, row: dict[str, Any], names: Mapping[int, str], people: Sequence[int] | None
) -> Request:
    may_answer = people is None or row["owner_id"] in people
    is_mine = row["asked_by_id"] == access.user_id
    given = row["answer"] == Answer.ACCEPTED and is_mine
    return Request(
        row["id"],
        row["lead_id"] if may_answer or given else 0,
        row["lead"] if may_answer or given else "",
        names.get(row["owner_id"], "") if may_answer else "",
        names.get(row["asked_by_id"], ""),
        row["asked_at"],
        row["note"],
        row["answer"],
        str(Answer(row["answer"]).label),
        row["reply"],
        is_mine,
        may_answer and row["answer"] == Answer.WAITING,
    )
