"""A chunk of rows to entries of the ledger, held against what their orders owe; taken back by voids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.copying import copy_rows
from headwater.kernel.money import CENT, MOST, rounded
from headwater.kernel.sql import rows
from headwater.orders.errors import NoMoneyNow, NoRate, Overpaid, RefundTooMuch
from headwater.orders.events import PaymentsReceived, PaymentsRefunded, PaymentsVoided
from headwater.orders.importing.links import find_orders
from headwater.orders.importing.reading import RowReader
from headwater.orders.importing.saving import next_ids, pieces
from headwater.orders.importing.targets import KIND
from headwater.orders.models import Payment
from headwater.orders.services.ledger import TAKES_MONEY, mirror, rate_between
from headwater.orders.services.locking import lock_orders
from headwater.orders.types import EntryKind, OrderState
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.cells import Draft, Key
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.slots import fresh_plans
from headwater.platform.imports.types import Done, Outcome, Policy, RowResult, SourceRow, Undone, Work

_COLUMNS = (
    "id", "order_id", "kind", "amount", "currency", "paid_on", "owner_id", "method", "reference", "note",
    "original_amount", "original_currency", "rate", "external_id", "created_at", "created_by_id",
)  # fmt: skip


@dataclass(slots=True)
class Entry:
    """An entry that a row makes; `id` once it is written."""

    number: int
    values: dict[str, Any]
    id: int | None = None


class PaymentSession:
    """One pass over the rows of an import. The check does not know what rows of other chunks will pay."""

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        self.access, self.work = access, work
        self.policy = Policy(work.options["policy"])
        self.reader = RowReader(access, work, "payment", pending=not writes)
        self.rates: dict[tuple[str, str, date], Decimal | None] = {}

    def prepare(self, given: Sequence[SourceRow]) -> Sequence[SourceRow]:
        return given

    def check(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """What would become of the rows; remembers their identities for the chunks to come."""
        pass_ = Pass(self, prepared, lock=False)
        marks = {mark_of(key): key for draft in pass_.drafts for key in _keys(draft)}
        for mark, number in seen_marks(self.work.job_id, list(marks)).items():
            pass_.seen.setdefault(marks[mark], -number)
        results = pass_.decide()
        kept = {mark_of(key): entry.number for key, entry in pass_.made.items()}
        keep_marks(self.work.job_id, kept)
        return results

    def write(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        pass_ = Pass(self, prepared, lock=True)
        results = pass_.decide()
        _save(self.access, self.work, pass_.entries)
        made = {entry.number: entry.id for entry in pass_.entries}
        for result in results:
            result.record_id = made.get(result.number, result.record_id)
        return results


def _keys(draft: Draft) -> list[Key]:
    """By what an entry is found: its number; else order, day, amount and reference."""
    said = draft.columns
    if said.get("external_id"):
        return [("external_id", said["external_id"])]
    if "order_id" not in said or said.get("paid_on") is None or said.get("amount") is None:
        return []
    return [("said", f"{said['order_id']}/{said['paid_on']}/{said['amount']}/{said.get('reference') or ''}")]


class Pass:
    """The rows of one chunk, decided in their order as if each were alone."""

    def __init__(self, session: PaymentSession, given: Sequence[SourceRow], *, lock: bool) -> None:
        self.session, self.policy = session, session.policy
        self.options, self.offset = session.work.options, session.work.offset
        self.entries: list[Entry] = []
        self.made: dict[Key, Entry] = {}
        self.drafts = session.reader.read(given)
        self.orders = find_orders(session.access, self.drafts, lock=lock)
        for draft in self.drafts:
            _sign(draft)
        self.seen: dict[Key, int] = self._load()  # what is here: its id; of an earlier chunk: minus its row

    def _load(self) -> dict[Key, int]:
        numbers = sorted({said for draft in self.drafts if (said := draft.columns.get("external_id"))})
        orders = sorted(self.orders)
        found: dict[Key, int] = {}
        with fresh_plans():
            for row in rows(
                "SELECT id, external_id FROM orders_payment WHERE external_id = ANY(%s::varchar[])"
                " AND external_id IS NOT NULL",
                (numbers,),
            ):
                found["external_id", row["external_id"]] = row["id"]
            for row in rows(
                "SELECT p.id, p.order_id, p.paid_on, coalesce(sign(p.amount) * p.original_amount, p.amount)"
                " AS amount, p.reference FROM orders_payment p WHERE p.order_id = ANY(%s::bigint[])"
                " AND p.kind <> 'void' AND NOT EXISTS"
                " (SELECT 1 FROM orders_payment v WHERE v.corrects_id = p.id)",
                (orders,),
            ):
                key = f"{row['order_id']}/{row['paid_on']}/{rounded(row['amount'])}/{row['reference'] or ''}"
                found["said", key] = row["id"]
        return found

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        for name in ("amount", "paid_on"):
            if not draft.problems and draft.columns.get(name) is None:
                draft.problems = [(name, "value.required", _("This is required."))]
        if draft.problems:
            field, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        for key in _keys(draft):
            if key in self.made:
                return self._twice(draft, self.made[key].number)
            known = self.seen.get(key)
            if known is not None and (key[0] == "external_id" or self.policy is Policy.SKIP):
                if known < 0:
                    return self._twice(draft, -known)
                words = _("This payment is here already.")
                return RowResult(draft.number, Outcome.SKIPPED, known, code="import.duplicate", detail=words)
        return self._create(draft)

    def _twice(self, draft: Draft, number: int) -> RowResult:
        words = _("The same stands in row %(row)s of the file.") % {"row": number + self.offset}
        return RowResult(draft.number, Outcome.SKIPPED, code="import.duplicate_in_file", detail=words)

    def _create(self, draft: Draft) -> RowResult:
        said, order = draft.columns, self.orders[draft.columns["order_id"]]
        refused = self._place(draft, said, order)
        if refused is not None:
            code, words = refused
            return RowResult(draft.number, Outcome.FAILED, code=code, field="", detail=words)
        values = {
            **said,
            "currency": order["currency"],
            "owner_id": order["owner_id"],
            "kind": str(EntryKind.PAYMENT if said["amount"] > 0 else EntryKind.REFUND),
        }
        entry = Entry(draft.number, values)
        for key in self._own_keys(draft):
            self.made[key] = entry
        self.entries.append(entry)
        return RowResult(draft.number, Outcome.CREATED)

    def _own_keys(self, draft: Draft) -> list[Key]:
        """A file may hold the same sum twice a day; with the number of its own each entry stands alone."""
        keys: list[Key] = draft.extra["keys!"]
        return keys if self.policy is Policy.SKIP or draft.columns.get("external_id") else []

    def _place(self, draft: Draft, said: dict[str, Any], order: dict[str, Any]) -> tuple[str, str] | None:
        """Hold the amount against what the order owes now, rows before it counted; why not, if so."""
        draft.extra = {**draft.extra, "keys!": _keys(draft)}
        if order["state"] not in TAKES_MONEY:
            state = str(OrderState(order["state"]).label)
            return NoMoneyNow.code, NoMoneyNow(number=order["number"], state=state).detail
        rate = self._in_order_currency(said, order)
        if rate is not None:
            return rate
        amount, currency = said["amount"], order["currency"]
        received = order["paid"] - order["refunded"]
        if amount < 0:
            if -amount > received:
                return RefundTooMuch.code, RefundTooMuch(received=received, currency=currency).detail
            order["refunded"] -= amount
            return None
        still_open = max(order["total"] - received, Decimal(0))
        if amount > still_open and self.options["over"] != "credit":
            over = Overpaid(
                number=order["number"],
                open=still_open,
                amount=amount,
                currency=currency,
                over=amount - still_open,
            )
            return over.code, over.detail
        if order["paid"] + amount >= MOST:
            return "value.too_large", _("This number is too large.")
        order["paid"] += amount
        return None

    def _in_order_currency(self, said: dict[str, Any], order: dict[str, Any]) -> tuple[str, str] | None:
        currency = said.get("currency") or order["currency"]
        if currency == order["currency"]:
            return None
        key = (currency, order["currency"], said["paid_on"])
        if key not in self.session.rates:
            self.session.rates[key] = rate_between(*key)
        rate = self.session.rates[key]
        if rate is None:
            none = NoRate(currency=currency, to=order["currency"], on=said["paid_on"].isoformat())
            return none.code, none.detail
        worth = rounded(said["amount"] * rate)
        if not CENT <= abs(worth) < MOST:
            return "value.too_large", _("This number is too large.")
        said |= {
            "original_amount": abs(said["amount"]),
            "original_currency": currency,
            "rate": rate,
            "amount": worth,
        }
        return None


def _sign(draft: Draft) -> None:
    """A refund is what is called one, or what is negative."""
    amount = draft.columns.get("amount")
    if amount is not None and draft.extra.get(KIND) == EntryKind.REFUND:
        draft.columns["amount"] = -abs(amount)


def _save(access: Access, work: Work, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    moment = clock.now()
    for entry, payment_id in zip(entries, next_ids("orders_payment", len(entries)), strict=True):
        entry.id = payment_id
        entry.values |= {"id": payment_id, "created_at": moment, "created_by_id": access.user_id}
    copy_rows(
        "orders_payment", _COLUMNS, ([entry.values.get(name) for name in _COLUMNS] for entry in entries)
    )
    ids = [entry.id or 0 for entry in entries]
    audit.record_alike(access, "payment", "import", ids, {"import": [None, work.job_id]})
    orders = {entry.id: entry.values["order_id"] for entry in entries}
    for kind, event in ((EntryKind.PAYMENT, PaymentsReceived), (EntryKind.REFUND, PaymentsRefunded)):
        mine = [entry.id or 0 for entry in entries if entry.values["kind"] == kind]
        for piece in pieces(mine):
            emit(event(ids=piece, order_ids=[orders[one] for one in piece]), access)


def revert(access: Access, done: Sequence[Done]) -> list[Undone]:
    """Void what rows made, the last one first, where the order still allows it."""
    entries = {one.pk: one for one in Payment.objects.filter(pk__in=[one.record_id for one in done])}
    voided = set(Payment.objects.filter(corrects__in=list(entries)).values_list("corrects_id", flat=True))
    orders = {one.pk: one for one in lock_orders(access, sorted({one.order_id for one in entries.values()}))}
    undone, made = [], []
    for one in done:
        entry = entries.get(one.record_id)
        order = orders.get(entry.order_id) if entry is not None else None
        if entry is None or order is None:
            undone.append(Undone(one.number, "import.gone"))
        elif entry.pk in voided:
            undone.append(Undone(one.number, "import.archived_already"))
        elif order.state not in TAKES_MONEY or entry.amount > order.paid - order.refunded:
            undone.append(Undone(one.number, "import.touched_since"))
        else:
            if entry.amount > 0:
                order.paid -= entry.amount
            else:
                order.refunded += entry.amount
            made.append(mirror(access, entry))
            undone.append(Undone(one.number))
    Payment.objects.bulk_create(made)
    told: list[tuple[int, dict[str, list[Any]]]] = [
        (one.pk, {"corrects": [None, one.corrects_id]}) for one in made
    ]
    audit.record_many(access, "payment", "void", told)
    if made:
        emit(
            PaymentsVoided(
                ids=[one.pk for one in made],
                order_ids=[one.order_id for one in made],
                voided_ids=[one.corrects_id or 0 for one in made],
            ),
            access,
        )
    return undone
