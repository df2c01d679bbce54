"""What happened in this room."""

from headwater.platform.events import Event


class ProductsCreated(Event):
    name = "product.created"
    ids: list[int]


class ProductsChanged(Event):
    name = "product.changed"
    ids: list[int]
    fields: list[str]


class ProductsArchived(Event):
    name = "product.archived"
    ids: list[int]


class ProductsRestored(Event):
    name = "product.restored"
    ids: list[int]


class PricesChanged(Event):
    """Price books were made, changed, archived or restored, or prices in them were set."""

    name = "price_book.changed"
    ids: list[int]
