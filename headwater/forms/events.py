"""What happened in this room."""

from headwater.platform.events import Event


class FormsChanged(Event):
    """Forms were made, changed, archived or restored."""

    name = "form.changed"
    ids: list[int]


class FormSubmitted(Event):
    """Somebody sent a form; the lead is new or inquired again."""

    name = "form.submitted"
    form_id: int
    lead_id: int
    touch_id: int
    is_new: bool
