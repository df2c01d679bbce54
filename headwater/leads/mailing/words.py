"""What a mail says: placeholders in braces, what was agreed to, and how to have mail end."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.leads.mailing.types import MailState

_PLACE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """A mail as the customer reads it, or as it is written with placeholders."""

    subject: str
    text: str


def unknown_places(template: str, known: Iterable[str]) -> list[str]:
    """What stands in braces and means nothing, in order."""
    return [name for name in _PLACE.findall(template) if name not in known]


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled; a value is never read as a template again."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def filled(
    template: Words,
    values: Mapping[str, str],
    *,
    consent_at: datetime | None,
    consent_evidence: str,
    opt_out: str,
) -> Words:
    """The mail filled in, with why it comes and how it ends in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        consent = _consent(consent_at, " ".join(consent_evidence.split()))
        leave = _("If you want no more e-mail from us: %(link)s") % {"link": opt_out}
    subject = " ".join(fill(template.subject, values).split())
    return Words(subject, f"{fill(template.text, values)}\n\n—\n{consent}\n{leave}\n")


def _consent(given_at: datetime | None, wording: str) -> str:
    day = date_format(timezone.localtime(given_at), "DATE_FORMAT") if given_at else ""
    match (bool(day), bool(wording)):
        case (True, True):
            return _("You agreed on %(day)s: “%(wording)s”") % {"day": day, "wording": wording}
        case (True, False):
            return _("You agreed on %(day)s that we contact you.") % {"day": day}
        case (False, True):
            return _("You agreed: “%(wording)s”") % {"wording": wording}
    return _("You agreed that we contact you.")


def sentence(facts: Mapping[str, Any]) -> str:
    """What became of a mail to the customer. `facts`: state, reason, subject."""
    if facts["state"] == MailState.SENT:
        return _("Mail to the customer sent: “%(subject)s”") % {"subject": facts["subject"]}
    if facts["state"] in (MailState.WAITING, MailState.SENDING):
        return _("Mail to the customer is on its way")
    reason = {
        "no_server": _("no mail server is set up"),
        "opted_out": _("they want no e-mail"),
        "not_allowed": _("there is no address or no consent any more"),
        "moved_on": _("the lead had moved on"),
        "lost": _("the sending was interrupted; whether it went is not known"),
        "no_answer": _("the mail server could not be reached"),
    }.get(facts["reason"], facts["reason"])
    return _("Mail to the customer not sent: %(reason)s") % {"reason": reason}
