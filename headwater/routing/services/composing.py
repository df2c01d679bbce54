"""The mail to a customer as it is read: the words of the rule, what was agreed to, and how to have it end."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from headwater.kernel import clock
from headwater.kernel.sql import rows
from headwater.leads.mailing.house import company_name
from headwater.leads.mailing.words import Words, filled
from headwater.routing.content import CustomerMail
from headwater.ui import formats


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
    return filled(
        Words(mail.subject, mail.text),
        known,
        consent_at=facts["consent_at"],
        consent_evidence=facts["consent_evidence"],
        opt_out=opt_out,
    )


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
