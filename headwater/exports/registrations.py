"""What exports add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.kernel.access import register_permission
from headwater.organization.builtin import BUILTIN_ROLES, register_role_grants
from headwater.platform.audit.wording import Words, register_words
from headwater.platform.notifications import register_kind
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    from headwater.exports import limits, tasks  # noqa: F401

    group = _("Exports")
    register_permission("exports.view", _("See exports"), group=group)
    for role in BUILTIN_ROLES:
        if role != "admin":  # may everything anyway
            register_role_grants(role, {"exports.view": "department_below" if role == "manager" else "own"})
    register_words(
        "export",
        Words(
            label=_("Export"),
            fields=lambda: {"rows": pgettext("export", "Rows"), "file": _("File")},
            acts=lambda: {"download": pgettext_lazy("audit", "downloaded"), "cancel": _("cancelled")},
        ),
    )
    register_kind(
        "export.ready",
        label=_("My exports"),
        text=_("“%(file)s” is ready: %(rows)s rows"),
        icon="download",
        group=group,
    )
    register_kind(
        "export.failed",
        label=_("My exports that failed"),
        text=_("“%(file)s” could not be written: %(reason)s"),
        icon="download",
        group=group,
    )
    navigation.register(
        NavItem(
            "settings.exports",
            _("Exports"),
            "/exports",
            "download",
            group="personal",
            area="settings",
            permission="exports.view",
            order=60,
            keywords="export download file daochu",
            note=_("Files you had made, and how long they last"),
        )
    )
