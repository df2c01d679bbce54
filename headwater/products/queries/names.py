"""Products by name, code and id: for files that write names, for pickers and labels."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection

from headwater.kernel import sql, text
from headwater.kernel.catalogue import Choice, Choices

REFRESH_SECONDS = float(getattr(settings, "CUSTOMIZATION_REFRESH_SECONDS", 1.0))


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as lines show it."""

    id: int
    code: str
    name: str
    unit: str | None
    currency: str
    list_price: Decimal | None
    tax_rate: Decimal | None
    is_archived: bool


_COLUMNS = (
    "SELECT p.id, p.code, p.name, p.unit, p.currency, p.list_price, p.tax_rate,"
    " p.archived_at IS NOT NULL AS is_archived FROM products_product p"
)


def products_by_id(ids: Iterable[int]) -> dict[int, ProductView]:
    """Those of `ids` that exist, archived ones included."""
    wanted = [one for one in set(ids) if 0 < one < 2**63]
    rows = sql.rows(f"{_COLUMNS} WHERE p.id = ANY(%s::bigint[])", (wanted,))
    return {row["id"]: ProductView(**row) for row in rows}


def product_names() -> dict[str, ProductView | None]:
    """Products by folded number of the other system, code and name, in this order of trust.

    None stands for a name that several have. Archived products are found where no other has the word:
    history names them.
    """
    rows = sql.rows(
        _COLUMNS.replace(" FROM", ", p.external_id FROM", 1) + " ORDER BY p.archived_at NULLS FIRST, p.id"
    )
    names: dict[str, ProductView | None] = {}
    codes: dict[str, ProductView | None] = {}
    numbers: dict[str, ProductView | None] = {}
    for row in rows:
        external = row.pop("external_id")
        one = ProductView(**row)
        folded = text.fold(one.name)
        known = names.get(folded)
        if folded not in names:
            names[folded] = one
        elif not one.is_archived and (known is None or not known.is_archived):
            names[folded] = None
        codes.setdefault(text.fold(one.code), one)
        if external:
            numbers.setdefault(text.fold(external), one)
    return names | codes | numbers


_kept: dict[str, tuple[float, object, Choices]] = {}


def product_choices() -> Choices:
    """All products as choices by id; asked for every row of a list, so looked up at most once a second."""
    database = str(connection.settings_dict["NAME"])
    moment = time.monotonic()
    held = _kept.get(database)
    if held is not None and moment - held[0] < REFRESH_SECONDS:
        return held[2]
    stamp = sql.rows("SELECT count(*) AS number, max(updated_at) AS latest FROM products_product")[0]
    if held is None or held[1] != stamp:
        rows = sql.rows("SELECT id, name, archived_at FROM products_product ORDER BY lower(name), id")
        choices = Choices(
            Choice(str(row["id"]), row["name"], retired=row["archived_at"] is not None) for row in rows
        )
    else:
        choices = held[2]
    _kept[database] = (moment, stamp, choices)
    return choices


def forget_choices() -> None:
    """Have the next reader look again: this process just changed products."""
    _kept.pop(str(connection.settings_dict["NAME"]), None)
