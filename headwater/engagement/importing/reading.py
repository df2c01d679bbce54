"""Rows of a file to drafts of follow-ups."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from headwater.engagement.importing.people import people_by_word, person_finder
from headwater.engagement.importing.targets import (
    ANY,
    AUTHOR,
    FIELDS,
    MOBILE,
    NAME,
    NUMBER,
    PERSON,
    SUBJECT,
    name_label,
    number_label,
)
from headwater.engagement.services.recording import AHEAD
from headwater.engagement.types import ActivityKind
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.catalogue.values import BadValue, as_moment
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Converter, Draft
from headwater.platform.imports.types import ColumnPlan, SourceRow, Work

_KINDS = {
    ActivityKind.CALL: "call phone calls 电话 打电话 电话沟通 电话跟进 去电 来电",
    ActivityKind.VISIT: "visit 拜访 上门 上门拜访 外勤 实地拜访 客户拜访 checkin",
    ActivityKind.MEETING: "meeting event meetings 会议 见面 面谈 线上会议 会面 来访",
    ActivityKind.WECHAT: "wechat weixin 微信 微信沟通 企业微信",
    ActivityKind.QQ: "qq",
    ActivityKind.EMAIL: "email e-mail emails mail 邮件 电子邮件 发邮件 incoming_email forwarded_email",
    ActivityKind.SMS: "sms 短信 message",
    ActivityKind.NOTE: "note notes 备注 记录 笔记 销售记录",
    ActivityKind.OTHER: "other task todo to-do 其他 其它 任务",
}
_WORDS = {text.fold(word): kind.value for kind, words in _KINDS.items() for word in words.split()}


class RowReader:
    """All mapped columns; built once for a pass."""

    def __init__(self, access: Access, work: Work, *, pending: bool) -> None:
        """With `pending`, outcomes that the start will add count as known."""
        self.access, self.options = access, work.options
        self.fields = record_type("activity").all_fields
        readers = [self._reader(plan, pending=pending) for plan in work.plans if plan.target]
        self.readers = [reader for reader in readers if reader is not None]

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = cells.read_columns(self.readers, rows, Draft)
        latest = clock.now() + AHEAD
        for draft in drafts:
            said = draft.columns
            said.setdefault("kind", self.options["kind"])
            title, content = draft.extra.get(SUBJECT), said.get("content")
            said["content"] = "\n".join(part for part in (title, content) if part)
            said["author_id"] = draft.extra.get(AUTHOR) or self.options["author"]
            moment = said.get("occurred_at")
            if draft.problems:
                continue
            if moment is None:
                self._complain(draft, "occurred_at", "value.required", _("This is required."))
            elif moment > latest:
                self._complain(
                    draft,
                    "occurred_at",
                    "activity.in_future",
                    _("This lies ahead: plan it as a task instead."),
                )
            elif not (said["content"] or said.get("outcome")):
                words = _("Write what happened, or choose an outcome.")
                self._complain(draft, "content", "activity.empty", words)
        return drafts

    def _complain(self, draft: Draft, field: str, code: str, words: str) -> None:
        draft.problems = [(field, code, f"{self.fields[field].label}：{words}")]

    def _reader(self, plan: ColumnPlan, *, pending: bool) -> CellReader | None:
        if plan.target in FIELDS:
            field = self.fields[plan.target]
            if plan.target == "kind":
                convert: Converter = _kind
            elif plan.target == "occurred_at":
                convert = as_moment
            elif plan.target == "duration_seconds":
                convert = _seconds
            else:
                convert = cells.converter(field, pending=pending and plan.add_missing)
            return cells.field_reader(plan, field, convert, attribute=plan.target)
        if plan.target == "external_id":
            return self._extra(plan, str(_("External number")), _short, place="columns")
        if plan.target == AUTHOR:
            known = people_by_word(self.access, active=False)  # history is also that of people who have left
            otherwise = self.options["author"] if self.options["author_unknown"] == "default" else None
            return self._extra(
                plan, str(self.fields[AUTHOR].label), person_finder(known, otherwise=otherwise)
            )
        if plan.target == MOBILE:
            return self._extra(plan, str(_("Mobile")), _mobile)
        if plan.target == SUBJECT:
            return self._extra(plan, str(_("Subject")), lambda raw: text.tidy(raw)[:500])
        if plan.target in (ANY, PERSON):
            return self._extra(plan, str(_("External number")), _short)
        for ending, label in ((NUMBER, number_label), (NAME, name_label)):
            if plan.target.endswith(ending):
                kind = record_type(plan.target.removesuffix(ending))
                return self._extra(plan, label(kind), _short)
        return None

    def _extra(self, plan: ColumnPlan, label: str, convert: Converter, *, place: str = "extra") -> CellReader:
        return CellReader(plan, plan.target, label, convert, attribute=plan.target, place=place, cached=True)


def _short(raw: str) -> str | None:
    """The first of several: some systems list all records that one is tied to."""
    return text.tidy(raw.split(";", maxsplit=1)[0])[:100] or None


def _mobile(raw: str) -> str:
    try:
        return text.phone_e164(raw[:64])
    except text.BadPhone:
        raise BadValue("value.phone", _("This is not a valid phone number.")) from None


def _kind(raw: str) -> str:
    found = _WORDS.get(text.fold(raw))
    if found is not None:
        return found
    choice = record_type("activity").all_fields["kind"].options.find(raw)
    if choice is None:
        raise BadValue("value.choice", _("“%(value)s” is not one of the choices.") % {"value": raw[:80]})
    return choice.value


def _seconds(raw: str) -> int:
    """90, 1:30 or 00:01:30."""
    parts = raw.strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise BadValue("value.number", _("This must be a number.")) from None
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    if not 0 <= total <= 86_400 * 7:
        raise BadValue("value.too_large", _("This number is too large."))
    return int(total)
