"""Words shared by the wizard's pages."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Text
from headwater.leads.importing.web.higher import all_higher, higher
from headwater.platform.imports.importers import Importer, importers
from headwater.platform.imports.types import Outcome, Status

MOVE_IN = ("user", "product", "account", "contact", "lead", "opportunity", "activity")
STEPS: tuple[Text, ...] = (
    pgettext_lazy("import step", "Upload"),
    pgettext_lazy("import step", "Match columns"),
    pgettext_lazy("import step", "Options"),
    pgettext_lazy("import step", "Check"),
    pgettext_lazy("import step", "Import"),
)
STATUS_HUES = {
    Status.READING: "blue",
    Status.DRAFT: "gray",
    Status.CHECKING: "blue",
    Status.CHECKED: "violet",
    Status.RUNNING: "blue",
    Status.DONE: "green",
    Status.FAILED: "red",
    Status.CANCELLED: "amber",
    Status.REVERTING: "blue",
    Status.REVERTED: "gray",
}
OUTCOME_HUES = {
    Outcome.CREATED: "green",
    Outcome.UPDATED: "blue",
    Outcome.SKIPPED: "amber",
    Outcome.FAILED: "red",
}

_REASONS: dict[str, Text] = {
    "lead.duplicate": gettext_lazy("Exists already"),
    "lead.duplicate_in_file": gettext_lazy("Twice in the file"),
    "lead.duplicate_hidden": gettext_lazy("Exists already, out of your sight"),
    "lead.inquired": gettext_lazy("Inquired again"),
    "lead.duplicate_created": gettext_lazy("Created although it exists already"),
    "duplicate.blocked": gettext_lazy("Refused by a rule about duplicates"),
    "duplicate.suspected": gettext_lazy("Looks like somebody known"),
    "lead.unchanged": gettext_lazy("Nothing new in the row"),
    "lead.closed": gettext_lazy("Already converted"),
    "lead.not_yours": gettext_lazy("You may not change the existing lead"),
    "lead.contact_taken": gettext_lazy("A contact method belongs to another lead"),
    "lead.no_room": gettext_lazy("No room with the owner: placed in the pool"),
    "lead.no_name": gettext_lazy("No name"),
    "lead.no_contact": gettext_lazy("No contact method"),
    "lead.touched_since": gettext_lazy("Somebody has worked on it since"),
    "lead.changed_since": gettext_lazy("Its values were changed since"),
    "lead.archived_already": gettext_lazy("Archived already"),
    "lead.gone": gettext_lazy("No longer there"),
    "import.duplicate": gettext_lazy("Exists already"),
    "import.duplicate_in_file": gettext_lazy("Twice in the file"),
    "import.duplicate_hidden": gettext_lazy("Exists already, out of your sight"),
    "import.duplicate_created": gettext_lazy("Created although it exists already"),
    "import.unchanged": gettext_lazy("Nothing new in the row"),
    "import.not_yours": gettext_lazy("You may not change the existing record"),
    "import.ambiguous": gettext_lazy("Several bear this name"),
    "import.value_taken": gettext_lazy("A value belongs to another record"),
    "import.missing": pgettext_lazy("import row", "Missing"),
    "import.touched_since": gettext_lazy("Somebody has worked on it since"),
    "import.changed_since": gettext_lazy("Its values were changed since"),
    "import.archived_already": gettext_lazy("Archived already"),
    "import.gone": gettext_lazy("No longer there"),
    "link.unknown": gettext_lazy("The record that it belongs to is not here"),
    "link.ambiguous": gettext_lazy("Several records could be meant"),
    "stage.unknown": gettext_lazy("Not a stage of the pipeline"),
    "import.day_missing": gettext_lazy("Closed, but a day is missing"),
    "closed.in_future": gettext_lazy("Closed on a day to come"),
    "closed.before_opened": gettext_lazy("Closed before it was opened"),
    "owner.inactive": gettext_lazy("The owner has left"),
    "account.loop": gettext_lazy("Two companies above each other"),
    "user.email_taken": gettext_lazy("The address belongs to somebody else"),
    "user.reporting_cycle": gettext_lazy("Two people above each other"),
    "user.unknown": gettext_lazy("Nobody here has the name"),
    "role.unknown": gettext_lazy("No such role"),
    "role.more_than_your_own": gettext_lazy("More than you may do yourself"),
    "department.unknown": gettext_lazy("No such department"),
    "code.taken": gettext_lazy("Another product has the code"),
    "external_id.taken": gettext_lazy("Another record has the number"),
    "activity.in_future": gettext_lazy("Lies ahead"),
    "activity.empty": gettext_lazy("Says nothing"),
    "value.required": pgettext_lazy("import row", "Missing"),
    "value.phone": gettext_lazy("Not a telephone number"),
    "value.phone_spreadsheet": gettext_lazy("Number cut by the spreadsheet (1.38E+10)"),
    "value.email": gettext_lazy("Not an e-mail address"),
    "value.choice": gettext_lazy("Not one of the choices"),
    "value.unknown_name": gettext_lazy("Unknown name"),
    "value.number": gettext_lazy("Not a number"),
    "value.date": gettext_lazy("Not a date"),
    "value.datetime": gettext_lazy("Not a moment"),
    "value.boolean": gettext_lazy("Neither yes nor no"),
    "value.too_long": gettext_lazy("Too long"),
    "value.too_small": gettext_lazy("Too small"),
    "value.too_large": gettext_lazy("Too large"),
    "value.pattern": gettext_lazy("Wrong form"),
    "value.url": gettext_lazy("Not a web address"),
    "row.too_many_cells": gettext_lazy("More cells than columns"),
    "row.cell_too_long": gettext_lazy("A cell is too long"),
    "row.encoding": gettext_lazy("Unreadable characters"),
    "row.quote": gettext_lazy("A quotation mark is never closed"),
    "row.unexpected": gettext_lazy("Refused by the database"),
}


_SPEAK_FOR_THEMSELVES = (
    "lead.", "link.", "stage.", "closed.", "owner.", "account.", "user.", "role.", "department.", "code.",
    "external_id.",
)  # fmt: skip


def steps() -> tuple[Text, ...]:
    return STEPS


def offered(access: Access) -> list[Importer]:
    """What this person may import, in the order in which a company moves in."""
    records = (*MOVE_IN, *(one.record for one in all_higher()))
    order = {record: place for place, record in enumerate(records)}
    allowed = [one for one in importers() if access.may(one.permission) and one.record in order]
    return sorted(allowed, key=lambda one: order[one.record])


def title_of(importer: Importer) -> str:
    return pgettext("import", "Import: %(records)s") % {"records": importer.label_plural}


def reason(code: str, field: str = "", record: str = "lead") -> str:
    """A reason in a few words, with the field it is about."""
    above = higher(record)
    words = (
        str(above.reasons.get(code, "") if above else "") or str(_REASONS.get(code, "")) or _("Other reason")
    )
    if field and not code.startswith(("lead.", "link.", "stage.", "duplicate.")):
        known = record_type(record).field(field)
        label = str(known.label) if known is not None else field.removeprefix("custom.")
        return pgettext("field and reason", "%(field)s: %(reason)s") % {"field": label, "reason": words}
    return words
