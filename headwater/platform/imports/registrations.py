"""What imports add to the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission
from headwater.platform.notifications import register_kind


def register() -> None:
    """Called once when Django is ready."""
    from headwater.platform.imports import limits, tasks  # noqa: F401

    group = _("Imports")
    register_permission("imports.view", _("See imports"), group=group)
    register_permission("imports.create", _("Import files"), scoped=False, group=group)
    register_kind(
        "import.finished",
        label=_("My imports"),
        text=_("“%(file)s” is imported: %(created)s created, %(updated)s updated, %(failed)s with errors"),
        icon="file-spreadsheet",
        group=group,
    )
    register_kind(
        "import.stopped",
        label=_("My imports that stopped"),
        text=_("“%(file)s” stopped: %(reason)s"),
        icon="file-spreadsheet",
        group=group,
    )
