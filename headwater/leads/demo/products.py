"""What the demo company sells, and what its opportunities are about."""

from collections.abc import Mapping
from decimal import Decimal

from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import rows
from headwater.products import services as products
from headwater.sales.services import set_lines

_KEYS = ("code", "name", "category", "unit", "list_price", "tax_rate")
_PRODUCTS = (
    ("HS-STD", "活水 CRM 标准版", "software", "套/年", "18000", "6"),
    ("HS-PRO", "活水 CRM 专业版", "software", "套/年", "36000", "6"),
    ("HS-ENT", "活水 CRM 企业版", "software", "套/年", "68000", "6"),
    ("HS-ON", "私有化部署", "software", "套", "98000", "6"),
    ("HS-TRN", "上门培训", "training", "天", "2000", "6"),
    ("HS-IMP", "实施服务", "service", "人天", "1500", "6"),
    ("HS-BOX", "一体机服务器", "hardware", "台", "26800", "13"),
)
# What an amount of the demo's months is made of.
_MADE_OF: Mapping[int, tuple[tuple[str, int], ...]] = {
    18_000: (("HS-STD", 1),),
    36_000: (("HS-PRO", 1),),
    68_000: (("HS-ENT", 1),),
    98_000: (("HS-ON", 1),),
    150_000: (("HS-ON", 1), ("HS-PRO", 1), ("HS-TRN", 8)),
    280_000: (("HS-ON", 2), ("HS-ENT", 1), ("HS-TRN", 8)),
}


def play() -> None:
    """Products, a price book for partners, and lines for what is being sold."""
    access = system_access("demo")
    made = {
        code: products.create_product(
            access,
            {
                "code": code,
                "name": name,
                "category": kind,
                "unit": unit,
                "list_price": price,
                "tax_rate": tax,
            },
        )
        for code, name, kind, unit, price, tax in _PRODUCTS
    }
    _price_book(access, made)
    held = rows(
        "SELECT id, amount FROM sales_opportunity"
        " WHERE archived_at IS NULL AND status <> 'lost' AND amount = ANY(%s::numeric[]) ORDER BY id",
        ([Decimal(amount) for amount in _MADE_OF],),
    )
    for row in held:
        parts = _MADE_OF[int(row["amount"])]
        set_lines(access, row["id"], [{"product": made[code], "quantity": count} for code, count in parts])


def _price_book(access: Access, made: Mapping[str, int]) -> None:
    book = products.create_price_book(
        access, {"name": "重点客户协议价", "valid_from": "2026-01-01", "description": "年度框架协议"}
    )
    for code, quantity, price in (
        ("HS-PRO", "1", "32400"),
        ("HS-PRO", "5", "28800"),
        ("HS-ENT", "1", "61200"),
        ("HS-TRN", "10", "1800"),
    ):
        products.set_price(access, book, made[code], {"unit_price": price, "from_quantity": quantity})
    products.set_audience(access, book, {"all": [{"field": "level", "op": "eq", "value": "key"}]})
