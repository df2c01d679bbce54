"""What other rooms may ask this one."""

from headwater.customization.queries.fields import FieldCard, custom_fields_of, field_cards, get_custom_field
from headwater.customization.queries.picklists import (
    ItemCard,
    PicklistCard,
    get_picklist,
    picklist_cards,
    picklist_choices,
    picklist_label,
)
from headwater.customization.queries.region import code_of_path, path_of_code, region_choices
from headwater.customization.queries.views import ListSetup, ListView, find_view, list_setup, views_of

__all__ = [
    "FieldCard",
    "ItemCard",
    "ListSetup",
    "ListView",
    "PicklistCard",
    "code_of_path",
    "custom_fields_of",
    "field_cards",
    "find_view",
    "get_custom_field",
    "get_picklist",
    "list_setup",
    "path_of_code",
    "picklist_cards",
    "picklist_choices",
    "picklist_label",
    "region_choices",
    "views_of",
]
