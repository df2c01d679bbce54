"""What can be done with dashboards."""

from headwater.dashboards.services.boards import (
    archive_board,
    create_board,
    duplicate_board,
    restore_board,
    update_board,
)
from headwater.dashboards.services.firsts import choose_first, set_role_first
from headwater.dashboards.services.widgets import (
    add_widget,
    arrange,
    remove_widget,
    restore_widget,
    update_widget,
)

__all__ = [
    "add_widget",
    "archive_board",
    "arrange",
    "choose_first",
    "create_board",
    "duplicate_board",
    "remove_widget",
    "restore_board",
    "restore_widget",
    "set_role_first",
    "update_board",
    "update_widget",
]
