"""What can be done with an import."""

from headwater.platform.imports.services.steps import (
    cancel_import,
    check_import,
    choose_preset,
    discard_import,
    map_import,
    reread_import,
    revert_import,
    start_import,
)
from headwater.platform.imports.services.upload import create_import

__all__ = [
    "cancel_import",
    "check_import",
    "choose_preset",
    "create_import",
    "discard_import",
    "map_import",
    "reread_import",
    "revert_import",
    "start_import",
]
