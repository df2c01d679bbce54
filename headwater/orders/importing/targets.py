"""What a column of a list of orders, or of payments, may mean."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Text
from headwater.platform.imports.types import Target

OWNER, STATE, KIND, ORDER, ACCOUNT, CREATED_AT = "owner", "state", "kind", "order", "account", "created_at"
NUMBER = ".external_id"
LINKS = (ACCOUNT, "contact", "opportunity")
_BELONGS = pgettext_lazy("group of import targets", "Belongs to")

NUMBER_LABELS: dict[str, Text] = {
    "account": _("Account (external number)"),
    "contact": _("Contact (external number)"),
    "opportunity": _("Opportunity (external number)"),
    "order": _("Order (external number)"),
}
_NUMBER_HEADERS = {
    "account": ("客户编号", "客户id", "account id", "accountid", "customer id"),
    "contact": ("联系人编号", "联系人id", "contact id"),
    "opportunity": ("商机编号", "商机id", "opportunity id", "opportunityid", "deal id"),
    "order": ("订单编号", "销售订单编号", "订单号", "订单id", "order id", "order number", "orderid"),
}


def order_targets(access: Access) -> list[Target]:
    """Fields of an order, and the records that it belongs to."""
    kind = record_type("order")
    found = [
        _target(one)
        for one in kind.all_fields.values()
        if is_importable(one, access, "order") and one.key not in (OWNER, *LINKS)
    ]
    found.append(_target(kind.all_fields[STATE]))
    for link in LINKS:
        if link == ACCOUNT:
            found.append(_target(kind.all_fields[link], group=_BELONGS, type=FieldType.LINK))
        label, headers = NUMBER_LABELS[link], _NUMBER_HEADERS[link]
        found.append(Target(f"{link}{NUMBER}", label, FieldType.TEXT, _BELONGS, headers))
    if access.may("orders.assign"):
        found.append(_target(kind.all_fields[OWNER], group=_BELONGS))
    headers = ("创建时间", "created at", "created date", "create date", "created time")
    found.append(Target(CREATED_AT, _("Created there at"), FieldType.DATETIME, _BELONGS, headers))
    return found


def payment_targets(access: Access) -> list[Target]:
    """Fields of an entry of the ledger, and the order that it is for."""
    kind = record_type("payment")
    found = [_target(one) for one in kind.all_fields.values() if is_importable(one, access, "payment")]
    found.append(_target(kind.all_fields[KIND]))
    found.append(
        Target(
            ORDER,
            _("Order (number)"),
            FieldType.TEXT,
            _BELONGS,
            ("订单编号", "销售订单编号", "订单号", "order"),
        )
    )
    found.append(
        Target(
            f"{ORDER}{NUMBER}",
            NUMBER_LABELS[ORDER],
            FieldType.TEXT,
            _BELONGS,
            ("订单id", "order id", "orderid"),
        )
    )
    return found


def is_importable(field: Field, access: Access, record: str) -> bool:
    """Fields that are typed, allowed, and whose values a file can name."""
    if not (field.importable and field.editable) or field.type == FieldType.AUTO_NUMBER:
        return False
    if field.type.is_relation and field.type != FieldType.USER:
        return False
    return access.field_rule(record, field.key) == FieldRule.VISIBLE


def _target(field: Field, *, group: Text = "", type: str = "") -> Target:  # noqa: A002 - as Target calls it
    return Target(
        field.key,
        field.label,
        type or field.type,
        group or field.group,
        field.headers,
        names_records=False,
        known=_known(field),
        choices=_choices(field),
    )


def _choices(field: Field) -> Callable[[], Sequence[tuple[str, Text]]] | None:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return None
    return lambda: [(choice.value, choice.label) for choice in field.options.offered]


def _known(field: Field) -> Callable[[str], bool] | None:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        return None
    if field.key in (STATE, KIND):
        return None  # other systems have words of their own for these
    return lambda value: field.options.find(value) is not None
