"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import custom_fields_of
from headwater.customization.queries.picklists import REGION
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_field_provider
from headwater.ui import navigation
from headwater.ui.navigation import NavItem

CUSTOMIZATION = pgettext_lazy("group of permissions", "Fields, lists and views")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.customization import subscribers, tasks  # noqa: F401 - they make themselves known

    register_field_provider(custom_fields_of)
    navigation.register(
        NavItem(
            "fields",
            _("Objects and fields"),
            "/settings/fields",
            "form-input",
            group="objects",
            area="settings",
            permission="fields.configure",
            order=10,
            match=("/settings/field",),
            keywords="custom fields objects",
            note=_("Own fields for leads, customers and opportunities"),
        )
    )
    navigation.register(
        NavItem(
            "picklists",
            _("Picklists"),
            "/settings/picklists",
            "list-checks",
            group="objects",
            area="settings",
            permission="picklists.configure",
            order=20,
            match=("/settings/picklist",),
            keywords="choices options",
            note=_("What can be chosen in fields with choices"),
        )
    )
    register_picklist(
        REGION,
        _("Provinces, cities and districts"),
        [],
        help=_("The state's table of regions (GB/T 2260). It comes with the system and is not edited."),
        fixed=True,
    )
    for code, label in {
        "fields.view": _("See the definitions of fields"),
        "fields.configure": _("Add and change fields"),
        "picklists.view": _("See picklists"),
        "picklists.configure": _("Change picklists"),
        "views.view": _("Use saved views"),
        "views.create": _("Save views"),
        "views.edit": _("Change one's own views"),
        "views.delete": _("Delete one's own views"),
        "views.share": _("Share views and change shared ones"),
    }.items():
        register_permission(code, label, scoped=False, group=CUSTOMIZATION)
