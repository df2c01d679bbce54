"""Rows of a file to drafts of orders or of entries."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.importing import may_add
from headwater.engagement.importing.people import people_by_word, person_finder
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, record_type
from headwater.kernel.catalogue.values import BadValue, as_moment
from headwater.kernel.catalogue.values import number as read_number
from headwater.kernel.money import MOST, rounded
from headwater.orders.importing.targets import (
    ACCOUNT,
    CREATED_AT,
    KIND,
    LINKS,
    NUMBER,
    NUMBER_LABELS,
    ORDER,
    OWNER,
    STATE,
    is_importable,
)
from headwater.orders.types import EARLIEST_YEAR, LATEST_YEAR, EntryKind, OrderState
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Converter, Draft
from headwater.platform.imports.types import ColumnPlan, SourceRow, Work

_STATES = {
    OrderState.DRAFT: "draft 草稿 未生效 审核中 待确认 created quotation quotation_sent sent",
    OrderState.ACTIVE: "active activated 有效 生效 执行中 进行中 已确认 正常 sale sales_order salesorder"
    " confirmed approved",
    OrderState.COMPLETED: "completed complete done 完成 已完成 已结束 已结案 locked delivered closed",
    OrderState.CANCELLED: "cancelled canceled cancel 取消 已取消 作废 已作废 void",
}
_KINDS = {
    EntryKind.PAYMENT: "payment receipt 回款 收款 付款 inbound receive_money",
    EntryKind.REFUND: "refund refunds 退款 退回 outbound send_money credit_note",
}
_STATE_WORDS = {text.fold(word): one for one, words in _STATES.items() for word in words.split()}
_KIND_WORDS = {text.fold(word): one for one, words in _KINDS.items() for word in words.split()}


class RowReader:
    """All mapped columns; built once for a pass."""

    def __init__(self, access: Access, work: Work, record: str, *, pending: bool) -> None:
        """With `pending`, fields and choices that the start will make count as made (the check)."""
        self.access, self.record, self.options = access, record, work.options
        self.fields: Mapping[str, Field] = record_type(record).all_fields
        readers = [self._reader(plan, work, pending=pending) for plan in work.plans]
        self.readers = [reader for reader in readers if reader is not None]
        self.today = clock.today()

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = cells.read_columns(self.readers, rows, Draft)
        for draft in drafts:
            for key in ("ordered_on", "due_on", "paid_on"):
                self._check_day(draft, key)
        return drafts

    def _check_day(self, draft: Draft, key: str) -> None:
        day = draft.columns.get(key)
        if not isinstance(day, date):
            return
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            problem = (key, "value.date_out_of_range", _("This day lies too far away."))
        elif key == "paid_on" and day > self.today:
            problem = (key, "value.date_ahead", _("This day lies ahead."))
        else:
            return
        label = self.fields[key].label
        draft.problems = [*draft.problems, (problem[0], problem[1], f"{label}：{problem[2]}")]

    def _reader(self, plan: ColumnPlan, work: Work, *, pending: bool) -> CellReader | None:
        extra = self._extra(plan.target)
        if extra is not None:
            label, convert = extra
            return CellReader(
                plan, plan.target, label, convert, attribute=plan.target, place="extra", cached=True
            )
        field = self.fields.get(plan.target)
        if plan.makes_field and pending:
            field = cells.provisional_field(plan, work)
        if field is None or (not plan.makes_field and not is_importable(field, self.access, self.record)):
            return None
        adds = pending and plan.add_missing and may_add(self.access, field, self.record)
        convert = self._converter(field, pending=adds)
        return cells.field_reader(plan, field, convert, attribute=field.name)

    def _extra(self, target: str) -> tuple[str, Converter] | None:
        """What is no column of the record: its label and how its cells are read."""
        if target == OWNER and self.record == "order":
            known = people_by_word(self.access, active=True)
            otherwise = self.options.get("owner") if self.options.get("owner_unknown") == "default" else None
            return str(self.fields[OWNER].label), person_finder(known, otherwise=otherwise)
        if target == STATE and self.record == "order":
            return str(self.fields[STATE].label), _state
        if target == KIND and self.record == "payment":
            return str(self.fields[KIND].label), _kind
        if target == CREATED_AT and self.record == "order":
            return str(_("Created there at")), as_moment
        if target == ORDER and self.record == "payment":
            return str(_("Order (number)")), _first
        if target == ACCOUNT and self.record == "order":
            return str(self.fields[ACCOUNT].label), _first
        link = target.removesuffix(NUMBER)
        if target.endswith(NUMBER) and link in (*LINKS, ORDER):
            return str(NUMBER_LABELS[link]), _first
        return None

    def _converter(self, field: Field, *, pending: bool) -> Converter:
        if field.key in ("amount", "total"):
            return _signed if field.key == "amount" else _money
        return cells.converter(field, pending=pending)


def _first(raw: str) -> str | None:
    """The first of several; some systems write “Name, 12345” or a whole list."""
    return text.tidy(raw.split(";", maxsplit=1)[0])[:200] or None


def _signed(raw: str) -> Decimal:
    """Money whose sign says which way it went: -500, (500.00)."""
    said = text.half_width(raw).strip()
    is_negative = said.startswith("(") and said.endswith(")")
    value = read_number(said.strip("()"))
    if abs(value) >= MOST:
        raise BadValue("value.too_large", _("This number is too large."))
    value = rounded(value)
    if not value:
        raise BadValue("value.too_small", _("This must be more than nothing."))
    return -value if is_negative else value


def _money(raw: str) -> Decimal:
    value = read_number(raw)
    if abs(value) >= MOST:
        raise BadValue("value.too_large", _("This number is too large."))
    if value < 0:
        raise BadValue("value.too_small", _("This cannot be negative."))
    return rounded(value)


def _state(raw: str) -> str:
    return _word(raw, _STATE_WORDS, "order", STATE)


def _kind(raw: str) -> str:
    return _word(raw, _KIND_WORDS, "payment", KIND)


def _word(raw: str, words: Mapping[str, Any], record: str, key: str) -> str:
    found = words.get(text.fold(raw).replace(" ", "_")) or words.get(text.fold(raw))
    if found is not None:
        return str(found.value)
    choice = record_type(record).all_fields[key].options.find(raw)
    if choice is None or choice.value == EntryKind.VOID:
        raise BadValue("value.choice", _("“%(value)s” is not one of the choices.") % {"value": raw[:80]})
    return choice.value
