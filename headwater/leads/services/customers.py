"""Whether whoever comes in is a customer already, and whose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.kernel.sql import rows
from headwater.platform.notifications import notify_each


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact, or the account of a number, and who takes care of it."""

    owner_id: int
    name: str


# A switchboard and a mobile may stand in either field; each probe meets an index.
_FIND = """
SELECT x.owner_id, x.name FROM (
  SELECT owner_id, name, 0 AS rank, id FROM sales_contact WHERE archived_at IS NULL AND mobile = ANY(%s)
  UNION ALL
  SELECT owner_id, name, 0, id FROM sales_contact WHERE archived_at IS NULL AND phone = ANY(%s)
  UNION ALL
  SELECT owner_id, name, 0, id FROM sales_contact WHERE archived_at IS NULL AND email = %s
  UNION ALL
  SELECT owner_id, name, 0, id FROM sales_contact WHERE archived_at IS NULL AND wechat = %s
  UNION ALL
  SELECT owner_id, name, 1, id FROM sales_account WHERE archived_at IS NULL AND phone = ANY(%s)
) x JOIN organization_user u ON u.id = x.owner_id AND u.is_active ORDER BY x.rank, x.id LIMIT 1
"""


def customer_of(methods: Mapping[str, Any]) -> Customer | None:
    """The customer with one of these normalised contact methods, if somebody active owns it."""
    numbers = [methods[key] for key in ("mobile", "phone") if methods.get(key)]
    given = (numbers, numbers, methods.get("email"), methods.get("wechat"), numbers)
    found = rows(_FIND, given) if any(given) else []
    return Customer(**found[0]) if found else None


def tell_owner(customer: Customer, lead_id: int, name: str) -> None:
    """The customer's owner hears who inquires, with the lead that is theirs now."""
    notice = (
        customer.owner_id,
        {"name": name, "pool": "", "account": customer.name},
        "lead",
        lead_id,
        f"/leads/{lead_id}",
        f"lead.customer:{lead_id}",
    )
    notify_each([notice], "lead.customer_inquired")
