"""What follows when products and price books change: the search index."""

from collections.abc import Sequence
from typing import Any

from headwater.platform.events import StoredEvent, subscriber
from headwater.products import search_index
from headwater.products.events import PricesChanged, ProductsChanged, ProductsCreated


def _ids(events: Sequence[StoredEvent[Any]]) -> list[int]:
    return sorted({one for stored in events for one in stored.event.ids})


@subscriber("products.index", ProductsCreated, ProductsChanged, from_start=True)
def index_products(events: list[StoredEvent[Any]]) -> None:
    """Products are found by what they are called now."""
    ids = _ids(events)
    for start in range(0, len(ids), search_index.CHUNK):
        search_index.index_products(ids[start : start + search_index.CHUNK])


@subscriber("products.index-books", PricesChanged, from_start=True)
def index_price_books(events: list[StoredEvent[Any]]) -> None:
    """Price books are found by what they are called now."""
    search_index.index_price_books(_ids(events))
