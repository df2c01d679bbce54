"""Every field of every record type: what it is called, what it holds, how SQL and Python read it.

Lists, filters, forms, import, export, rules and the API speak of fields through this and nothing else.
"""

from headwater.kernel.catalogue.clean import Cleaned, clean, flatten
from headwater.kernel.catalogue.fields import Choice, Choices, Field, FieldType, Mask
from headwater.kernel.catalogue.records import (
    RecordType,
    Verbs,
    find_record_type,
    record_type,
    record_types,
    register_field_provider,
    register_record_type,
)

__all__ = [
    "Choice",
    "Choices",
    "Cleaned",
    "Field",
    "FieldType",
    "Mask",
    "RecordType",
    "Verbs",
    "clean",
    "find_record_type",
    "flatten",
    "record_type",
    "record_types",
    "register_field_provider",
    "register_record_type",
]
