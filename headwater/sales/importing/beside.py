"""What rows bring besides the records themselves: products, first steps, teams, companies above."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from headwater.kernel import text
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import Slot
from headwater.platform.imports.types import Outcome, Policy, RowResult
from headwater.sales.events import ContactsListed
from headwater.sales.importing.history import OPENING, Opening
from headwater.sales.importing.parents import Note, find_parents, write_parents
from headwater.sales.importing.products import listed_total, named, settle_amounts, write_lines
from headwater.sales.importing.shapes import OWNER, PRODUCT
from headwater.sales.services.sets import chunks

if TYPE_CHECKING:
    from headwater.sales.importing.writing import Pass


def take_products(pass_: "Pass", draft: Draft, slot: Slot) -> dict[str, list[Any]]:
    """Give a known opportunity the row's products: where it has none, or the file wins. What changes."""
    found = named(draft)
    if found is None or slot.id is None:
        return {}
    held = pass_.held.get(slot.id, set())
    wanted = {one.id for one in found.products}
    if held == wanted or (held and pass_.policy is Policy.FILL):
        return {}
    pass_.named[draft.number] = found
    return {PRODUCT: [sorted(held) or None, sorted(wanted)]}


def write_products(pass_: "Pass") -> None:
    """The products of opportunities that rows made or changed, and what that makes of their amounts."""
    if pass_.stages is None:
        return
    pairs = {pass_.slot_of[row].id: (pass_.slot_of[row], found) for row, found in pass_.named.items()}
    write_lines(list(pairs.values()))
    priced = [slot.id for slot in pass_.changed.values() if slot.id and "amount" in slot.dirty]
    settle_amounts([*(one for one in pairs if one is not None), *priced])
    made = {slot.id for slot in pass_.created}
    changed = {one: found for one, (_slot, found) in pairs.items() if one is not None and one not in made}
    job = pass_.session.work.job_id
    audit.record_many(
        pass_.session.access,
        "opportunity",
        "import_update",
        [
            (one, {PRODUCT: [None, [product.id for product in found.products]], "import": [None, job]})
            for one, found in changed.items()
        ],
    )
    for piece in chunks(list(changed)):
        emit(pass_.shape.kind.changed(ids=piece, fields=[PRODUCT]), pass_.session.access)


def openings(pass_: "Pass") -> dict[int, Opening]:
    """By row of new opportunities that were open once: at which stage, when, worth what."""
    if pass_.stages is None:
        return {}
    found: dict[int, Opening] = {}
    for draft in pass_.drafts:
        slot = pass_.slot_of.get(draft.number)
        if slot is None or slot.id is not None or OPENING not in draft.extra:
            continue
        first = pass_.stages.pipelines[slot.values["pipeline_id"]].first
        worth = listed_total(pass_.named.get(draft.number), str(slot.values.get("currency") or "CNY"))
        found[slot.number] = Opening(first.id, draft.extra[OPENING], worth)
    return found


def teams(pass_: "Pass") -> list[tuple[int, list[int]]]:
    """Records of which a cell named several owners, with the others."""
    made = {slot.id for slot in pass_.created}
    found: list[tuple[int, list[int]]] = []
    for draft in pass_.drafts:
        others = getattr(draft.extra.get(OWNER), "others", None)
        slot = pass_.slot_of.get(draft.number)
        if not others or slot is None or slot.id is None:
            continue
        if slot.id in made or slot.id in pass_.changed:
            found.append((slot.id, others))
    return found


def parents(pass_: "Pass", *, writes: bool) -> tuple[dict[int, int], dict[int, Note]]:
    """Companies above the accounts of the rows, by row."""
    if pass_.shape.key != "account":
        return {}, {}
    known = pass_.policy is Policy.SKIP  # what is known stays as it is
    made = set(map(id, pass_.created))
    told = [
        draft
        for draft in pass_.drafts
        if (slot := pass_.slot_of.get(draft.number)) is not None and not (known and id(slot) not in made)
    ]
    in_file: dict[str, int | None] = {}
    if not writes:
        for draft in pass_.drafts:
            for key in ("name", "external_id"):
                in_file[text.fold(str(draft.columns.get(key) or ""))] = None
    return find_parents(pass_.session.access, told, in_file)


def write_all_parents(pass_: "Pass", results: Sequence[RowResult]) -> None:
    """Set the companies above the accounts of the rows; the results say what changed or could not be."""
    found, notes = parents(pass_, writes=True)
    session = pass_.session
    replaces = pass_.policy is Policy.UPDATE
    changed: dict[int, list[int | None]] = {}
    if found:
        changed, refused = write_parents(
            session.access, session.work, pass_.slot_of, found, replaces=replaces
        )
        notes |= refused
    for result in results:
        is_unchanged = result.code == "import.unchanged"
        if result.number in changed and result.outcome != Outcome.CREATED:
            result.changes = {**(result.changes or {}), "parent_id": changed[result.number]}
            if is_unchanged:
                result.outcome, result.code, result.detail = Outcome.UPDATED, "", ""
        elif result.number in notes and (is_unchanged or not result.code):
            result.field, result.code, result.detail = notes[result.number]


def tell_listed(pass_: "Pass") -> None:
    """Say which contacts rows named under campaigns: their own one, else that of the whole file."""
    if pass_.shape.key != "contact":
        return
    whole = pass_.options.get("campaign")
    under = {draft.number: draft.columns.get("campaign_id") or whole for draft in pass_.drafts}
    found: dict[int, set[int]] = {}
    for number, slot in pass_.slot_of.items():
        campaign_id = under[number]
        if slot.id is not None and campaign_id is not None:
            found.setdefault(campaign_id, set()).add(slot.id)
    access, import_id = pass_.session.access, pass_.session.work.job_id
    for campaign_id, contact_ids in sorted(found.items()):
        for ids in chunks(sorted(contact_ids)):
            emit(
                ContactsListed(contact_ids=ids, campaign_id=campaign_id, import_id=import_id),
                access,
            )
