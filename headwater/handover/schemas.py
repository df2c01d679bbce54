"""Shapes of the JSON API of handovers, and how answers are written."""

from dataclasses import asdict
from typing import Any

from ninja import Field, Schema

from headwater.handover.models import Handover
from headwater.handover.queries import Item, Line, Request
from headwater.handover.types import UNDO_FOR, Account, Footprint, Found, Mode, Order, Part, Preview, Status


class ReceiverIn(Schema):
    id: int
    weight: int = Field(1, description="Whole share among the receivers of this part, up to 1000.")


class PartIn(Schema):
    """Some records of one kind. Of several parts of a kind the first that fits a record has it."""

    kind: str = Field(description="A key of GET /handovers/holdings.")
    mode: Mode = Field(Mode.PEOPLE, description="people, pool (open leads), follow (its record) or stay.")
    people: list[ReceiverIn] = Field(
        default_factory=list,
        max_length=100,
        description="Who takes over; with follow: who takes what follows nothing.",
    )
    pool: int | None = None
    where: dict[str, Any] | None = Field(None, description="Criteria; none for all that is left.")


class HandoverIn(Schema):
    leaver: int
    account: Account = Field(
        Account.NOW,
        description="now, after (when all is handed over) or keep. Sessions and tokens end with it.",
    )
    note: str = Field("", max_length=2000)
    parts: list[PartIn] = Field(default_factory=list, max_length=50)


class HoldingsOut(Schema):
    leaver: int
    holdings: dict[str, int]


class HandoverShareOut(Schema):
    owner: int | None
    pool: int | None
    name: str
    count: int
    held: int | None = Field(description="Open leads the receiver holds now, where a cap counts.")
    cap: int | None
    after: int | None
    over: int = Field(description="By how many the cap will be exceeded; a handover may.")


class KindOut(Schema):
    kind: str
    label: str
    total: int
    stays: int
    shares: list[HandoverShareOut]


class HandoverPreviewOut(Schema):
    leaver: int
    account: str
    total: int
    moves: int
    over_cap: int
    sessions: int
    tokens: int
    kinds: list[KindOut]


class LineOut(Schema):
    kind: str
    label: str
    owner: int | None
    pool: int | None
    receiver: str
    total: int
    waiting: int
    done: int
    kept: int
    over_cap: int
    back: int
    left: int


class HandoverOut(Schema):
    """One handover; poll it for progress."""

    id: int
    leaver: dict[str, Any]
    status: str
    account: str
    note: str
    total: int
    done: int
    kept: int
    over_cap: int
    back: int
    left: int
    sessions_ended: int
    tokens_ended: int
    started_by: int | None
    started_at: Any
    finished_at: Any
    undo_until: Any
    undone_at: Any
    lines: list[LineOut] | None = None


class HandoverPage(Schema):
    items: list[HandoverOut]
    next: str | None = Field(description="Give it back as `cursor`.")


class ItemOut(Schema):
    id: int
    kind: str
    label: str
    record_id: int
    name: str
    url: str
    owner: int | None
    pool: int | None
    receiver: str
    state: str
    code: str
    over_cap: bool
    undone: str
    undo_code: str


class ItemPage(Schema):
    items: list[ItemOut]
    next: str | None


class FootprintOut(Schema):
    at: Any
    act: str = Field(description="reveal or export")
    name: str
    url: str
    facts: dict[str, Any]


class FootprintsOut(Schema):
    items: list[FootprintOut]


class LookUpIn(Schema):
    q: str = Field(max_length=200)


class HitOut(Schema):
    number: int
    record: str
    label: str
    since: Any
    pool: str
    business_line: str
    state: str
    similarity: int
    is_mine: bool
    name: str
    url: str
    can_request: bool
    is_requested: bool


class FoundOut(Schema):
    id: int = Field(description="Name it when asking for one of the hits.")
    by: str
    hits: list[HitOut]
    used: int
    limit: int


class RequestIn(Schema):
    lookup: int
    number: int = Field(description="The hit's number.")
    note: str = Field("", max_length=2000)


class AnswerIn(Schema):
    accept: bool
    reply: str = Field("", max_length=2000)


class RequestOut(Schema):
    id: int
    lead_id: int = Field(description="0 while the reader may not know.")
    lead: str
    owner: str
    asked_by: str
    asked_at: Any
    note: str
    answer: str
    label: str
    reply: str
    is_mine: bool
    can_answer: bool


class RequestsOut(Schema):
    items: list[RequestOut]


def found_json(found: Found) -> dict[str, Any]:
    return asdict(found)


def request_json(request: Request) -> dict[str, Any]:
    return asdict(request)


def order_from(body: HandoverIn) -> Order:
    """What was asked for over the API."""
    return Order(
        body.leaver,
        tuple(
            Part(
                part.kind,
                part.mode,
                tuple((one.id, one.weight) for one in part.people),
                part.pool,
                part.where,
            )
            for part in body.parts
        ),
        body.account,
        body.note,
    )


def preview_json(found: Preview) -> dict[str, Any]:
    return {
        "leaver": found.leaver_id,
        "account": found.account.value,
        "total": found.total,
        "moves": found.moves,
        "over_cap": found.over,
        "sessions": found.sessions,
        "tokens": found.tokens,
        "kinds": [
            {
                "kind": kind.kind,
                "label": kind.label,
                "total": kind.total,
                "stays": kind.stays,
                "shares": [
                    {
                        "owner": share.owner_id,
                        "pool": share.pool_id,
                        "name": share.name,
                        "count": share.count,
                        "held": share.held,
                        "cap": share.cap,
                        "after": share.after,
                        "over": share.over,
                    }
                    for share in kind.shares
                ],
            }
            for kind in found.kinds
        ],
    }


def handover_json(handover: Handover, lines: list[Line] | None = None) -> dict[str, Any]:
    undoable = handover.status == Status.DONE and handover.finished_at is not None
    written: dict[str, Any] = {
        "id": handover.pk,
        "leaver": {"id": handover.leaver_id, "name": handover.leaver.name},
        "status": handover.status,
        "account": handover.account,
        "note": handover.note,
        "total": handover.total,
        "done": handover.done_count,
        "kept": handover.kept_count,
        "over_cap": handover.over_cap_count,
        "back": handover.back_count,
        "left": handover.left_count,
        "sessions_ended": handover.sessions_ended,
        "tokens_ended": handover.tokens_ended,
        "started_by": handover.started_by_id,
        "started_at": handover.started_at,
        "finished_at": handover.finished_at,
        "undo_until": handover.finished_at + UNDO_FOR if undoable and handover.finished_at else None,
        "undone_at": handover.undone_at,
    }
    if lines is not None:
        written["lines"] = [_renamed(asdict(line), drop="icon") for line in lines]
    return written


def item_json(item: Item) -> dict[str, Any]:
    return _renamed(asdict(item))


def footprint_json(step: Footprint) -> dict[str, Any]:
    return asdict(step)


def _renamed(row: dict[str, Any], *, drop: str = "") -> dict[str, Any]:
    names = {"owner_id": "owner", "pool_id": "pool"}
    return {names.get(key, key): value for key, value in row.items() if key != drop}
