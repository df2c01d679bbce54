"""Lists, pages and forms of a record type, built from the catalogue: a new type costs a page, not a week."""

from headwater.ui.records.cells import cell, value_of
from headwater.ui.records.facts import FactEdit, fact_groups
from headwater.ui.records.forms import control, form_page, submitted
from headwater.ui.records.lists import column_keys, criteria_from, list_page
from headwater.ui.records.offers import register_batch_action
from headwater.ui.records.words import record_names

__all__ = [
    "FactEdit",
    "cell",
    "column_keys",
    "control",
    "criteria_from",
    "fact_groups",
    "form_page",
    "list_page",
    "record_names",
    "register_batch_action",
    "submitted",
    "value_of",
]
