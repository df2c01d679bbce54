"""What happened in this room."""

from headwater.platform.events import Event


class FieldsChanged(Event):
    """Custom fields of a record type were added, changed or retired."""

    name = "customization.fields_changed"
    record: str
    fields: list[str]


class PicklistChanged(Event):
    """Choices of a picklist were added, renamed, ordered or retired."""

    name = "customization.picklist_changed"
    picklist: str
