"""Several leads that are one person become one; for 30 days that can be undone.

What hung on the others moves to the survivor, part by part (`leads.merging`). The others are put away and
lead to the survivor; their own ledger stays theirs, so that it still folds to where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.engagement.services import link_history, unlink_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import execute
from headwater.leads.errors import Closed, MergedOn, MergeOver
from headwater.leads.events import LeadsChanged, LeadsMerged, LeadsUnmerged
from headwater.leads.merging import merge_parts
from headwater.leads.models import Merge, MergedLead, OtherContact
from headwater.leads.queries import Snapshot, lock_leads, merged_into, not_yours
from headwater.leads.services.books import lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.duplicates import duplicate, duplicate_of_restored, find_duplicates
from headwater.leads.services.indexing import index_leads
from headwater.leads.services.joining import joined
from headwater.leads.services.moving import move
from headwater.leads.services.releasing import shelve
from headwater.leads.services.storing import read_lead, write_lead
from headwater.leads.settings import UNDO_DAYS
from headwater.leads.types import CONTACT_METHODS, IDENTITIES, Place, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.queries import pools_by_id

MOST = 6  # leads of one merge

# What stands side by side; the rest follows from it or stays the survivor's.
FIELDS = {
    "name": "name", "company": "company", "title": "title", "mobile": "mobile", "phone": "phone",
    "email": "email", "wechat": "wechat", "qq": "qq", "external_id": "external_id", "region": "region",
    "address": "address", "industry": "industry", "company_size": "company_size", "website": "website",
    "intent": "intent", "requirement": "requirement", "budget": "budget", "tags": "tags",
    "business_line": "business_line", "source": "source_id", "channel": "channel_id",
    "campaign": "campaign_id", "designated_rep": "designated_rep_id",
}  # fmt: skip
_CONSENT = ("consent_basis", "consent_at", "consent_evidence")
READ = (
    *FIELDS.values(), *_CONSENT, "do_not_call", "do_not_email", "custom", "contact_as_typed",
    "last_activity_at", "next_follow_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was made."""

    id: int
    survivor_id: int
    lead_ids: list[int]


@transaction.atomic
def merge_leads(
    access: Access, survivor_id: int, other_ids: Sequence[int], choices: Mapping[str, int] | None = None
) -> Merged:
    """Make one lead of several. `choices` names per field the lead whose value stays.

    Without a choice the survivor's value stays, or where it has none the first there is. Refuses with
    `NotFound`, `NotYours`, `Closed` (converted leads are history) and `Invalid`.
    """
    others = list(dict.fromkeys(one for one in other_ids if one != survivor_id))
    if not 1 <= len(others) < MOST:
        detail = _("Choose 2 to %(most)s leads.") % {"most": MOST}
        raise Invalid.one("others", "merge.number", detail)
    leads = _lock(access, [survivor_id, *others])
    read = {one: read_lead(one, READ) for one in [survivor_id, *others]}
    after = joined(read, survivor_id, _checked(choices or {}, read))
    before = {name: read[survivor_id][name] for name in after}
    moment = clock.now()
    made = Merge.objects.create(
        survivor_id=survivor_id,
        at=moment,
        actor_id=access.user_id,
        before=_plain(before),
        after=_plain(after),
    )
    shelve(sorted(others), access, archive=True, why=Why.MERGED)  # frees their contact methods
    _write(access, survivor_id, after)
    for one in others:
        MergedLead.objects.create(
            merge=made, lead_id=one, carried=_carry(access, one, survivor_id), place=_place(leads[one])
        )
    _first_touches([survivor_id])
    _keep_contacts(made, survivor_id, read, after)
    changes = {name: [before[name], value] for name, value in _plain(after).items() if before[name] != value}
    audit.record(access, "lead", survivor_id, "merge", {"merged": [None, others]} | _plain(changes))
    emit(LeadsMerged(survivor_id=survivor_id, lead_ids=others, merge_id=made.pk), access)
    if changes:
        emit(LeadsChanged(lead_ids=[survivor_id], fields=sorted(changes)), access)
    index_leads([survivor_id])
    return Merged(made.pk, survivor_id, others)


@transaction.atomic
def undo_merge(access: Access, merge_id: int) -> Merged:
    """Take a merge apart again. What was added to the survivor since stays with it.

    A lead comes back to its owner while their book has room, else into its pool. Refuses with `NotFound`,
    `NotYours`, `MergeOver`, `MergedOn`, `Closed`, and `Duplicate` when a contact was taken since.
    """
    known = Merge.objects.filter(pk=merge_id).first()
    if known is None:
        raise NotFound(record="merge", id=merge_id)
    merged = list(MergedLead.objects.filter(merge=known).order_by("lead_id"))
    owners = {one.place["owner"] for one in merged if one.place.get("owner") is not None}
    books = lock_books(owners)  # before the leads, as everywhere
    others = [one.lead_id for one in merged]
    every = [known.survivor_id, *others]
    execute("SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", (every,))
    survivor = lock_leads(access, [known.survivor_id]).get(known.survivor_id)
    if survivor is None:
        if merged_into(known.survivor_id) is not None:
            raise MergedOn(id=known.survivor_id)
        raise NotFound(record="lead", id=known.survivor_id)
    if not survivor["mine"]:
        raise not_yours(survivor)
    _refuse_converted(survivor)
    made = Merge.objects.select_for_update().get(pk=merge_id)
    moment = clock.now()
    if made.undone_at is not None or made.at < moment - timedelta(days=UNDO_DAYS):
        raise MergeOver(days=UNDO_DAYS)
    OtherContact.objects.filter(merge=made).delete()
    execute(
        "UPDATE leads_othercontact o SET lead_id = g.survivor_id FROM leads_merge g"
        " WHERE g.id = o.merge_id AND g.survivor_id = ANY(%s::bigint[])",
        (others,),
    )
    _give_back(access, made)
    for one in others:
        taken = duplicate_of_restored(one)
        if taken is not None:
            raise taken
    shelve(others, access, archive=False, why=Why.UNMERGED)
    for item in merged:
        _carry_back(access, item)
    _first_touches([made.survivor_id, *others])
    _back_to_owners(access, merged, books)
    made.undone_at, made.undone_by_id = moment, access.user_id
    made.save(update_fields=["undone_at", "undone_by_id"])
    audit.record(access, "lead", made.survivor_id, "unmerge", {"merged": [others, None]})
    emit(LeadsUnmerged(survivor_id=made.survivor_id, lead_ids=others, merge_id=made.pk), access)
    index_leads([made.survivor_id, *others])
    return Merged(made.pk, made.survivor_id, others)


def _lock(access: Access, ids: Sequence[int]) -> dict[int, Snapshot]:
    leads = lock_leads(access, ids)
    for one in ids:
        if one not in leads:
            raise NotFound(record="lead", id=one)
        if not leads[one]["mine"]:
            raise not_yours(leads[one])
        _refuse_converted(leads[one])
    return leads


def _refuse_converted(lead: Snapshot) -> None:
    if lead["status"] == Status.CONVERTED:
        raise Closed(id=lead["id"], status=lead["status"], label=Status.CONVERTED.label)


def _checked(choices: Mapping[str, int], read: Mapping[int, Mapping[str, Any]]) -> dict[str, int]:
    """Choices by attribute; custom fields as `custom.<name>`."""
    checked: dict[str, int] = {}
    for key, lead_id in choices.items():
        name = FIELDS.get(key, key if key.startswith("custom.") else "")
        if not name:
            raise Invalid.one(key[:80], "field.unknown", _("There is no such field."))
        if lead_id not in read:
            raise Invalid.one(key, "value.choice", _("This is not one of the choices."))
        checked[name] = lead_id
    return checked


def _plain(values_: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it, so that what is kept compares with what was kept."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(dict(values_), default=str))
    return plain


def _write(access: Access, survivor_id: int, after: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            write_lead(survivor_id, dict(after) | {"updated_at": clock.now()})
    except IntegrityError as clash:
        identities = {name: after.get(name) for name in IDENTITIES}
        matches = find_duplicates(access, identities, but_not=survivor_id)
        if matches:
            raise duplicate(matches) from clash
        raise


def _carry(access: Access, from_id: int, to_id: int) -> dict[str, Any]:
    carried = {key: part.carry(access, from_id, to_id) for key, part in merge_parts().items()}
    link_history(access, RecordRef("lead", to_id), source=RecordRef("lead", from_id))
    return carried


def _carry_back(access: Access, item: MergedLead) -> None:
    survivor_id = item.merge.survivor_id
    unlink_history(access, source=RecordRef("lead", item.lead_id), record=RecordRef("lead", survivor_id))
    parts = merge_parts()
    for key, carried in item.carried.items():
        if key in parts:
            parts[key].carry_back(access, item.lead_id, survivor_id, carried)


def _place(lead: Snapshot) -> dict[str, Any]:
    return {"owner": lead["owner_id"], "status": lead["status"], "home": lead["home_pool_id"]}


def _first_touches(ids: Sequence[int]) -> None:
    """The earliest capture of each lead is its first."""
    execute(
        "UPDATE leads_touch t SET is_first = (t.id = x.id) FROM ("
        "  SELECT DISTINCT ON (lead_id) lead_id, id FROM leads_touch WHERE lead_id = ANY(%s::bigint[])"
        "  ORDER BY lead_id, at, id"
        ") x WHERE t.lead_id = x.lead_id AND t.is_first IS DISTINCT FROM (t.id = x.id)",
        (list(ids),),
    )


def _keep_contacts(
    made: Merge, survivor_id: int, read: Mapping[int, Mapping[str, Any]], after: Mapping[str, Any]
) -> None:
    """What of all contact methods the survivor has no field for still finds it."""
    kept = {after.get(name, read[survivor_id][name]) for name in CONTACT_METHODS}
    left = {
        (name, one[name])
        for one in read.values()
        for name in CONTACT_METHODS
        if one[name] and one[name] not in kept
    }
    OtherContact.objects.bulk_create(
        OtherContact(merge=made, lead_id=survivor_id, field=name, value=value) for name, value in sorted(left)
    )
    others = [one for one in read if one != survivor_id]
    execute(
        "UPDATE leads_othercontact SET lead_id = %s WHERE lead_id = ANY(%s::bigint[])", (survivor_id, others)
    )


def _give_back(access: Access, made: Merge) -> None:
    """The survivor's values of before, where nobody has changed them since."""
    if not made.after:
        return
    present = read_lead(made.survivor_id, list(made.after))
    plain = _plain(present)
    returned = {name: made.before[name] for name, value in made.after.items() if plain[name] == value}
    if returned:
        write_lead(made.survivor_id, returned | {"updated_at": clock.now()})
        emit(LeadsChanged(lead_ids=[made.survivor_id], fields=sorted(returned)), access)


def _back_to_owners(access: Access, merged: Sequence[MergedLead], books: Mapping[int, Any]) -> None:
    pools = pools_by_id(one.place["home"] for one in merged if one.place.get("home"))
    places: dict[int, Place] = {}
    for one in merged:
        book = books.get(one.place.get("owner") or 0)
        if book is None or not book.is_active or not Status(one.place["status"]).is_owned:
            continue
        if cap_refusal(book, pools.get(one.place["home"])) is None:
            book.take(one.place["home"])
            places[one.lead_id] = Place(Status(one.place["status"]), owner_id=book.user_id)
    move(places, access, why=Why.UNMERGED)
