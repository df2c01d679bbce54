"""A conversion is taken back: the lead is open again as it was, and what was made for it is put away.

Only while nothing has come of it: what has grown on the records since then is named and stays. Records that
were there before keep what the conversion brought them, above all an opt-out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.services import unlink_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Forbidden, Stale
from headwater.kernel.sql import execute, rows
from headwater.leads.errors import ConversionGrown, NotConverted, UndoTooLate
from headwater.leads.events import LeadUnconverted
from headwater.leads.models import Conversion, UndoneConversion
from headwater.leads.queries import Snapshot, lock_lead
from headwater.leads.services.books import Book, lock_books, read_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.following import write_stage
from headwater.leads.services.hanging import Counts, hanging, label_of
from headwater.leads.services.moving import move
from headwater.leads.services.releasing import homes_of
from headwater.leads.settings import UNDO_CONVERSION_DAYS
from headwater.leads.types import Place, Stage, Status, Why
from headwater.platform.events import emit
from headwater.pools.queries import pools_by_id
from headwater.sales.queries.merges import merged_into
from headwater.sales.services import archive_accounts, archive_contacts, archive_opportunities

RECORDS = ("account", "contact", "opportunity")  # locked in this order, put away the other way round
_ARCHIVE = {
    "account": archive_accounts,
    "contact": archive_contacts,
    "opportunity": archive_opportunities,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A record that the lead became, and what an undo does with it."""

    ref: RecordRef
    name: str
    version: int
    is_made: bool  # by the conversion; what was there before stays as it is
    is_living: bool
    is_changed: bool  # its values, since then

    @property
    def goes(self) -> bool:
        return self.is_made and self.is_living


@dataclass(frozen=True, slots=True)
class Growth:
    """Something that came to a record since the conversion."""

    ref: RecordRef
    name: str
    what: str
    count: int

    def as_json(self) -> dict[str, Any]:
        return {
            "record": self.ref.record_type,
            "id": self.ref.record_id,
            "name": self.name,
            "what": self.what,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an undo would do now."""

    lead_id: int
    at: datetime
    until: datetime
    pieces: tuple[Piece, ...]
    grown: tuple[Growth, ...]
    owner_id: int | None  # who gets the lead back; None: it lies in its pool
    owner: str

    @property
    def is_possible(self) -> bool:
        return not self.grown and clock.now() < self.until


def preview_undo(access: Access, lead_id: int) -> Undoing:
    """What an undo of this lead's conversion would do. `NotFound`, `NotYours`, `NotConverted`."""
    with transaction.atomic():
        lock_lead(access, lead_id)
        conversion = Conversion.objects.filter(lead_id=lead_id).first()
        if conversion is None:
            raise NotConverted(id=lead_id)
        pieces = _pieces(conversion)
        owner_id = conversion.before.get("owner")
        book = read_books([owner_id]).get(owner_id) if owner_id else None
        takes = book is not None and _has_room(book, conversion.before)
        return Undoing(
            lead_id=lead_id,
            at=conversion.at,
            until=_until(conversion),
            pieces=pieces,
            grown=_grown(conversion, pieces),
            owner_id=book.user_id if takes and book else None,
            owner=book.name if takes and book else "",
        )


def can_undo(conversion: Conversion) -> bool:
    """Whether there is still time; what has grown is told by the preview."""
    return clock.now() < _until(conversion)


@transaction.atomic
def undo_conversion(
    access: Access, lead_id: int, *, note: str = "", versions: Mapping[str, int] | None = None
) -> None:
    """Bring a converted lead back to its owner, while their book has room, else to its pool, in its old
    state; archive what the conversion made.

    `versions` are those of the records that somebody looked at, as "account:1"; another one now is `Stale`.
    Refuses with `NotFound`, `NotYours`, `NotConverted`, `UndoTooLate`, `ConversionGrown` and `Forbidden`.
    Of two at once the second finds nothing to undo.
    """
    known = Conversion.objects.filter(lead_id=lead_id).values_list("before", flat=True).first()
    owner_id = None if known is None else known.get("owner")
    books = lock_books([owner_id] if owner_id else [])
    snapshot = lock_lead(access, lead_id)
    conversion = Conversion.objects.select_for_update().filter(lead_id=lead_id).first()
    if conversion is None or snapshot["status"] != Status.CONVERTED:
        raise NotConverted(id=lead_id)
    if not can_undo(conversion):
        raise UndoTooLate(days=UNDO_CONVERSION_DAYS.get(), at=conversion.at)
    pieces = _pieces(conversion, lock=True)
    for piece in pieces:
        seen = (versions or {}).get(f"{piece.ref.record_type}:{piece.ref.record_id}", piece.version)
        if seen != piece.version:
            raise Stale(version=piece.version)
    grown = _grown(conversion, pieces)
    if grown:
        raise ConversionGrown(
            grown=[one.as_json() for one in grown],
            what="；".join(_in_words(one) for one in grown[:6]),
        )
    archived = _put_away(access, [piece.ref for piece in pieces if piece.goes])
    _part_history(access, conversion)
    _bring_back(access, snapshot, conversion, books, note)
    UndoneConversion.objects.create(
        lead_id=lead_id,
        converted_at=conversion.at,
        converted_by_id=conversion.actor_id,
        at=clock.now(),
        actor_id=access.user_id,
        note=note,
        was={
            "account": conversion.account_id,
            "contact": conversion.contact_id,
            "opportunities": conversion.opportunity_ids,
            "archived": archived,
        },
    )
    emit(
        LeadUnconverted(
            lead_id=lead_id,
            account_id=conversion.account_id,
            contact_id=conversion.contact_id,
            opportunity_ids=list(conversion.opportunity_ids),
            archived=archived,
        ),
        access,
    )
    conversion.delete()  # it is kept among the undone ones; a later conversion begins anew


def _until(conversion: Conversion) -> datetime:
    return conversion.at + timedelta(days=UNDO_CONVERSION_DAYS.get())


def _in_words(one: Growth) -> str:
    return f"{one.name}: {one.what} × {one.count}" if one.count else f"{one.name}: {one.what}"


def _pieces(conversion: Conversion, *, lock: bool = False) -> tuple[Piece, ...]:
    """What the lead became, as it is now; with `lock` nobody else hangs anything on it meanwhile."""
    made = {RecordRef(one["record"], one["id"]): one for one in conversion.made}
    wanted = dict.fromkeys(made)
    wanted[RecordRef("account", conversion.account_id)] = None
    if conversion.contact_id is not None:
        wanted[RecordRef("contact", conversion.contact_id)] = None
    wanted |= dict.fromkeys(RecordRef("opportunity", one) for one in conversion.opportunity_ids)
    pieces: list[Piece] = []
    for record in RECORDS:
        ids = sorted(ref.record_id for ref in wanted if ref.record_type == record)
        text = (
            f"SELECT id, name, version, archived_at FROM {record_type(record).table}"
            f" WHERE id = ANY(%s::bigint[]) ORDER BY id{' FOR UPDATE' if lock else ''}"
        )
        for row in rows(text, (ids,)) if ids else ():
            ref = RecordRef(record, row["id"])
            pieces.append(
                Piece(
                    ref,
                    row["name"],
                    row["version"],
                    is_made=ref in made,
                    is_living=row["archived_at"] is None,
                    is_changed=ref in made and row["version"] != made[ref]["version"],
                )
            )
    return tuple(pieces)


def _grown(conversion: Conversion, pieces: Sequence[Piece]) -> tuple[Growth, ...]:
    """What came to the records that an undo puts away."""
    before: dict[RecordRef, Counts] = {
        RecordRef(one["record"], one["id"]): one["hangs"] for one in conversion.made
    }
    names = {piece.ref: piece.name for piece in pieces}
    found: list[Growth] = []
    for piece in pieces:
        if piece.is_made and not piece.is_living and merged_into(piece.ref.record_type, piece.ref.record_id):
            words = pgettext("conversion", "merged into another record")
            found.append(Growth(piece.ref, piece.name, words, 0))
    for ref, counts in hanging([piece.ref for piece in pieces if piece.goes]).items():
        more: dict[str, int] = {}
        for name, count in counts.items():
            label = label_of(name)
            more[label] = more.get(label, 0) + max(0, count - before[ref].get(name, 0))
        found += [Growth(ref, names[ref], label, count) for label, count in more.items() if count]
    return tuple(found)


def _put_away(access: Access, refs: Sequence[RecordRef]) -> dict[str, list[int]]:
    archived: dict[str, list[int]] = {}
    for record in reversed(RECORDS):
        ids = [ref.record_id for ref in refs if ref.record_type == record]
        if not ids:
            continue
        permission = record_type(record).permission("delete")
        if _ARCHIVE[record](access.also(permission), ids) < len(ids):
            raise Forbidden(permission=permission)
        archived[record] = ids
    return archived


def _part_history(access: Access, conversion: Conversion) -> None:
    """The lead's past leaves the timelines that the conversion brought it to; what it had led to before
    keeps it.
    """
    source = RecordRef("lead", conversion.lead_id)
    customer = conversion.before.get("customer") or (None, None)
    kept = {("account", customer[0]), ("contact", customer[1])}
    became = [("account", conversion.account_id), ("contact", conversion.contact_id)]
    became += [("opportunity", one) for one in conversion.opportunity_ids]
    for record, record_id in became:
        if record_id is not None and (record, record_id) not in kept:
            unlink_history(access, source=source, record=RecordRef(record, record_id))


def _has_room(book: Book, before: Mapping[str, Any]) -> bool:
    pool = pools_by_id([before["home_pool"]]).get(before["home_pool"]) if before.get("home_pool") else None
    return book.is_active and cap_refusal(book, pool) is None


def _bring_back(
    access: Access, snapshot: Snapshot, conversion: Conversion, books: Mapping[int, Book], note: str
) -> None:
    before = conversion.before
    lead_id = snapshot["id"]
    book = books.get(before.get("owner") or 0)
    if book is not None and _has_room(book, before):
        place = Place(Status(before["status"]), owner_id=book.user_id)
    else:
        place = Place.in_pool(homes_of([snapshot], None)[lead_id])
    stage = Stage(before.get("stage") or snapshot["stage"])
    by_conversion = snapshot["stage"] == Stage.SQL and stage in (Stage.UQL, Stage.MQL)
    if by_conversion or (snapshot["stage"] == Stage.WON and stage != Stage.WON):
        write_stage(access, [snapshot], stage)
    move({lead_id: place}, access, why=Why.UNCONVERTED, note=note)
    if place.owner_id is not None and before.get("next_follow_at"):
        execute(
            "UPDATE leads_lead SET next_follow_at = %s::timestamptz WHERE id = %s",
            (before["next_follow_at"], lead_id),
        )


def told_place(undoing: Undoing) -> str:
    """Where the lead goes back to, in words."""
    if undoing.owner_id is None:
        return _("The lead goes back to its pool, because its owner has no room or has left.")
    return _("The lead goes back to %(owner)s.") % {"owner": undoing.owner}
