"""What other rooms may have this one do."""

from headwater.customization.services.builtin import ensure_builtin_picklists
from headwater.customization.services.fields import (
    create_field,
    order_fields,
    restore_field,
    retire_field,
    update_field,
)
from headwater.customization.services.numbers import fill_auto_numbers
from headwater.customization.services.picklists import (
    add_choices,
    change_choice,
    create_picklist,
    order_choices,
    rename_picklist,
    restore_choice,
    retire_choice,
)
from headwater.customization.services.views import (
    SHARE,
    choose_columns,
    choose_first_view,
    delete_view,
    order_views,
    save_view,
    update_view,
)

__all__ = [
    "SHARE",
    "add_choices",
    "change_choice",
    "choose_columns",
    "choose_first_view",
    "create_field",
    "create_picklist",
    "delete_view",
    "ensure_builtin_picklists",
    "fill_auto_numbers",
    "order_choices",
    "order_fields",
    "order_views",
    "rename_picklist",
    "restore_choice",
    "restore_field",
    "retire_choice",
    "retire_field",
    "save_view",
    "update_field",
    "update_view",
]
