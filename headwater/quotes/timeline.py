"""Quotes on the timeline of their opportunity."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel.access import Access
from headwater.leads.mailing.types import MAIL_HUES, MailState
from headwater.leads.mailing.words import sentence
from headwater.quotes.types import Happening
from headwater.ui import formats
from headwater.ui.pages import Tag

ICONS = {
    Happening.ACCEPTED: ("badge-check", "green"),
    Happening.DECLINED: ("circle-x", "red"),
    Happening.SENT: ("send", "blue"),
    Happening.OPENED: ("eye", "cyan"),
    Happening.ASKED: ("stamp", "amber"),
    Happening.APPROVED: ("stamp", "green"),
    Happening.REJECTED: ("stamp", "red"),
}
_QUOTE = "JOIN quotes_quoteversion v ON v.id = e.version_id JOIN quotes_quote q ON q.id = v.quote_id"


@log(
    "quotes_quotestep",
    of="opportunity",
    key="opportunity_id",
    actor="by_id",
    facts={
        "happening": "e.happening",
        "who": "e.who",
        "note": "e.note",
        "number": "q.number",
        "quote_id": "q.id",
        "version": "v.number",
        "total": "v.total::text",
        "currency": "v.currency",
    },
    joins=_QUOTE,
)
def steps(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Everything that happened to the quotes of an opportunity, for who may see quotes."""
    if not access.may("quotes.view"):
        return []
    entries = []
    for row in found:
        facts = row.facts
        label = str(Happening(facts["happening"]).label)
        text = f"{label} · {formats.money_full(facts['total'], facts['currency'])}"
        said = "\n".join(part for part in (facts["who"], facts["note"]) if part)
        data = {"text": f"{text}\n{said}" if said else text} | facts
        entries.append(row.entry(kind=facts["happening"], data=data))
    return entries


def show_step(entry: Entry, who: str) -> TimelineEvent:
    """A line with the number of the quote, which leads there."""
    icon, hue = ICONS.get(Happening(entry.kind), ("file-text", "gray"))
    version = _("version %(number)s") % {"number": entry.data["version"]}
    number = entry.data["number"]
    return TimelineEvent(
        at=entry.at,
        who=who or str(entry.data["who"]) or pgettext("quote", "Customer"),
        kind=pgettext("timeline", "Quote"),
        icon=icon,
        hue=hue,
        text=str(entry.data["text"]),
        tags=(
            Tag(
                number if entry.data["version"] == 1 else f"{number} · {version}",
                "gray",
                href=f"/quotes/{entry.data['quote_id']}",
            ),
        ),
        is_system=True,
        key=f"quote-step-{entry.id}",
    )


@log(
    "quotes_quotemail",
    of="opportunity",
    key="opportunity_id",
    at="settled_at",
    actor="sent_by_id",
    where="e.settled_at IS NOT NULL",
    facts={"state": "e.state", "reason": "e.reason", "subject": "e.subject", "quote_id": "v.quote_id"},
    joins="JOIN quotes_quoteversion v ON v.id = e.version_id",
)
def mails(access: Access, found: Sequence[Found]) -> list[Entry]:
    """What became of the mails with quotes."""
    if not access.may("quotes.view"):
        return []
    return [
        row.entry(kind=row.facts["state"], data={"text": mail_words(row.facts)} | row.facts) for row in found
    ]


def mail_words(facts: dict[str, object]) -> str:
    """What became of a mail, in a sentence."""
    reasons = {
        "moved_on": _("the quote was withdrawn or replaced meanwhile"),
        "no_paper": _("its document is gone"),
    }
    reason = reasons.get(str(facts["reason"]), facts["reason"])
    return sentence({**facts, "reason": reason})


def show_mail(entry: Entry, who: str) -> TimelineEvent:
    """A sentence; a failure catches the eye."""
    return TimelineEvent(
        at=entry.at,
        who=who or pgettext("timeline", "Quote by mail"),
        kind=pgettext("timeline", "Quote by mail"),
        icon="mail" if entry.kind == MailState.SENT else "mail-x",
        hue=MAIL_HUES[MailState(entry.kind)],
        text=str(entry.data["text"]),
        is_system=True,
        key=f"quote-mail-{entry.id}",
    )
