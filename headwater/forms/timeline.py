"""Confirmations on the timeline of a lead."""

from collections.abc import Sequence

from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel.access import Access
from headwater.leads.mailing.types import MAIL_HUES, MailState
from headwater.leads.mailing.words import sentence


@log(
    "forms_confirmation",
    of="lead",
    key="lead_id",
    at="settled_at",
    actor="",
    where="e.settled_at IS NOT NULL",
    facts={"state": "e.state", "reason": "e.reason", "subject": "e.subject"},
)
def confirmations(access: Access, found: Sequence[Found]) -> list[Entry]:
    """How the sender of a form was thanked by mail, or why not."""
    return [
        row.entry(kind=row.facts["state"], data={"text": sentence(row.facts)} | row.facts) for row in found
    ]


def show(entry: Entry, who: str) -> TimelineEvent:
    """A sentence; a failure catches the eye."""
    return TimelineEvent(
        at=entry.at,
        who=pgettext("timeline", "Confirmation of a form"),
        icon="mail" if entry.kind == MailState.SENT else "mail-x",
        hue=MAIL_HUES[MailState(entry.kind)],
        text=str(entry.data["text"]),
        is_system=True,
        key=f"form-mail-{entry.id}",
    )
