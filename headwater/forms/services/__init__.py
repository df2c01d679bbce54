"""What can be done with landing forms."""

from headwater.forms.services.forms import (
    archive_forms,
    create_form,
    restore_forms,
    set_questions,
    update_form,
)
from headwater.forms.services.submitting import Sent, count_refused, count_view, submit

__all__ = [
    "Sent",
    "archive_forms",
    "count_refused",
    "count_view",
    "create_form",
    "restore_forms",
    "set_questions",
    "submit",
    "update_form",
]
