"""A chunk of rows to records: linked, matched, decided one after the other, written as sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.slots import Index, Slot, fresh_plans
from headwater.platform.imports.types import Outcome, Policy, RowResult, SourceRow, Work
from headwater.sales.checking import Blocked, blocked_rows
from headwater.sales.importing import beside
from headwater.sales.importing.history import (
    COLLECT,
    NAME,
    days_missing,
    gathering_account,
    give_customer,
    give_names,
    settle_days,
)
from headwater.sales.importing.links import find_links
from headwater.sales.importing.matching import TWIN, keys_of, load_slots, matching_ids
from headwater.sales.importing.products import Named, Products, named, products_of
from headwater.sales.importing.reading import RowReader
from headwater.sales.importing.saving import save_changed, save_created, save_teams
from headwater.sales.importing.shapes import CREATED_AT, OWNER, STAGE, Shape
from headwater.sales.importing.stages import STAGE_COLUMNS, Stages
from headwater.sales.types import Standing

CLOSED = frozenset({Standing.WON.value, Standing.LOST.value})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What rows say. Kept as it is: a chunk may be tried again."""

    rows: Sequence[SourceRow]


class SalesSession:
    """One pass over the rows of an import."""

    def __init__(self, access: Access, work: Work, shape: Shape, *, writes: bool) -> None:
        self.access, self.work, self.shape = access, work, shape
        self.policy = Policy(work.options["policy"])
        self.reader = RowReader(access, work, shape, pending=not writes)
        self.stages = Stages(access, work.options) if shape.key == "opportunity" else None
        self.products = Products(access, work.options) if shape.key == "opportunity" else None
        self.currency = company_currency()  # of amounts whose row names none
        self.gathers: int | None = None
        if work.options.get("account_missing") == COLLECT:
            # Before the start it may not be there yet; nothing then lies in it.
            self.gathers = work.prepared.get("account") or gathering_account() or -1

    def prepare(self, rows: Sequence[SourceRow]) -> Prepared:
        return Prepared(rows)

    def check(self, prepared: Prepared) -> list[RowResult]:
        """What would become of the rows; remembers their identities for the chunks to come."""
        pass_ = Pass(self, prepared, writes=False)
        marks = {mark_of(key): key for draft in pass_.drafts for key in pass_.keys(draft)}
        for mark, number in seen_marks(self.work.job_id, list(marks)).items():
            pass_.index.slots.setdefault(marks[mark], Slot(None, number))
        results = pass_.decide()
        say(results, beside.parents(pass_, writes=False)[1])
        kept = {
            mark_of(key): slot.number for slot in pass_.created for key in keys_of(self.shape, slot.values)
        }
        keep_marks(self.work.job_id, kept)
        return results

    def write(self, prepared: Prepared) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        pass_ = Pass(self, prepared, writes=True)
        results = pass_.decide()
        save_created(self.access, self.work, self.shape, pass_.created, beside.openings(pass_))
        save_changed(self.access, self.work, self.shape, list(pass_.changed.values()))
        beside.write_products(pass_)
        save_teams(self.access, self.shape, beside.teams(pass_))
        beside.write_all_parents(pass_, results)
        by_number = {result.number: result for result in results}
        for number, slot in pass_.slot_of.items():
            by_number[number].record_id = slot.id
        beside.tell_listed(pass_)
        return results


def say(results: Sequence[RowResult], notes: Mapping[int, tuple[str, str, str]]) -> None:
    """Put a word to rows about which nothing else is to be said."""
    for result in results:
        if result.number in notes and not result.code:
            result.field, result.code, result.detail = notes[result.number]


class Pass:
    """The rows of one chunk, decided in their order as if each were alone."""

    def __init__(self, session: SalesSession, prepared: Prepared, *, writes: bool) -> None:
        self.shape, self.policy, self.stages = session.shape, session.policy, session.stages
        self.currency = session.currency
        self.options, self.offset = session.work.options, session.work.offset
        self.created: list[Slot] = []
        self.changed: dict[int, Slot] = {}
        self.slot_of: dict[int, Slot] = {}
        self.index: Index[Slot] = Index()
        self.several: set[str] = set()
        self.session = session
        self.drafts = session.reader.read(prepared.rows)
        self.named: dict[int, Named] = {}  # products by row
        if self.stages is not None:
            give_customer(self.drafts, session.gathers)
            give_names(self.drafts)
        find_links(session.access, self.shape, self.drafts)
        good = [draft for draft in self.drafts if not draft.problems]
        updates = writes and self.policy in (Policy.FILL, Policy.UPDATE)
        with fresh_plans():
            known = load_slots(session.access, self.shape, matching_ids(self.shape, good), lock=updates)
        self.held: dict[int, set[int]] = {}  # products by opportunity
        if self.stages is not None:
            self.stages.begin(known, writes=writes)
            if self.policy is not Policy.SKIP:
                self.held = products_of([slot.id for slot in known if slot.id is not None])
        for slot in known:
            keys = keys_of(self.shape, slot.values)
            self.several.update(
                value for kind, value in keys if kind == TWIN and (kind, value) in self.index.slots
            )
            self.index.add(slot, keys)
        fresh = {one.number: one for one in good if self._find(one) is None}
        self.blocked: dict[int, Blocked] = {}
        if self.stages is None and fresh:
            said = {number: _said(one) for number, one in fresh.items()}
            self.blocked = blocked_rows(session.access, self.shape.key, said)

    def keys(self, draft: Draft) -> list[tuple[str, str]]:
        return keys_of(self.shape, draft.columns)

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        notes = self._links(draft)
        problems = [*draft.problems, *self._stage(draft), *self._products(draft)]
        if problems:
            field, code, _words = problems[0]
            words = "；".join(words for _field, _code, words in problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        found = self._find(draft)
        if found is None:
            result = self._create(draft)
        elif self.policy is Policy.CREATE:
            result = self._create(draft, twin=found)
        elif self.policy is Policy.SKIP:
            result = self._skip(draft, found)
        else:
            result = self._update(draft, found)
        if notes and not result.code:
            result.field, result.code, result.detail = notes[0]
        return result

    def _links(self, draft: Draft) -> list[tuple[str, str, str]]:
        """Links that lead nowhere: a reason to refuse the row, or, where that is chosen, a word to it."""
        dead = [draft.extra[f"{link}!"] for link in self.shape.links if f"{link}!" in draft.extra]
        notes = []
        for problem in dead:
            if self.options["links_unknown"] == "leave" and f"{problem[0]}_id" not in self.shape.needs:
                notes.append(problem)
            else:
                draft.problems = [*draft.problems, problem]
        return notes

    def _stage(self, draft: Draft) -> list[tuple[str, str, str]]:
        return [] if self.stages is None or draft.problems else self.stages.place(draft)

    def _products(self, draft: Draft) -> list[tuple[str, str, str]]:
        return [] if self.session.products is None or draft.problems else self.session.products.find(draft)

    def _find(self, draft: Draft) -> Slot | None:
        """Whom the row means. A name tells only where one of the two has no number of its own."""
        keys = self.keys(draft)
        found = self.index.find(key for key in keys if key[0] != TWIN)
        if found is None:
            found = self.index.find(key for key in keys if key[0] == TWIN)
            numbers = draft.columns.get("external_id"), found.values.get("external_id") if found else None
            if found is not None and all(numbers) and numbers[0] != numbers[1]:
                return None
        return found

    # --- new

    def _create(self, draft: Draft, twin: Slot | None = None) -> RowResult:
        if draft.number in self.blocked:
            rule = self.blocked[draft.number]
            return RowResult(draft.number, Outcome.FAILED, code=rule.code, detail=rule.detail)
        values = dict(draft.columns)
        if NAME in draft.extra:
            values.setdefault("name", draft.extra[NAME])
        missing = next((name for name in self.shape.needs if not values.get(name)), None)
        if missing is not None:
            field = missing.removesuffix("_id")
            label = self.shape.kind.record_type.all_fields[field].label
            words = _("%(field)s is missing.") % {"field": label}
            return RowResult(draft.number, Outcome.FAILED, code="import.missing", field=field, detail=words)
        result = RowResult(draft.number, Outcome.CREATED)
        if twin is not None:
            taken = [name for name in self.shape.identities if (name, values.get(name)) in self.index.slots]
            for name in taken:
                del values[name]
            result.code, result.detail = "import.duplicate_created", self._who(twin)
        slot = Slot(None, draft.number)
        slot.values = values | {
            "owner_id": int(draft.extra.get(OWNER) or self.options["owner"]),
            CREATED_AT: draft.extra.get(CREATED_AT),
        }
        if self.options.get("campaign") and "campaign_id" not in values:
            slot.values["campaign_id"] = self.options["campaign"]
        if self.stages is not None:
            slot.values |= self.stages.new(draft)
            slot.values.setdefault("currency", self.currency)
            problems = settle_days(draft, slot.values)
            if problems:
                field, code, words = problems[0]
                return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
            note = days_missing(draft, slot.values)
            if note is not None and not result.code:
                result.field, result.code, result.detail = note
            if (found := named(draft)) is not None:
                self.named[draft.number] = found
        problem = self._left(draft, slot)
        if problem:
            return problem
        slot.custom, slot.name = dict(draft.custom), values["name"]
        self.index.add(slot, keys_of(self.shape, slot.values))
        self.created.append(slot)
        self.slot_of[draft.number] = slot
        return result

    def _left(self, draft: Draft, slot: Slot) -> RowResult | None:
        """Somebody who left has a past: sales that are closed, nothing that is still to be worked on."""
        names = self.session.reader.names
        if slot.values["owner_id"] not in names.leavers or slot.values.get("status") in CLOSED:
            return None
        if self.options["owner_unknown"] == "default":
            slot.values["owner_id"] = self.options["owner"]
            return None
        words = _("The owner has left; only what is closed can be theirs.")
        return RowResult(draft.number, Outcome.FAILED, code="owner.inactive", field=OWNER, detail=words)

    # --- known

    def _who(self, slot: Slot) -> str:
        if slot.id is None:
            return _("The same stands in row %(row)s of the file.") % {"row": slot.number + self.offset}
        if not slot.visible:
            return _("It exists already; you may not see it.")
        return _("Exists already: %(name)s.") % {"name": slot.name}

    def _skip(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.visible:
            self.slot_of[draft.number] = slot
        code = "import.duplicate_in_file" if slot.id is None else "import.duplicate"
        return RowResult(draft.number, Outcome.SKIPPED, code=code, detail=self._who(slot))

    def _update(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.visible:
            self.slot_of[draft.number] = slot
        refusal = self._refusal(draft, slot)
        if refusal is not None:
            return RowResult(draft.number, Outcome.SKIPPED, code=refusal[0], detail=refusal[1])
        if self.stages is not None:
            held = self.stages.held_back(draft, slot, fills=self.policy is Policy.FILL)
            if held is not None:
                return RowResult(draft.number, Outcome.FAILED, code=held[0], field=STAGE, detail=held[1])
        changes, taken = self._apply(draft, slot)
        changes |= beside.take_products(self, draft, slot)
        code = detail = ""
        if taken:
            code = "import.value_taken"
            words = _("Not taken over, because another record has it: %(values)s.")
            detail = words % {"values": ", ".join(taken)}
        if not changes:
            words = detail or _("Nothing new for %(name)s.") % {"name": slot.name}
            return RowResult(draft.number, Outcome.SKIPPED, code=code or "import.unchanged", detail=words)
        if slot.id is not None:
            self.changed[slot.id] = slot
        return RowResult(draft.number, Outcome.UPDATED, code=code, detail=detail, changes=changes)

    def _refusal(self, draft: Draft, slot: Slot) -> tuple[str, str] | None:
        if slot.id is None:
            return None
        if not slot.visible:
            return "import.duplicate_hidden", self._who(slot)
        if not slot.mine:
            return "import.not_yours", _("You may see %(name)s but not change it.") % {"name": slot.name}
        is_told = any(
            kind != TWIN and key in self.index.slots for key in self.keys(draft) for kind in key[:1]
        )
        if not is_told and self.shape.twin_of(draft.columns) in self.several:
            return "import.ambiguous", _("Several are called “%(name)s”; give the external number.") % {
                "name": slot.name
            }
        return None

    def _apply(self, draft: Draft, slot: Slot) -> tuple[dict[str, list[Any]], list[str]]:
        """Bring the row's values onto the record; what changed, and values that belong to others."""
        changes: dict[str, list[Any]] = {}
        taken: list[str] = []
        fills = self.policy == Policy.FILL
        given = dict(draft.columns)
        if draft.extra.get(OWNER):
            given["owner_id"] = int(draft.extra[OWNER])
        if self.stages is not None:
            given = self.stages.change(draft, slot, given, fills=fills)
        for attribute, value in given.items():
            before = slot.values.get(attribute)
            if before == value or (fills and not is_empty(before) and attribute not in STAGE_COLUMNS):
                continue
            if attribute in self.shape.identities:
                other = self.index.slots.get((attribute, value))
                if other not in (None, slot) or (attribute == "external_id" and before):
                    taken.append(value)
                    continue
                self.index.replace(slot, (attribute, before) if before else None, (attribute, value))
            changes[attribute] = [to_json(before), to_json(value)]
            slot.values[attribute] = value
            slot.dirty.add(attribute)
        for name, value in draft.custom.items():
            before = slot.custom.get(name)
            if before == value or (fills and not is_empty(before)):
                continue
            changes[f"custom.{name}"] = [before, value]
            slot.custom[name] = value
            slot.dirty.add("custom")
        for field, (before, after) in changes.items():
            slot.changes[field] = [slot.changes.get(field, [before])[0], after]
        return changes, taken


def _said(draft: Draft) -> dict[str, Any]:
    """What the rules against duplicates look at: the company by its name, as the row says it."""
    return draft.columns | {"account_name": draft.extra.get("account")}


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value is False
