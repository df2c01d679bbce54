"""Addresses whose people want no e-mail, wherever we know them from."""

from headwater.kernel.sql import value

# `%(address)s` stands for an expression: an address as it is kept.
UNWANTED = """(
EXISTS (SELECT 1 FROM leads_lead n
  WHERE n.email = %(address)s AND n.archived_at IS NULL AND NOT n.may_duplicate AND n.do_not_email)
OR EXISTS (SELECT 1 FROM sales_contact n
  WHERE n.email = %(address)s AND n.archived_at IS NULL AND n.do_not_email)
)"""


def is_unwanted(address: str | None) -> bool:
    """Whether a lead or a contact with this normalised address wants no e-mail."""
    if not address:
        return False
    return bool(value(f"SELECT {UNWANTED % {'address': '%s'}}", (address, address)))
