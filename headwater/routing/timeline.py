"""Decisions on the timeline of a lead: a sentence, with all details a click away."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel.access import Access
from headwater.leads.mailing.types import MAIL_HUES, MailState
from headwater.leads.mailing.words import sentence as mail_sentence
from headwater.routing.wording import sentence
from headwater.ui.pages import Action


@log(
    "routing_decision",
    of="lead",
    key="lead_id",
    actor="",  # nobody: a rule
    facts={
        "trigger": "e.trigger",
        "outcome": "e.outcome",
        "rule_name": "e.rule_name",
        "rule_version": "e.rule_version",
        "strategy": "e.strategy",
        "owner": "ro.name",
        "pool": "rp.name",
        "detail": "e.detail",
    },
    joins="LEFT JOIN organization_user ro ON ro.id = e.owner_id LEFT JOIN pools_pool rp ON rp.id = e.pool_id",
)
def decisions(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every run of the rules over the lead."""
    return [
        row.entry(
            kind=row.facts["outcome"],
            data={
                "text": sentence(row.facts),
                "rule": row.facts["rule_name"],
                "version": row.facts["rule_version"],
                "strategy": row.facts["strategy"],
                "owner": row.facts["owner"],
            },
        )
        for row in found
    ]


def show(entry: Entry, who: str) -> TimelineEvent:
    """The sentence; the dialog behind it tells who was in question and why not."""
    return TimelineEvent(
        at=entry.at,
        who=pgettext("timeline", "Routing"),
        icon="split",
        hue="cyan",
        text=str(entry.data["text"]),
        tools=(Action(_("Why so?"), "circle-help", dialog=f"/routing/decisions/{entry.id}"),),
        is_system=True,
        key=f"routing-{entry.id}",
    )


@log(
    "routing_customermail",
    of="lead",
    key="lead_id",
    at="settled_at",
    actor="",  # nobody: a rule
    where="e.settled_at IS NOT NULL",
    facts={"state": "e.state", "reason": "e.reason", "subject": "e.subject", "decision": "e.decision_id"},
)
def mails(access: Access, found: Sequence[Found]) -> list[Entry]:
    """What the customer was told by mail at dispatch, or why not."""
    return [
        row.entry(kind=row.facts["state"], data={"text": mail_sentence(row.facts)} | row.facts)
        for row in found
    ]


def show_mail(entry: Entry, who: str) -> TimelineEvent:
    """The sentence, with the mail itself a click away; a failure catches the eye."""
    return TimelineEvent(
        at=entry.at,
        who=pgettext("timeline", "Mail to the customer"),
        icon="mail" if entry.kind == MailState.SENT else "mail-x",
        hue=MAIL_HUES[MailState(entry.kind)],
        text=str(entry.data["text"]),
        tools=(
            Action(
                pgettext("mail", "Show"), "eye", dialog=f"/routing/decisions/{entry.data['decision']}/mail"
            ),
        ),
        is_system=True,
        key=f"customer-mail-{entry.id}",
    )


@log("platform_audit", where="e.action = 'opt_out' AND e.record_type = 'lead'", facts={})
def opt_outs(access: Access, found: Sequence[Found]) -> list[Entry]:
    """The customer had mail end by the link in one."""
    return [row.entry(kind="opt_out", data={"text": _("The customer wants no more e-mail")}) for row in found]


def show_opt_out(entry: Entry, who: str) -> TimelineEvent:
    """Said by the customer, not by the name of the work in the audit."""
    return TimelineEvent(
        at=entry.at,
        who=pgettext("timeline", "Customer"),
        icon="mail-x",
        hue="orange",
        text=str(entry.data["text"]),
        is_system=True,
        key=f"opt-out-{entry.id}",
    )
