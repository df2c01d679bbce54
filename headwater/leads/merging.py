"""What goes along when leads become one, for rooms that hang something on leads; see `sales.merging`."""

from functools import partial

from headwater.sales.merging import register_merge_part as _register_part
from headwater.sales.merging import register_rows as _register_rows


def register_rows(key: str, table: str, column: str = "lead_id", *, only: str = "TRUE") -> None:
    """Rows of a table that point to a lead move with it; see `sales.merging.register_rows`."""
    _register_rows("lead", key, table, column, only=only)


register_merge_part = partial(_register_part, "lead")
