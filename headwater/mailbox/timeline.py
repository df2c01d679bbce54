"""Mails on the timeline of a lead or contact."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel.access import Access
from headwater.platform.files.services import files_of_many

_FACTS = (
    "sender",
    "sender_name",
    "passed_on_by",
    "subject",
    "text",
    "quoted",
    "left_out",
    "is_cut",
    "made_lead",
)


@log(
    "mailbox_mail",
    actor="",
    where="e.state = 'kept'",
    facts={name: f"e.{name}" for name in _FACTS},
)
def mails(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Mails with their files."""
    files = files_of_many("mail", [row.id for row in found])
    entries = []
    for row in found:
        mine = files.get(row.id, [])
        listed = [{"id": one.pk, "name": one.name, "size": one.size} for one in mine]
        data = row.facts | {"files": listed}
        entries.append(row.entry(kind="received", data=data, view=mine))
    return entries


def show_mail(entry: Entry, who: str) -> TimelineEvent:
    """A mail from outside: its words, what it repeats folded away, its files."""
    data = entry.data
    context = {"mail": data, "files": entry.view, "notes": left_out_words(data["left_out"], data["is_cut"])}
    html = get_template("mailbox/mail.html").render(context)
    return TimelineEvent(
        at=entry.at,
        who=data["sender_name"] or data["sender"],
        kind=pgettext("timeline", "wrote an e-mail"),
        icon="mail",
        hue="teal",
        html=Markup(html),  # noqa: S704 - our own template
        key=f"inbound_mail-{entry.id}",
    )


def left_out_words(left: Sequence[dict[str, Any]], is_cut: bool) -> list[str]:
    """What of a mail was not kept, and why."""
    why = {
        "size": _("too large"),
        "program": _("a program or script"),
        "number": _("too many files"),
        "format": _("only readable by the sender's program"),
    }
    found = [
        _("Not kept: %(name)s (%(why)s)") % {"name": one["name"], "why": why.get(one["why"], one["why"])}
        for one in left
    ]
    if is_cut:
        found.append(_("Only the beginning was read: the mail is very large."))
    return found
