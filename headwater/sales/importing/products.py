"""Products that the rows of a file name, as lines of their opportunities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.copying import copy_rows
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import Slot
from headwater.products.money import line_amount
from headwater.products.queries import ProductView, product_names
from headwater.sales.importing.shapes import PRODUCT

_LINES = "lines!"
_COLUMNS = ("opportunity_id", "product_id", "quantity", "unit_price", "discount", "amount", "position")


@dataclass(frozen=True, slots=True)
class Named:
    """The products of one row."""

    products: tuple[ProductView, ...]

    def listed(self, currency: str) -> list[Decimal | None]:
        """What each costs by the list, where that is in the opportunity's currency."""
        return [one.list_price if one.currency == currency else None for one in self.products]


class Products:
    """The products of the company by the words of files, read once for a pass."""

    def __init__(self, access: Access, options: Mapping[str, Any]) -> None:
        self.known = product_names() if access.may("products.view") else {}
        self.leaves_unknown = options.get("products_unknown") == "leave"

    def find(self, draft: Draft) -> list[tuple[str, str, str]]:
        """Keep the products that a row names in its draft; what is wrong with them."""
        names: Sequence[str] = draft.extra.get(PRODUCT) or ()
        found: list[ProductView] = []
        problems = []
        label = str(record_type("product").label)
        for name in names:
            one = self.known.get(text.fold(name))
            if one is not None:
                found.append(one)
            elif not self.leaves_unknown:
                code = "link.ambiguous" if text.fold(name) in self.known else "link.unknown"
                words = _("Several bear the name “%(name)s”; give the code.")
                if code == "link.unknown":
                    words = _("“%(name)s” is not known here.")
                problems.append((PRODUCT, code, f"{label}：{words % {'name': name[:80]}}"))
        if found:
            draft.extra = {**draft.extra, _LINES: Named(tuple(found))}
        return problems


def split_names(raw: str) -> list[str] | None:
    """The products of a cell: one, or several with ; or | between them."""
    for mark in "；|\n":
        raw = raw.replace(mark, ";")
    return list(dict.fromkeys(name for part in raw.split(";") if (name := text.tidy(part)[:200]))) or None


def named(draft: Draft) -> Named | None:
    """What `find` kept."""
    found: Named | None = draft.extra.get(_LINES)
    return found


def listed_total(found: Named | None, currency: str) -> Decimal | None:
    """What the products of a row come to by the list; None where a price is not known."""
    prices = found.listed(currency) if found is not None else []
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return None
    return sum((line_amount(Decimal(1), price) for price in known), Decimal(0))


def write_lines(pairs: Sequence[tuple[Slot, Named]]) -> None:
    """Have these opportunities consist of these products, one of each.

    The only product costs what the opportunity is worth; of several each costs what the list says.
    """
    if not pairs:
        return
    ids = [slot.id for slot, _named in pairs]
    sql.execute("DELETE FROM sales_opportunityline WHERE opportunity_id = ANY(%s::bigint[])", (ids,))
    rows = []
    for slot, found in pairs:
        amount, currency = slot.values.get("amount"), str(slot.values.get("currency") or "CNY")
        prices = found.listed(currency)
        if len(prices) == 1 and amount is not None:
            prices = [Decimal(amount)]
        for place, (product, price) in enumerate(zip(found.products, prices, strict=True)):
            unit = price or Decimal(0)
            rows.append((slot.id, product.id, 1, unit, 0, line_amount(Decimal(1), unit), place))
    copy_rows("sales_opportunityline", _COLUMNS, rows)


def settle_amounts(ids: Sequence[int]) -> None:
    """The amount of an opportunity that the file gives none follows its lines; another one is set by hand."""
    sql.execute(
        "UPDATE sales_opportunity o SET amount = coalesce(o.amount, nullif(x.total, 0)),"
        " amount_by_hand = o.amount IS NOT NULL AND o.amount <> x.total"
        " FROM (SELECT opportunity_id, sum(amount) AS total FROM sales_opportunityline"
        "   WHERE opportunity_id = ANY(%s::bigint[]) GROUP BY opportunity_id) x"
        " WHERE o.id = x.opportunity_id AND (o.amount IS NULL"
        "   OR o.amount_by_hand <> (o.amount <> x.total))",
        (list(ids),),
    )


def products_of(ids: Sequence[int]) -> dict[int, set[int]]:
    """The products that opportunities consist of by now."""
    found: dict[int, set[int]] = {}
    for row in sql.rows(
        "SELECT opportunity_id, product_id FROM sales_opportunityline"
        " WHERE opportunity_id = ANY(%s::bigint[])",
        (list(ids),),
    ):
        found.setdefault(row["opportunity_id"], set()).add(row["product_id"])
    return found


def take_products_back(opportunity_id: int, before: Sequence[int] | None, after: Sequence[int]) -> str:
    """Take the products out again that an import gave; the code says why not."""
    if before or products_of([opportunity_id]).get(opportunity_id, set()) != set(after):
        return "import.changed_since"
    sql.execute("DELETE FROM sales_opportunityline WHERE opportunity_id = %s", (opportunity_id,))
    sql.execute("UPDATE sales_opportunity SET amount_by_hand = FALSE WHERE id = %s", (opportunity_id,))
    return ""
