"""The fields of accounts, contacts and opportunities that a column may be mapped to."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Text
from headwater.platform.imports.cells import FAMILY_NAME, GIVEN_NAME
from headwater.platform.imports.types import Target
from headwater.sales.importing.shapes import (
    BY_NUMBER,
    CLOSED_AT,
    CREATED_AT,
    OWNER,
    PARENT,
    PIPELINE,
    PRODUCT,
    STAGE,
    Shape,
)
from headwater.sales.queries.pipelines import pipelines
from headwater.sales.types import METHODS

BY_NAME = frozenset({"source", "campaign"})
NAME_PARTS = (GIVEN_NAME, FAMILY_NAME)

_HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "account": {
        "name": ("客户名称", "公司名称", "企业名称", "公司", "account name", "company name", "company"),
        "external_id": ("客户编号", "客户id", "account id", "company id", "record id", "id"),
        "region": ("省市", "city", "state"),
        "website": ("website", "url"),
        "phone": ("phone", "phone number"),
        "industry": ("industry", "行业分类"),
    },
    "contact": {
        "name": ("联系人名称", "contact name", "full name"),
        "external_id": ("联系人编号", "联系人id", "contact id", "record id", "id"),
        "title": ("job title", "title"),
        "phone": ("phone", "phone number", "work phone"),
        "mobile": ("mobile phone", "mobile phone number"),
    },
    "opportunity": {
        "name": ("opportunity name", "deal name", "机会名称", "销售机会"),
        "external_id": ("商机编号", "商机id", "opportunity id", "deal id", "record id", "id"),
        "expected_close_on": ("closing date", "预计结单日期"),
        "amount": ("expected revenue",),
    },
}
_LINKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "account": (
        ("客户名称", "公司名称", "企业名称", "account name", "company name", "company"),
        ("客户编号", "客户id", "account id", "company id", "所属客户编号"),
    ),
    "contact": (("contact name", "联系人姓名"), ("联系人编号", "联系人id", "contact id")),
}


def targets(access: Access, shape: Shape) -> list[Target]:
    """What this person may fill, in the order of the form; links, owner and dates last."""
    kind = shape.kind.record_type
    more = _HEADERS[shape.key]
    found = [
        Target(
            key=field.key,
            label=field.label,
            type=field.type,
            group=field.group,
            headers=(*field.headers, *more.get(field.key, ())),
            is_contact=field.key in METHODS,
            names_records=field.key in BY_NAME,
            known=_known(field),
            choices=_choices(field),
        )
        for field in kind.all_fields.values()
        if is_importable(field, access, shape)
    ]
    if shape.key == "contact":
        found[1:1] = [
            Target(GIVEN_NAME, _("Given name"), FieldType.TEXT, found[0].group, ("first name", "名")),
            Target(
                FAMILY_NAME, _("Family name"), FieldType.TEXT, found[0].group, ("last name", "姓", "姓氏")
            ),
        ]
    group = pgettext_lazy("group of import targets", "Belongs to")
    for link in shape.links:
        by_name, by_number = _LINKS[link]
        label = kind.all_fields[link].label
        found.append(Target(link, label, FieldType.LINK, group, by_name))
        found.append(Target(f"{link}{BY_NUMBER}", NUMBER_LABELS[link], FieldType.TEXT, group, by_number))
    if access.may(f"{shape.plural}.assign"):
        field = kind.all_fields[OWNER]
        headers = (*field.headers, "跟进人", "归属人", f"{shape.key} owner", "deal owner", "company owner")
        found.append(Target(OWNER, field.label, FieldType.USER, group, headers))
    if shape.key == "account":
        found += [
            Target(key, PARENT_LABELS[key], FieldType.LINK, group, PARENT_HEADERS[key])
            for key in PARENT_LABELS
        ]
    if shape.key == "opportunity" and access.may("products.view"):
        label = record_type("product").label
        found.append(Target(PRODUCT, label, FieldType.LINK, group, PRODUCT_HEADERS))
    found += [
        Target(key, MOMENTS[key], FieldType.DATETIME, group, MOMENT_HEADERS[key]) for key in shape.moments
    ]
    return found


NUMBER_LABELS: dict[str, Text] = {
    "account": _("Account (external number)"),
    "contact": _("Primary contact (external number)"),
}
PARENT_LABELS: dict[str, Text] = {
    PARENT: _("Parent company"),
    f"{PARENT}{BY_NUMBER}": _("Parent company (external number)"),
}
PARENT_HEADERS: dict[str, tuple[str, ...]] = {
    PARENT: (
        "上级公司", "母公司", "上级客户", "总公司", "所属集团", "隶属于", "parent account", "parent company",
        "subsidiary of",
    ),
    f"{PARENT}{BY_NUMBER}": ("上级客户编号", "母公司编号", "parent account id", "parent company id"),
}  # fmt: skip
PRODUCT_HEADERS = ("产品", "产品名称", "商品", "products", "product name", "item")
MOMENTS: dict[str, Text] = {CREATED_AT: _("Created there at"), CLOSED_AT: _("Closed there at")}
MOMENT_HEADERS = {
    CREATED_AT: (
        "创建时间",
        "立项时间",
        "开始日期",
        "created at",
        "created date",
        "create date",
        "created time",
        "engage date",
        "open date",
        "opened at",
        "start date",
    ),
    CLOSED_AT: ("赢单时间", "结单时间", "结单日期", "成交日期", "关闭时间", "closed at", "closed date"),
}


def is_importable(field: Field, access: Access, shape: Shape) -> bool:
    """Fields that are typed, allowed, and whose values a file can name."""
    if not (field.importable and field.editable) or field.type == FieldType.AUTO_NUMBER:
        return False
    if field.key in (OWNER, *shape.links):
        return False
    by_name = field.key in BY_NAME or field.key in (PIPELINE, STAGE)
    if field.type.is_relation and not by_name and field.type != FieldType.USER:
        return False
    return access.field_rule(shape.key, field.key) == FieldRule.VISIBLE


def _choices(field: Field) -> Callable[[], Sequence[tuple[str, Text]]] | None:
    if field.key == STAGE:
        return lambda: [
            (stage.name, f"{pipeline.name} / {stage.name}")
            for pipeline in pipelines()
            for stage in pipeline.stages
        ]
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return None
    return lambda: [(choice.value, choice.label) for choice in field.options.offered]


def _known(field: Field) -> Callable[[str], bool] | None:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        return None
    return lambda value: field.options.find(value) is not None
