"""The mail to a customer as it is read: the words of the rule, what was agreed to, and how to have it end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock
from headwater.kernel.sql import rows
from headwater.routing.content import CustomerMail
from headwater.routing.content.wording import fill
from headwater.routing.settings import company_name
from headwater.ui import formats


@dataclass(frozen=True, slots=True)
class Words:
    """A mail as the customer reads it."""

    subject: str
    text: str


def words_of(mail: CustomerMail, facts: Mapping[str, Any], *, opt_out: str) -> Words:
    """The mail filled in, what is added in the language of the house.

    `facts`: name, owner, phone, consent_at, consent_evidence.
    """
    known = {
        "name": facts["name"],
        "owner": facts["owner"] or "",
        "company": company_name(),
        "phone": formats.phone(facts["phone"]) if facts["phone"] else "",
    }
    with translation.override(settings.LANGUAGE_CODE):
        consent = _consent(facts["consent_at"], " ".join(facts["consent_evidence"].split()))
        leave = _("If you want no more e-mail from us: %(link)s") % {"link": opt_out}
    subject = " ".join(fill(mail.subject, known).split())
    return Words(subject, f"{fill(mail.text, known)}\n\n—\n{consent}\n{leave}\n")


def example(mail: CustomerMail, user_ids: Sequence[int]) -> Words:
    """The mail as an invented customer of the first of these people would read it."""
    found = rows(
        "SELECT name AS owner, mobile AS phone FROM organization_user WHERE id = ANY(%s::bigint[])"
        " ORDER BY array_position(%s::bigint[], id) LIMIT 1",
        (list(user_ids), list(user_ids)),
    )
    person = found[0] if found else {"owner": "…", "phone": ""}
    with translation.override(settings.LANGUAGE_CODE):
        name = pgettext("an invented customer", "Ms Li")
    invented = {"name": name, "consent_at": clock.now(), "consent_evidence": ""}
    return words_of(mail, person | invented, opt_out=f"{settings.PUBLIC_URL}/no-mail/…")


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
