"""What a column of a list of follow-ups may mean."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.engagement.subjects import subject_types
from headwater.kernel.catalogue import Field, FieldType, RecordType, record_type
from headwater.kernel.errors import Text
from headwater.platform.imports.types import Target

AUTHOR, SUBJECT, MOBILE = "author", "subject", "mobile"
NUMBER, NAME = ".external_id", ".name"
ANY, PERSON = "record.external_id", "person.external_id"  # some systems do not say of which type it is
_HEADERS: dict[str, tuple[str, ...]] = {
    "kind": (
        "跟进方式",
        "跟进类型",
        "拜访方式",
        "类型",
        "销售记录类型",
        "activity type",
        "type",
        "task type",
    ),
    "occurred_at": (
        "跟进时间",
        "跟进日期",
        "发生时间",
        "activity date",
        "date",
        "due date",
        "completed date",
    ),
    "content": ("跟进内容", "跟进记录", "内容", "销售记录内容", "notes", "comments", "body", "description"),
    "outcome": ("跟进结果", "结果", "result", "call result"),
    "duration_seconds": ("时长", "通话时长", "duration", "call duration in seconds"),
    "external_id": ("跟进编号", "记录编号", "activity id", "record id", "id"),
    AUTHOR: (
        "跟进人",
        "负责人",
        "创建人",
        "拜访人",
        "assigned to",
        "owner",
        "created by",
        "activity assigned to",
    ),
    SUBJECT: ("主题", "标题", "subject", "title"),
    MOBILE: ("手机", "手机号", "mobile", "phone"),
}
_RECORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lead": (("线索编号", "线索id", "lead id"), ("线索名称", "线索", "lead")),
    "account": (
        ("客户编号", "客户id", "account id", "company id"),
        ("客户名称", "客户", "account", "company"),
    ),
    "contact": (
        ("联系人编号", "联系人id", "contact id"),
        ("联系人", "联系人姓名", "contact name", "contact"),
    ),
    "opportunity": (
        ("商机编号", "商机id", "opportunity id", "deal id"),
        ("商机名称", "商机", "opportunity", "deal"),
    ),
}
FIELDS = ("kind", "occurred_at", "content", "outcome", "duration_seconds")


def linked_types() -> list[RecordType]:
    """Record types that can be followed up and are known by a number of another system; the nearest first."""
    order = {"opportunity": 0, "contact": 1, "lead": 2, "account": 3}
    known = [record_type(key) for key in subject_types()]
    fitting = [kind for kind in known if kind.field("external_id") is not None]
    return sorted(fitting, key=lambda kind: order.get(kind.key, 9))


def targets() -> list[Target]:
    """Fields, people and the records that follow-ups belong to."""
    group = pgettext_lazy("record", "Follow-up")
    known = record_type("activity").all_fields
    found = [_target(known[key], group) for key in FIELDS]
    found += [
        Target(SUBJECT, _("Subject"), FieldType.TEXT, group, _HEADERS[SUBJECT]),
        Target("external_id", _("External number"), FieldType.TEXT, group, _HEADERS["external_id"]),
        Target(AUTHOR, known[AUTHOR].label, FieldType.USER, group, _HEADERS[AUTHOR]),
    ]
    belongs = pgettext_lazy("group of import targets", "Belongs to")
    for kind in linked_types():
        numbers, names = _RECORDS.get(kind.key, ((), ()))
        found.append(Target(f"{kind.key}{NUMBER}", number_label(kind), FieldType.TEXT, belongs, numbers))
        found.append(Target(f"{kind.key}{NAME}", name_label(kind), FieldType.TEXT, belongs, names))
    found.append(Target(ANY, _("Record of any type (external number)"), FieldType.TEXT, belongs))
    found.append(Target(PERSON, _("Lead or contact (external number)"), FieldType.TEXT, belongs))
    if any(kind.field("mobile") for kind in linked_types()):
        found.append(
            Target(MOBILE, _("Mobile of the lead or contact"), FieldType.TEXT, belongs, _HEADERS[MOBILE])
        )
    return found


def _target(field: Field, group: Text) -> Target:
    is_pick = field.type == FieldType.PICKLIST
    return Target(
        field.key,
        field.label,
        field.type,
        group,
        (*field.headers, *_HEADERS[field.key]),
        choices=(lambda: [(one.value, one.label) for one in field.options.offered]) if is_pick else None,
    )


def number_label(kind: RecordType) -> str:
    """What the column with a record's number is called."""
    return str(_("%(record)s (external number)") % {"record": kind.label})


def name_label(kind: RecordType) -> str:
    """What the column with a record's name is called."""
    return str(_("%(record)s (name)") % {"record": kind.label})


def record_targets(mapped: Iterable[str]) -> set[str]:
    """Those of the targets that say which record a follow-up belongs to."""
    return {key for key in mapped if key == MOBILE or key.endswith((NUMBER, NAME))}
