"""Products and price books as the catalogue speaks of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.choices import currency_choices
from headwater.currencies.types import DEFAULT
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs, register_record_type
from headwater.kernel.sql import Fragment
from headwater.platform import search
from headwater.products import services
from headwater.products.picklists import product_categories

_PRICE = pgettext_lazy("group of fields", "Price")
_SYSTEM = pgettext_lazy("group of fields", "System")


def _searched(record: str) -> Any:
    def condition(access: Access, q: str, alias: str) -> Fragment:
        return search.match(record, q, id_sql=f"{alias}.id")

    return condition


def _system(key: str, label: Any) -> Field:
    return Field(
        key,
        label,
        FieldType.DATETIME,
        editable=False,
        in_form=False,
        importable=False,
        nullable=False,
        group=_SYSTEM,
    )


PRODUCT = RecordType(
    key="product",
    plural="products",
    label=_("Product"),
    label_plural=_("Products"),
    table="products_product",
    url="/products/{id}",
    icon="package",
    is_customizable=True,
    default_sort="code",
    search=_searched("product"),
    verbs=Verbs(
        create=services.create_product,
        update=services.update_product,
        archive=services.archive_products,
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("product", "Product name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=200,
            in_list=True,
            headers=("产品名称", "商品名称", "产品", "商品", "品名", "product", "product name", "item"),
        ),
        Field(
            "code",
            pgettext_lazy("product", "Product code"),
            FieldType.TEXT,
            nullable=False,
            max_length=60,
            in_list=True,
            help=_("Left empty, it is numbered."),
            headers=("产品编码", "产品代码", "商品编码", "编码", "货号", "product code", "code", "sku"),
        ),
        Field(
            "category",
            pgettext_lazy("product", "Category"),
            FieldType.PICKLIST,
            choices=product_categories,
            in_list=True,
            headers=("产品分类", "产品类别", "分类", "类别", "系列", "category", "series", "product family"),
        ),
        Field(
            "unit",
            pgettext_lazy("product", "Unit"),
            FieldType.TEXT,
            max_length=20,
            in_list=True,
            headers=("单位", "计量单位", "unit"),
        ),
        Field(
            "list_price",
            _("List price"),
            FieldType.MONEY,
            minimum=0,
            decimals=4,
            in_list=True,
            group=_PRICE,
            headers=(
                "标准价格",
                "标价",
                "单价",
                "价格",
                "售价",
                "list price",
                "sales price",
                "unit price",
                "price",
            ),
        ),
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            nullable=False,
            default=DEFAULT.value,
            group=_PRICE,
            headers=("币种", "currency"),
        ),
        Field(
            "tax_rate",
            _("Tax rate"),
            FieldType.PERCENT,
            minimum=0,
            maximum=100,
            decimals=2,
            group=_PRICE,
            headers=("税率", "tax rate", "tax"),
        ),
        Field(
            "description",
            _("Description"),
            FieldType.LONG_TEXT,
            sortable=False,
            headers=("描述", "产品描述", "产品说明", "备注", "description"),
        ),
        Field(
            "external_id",
            _("External number"),
            FieldType.TEXT,
            max_length=100,
            group=_SYSTEM,
            help=_("The number of this record in another system"),
            headers=("外部编号", "产品id", "product id", "external id"),
        ),
        _system("created_at", _("Created")),
        _system("updated_at", _("Changed")),
    ),
)

PRICE_BOOK = RecordType(
    key="price_book",
    plural="price_books",
    label=_("Price book"),
    label_plural=_("Price books"),
    table="products_pricebook",
    url="/price_books/{id}",
    icon="book-open",
    default_sort="name",
    search=_searched("price_book"),
    verbs=Verbs(
        create=services.create_price_book,
        update=services.update_price_book,
        archive=services.archive_price_books,
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("price book", "Name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=120,
            in_list=True,
        ),
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            nullable=False,
            default=DEFAULT.value,
            in_list=True,
        ),
        Field("valid_from", pgettext_lazy("price", "Valid from"), FieldType.DATE, in_list=True),
        Field("valid_to", pgettext_lazy("price", "Valid to"), FieldType.DATE, in_list=True),
        Field("description", _("Description"), FieldType.TEXT, max_length=400, in_list=True),
        _system("created_at", _("Created")),
        _system("updated_at", _("Changed")),
    ),
)


def register() -> None:
    """Make them known."""
    for kind in (PRODUCT, PRICE_BOOK):
        register_record_type(kind)
