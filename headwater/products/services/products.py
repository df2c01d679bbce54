"""What can be done with products."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.platform.events import emit
from headwater.products.events import ProductsArchived, ProductsChanged, ProductsCreated, ProductsRestored
from headwater.products.models import Product
from headwater.products.services import writing


@transaction.atomic
def create_product(access: Access, values: Mapping[str, Any]) -> int:
    """Make a product; without a code it gets the next number (P00001). Refuses with `Invalid`."""
    cleaned = clean(record_type("product"), values, access)
    if not cleaned.fields.get("code"):
        cleaned.fields["code"] = next_codes(1)[0]
    product = Product(name_key=text.fold(cleaned.fields["name"])[:200])
    made = writing.insert(access, "product", product, cleaned)
    emit(ProductsCreated(ids=[made.pk]), access)
    return made.pk


def next_codes(count: int) -> list[str]:
    """Codes for products that came without one: numbers that no product has."""
    # One numberer at a time: two who look at once would find the same number free.
    sql.value("SELECT pg_advisory_xact_lock(hashtextextended('products.code', 0))")
    last = sql.value(
        "SELECT coalesce(max(substr(code, 2)::bigint), 0) FROM products_product WHERE code ~ '^P[0-9]{5,12}$'"
    )
    return [f"P{last + place:05d}" for place in range(1, count + 1)]


@transaction.atomic
def update_product(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a product; what was sold keeps its own prices. Refuses with `NotFound`, `Stale`, `Invalid`."""
    product = writing.lock_record(Product, "product", record_id, version)
    cleaned = clean(record_type("product"), values, access, partial=True)
    if "code" in cleaned.fields and not cleaned.fields["code"]:
        del cleaned.fields["code"]  # a product always has one
    changed = writing.change(access, "product", product, cleaned, _derive)
    if changed:
        emit(ProductsChanged(ids=[record_id], fields=sorted(changed)), access)


def _derive(product: Product) -> None:
    product.name_key = text.fold(product.name)[:200]


@transaction.atomic
def archive_products(access: Access, ids: Sequence[int]) -> int:
    """Take products from offer; how many. Lines of opportunities, quotes and orders keep them."""
    done = writing.set_archived(access, Product, "product", ids, archived=True)
    if done:
        emit(ProductsArchived(ids=done), access)
    return len(done)


@transaction.atomic
def restore_products(access: Access, ids: Sequence[int]) -> int:
    """Offer products again; how many. Refuses with `Invalid` a code that another one got since."""
    done = writing.set_archived(access, Product, "product", ids, archived=False)
    if done:
        emit(ProductsRestored(ids=done), access)
    return len(done)
