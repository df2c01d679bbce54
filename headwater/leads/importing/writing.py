"""A chunk of rows to leads: read, matched, decided one after the other, written as sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.leads.dispatching import rules_take_woken_leads
from headwater.leads.importing.matching import (
    Index,
    Slot,
    load_slots,
    matching_ids,
)
from headwater.leads.importing.placing import Placing
from headwater.leads.importing.reading import Draft, RowReader, fallback_name, key_of
from headwater.leads.importing.saving import DOOR, save_changed, save_created, tell_listed
from headwater.leads.services.waking import Inquiry, takers, wake
from headwater.leads.types import CONTACT_METHODS, IDENTITIES, Status
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.slots import fresh_plans
from headwater.platform.imports.types import Outcome, Policy, RowResult, SourceRow, Work
from headwater.sales.checking import Warned, blocked_rows, judged_rows, note_warned

# Of longer files rows that only look known are not looked for one by one: the next scan finds them.
MOST_JUDGED = 5000
_NUMBERS = frozenset({"mobile", "phone"})
_CONTACTS = frozenset(CONTACT_METHODS)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows and what they say."""

    rows: Sequence[SourceRow]
    drafts: list[Draft]


class LeadSession:
    """One pass over the rows of an import."""

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        self.access = access
        self.work = work
        self.policy = Policy(work.options["policy"])
        self.reader = RowReader(access, work, pending=not writes)

    def prepare(self, rows: Sequence[SourceRow]) -> Prepared:
        return Prepared(rows, self.reader.read(rows))

    def check(self, prepared: Prepared) -> list[RowResult]:
        """What would become of the rows; remembers their identities for the chunks to come."""
        pass_ = Pass(self, prepared, writes=False)
        marks = {mark_of(key): key for draft in pass_.drafts for key in draft.keys}
        before = seen_marks(self.work.job_id, list(marks))
        for mark, number in before.items():
            pass_.index.slots.setdefault(marks[mark], Slot(None, number))
        results = pass_.decide()
        keep_marks(
            self.work.job_id, {mark_of(key): slot.number for slot in pass_.created for key in slot.identities}
        )
        return results

    def write(self, prepared: Prepared) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        placing = Placing(self.access, self.work.options)
        placing.lock(prepared.drafts, self._wakers(prepared))
        pass_ = Pass(self, prepared, writes=True)
        results = pass_.decide()
        by_number = {result.number: result for result in results}
        save_created(self.access, self.work, pass_.created, pass_.drafts_of, placing, by_number)
        save_changed(self.access, self.work, pass_.changed, touches=True)
        suspected = {
            slot.id: pass_.warned[slot.number]
            for slot in pass_.created
            if slot.id is not None and slot.number in pass_.warned
        }
        note_warned(self.access, "lead", suspected)
        wake(self.access, [(i, self._inquiry(pass_, row)) for row, i in pass_.inquiring], door=DOOR)
        for number, slot in pass_.slot_of.items():
            by_number[number].record_id = slot.id
        tell_listed(self.access, self.work, self._campaigns(pass_))
        return results

    def _campaigns(self, pass_: "Pass") -> list[tuple[int, int]]:
        """(lead, campaign) of the rows that name one, or of all where the whole file belongs to one."""
        whole = self.work.options.get("campaign")
        found = (
            (slot.id, pass_.drafts_of[number].columns.get("campaign_id") or whole)
            for number, slot in pass_.slot_of.items()
        )
        return [(lead_id, campaign_id) for lead_id, campaign_id in found if lead_id and campaign_id]

    def _wakers(self, prepared: Prepared) -> set[int]:
        """Who may get leads that wake: their books are locked with all others, before the leads."""
        if self.policy is not Policy.REINQUIRE or rules_take_woken_leads():
            return set()
        with fresh_plans():
            known = matching_ids({key for draft in prepared.drafts for key in draft.keys})
        return takers(known)

    def _inquiry(self, pass_: "Pass", number: int) -> Inquiry:
        columns = pass_.drafts_of[number].columns
        return Inquiry(
            source_id=columns.get("source_id"),
            channel_id=columns.get("channel_id"),
            campaign_id=columns.get("campaign_id"),
            note=str(columns.get("requirement") or ""),
            key=f"import:{self.work.job_id}:{number}",
            import_id=self.work.job_id,
        )


class Pass:
    """The rows of one chunk, decided in their order as if each were alone."""

    def __init__(self, session: LeadSession, prepared: Prepared, *, writes: bool) -> None:
        self.options = session.work.options
        self.policy = session.policy
        self.offset = session.work.offset
        self.created: list[Slot] = []
        self.changed: dict[int, Slot] = {}
        self.slot_of: dict[int, Slot] = {}
        self.inquiring: list[tuple[int, int]] = []  # rows and the leads that inquire again by them
        self.rows = {row.number: row for row in prepared.rows}
        self.drafts = prepared.drafts
        self.drafts_of = {draft.number: draft for draft in self.drafts}
        self.index = Index()
        wanted = {key for draft in self.drafts if not draft.problems for key in draft.keys}
        updates = self.policy in (Policy.FILL, Policy.UPDATE)
        with fresh_plans():
            known = load_slots(session.access, matching_ids(wanted), lock=writes and updates)
        for slot in known:
            self.index.add(slot, slot.identities)
        fresh = [draft for draft in self.drafts if not draft.problems and self.index.find(draft.keys) is None]
        given = {one.number: one.columns for one in fresh}
        self.warned: dict[int, Warned] = {}
        if session.work.row_count <= MOST_JUDGED:
            self.blocked, self.warned = judged_rows(session.access, "lead", given)
        else:
            self.blocked = blocked_rows(session.access, "lead", given)

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        if draft.problems:
            field, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        found = self.index.find(draft.keys)
        if found is None:
            return self._create(draft)
        if self.policy is Policy.CREATE:
            return self._create(draft, duplicate=found)
        if self.policy is Policy.SKIP:
            return self._skip(draft, found)
        if self.policy is Policy.REINQUIRE:
            return self._inquire(draft, found)
        return self._update(draft, found)

    # --- new

    def _create(self, draft: Draft, duplicate: Slot | None = None) -> RowResult:
        if draft.number in self.blocked:
            rule = self.blocked[draft.number]
            return RowResult(draft.number, Outcome.FAILED, code=rule.code, detail=rule.detail)
        columns = draft.columns
        name = columns.get("name") or fallback_name(self.options, draft, self.rows[draft.number])
        if not name:
            return RowResult(
                draft.number,
                Outcome.FAILED,
                code="lead.no_name",
                field="name",
                detail=_("The lead has no name."),
            )
        if _CONTACTS.isdisjoint(columns) and not (
            self.options["reference_only"] and "external_id" in columns
        ):
            return RowResult(
                draft.number,
                Outcome.FAILED,
                code="lead.no_contact",
                detail=_("Give at least one of mobile, phone, e-mail, WeChat or QQ."),
            )
        slot = Slot(None, draft.number)
        slot.values = {**columns, "name": name}
        if draft.custom:
            slot.custom = dict(draft.custom)
        slot.name = name
        result = RowResult(draft.number, Outcome.CREATED)
        if duplicate is not None:
            slot.values["may_duplicate"] = True
            result.code, result.detail = "lead.duplicate_created", self._who(duplicate)
        else:
            self.index.add(slot, draft.keys)
            if draft.number in self.warned:
                result.code, result.detail = "duplicate.suspected", self.warned[draft.number].detail
        self.created.append(slot)
        self.slot_of[draft.number] = slot
        return result

    # --- known

    def _skip(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.visible:
            self.slot_of[draft.number] = slot
        if slot.id is None:
            return RowResult(
                draft.number,
                Outcome.SKIPPED,
                code="lead.duplicate_in_file",
                detail=_("The same contact stands in row %(row)s of the file.")
                % {"row": slot.number + self.offset},
            )
        return RowResult(draft.number, Outcome.SKIPPED, code="lead.duplicate", detail=self._who(slot))

    def _inquire(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.id is None:  # of the same file: one inquiry
            return self._skip(draft, slot)
        self.inquiring.append((draft.number, slot.id))
        # A row that may not name its lead has nothing to take back by.
        outcome = Outcome.UPDATED if slot.visible else Outcome.SKIPPED
        if slot.visible:
            self.slot_of[draft.number] = slot
        return RowResult(draft.number, outcome, code="lead.inquired", detail=self._who(slot))

    def _who(self, slot: Slot) -> str:
        if slot.id is None:
            return _("The same contact stands in row %(row)s of the file.") % {
                "row": slot.number + self.offset
            }
        if not slot.visible:
            return _("A lead with this contact exists already; you may not see it.")
        return _("Exists already: %(name)s.") % {"name": slot.name}

    def _update(self, draft: Draft, slot: Slot) -> RowResult:
        refusal = self._refusal(slot)
        if slot.visible:
            self.slot_of[draft.number] = slot
        if refusal is not None:
            return RowResult(draft.number, Outcome.SKIPPED, code=refusal[0], detail=refusal[1])
        changes, taken = self._apply(draft, slot)
        code = detail = ""
        if taken:
            code = "lead.contact_taken"
            detail = _("Not taken over, because another lead has it: %(values)s.") % {
                "values": ", ".join(taken)
            }
        if not changes:
            return RowResult(
                draft.number,
                Outcome.SKIPPED,
                code=code or "lead.unchanged",
                detail=detail or _("Nothing new for %(name)s.") % {"name": slot.name},
            )
        if slot.id is not None:
            self.changed[slot.id] = slot
        return RowResult(draft.number, Outcome.UPDATED, code=code, detail=detail, changes=changes)

    def _refusal(self, slot: Slot) -> tuple[str, str] | None:
        if slot.id is None:
            return None
        if not slot.visible:
            return "lead.duplicate_hidden", self._who(slot)
        if slot.status == Status.CONVERTED:
            return "lead.closed", _("%(name)s has been converted; it is history.") % {"name": slot.name}
        if not slot.mine:
            return "lead.not_yours", _("You may see %(name)s but not change it.") % {"name": slot.name}
        return None

    def _apply(self, draft: Draft, slot: Slot) -> tuple[dict[str, list[Any]], list[str]]:
        """Bring the row's values onto the lead; what changed, and contact values that belong to others."""
        changes: dict[str, list[Any]] = {}
        taken: list[str] = []
        fills = self.policy == Policy.FILL
        for attribute, value in draft.columns.items():
            before = slot.values.get(attribute)
            if before == value or (fills and not _is_empty(before)):
                continue
            if attribute in IDENTITIES:
                key = key_of(attribute, value)
                if self.index.slots.get(key) not in (None, slot):
                    taken.append(value)
                    continue
                self.index.replace(slot, key_of(attribute, before) if before else None, key)
                if before and any(slot.values.get(other) == before for other in _NUMBERS - {attribute}):
                    self.index.slots.setdefault(key_of(attribute, before), slot)
            changes[attribute] = [to_json(before), to_json(value)]
            slot.values[attribute] = value
            slot.dirty.add(attribute)
        for name, value in draft.custom.items():
            before = slot.custom.get(name)
            if before == value or (fills and not _is_empty(before)):
                continue
            changes[f"custom.{name}"] = [before, value]
            slot.custom[name] = value
            slot.dirty.add("custom")
        for field, (before, after) in changes.items():
            first = slot.changes.get(field, [before])[0]
            slot.changes[field] = [first, after]
        return changes, taken


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value is False
