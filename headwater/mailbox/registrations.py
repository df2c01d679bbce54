"""What inbound mail adds to the house."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from headwater.customization.builtin import register_view
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.leads.demo import register_demo_part
from headwater.mailbox import settings, timeline  # noqa: F401 - makes its settings known
from headwater.mailbox.demo import set_up_mailbox
from headwater.mailbox.file_access import check_mail_file
from headwater.mailbox.queries import count_aside
from headwater.mailbox.record_type import MAIL, MAILBOX
from headwater.mailbox.types import Trouble
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import register_acts
from headwater.platform.files.services import register_file_access
from headwater.platform.notifications import register_kind
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_record_type(MAILBOX)
    register_record_type(MAIL)
    _register_permissions()
    register_view("mail", "aside", _("To decide"), criteria={"field": "state", "op": "eq", "value": "aside"})
    register_view(
        "mail", "discarded", _("Discarded"), criteria={"field": "state", "op": "eq", "value": "discarded"}
    )
    register_view("mailbox", "all", _("All mailboxes"), sort="-created_at")
    register_file_access("mail", check_mail_file)
    register_timeline_source(
        "inbound_mail",
        timeline.mails,
        label=pgettext_lazy("timeline", "Mail from the customer"),
        group="message",
        icon="mail",
        hue="teal",
        show=timeline.show_mail,
    )
    register_acts(_acts)
    _register_notifications()
    _register_places()
    register_demo_part(set_up_mailbox)
    from headwater.mailbox import merging, tasks  # noqa: F401 - they make themselves known

    merging.register()


def _register_permissions() -> None:
    group = pgettext_lazy("group of permissions", "Inbound mail")
    for code, label in {
        "mailboxes.view": _("See mailboxes"),
        "mailboxes.create": _("Add mailboxes"),
        "mailboxes.edit": _("Change mailboxes, try and read them"),
        "mailboxes.delete": _("Take mailboxes out of use"),
        "mails.view": _("See mail put aside"),
        "mails.edit": _("Decide about mail put aside"),
        "mails.deliver": _("Hand in mail from a mail server"),
    }.items():
        register_permission(code, label, scoped=False, group=group)
    for role in ("marketing", "mdr"):
        register_role_grants(role, {"mails.view": "all", "mails.edit": "all"})


def _acts() -> Mapping[str, Any]:
    return {
        "mail_lead": pgettext("audit", "made a lead of"),
        "mail_attach": pgettext("audit", "put on a timeline"),
        "mail_discard": pgettext("audit", "discarded"),
        "mail_put_back": pgettext("audit", "put back into the list"),
    }


def _trouble_words(params: Mapping[str, Any]) -> str:
    why = params.get("trouble")
    told = Trouble(why).label if why in Trouble.values else ""
    return gettext("The mailbox “%(name)s” cannot be read: %(why)s") % {
        "name": params.get("name", "—"),
        "why": told,
    }


def _register_notifications() -> None:
    group = pgettext_lazy("group of permissions", "Inbound mail")
    register_kind(
        "mailbox.received",
        label=_("Mails from my customers"),
        text=_("%(name)s wrote: %(subject)s"),
        icon="mail",
        group=group,
    )
    register_kind(
        "mailbox.trouble",
        label=_("A mailbox cannot be read"),
        text=_("The mailbox “%(name)s” cannot be read"),
        compose=_trouble_words,
        icon="mail-x",
        group=group,
        email=True,
    )


def _register_places() -> None:
    def waiting(request: HttpRequest) -> int | None:
        return count_aside()

    navigation.register(
        NavItem(
            "mails",
            pgettext_lazy("navigation", "Mail put aside"),
            "/mails",
            "mail-open",
            group="marketing",
            permission="mails.view",
            order=24,
            badge=waiting,
            keywords="inbound mail youjian email",
        )
    )
    navigation.register(
        NavItem(
            "settings.mailboxes",
            MAILBOX.label_plural,
            "/settings/mailboxes",
            "inbox",
            group="integration",
            area="settings",
            permission="mailboxes.view",
            order=30,
            keywords="mailbox imap email youxiang",
            note=_("Mail that makes leads and finds their timelines"),
        )
    )
