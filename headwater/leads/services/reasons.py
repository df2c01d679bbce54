"""Reasons come from picklists that administrators keep."""

from django.utils.translation import gettext as _

from headwater.customization.queries import picklist_choices
from headwater.kernel.errors import Invalid


def check_reason(picklist: str, value: str, *, field: str = "reason") -> None:
    """`value` must be a choice of the picklist that is not retired; raises `Invalid`."""
    if not value:
        raise Invalid.one(field, "value.required", _("Choose a reason."))
    for choice in picklist_choices(picklist)():
        if choice.value == value and not choice.retired:
            return
    raise Invalid.one(field, "value.choice", _("This is not one of the choices."))
