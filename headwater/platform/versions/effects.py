"""Where it is shown what the versions of something changed.

Whoever measures effects says so once for a kind; the page of the record offers the way there.
"""

from collections.abc import Callable

from headwater.kernel.access import Access

Address = Callable[[Access, int], str]
_addresses: dict[str, Address] = {}


def register_effect(kind: str, address: Address) -> None:
    """`address` gives the page for a record's id; empty where this reader may not see it."""
    _addresses[kind] = address


def effect_address(access: Access, kind: str, record_id: int) -> str:
    """The page that shows what the versions of a record changed; empty when there is none."""
    address = _addresses.get(kind)
    return "" if address is None else address(access, record_id)
