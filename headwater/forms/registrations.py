"""What landing forms add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.engagement.timeline import register_timeline_source
from headwater.forms import settings, timeline  # noqa: F401 - makes its settings known
from headwater.forms.demo import set_up_form
from headwater.forms.record_type import FORM
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.leads.demo import register_demo_part
from headwater.leads.merging import register_rows
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_record_type(FORM)
    for act, label in {
        "view": _("See landing forms and what came of them"),
        "create": _("Make landing forms"),
        "edit": _("Change landing forms"),
        "delete": _("Close landing forms"),
    }.items():
        register_permission(
            f"forms.{act}", label, scoped=False, group=pgettext_lazy("group of permissions", "Marketing")
        )
    register_timeline_source(
        "form_mail",
        timeline.confirmations,
        label=pgettext_lazy("timeline", "Confirmation of a form"),
        icon="mail",
        hue="blue",
        show=timeline.show,
    )
    register_rows("form_submissions", "forms_submission")
    register_rows("form_mails", "forms_confirmation")
    from headwater.forms import subscribers  # noqa: F401 - makes itself known

    register_view("form", "all", _("All forms"), sort="-created_at")
    register_demo_part(set_up_form)
    navigation.register(
        NavItem(
            "forms",
            FORM.label_plural,
            "/forms",
            "clipboard-list",
            group="marketing",
            permission="forms.view",
            order=20,
            keywords="landing form biaodan",
        )
    )
    navigation.register_command(
        Command(
            "forms.new",
            _("New landing form"),
            "/forms/new",
            "clipboard-list",
            permission="forms.create",
            order=65,
            create=True,
            keywords="form biaodan",
        )
    )
