"""A chunk of rows to orders: linked, matched, decided one after the other, written as sets."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.sql import rows
from headwater.orders.importing.links import find_links
from headwater.orders.importing.reading import RowReader
from headwater.orders.importing.saving import COLUMNS, save_changed, save_created
from headwater.orders.importing.targets import CREATED_AT, LINKS, OWNER, STATE
from headwater.orders.services.orders import first_due
from headwater.orders.types import OrderState
from headwater.platform.imports.cells import Draft, Key
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.slots import Index, Slot, fresh_plans, from_json
from headwater.platform.imports.types import Outcome, Policy, RowResult, SourceRow, Work

_IDENTITIES = ("external_id", "number")
_MONEY = frozenset({"total", "currency", "state"})


def keys_of(values: dict[str, Any]) -> list[Key]:
    """By what an order is found: its number in the other system, else ours."""
    return [(name, values[name]) for name in _IDENTITIES if values.get(name)]


class OrderSession:
    """One pass over the rows of an import."""

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        self.access, self.work = access, work
        self.policy = Policy(work.options["policy"])
        self.reader = RowReader(access, work, "order", pending=not writes)
        self.currency = company_currency()

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
        pass_ = Pass(self, prepared, lock=self.policy is not Policy.SKIP)
        results = pass_.decide()
        save_created(self.access, self.work, pass_.created)
        save_changed(self.access, self.work, list(pass_.changed.values()))
        by_number = {result.number: result for result in results}
        for number, slot in pass_.slot_of.items():
            by_number[number].record_id = slot.id
        return results


class Pass:
    """The rows of one chunk, decided in their order as if each were alone."""

    def __init__(self, session: OrderSession, given: Sequence[SourceRow], *, lock: bool) -> None:
        self.session, self.policy = session, session.policy
        self.options, self.offset = session.work.options, session.work.offset
        self.created: list[Slot] = []
        self.changed: dict[int, Slot] = {}
        self.slot_of: dict[int, Slot] = {}
        self.index: Index[Slot] = Index()
        self.drafts = session.reader.read(given)
        find_links(session.access, self.drafts)
        for slot in load_slots(session.access, self._known(), lock=lock):
            self.index.add(slot, keys_of(slot.values))

    def _known(self) -> list[int]:
        found: set[int] = set()
        with fresh_plans():
            for name in _IDENTITIES:
                wanted = sorted({draft.columns[name] for draft in self.drafts if draft.columns.get(name)})
                if wanted:
                    found |= {
                        row["id"]
                        for row in rows(
                            f"SELECT t.id FROM orders_order t WHERE t.{name} = ANY(%s::varchar[])"
                            f" AND t.{name} IS NOT NULL AND t.archived_at IS NULL",
                            (wanted,),
                        )
                    }
        return sorted(found)

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        notes = []
        for link in LINKS:
            problem = draft.extra.get(f"{link}!")
            if problem is None:
                continue
            if self.options["links_unknown"] == "leave" and link != "account":
                notes.append(problem)
            else:
                draft.problems = [*draft.problems, problem]
        if draft.problems:
            field, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        found = self.index.find(keys_of(draft.columns))
        if found is None:
            result = self._create(draft)
        elif self.policy is Policy.SKIP:
            result = self._skip(draft, found)
        else:
            result = self._update(draft, found)
        if notes and not result.code:
            result.field, result.code, result.detail = notes[0]
        return result

    def _create(self, draft: Draft) -> RowResult:
        values = dict(draft.columns)
        for key in ("account_id", "total"):
            if values.get(key) is None:
                label = record_type("order").all_fields[key.removesuffix("_id")].label
                words = _("%(field)s is missing.") % {"field": label}
                field = key.removesuffix("_id")
                return RowResult(
                    draft.number, Outcome.FAILED, code="import.missing", field=field, detail=words
                )
        values["ordered_on"] = values.get("ordered_on") or clock.today()
        values["due_on"] = values.get("due_on") or first_due(values["ordered_on"])
        values["currency"] = values.get("currency") or self.session.currency
        values["owner_id"] = draft.extra.get(OWNER) or self.options["owner"]
        state = draft.extra.get(STATE) or self.options["state"]
        values["state"] = state if values["total"] else str(OrderState.DRAFT)
        values[CREATED_AT] = draft.extra.get(CREATED_AT)
        slot = Slot(None, draft.number)
        slot.values, slot.custom = values, dict(draft.custom)
        slot.name = values.get("number") or values.get("external_id") or ""
        self.index.add(slot, keys_of(values))
        self.created.append(slot)
        self.slot_of[draft.number] = slot
        return RowResult(draft.number, Outcome.CREATED)

    def _skip(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.visible:
            self.slot_of[draft.number] = slot
        code = "import.duplicate_in_file" if slot.id is None else "import.duplicate"
        return RowResult(draft.number, Outcome.SKIPPED, code=code, detail=self._who(slot))

    def _who(self, slot: Slot) -> str:
        if slot.id is None:
            return _("The same stands in row %(row)s of the file.") % {"row": slot.number + self.offset}
        if not slot.visible:
            return _("It exists already; you may not see it.")
        return _("Exists already: %(name)s.") % {"name": slot.name}

    def _update(self, draft: Draft, slot: Slot) -> RowResult:
        if slot.id is None:
            return self._skip(draft, slot)
        if not slot.visible:
            return RowResult(
                draft.number, Outcome.SKIPPED, code="import.duplicate_hidden", detail=self._who(slot)
            )
        self.slot_of[draft.number] = slot
        if not slot.mine:
            words = _("You may see %(name)s but not change it.") % {"name": slot.name}
            return RowResult(draft.number, Outcome.SKIPPED, code="import.not_yours", detail=words)
        given = self._changes(draft, slot)
        if _MONEY & given.keys() and slot.status == "held":
            words = _("Money was recorded for %(name)s, or it has lines: what it costs stays as it is.")
            detail = words % {"name": slot.name}
            return RowResult(
                draft.number, Outcome.FAILED, code="order.has_money", field="total", detail=detail
            )
        changes = self._apply(draft, slot, given)
        if not changes:
            words = _("Nothing new for %(name)s.") % {"name": slot.name}
            return RowResult(draft.number, Outcome.SKIPPED, code="import.unchanged", detail=words)
        self.changed[slot.id] = slot
        return RowResult(draft.number, Outcome.UPDATED, changes=changes)

    def _changes(self, draft: Draft, slot: Slot) -> dict[str, Any]:
        """What the row says otherwise; an order stays with its account and keeps its numbers."""
        given = {name: value for name, value in draft.columns.items() if name != "account_id"}
        if draft.extra.get(OWNER):
            given["owner_id"] = draft.extra[OWNER]
        if draft.extra.get(STATE):
            given["state"] = draft.extra[STATE]
        fills = self.policy is Policy.FILL
        changed = {}
        for name, value in given.items():
            before = slot.values.get(name)
            if before == value or (fills and before not in (None, "")):
                continue
            if name in _IDENTITIES and (before or (name, value) in self.index.slots):
                continue
            changed[name] = value
        return changed

    def _apply(self, draft: Draft, slot: Slot, given: dict[str, Any]) -> dict[str, list[Any]]:
        changes: dict[str, list[Any]] = {}
        for name, value in given.items():
            before = slot.values.get(name)
            changes[name] = [to_json(before), to_json(value)]
            slot.values[name] = value
            slot.dirty.add(name)
            if name in _IDENTITIES:
                self.index.add(slot, [(name, value)])
        for name, value in draft.custom.items():
            before = slot.custom.get(name)
            if before == value or (self.policy is Policy.FILL and before not in (None, "", [], False)):
                continue
            changes[f"custom.{name}"] = [before, value]
            slot.custom[name] = value
            slot.dirty.add("custom")
        for field, (before, after) in changes.items():
            slot.changes[field] = [slot.changes.get(field, [before])[0], after]
        return changes


def load_slots(access: Access, ids: Sequence[int], *, lock: bool) -> list[Slot]:
    """Orders as slots; `status` is "held" where money or lines say what they cost."""
    if not ids:
        return []
    kind = record_type("order")
    seen = kind.scope(access.also("orders.view"), "t")
    changed = kind.scope(access.also("orders.edit") if access.may("orders.edit") else access, "t")
    names = ", ".join(f"t.{name}" for name in COLUMNS)
    found = rows(
        f"SELECT t.id, {names}, t.custom, ({seen.text}) IS TRUE AS visible, ({changed.text}) IS TRUE AS mine,"
        " (t.paid <> 0 OR EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = t.id)) AS is_held"
        " FROM orders_order t WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL ORDER BY t.id"
        f"{' FOR NO KEY UPDATE OF t' if lock else ''}",
        (*seen.params, *changed.params, list(ids)),
    )
    slots = []
    for row in found:
        slot = Slot(row["id"], 0)
        slot.values = {name: row[name] for name in COLUMNS}
        slot.custom = from_json(row["custom"])
        slot.name = row["number"]
        slot.visible, slot.mine = row["visible"], row["mine"]
        slot.status = "held" if row["is_held"] else ""
        slots.append(slot)
    return slots
