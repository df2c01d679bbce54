"""What imports add to the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    """Called once when Django is ready."""
    from headwater.platform.imports import limits, tasks  # noqa: F401

    group = _("Imports")
    register_permission("imports.view", _("See imports"), group=group)
    register_permission("imports.create", _("Import files"), scoped=False, group=group)
