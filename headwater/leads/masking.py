"""Contact methods of a pooled lead stay hidden until it is owned."""

from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Mask
from headwater.kernel.sql import TRUE, Fragment, any_of
from headwater.leads.types import CONTACT_METHODS
from headwater.pools.queries import pools_masked_for

MASKS = {
    "mobile": Mask.PHONE,
    "phone": Mask.PHONE,
    "email": Mask.EMAIL,
    "wechat": Mask.TEXT,
    "qq": Mask.TEXT,
}


def mask_pooled(access: Access, rows: list[dict[str, Any]]) -> None:
    """Hide the contact methods of rows that lie in a masking pool the actor does not administer."""
    pooled = [row for row in rows if row.get("pool") is not None]
    for row in rows:
        row["is_masked"] = False
    if not pooled:
        return
    hidden = pools_masked_for(access.actor)
    for row in pooled:
        if row["pool"]["id"] in hidden:
            row["is_masked"] = True
            for key in CONTACT_METHODS:
                if row.get(key):
                    row[key] = MASKS[key].hide(row[key])


def unmasked(access: Access, alias: str) -> Fragment:
    """Rows whose contact methods the actor may read, for search: fragments must not dig out a number."""
    hidden = pools_masked_for(access.actor)
    if not hidden:
        return TRUE
    return any_of(
        [
            Fragment(f"{alias}.pool_id IS NULL"),
            Fragment(f"{alias}.pool_id <> ALL(%s::bigint[])", (sorted(hidden),)),
        ]
    )
