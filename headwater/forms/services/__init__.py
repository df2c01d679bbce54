"""What can be done with landing forms."""

from headwater.forms.services.counting import came_from, count_refused, count_start, count_view
from headwater.forms.services.forms import (
    archive_forms,
    create_form,
    restore_forms,
    set_questions,
    update_form,
)
from headwater.forms.services.submitting import Sent, submit

__all__ = [
    "Sent",
    "archive_forms",
    "came_from",
    "count_refused",
    "count_start",
    "count_view",
    "create_form",
    "restore_forms",
    "set_questions",
    "submit",
    "update_form",
]
