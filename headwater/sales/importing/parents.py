"""Companies above companies: found when the rows of a chunk are written, so that the file's order is free."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import Slot, fresh_plans
from headwater.platform.imports.types import Work
from headwater.sales.importing.links import accounts_named
from headwater.sales.importing.shapes import BY_NUMBER, PARENT
from headwater.sales.services.kinds import ACCOUNT
from headwater.sales.services.sets import chunks
from headwater.sales.services.ties import own_parent, tree_refusal

Note = tuple[str, str, str]  # field, code, words


def says_parent(draft: Draft) -> bool:
    """Whether the row names a company above."""
    return PARENT in draft.extra or f"{PARENT}{BY_NUMBER}" in draft.extra


def find_parents(
    access: Access, drafts: Sequence[Draft], in_file: Mapping[str, int | None]
) -> tuple[dict[int, int], dict[int, Note]]:
    """By row the account above, and a word to rows whose word leads nowhere.

    `in_file` are names and numbers that rows before the writing bring along; they count as found (the check).
    """
    wanted = [draft for draft in drafts if not draft.problems and says_parent(draft)]
    if not wanted:
        return {}, {}
    with fresh_plans():
        found = accounts_named(
            access,
            numbers={draft.extra[f"{PARENT}{BY_NUMBER}"] for draft in wanted
                     if f"{PARENT}{BY_NUMBER}" in draft.extra},
            names={str(draft.extra[PARENT]) for draft in wanted if PARENT in draft.extra},
        )  # fmt: skip
    parents: dict[int, int] = {}
    notes: dict[int, Note] = {}
    for draft in wanted:
        number, name = draft.extra.get(f"{PARENT}{BY_NUMBER}"), draft.extra.get(PARENT)
        at = found.numbers.get(number) if number else None
        if at is None and name:
            at = found.names.get(text.fold(str(name)))
        word = str(name or number)
        if at is not None:
            parents[draft.number] = at
        elif text.fold(word) in in_file:
            continue
        elif name and text.fold(str(name)) in found.names:
            words = _("Several bear the name “%(name)s”; give the external number.")
            notes[draft.number] = (PARENT, "link.ambiguous", words % {"name": word[:80]})
        else:
            words = _("“%(value)s” is not known here.") % {"value": word[:80]}
            notes[draft.number] = (PARENT, "link.unknown", words)
    return parents, notes


def write_parents(
    access: Access,
    work: Work,
    slot_of: Mapping[int, Slot],
    parents: Mapping[int, int],
    *,
    replaces: bool,
) -> tuple[dict[int, list[int | None]], dict[int, Note]]:
    """Set the companies above: by row what was and is, and a word to rows that would close a ring.

    Without `replaces` only accounts that stand below none get one.
    """
    rows = {number: slot for number, slot in slot_of.items() if number in parents and slot.id is not None}
    ids = [slot.id for slot in rows.values()]
    before = {
        row["id"]: row["parent_id"]
        for row in sql.rows("SELECT id, parent_id FROM sales_account WHERE id = ANY(%s::bigint[])", (ids,))
    }
    pairs: dict[int, tuple[int, int]] = {}
    for number, slot in rows.items():
        assert slot.id is not None
        held = before.get(slot.id)
        if held != parents[number] and (held is None or replaces):
            pairs[number] = (slot.id, parents[number])
    notes: dict[int, Note] = {}
    if not _write(list(pairs.values())):
        for number, pair in list(pairs.items()):
            if not _write([pair]):
                refusal = own_parent() if pair[0] == pair[1] else tree_refusal()
                said = refusal.fields["parent"]
                notes[number] = (PARENT, said["code"], said["detail"])
                del pairs[number]
    changed = [
        (child, {"parent": [before.get(child), parent], "import": [None, work.job_id]})
        for child, parent in pairs.values()
    ]
    audit.record_many(access, "account", "import_update", changed)
    for piece in chunks([child for child, _parent in pairs.values()]):
        emit(ACCOUNT.changed(ids=piece, fields=["parent"]), access)
    return {number: [before.get(child), parent] for number, (child, parent) in pairs.items()}, notes


def _write(pairs: Sequence[tuple[int, int]]) -> bool:
    """All of these or none: whether it could be."""
    if not pairs:
        return True
    try:
        with transaction.atomic():
            sql.execute(
                "UPDATE sales_account a SET parent_id = x.parent, version = a.version + 1, updated_at = %s"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, parent) WHERE a.id = x.id",
                (clock.now(), [child for child, _parent in pairs], [parent for _child, parent in pairs]),
            )
    except IntegrityError as clash:
        name = str(getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or "")
        if name not in ("account_tree", "account_below_another"):
            raise
        return False
    return True
