"""Orders and payments in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.choices import currency_choices
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs, register_record_type
from headwater.kernel.errors import Text
from headwater.kernel.sql import TRUE, Fragment, all_of, any_of
from headwater.orders import picklists
from headwater.orders.services import orders
from headwater.platform import search
from headwater.sales.record_types import common

MONEY = pgettext_lazy("group of fields", "Money")
_RECEIVED = "({t}.paid - {t}.refunded)"


def _derived(key: str, label: Text, sql: str, *, in_list: bool = False, nullable: bool = False) -> Field:
    """An amount that the ledger writes."""
    return Field(
        key,
        label,
        FieldType.MONEY,
        sql=sql,
        editable=False,
        importable=False,
        in_form=False,
        in_list=in_list,
        nullable=nullable,
        group=MONEY,
        decimals=2,
    )


def _owned(access: Access, alias: str) -> Fragment:
    """Orders of people within reach."""
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))


def _search(access: Access, q: str, alias: str) -> Fragment:
    return search.match("order", q, id_sql=f"{alias}.id", private=TRUE)


ORDER = RecordType(
    key="order",
    plural="orders",
    label=pgettext_lazy("record", "Order"),
    label_plural=pgettext_lazy("record", "Orders"),
    table="orders_order",
    url="/orders/{id}",
    icon="shopping-cart",
    name_sql="{t}.number",
    is_customizable=True,
    has_owner=True,
    scope=_owned,
    search=_search,
    verbs=Verbs(orders.create_order, orders.update_order, orders.archive_orders),
    fields=(
        Field(
            "number",
            _("Order number"),
            FieldType.TEXT,
            nullable=False,
            max_length=40,
            in_list=True,
            help=_("Left empty, it gets the next one."),
            headers=("订单编号", "订单号", "销售订单编号", "order number", "order", "order no"),
        ),
        Field(
            "account",
            _("Account"),
            FieldType.LINK,
            relation="account",
            required=True,
            nullable=False,
            in_list=True,
            headers=("客户", "客户名称", "account", "customer"),
        ),
        Field(
            "contact", _("Contact person"), FieldType.LINK, relation="contact", headers=("联系人", "contact")
        ),
        Field(
            "opportunity",
            _("Opportunity"),
            FieldType.LINK,
            relation="opportunity",
            headers=("商机", "商机名称", "opportunity"),
        ),
        Field(
            "state",
            pgettext_lazy("order", "State"),
            FieldType.PICKLIST,
            choices=picklists.states,
            nullable=False,
            editable=False,
            in_form=False,
            in_list=True,
            headers=("状态", "订单状态", "status"),
        ),
        Field(
            "total",
            pgettext_lazy("order", "Amount"),
            FieldType.MONEY,
            minimum=0,
            decimals=2,
            nullable=False,
            in_list=True,
            group=MONEY,
            help=_("Of an order with lines: what they cost."),
            headers=(
                "订单金额",
                "销售订单金额",
                "金额",
                "总金额",
                "amount",
                "total",
                "order amount",
                "grand total",
            ),
        ),
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            nullable=False,
            group=MONEY,
            headers=("币种", "currency"),
        ),
        Field(
            "discount",
            pgettext_lazy("order", "Discount on the whole"),
            FieldType.MONEY,
            minimum=0,
            decimals=2,
            nullable=False,
            importable=False,
            group=MONEY,
            help=_("Taken off what the lines cost."),
        ),
        _derived("received", pgettext_lazy("order", "Received"), _RECEIVED, in_list=True),
        _derived(
            "open",
            pgettext_lazy("order", "Still open"),
            "CASE WHEN {t}.state IN ('active', 'completed')"
            " THEN greatest({t}.total - {t}.paid + {t}.refunded, 0) ELSE 0 END",
            in_list=True,
        ),
        _derived("refunded", pgettext_lazy("order", "Refunded"), "{t}.refunded"),
        _derived(
            "credit", pgettext_lazy("order", "Credit"), "greatest({t}.paid - {t}.refunded - {t}.total, 0)"
        ),
        Field(
            "ordered_on",
            _("Ordered on"),
            FieldType.DATE,
            nullable=False,
            in_list=True,
            headers=(
                "下单日期",
                "下单时间",
                "订单日期",
                "签订日期",
                "order date",
                "ordered on",
                "effective date",
            ),
        ),
        Field(
            "due_on",
            pgettext_lazy("order", "Due on"),
            FieldType.DATE,
            nullable=False,
            group=MONEY,
            help=_("For what no instalment of the plan says."),
            headers=("付款期限", "到期日", "due date"),
        ),
        common.owner(),
        Field(
            "note", _("Note"), FieldType.LONG_TEXT, sortable=False, headers=("备注", "描述", "description")
        ),
        Field(
            "external_id",
            _("External number"),
            FieldType.TEXT,
            max_length=100,
            group=common.ORIGIN_GROUP,
            help=_("The number of this record in another system"),
            headers=("外部编号", "订单id", "order id", "external id", "id"),
        ),
        *common.system(),
    ),
)


def _of_order(access: Access, alias: str) -> Fragment:
    """Entries of orders within reach."""
    if access.reach.everyone:
        return TRUE
    people = sorted(access.reach.people)
    return Fragment(
        f"EXISTS (SELECT 1 FROM orders_order so WHERE so.id = {alias}.order_id"
        " AND so.owner_id = ANY(%s::bigint[]))",
        (people,),
    )


def _search_payments(access: Access, q: str, alias: str) -> Fragment:
    """By the number of the order, the account's name, or the reference."""
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(
        any_of(
            [
                Fragment(f"strpos(lower({alias}.reference), %s::text) > 0", (word,)),
                Fragment(
                    f"EXISTS (SELECT 1 FROM orders_order so JOIN sales_account sa ON sa.id = so.account_id"
                    f" WHERE so.id = {alias}.order_id"
                    " AND strpos(lower(so.number || ' ' || sa.name), %s::text) > 0)",
                    (word,),
                ),
            ]
        )
        for word in words
    )


_ACCOUNT = "(SELECT po.account_id FROM orders_order po WHERE po.id = {t}.order_id)"
_VOIDED = "EXISTS (SELECT 1 FROM orders_payment pv WHERE pv.corrects_id = {t}.id)"

PAYMENT = RecordType(
    key="payment",
    plural="payments",
    label=pgettext_lazy("record", "Payment"),
    label_plural=pgettext_lazy("record", "Payments"),
    table="orders_payment",
    url="/payments/{id}",
    icon="hand-coins",
    name_sql="({t}.paid_on || ' ' || {t}.amount || ' ' || {t}.currency)",
    default_sort="-paid_on",
    is_archivable=False,
    scope=_of_order,
    search=_search_payments,
    fields=(
        Field(
            "paid_on",
            _("Paid on"),
            FieldType.DATE,
            nullable=False,
            in_list=True,
            headers=("回款日期", "回款时间", "收款日期", "付款日期", "payment date", "paid on", "date"),
        ),
        Field(
            "order",
            pgettext_lazy("record", "Order"),
            FieldType.LINK,
            relation="order",
            nullable=False,
            editable=False,
            in_form=False,
            in_list=True,
            headers=("订单编号", "销售订单编号", "order"),
        ),
        Field(
            "account",
            _("Account"),
            FieldType.LINK,
            relation="account",
            sql=_ACCOUNT,
            nullable=False,
            editable=False,
            in_form=False,
            importable=False,
            in_list=True,
        ),
        Field(
            "kind",
            pgettext_lazy("payment", "Kind"),
            FieldType.PICKLIST,
            choices=picklists.kinds,
            nullable=False,
            editable=False,
            in_form=False,
            in_list=True,
            headers=("类型", "回款类型", "type", "payment type"),
        ),
        Field(
            "amount",
            pgettext_lazy("payment", "Amount"),
            FieldType.MONEY,
            required=True,
            nullable=False,
            minimum=0,
            decimals=2,
            in_list=True,
            headers=(
                "回款金额",
                "本次回款金额",
                "收款金额",
                "付款金额",
                "金额",
                "amount",
                "payment amount",
                "amount paid",
            ),
        ),
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            headers=("币种", "currency"),
        ),
        Field(
            "method",
            _("Payment method"),
            FieldType.PICKLIST,
            choices=picklists.payment_methods,
            in_list=True,
            headers=("回款方式", "付款方式", "收款方式", "支付方式", "payment method", "method", "journal"),
        ),
        Field(
            "reference",
            pgettext_lazy("payment", "Reference"),
            FieldType.TEXT,
            max_length=100,
            in_list=True,
            help=_("The number on the bank statement, the bill or the receipt."),
            headers=("流水号", "凭证号", "交易号", "reference", "payment reference", "memo"),
        ),
        Field("note", _("Note"), FieldType.TEXT, max_length=500, sortable=False, headers=("备注", "note")),
        Field(
            "is_voided",
            pgettext_lazy("payment", "Voided"),
            FieldType.BOOLEAN,
            sql=_VOIDED,
            nullable=False,
            editable=False,
            in_form=False,
            importable=False,
            sortable=False,
        ),
        Field(
            "owner",
            _("Owner"),
            FieldType.USER,
            relation="user",
            editable=False,
            in_form=False,
            importable=False,
            in_list=True,
        ),
        _derived("original_amount", _("Came in as"), "", nullable=True),
        Field(
            "original_currency",
            _("Came in as currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            editable=False,
            in_form=False,
            importable=False,
            group=MONEY,
        ),
        Field(
            "external_id",
            _("External number"),
            FieldType.TEXT,
            max_length=100,
            group=common.ORIGIN_GROUP,
            in_form=False,
            headers=("回款编号", "外部编号", "payment id", "payment number", "external id", "id"),
        ),
        Field(
            "created_at",
            _("Recorded at"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
        ),
        Field(
            "created_by",
            _("Recorded by"),
            FieldType.USER,
            relation="user",
            editable=False,
            in_form=False,
            importable=False,
        ),
    ),
)


def register() -> None:
    register_record_type(ORDER)
    register_record_type(PAYMENT)
