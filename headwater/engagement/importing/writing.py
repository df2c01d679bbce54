"""A chunk of rows to follow-ups: linked, matched, written as sets."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from headwater.engagement.importing.links import REF, Ref, find_records
from headwater.engagement.importing.reading import RowReader
from headwater.engagement.importing.saving import COLUMNS, save_changed, save_created
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.sql import rows
from headwater.platform.imports.cells import Draft, Key
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.slots import Index, Slot, fresh_plans
from headwater.platform.imports.types import Outcome, Policy, RowResult, SourceRow, Work


class ActivitySession:
    """One pass over the rows of an import."""

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        self.access, self.work = access, work
        self.policy = Policy(work.options["policy"])
        self.reader = RowReader(access, work, pending=not writes)

    def prepare(self, given: Sequence[SourceRow]) -> Sequence[SourceRow]:
        return given

    def check(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """What would become of the rows; remembers their identities for the chunks to come."""
        pass_ = Pass(self, prepared, lock=False)
        marks = {mark_of(key): key for draft in pass_.drafts for key in keys_of(draft.columns)}
        for mark, number in seen_marks(self.work.job_id, list(marks)).items():
            pass_.index.slots.setdefault(marks[mark], Slot(None, number))
        results = pass_.decide()
        kept = {mark_of(key): slot.number for slot in pass_.created for key in keys_of(slot.values)}
        keep_marks(self.work.job_id, kept)
        return results

    def write(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        pass_ = Pass(self, prepared, lock=self.policy in (Policy.FILL, Policy.UPDATE))
        results = pass_.decide()
        save_created(self.access, self.work, pass_.created)
        save_changed(self.access, self.work, list(pass_.changed.values()))
        by_number = {result.number: result for result in results}
        for number, slot in pass_.slot_of.items():
            by_number[number].record_id = slot.id
        return results


def keys_of(values: dict[str, Any]) -> list[Key]:
    """By what a follow-up is found: its number; else the record, the moment and what was said."""
    if "record_id" not in values:
        return []
    number = values.get("external_id")
    if number:
        return [("external_id", number)]
    said = "\0".join(str(values.get(name) or "") for name in ("kind", "author_id", "content"))
    digest = blake2b(said.encode(), digest_size=12).hexdigest()
    moment: datetime = values["occurred_at"]
    return [("said", f"{values['record_type']}/{values['record_id']}/{moment.timestamp():.0f}/{digest}")]


class Pass:
    """The rows of one chunk, decided in their order as if each were alone."""

    def __init__(self, session: ActivitySession, given: Sequence[SourceRow], *, lock: bool) -> None:
        self.policy, self.offset = session.policy, session.work.offset
        self.created: list[Slot] = []
        self.changed: dict[int, Slot] = {}
        self.slot_of: dict[int, Slot] = {}
        self.index: Index[Slot] = Index()
        self.drafts = session.reader.read(given)
        find_records(session.access, self.drafts)
        for draft in self.drafts:
            ref: Ref | None = draft.extra.get(REF)
            if ref is not None and not draft.problems:
                draft.columns |= {"record_type": ref.record_type, "record_id": ref.record_id}
        self._load(session, lock=lock)

    def _load(self, session: ActivitySession, *, lock: bool) -> None:
        good = [draft.columns for draft in self.drafts if "record_id" in draft.columns]
        numbers = sorted({said["external_id"] for said in good if said.get("external_id")})
        places = sorted({(said["record_type"], said["record_id"], said["occurred_at"]) for said in good
                         if not said.get("external_id")})  # fmt: skip
        names = ", ".join(f"a.{name}" for name in COLUMNS)
        mine = "" if session.access.reach.everyone else "a.author_id = ANY(%s::bigint[])"
        reach = () if not mine else (sorted(session.access.reach.people),)
        select = f"SELECT a.id, {names}, {mine or 'TRUE'} AS mine FROM engagement_activity a"
        locking = " FOR NO KEY UPDATE OF a" if lock else ""
        with fresh_plans():
            found = rows(
                f"{select} WHERE a.external_id = ANY(%s::varchar[]) AND a.external_id IS NOT NULL"
                f" AND a.archived_at IS NULL ORDER BY a.id{locking}",
                (*reach, numbers),
            )
            if places:
                found += rows(
                    f"{select} JOIN (SELECT DISTINCT * FROM unnest(%s::varchar[], %s::bigint[],"
                    " %s::timestamptz[]) AS x (kind, id, at)) x"
                    " ON a.record_type = x.kind AND a.record_id = x.id"
                    " AND a.occurred_at >= date_trunc('second', x.at)"
                    " AND a.occurred_at < date_trunc('second', x.at) + interval '1 second'"
                    f" WHERE a.external_id IS NULL AND a.archived_at IS NULL ORDER BY a.id{locking}",
                    (*reach, *map(list, zip(*places, strict=True))),
                )
        for row in found:
            slot = Slot(row["id"], 0)
            slot.values = {name: row[name] for name in COLUMNS}
            slot.mine = row["mine"]
            self.index.add(slot, keys_of(slot.values))

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        if draft.problems:
            field, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        found = self.index.find(keys_of(draft.columns))
        if found is None or (self.policy is Policy.CREATE and not draft.columns.get("external_id")):
            return self._create(draft)
        self.slot_of[draft.number] = found
        if found.id is None:
            words = _("The same stands in row %(row)s of the file.") % {"row": found.number + self.offset}
            return RowResult(draft.number, Outcome.SKIPPED, code="import.duplicate_in_file", detail=words)
        if self.policy not in (Policy.FILL, Policy.UPDATE):
            words = _("This follow-up is here already.")
            return RowResult(draft.number, Outcome.SKIPPED, code="import.duplicate", detail=words)
        return self._update(draft, found)

    def _create(self, draft: Draft) -> RowResult:
        slot = Slot(None, draft.number)
        slot.values = dict(draft.columns)
        self.index.add(slot, keys_of(slot.values))
        self.created.append(slot)
        self.slot_of[draft.number] = slot
        return RowResult(draft.number, Outcome.CREATED)

    def _update(self, draft: Draft, slot: Slot) -> RowResult:
        if not slot.mine:
            words = _("You may see this follow-up but not change it.")
            return RowResult(draft.number, Outcome.SKIPPED, code="import.not_yours", detail=words)
        changes: dict[str, list[Any]] = {}
        for name in ("kind", "outcome", "content", "occurred_at", "duration_seconds"):
            value, before = draft.columns.get(name), slot.values.get(name)
            if value in (None, "") or value == before:
                continue
            if self.policy is Policy.FILL and before not in (None, ""):
                continue
            changes[name] = [to_json(before), to_json(value)]
            slot.values[name] = value
            slot.dirty.add(name)
            slot.changes[name] = [slot.changes.get(name, changes[name])[0], changes[name][1]]
        if not changes:
            words = _("Nothing new in the row.")
            return RowResult(draft.number, Outcome.SKIPPED, code="import.unchanged", detail=words)
        self.changed[slot.id or 0] = slot
        return RowResult(draft.number, Outcome.UPDATED, changes=changes)
