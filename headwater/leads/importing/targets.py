"""The fields of a lead that a column may be mapped to."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Text
from headwater.leads.types import CONTACT_METHODS
from headwater.platform.imports.cells import FAMILY_NAME, GIVEN_NAME
from headwater.platform.imports.types import Target

# Relations that people write by name; the record types a custom relation may point to as well.
BY_NAME = {"source": "source", "channel": "channel", "campaign": "campaign", "designated_rep": "user"}
OWNER, POOL = "owner", "pool"
NAME_PARTS = (GIVEN_NAME, FAMILY_NAME)
# Built-in fields whose choices an import may add to.
PICKLISTS = {
    "industry": "industry",
    "company_size": "company_size",
    "intent": "lead_intent",
    "tags": "lead_tag",
    "consent_basis": "consent_basis",
}

# Headers of exports by other systems and of lists as people keep them.
_HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        "线索名称", "联系人姓名", "客户联系人", "学员姓名", "fullname", "full name", "contact name",
        "lead",
    ),
    "company": (
        "公司全称", "单位名称", "机构", "学校", "company name", "account name", "organisation",
    ),
    "mobile": (
        "手机号(必填)", "联系人手机", "客户手机", "联系方式", "电话号码", "mobile number", "mobile no",
        "cellphone", "phone mobile", "手机1", "phone",
    ),
    "phone": (
        "固定电话", "电话1", "公司电话", "phone", "work phone", "business phone", "landline",
    ),
    "email": (
        "e-mail地址", "邮件", "邮箱地址", "e-mail", "email 1", "work email",
    ),
    "wechat": (
        "微信账号", "wechat id", "wx",
    ),
    "external_id": (
        "外部id", "线索编号", "线索id", "客户编号", "记录id", "record id", "lead id", "id", "编号",
        "唯一编号", "contact id", "external id",
    ),
    "requirement": (
        "需求", "客户需求", "详情", "备注信息", "说明", "remark", "remarks", "comment", "comments",
        "note",
    ),
    "source": (
        "线索来源", "来源渠道", "获客来源", "source", "original source",
    ),
    "campaign": (
        "campaign name", "utm campaign",
    ),
    "region": (
        "省", "市", "省份城市", "所在城市", "所在地区", "province", "state",
    ),
    "website": (
        "website", "公司网址", "homepage",
    ),
    "industry": (
        "industry", "行业分类",
    ),
    "title": (
        "头衔", "岗位", "title",
    ),
}  # fmt: skip


def targets(access: Access) -> list[Target]:
    """What this person may fill, in the order of the form; owner and pool last."""
    found = [
        Target(
            key=field.key,
            label=field.label,
            type=field.type,
            group=field.group,
            headers=(*field.headers, *_HEADERS.get(field.key, ())),
            is_contact=field.key in CONTACT_METHODS,
            names_records=field.key in ("source", "campaign"),
            known=_known(field),
            choices=_choices(field),
        )
        for field in record_type("lead").all_fields.values()
        if is_importable(field, access)
    ]
    found[1:1] = name_parts(found[0].group)
    group = _("Place")
    if access.may("leads.assign"):
        found.append(
            Target(
                OWNER,
                _("Owner"),
                FieldType.USER,
                group,
                ("负责人", "所有者", "跟进人", "归属人", "lead owner"),
            )
        )
    found.append(
        Target(POOL, _("Pool"), FieldType.LINK, group, ("线索池", "公海", "所属线索池", "lead pool"))
    )
    return found


def name_parts(group: Text) -> list[Target]:
    """Where the two halves of a name stand in columns of their own."""
    return [
        Target(GIVEN_NAME, _("Given name"), FieldType.TEXT, group, ("first name", "given name", "名")),
        Target(FAMILY_NAME, _("Family name"), FieldType.TEXT, group, ("last name", "surname", "姓", "姓氏")),
    ]


def is_importable(field: Field, access: Access) -> bool:
    """Fields that are typed, allowed, and whose values a file can name."""
    if not (field.importable and field.editable) or field.type == FieldType.AUTO_NUMBER:
        return False
    if field.type.is_relation and field.key not in BY_NAME and field.type != FieldType.USER:
        return False
    return access.field_rule("lead", field.key) == FieldRule.VISIBLE


def _choices(field: Field) -> Callable[[], Sequence[tuple[str, Text]]] | None:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return None
    return lambda: [(choice.value, choice.label) for choice in field.options.offered]


def _known(field: Field) -> Callable[[str], bool] | None:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        return None
    return lambda value: field.options.find(value) is not None
