"""A quote by mail, its paper attached: through the leads' outbox, at most once."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.mailing.house import company_name, sender
from headwater.leads.mailing.outbox import Outbox
from headwater.leads.mailing.words import Words, fill
from headwater.leads.unwanted import UNWANTED
from headwater.platform.files.services import content_path
from headwater.platform.notifications import notify
from headwater.quotes.links import token_of
from headwater.quotes.models import QuoteMail, QuoteVersion
from headwater.quotes.types import QuoteState

LINK = "{link}"  # the secret is filled in when the mail is written, never kept
MOST_TEXT = 10_000

_FACTS = f"""
SELECT m.id, m.subject, m.text, m.attempts, m.email, m.sent_by_id, v.id AS version_id, v.link_salt,
  v.state AS version_state, v.number AS version_number, q.id AS quote_id, q.number,
  q.archived_at IS NOT NULL AS is_archived,
  COALESCE(f.sha256, '') AS paper, COALESCE(u.email, '') AS reply_to,
  {UNWANTED % {"address": "m.email"}} AS do_not_email, m.email <> '' AS may_mail
FROM quotes_quotemail m
JOIN quotes_quoteversion v ON v.id = m.version_id
JOIN quotes_quote q ON q.id = v.quote_id
LEFT JOIN quotes_quotepaper p ON p.version_id = v.id AND p.language = v.language
LEFT JOIN platform_file f ON f.id = p.file_id
LEFT JOIN organization_user u ON u.id = m.sent_by_id AND u.is_active
WHERE m.id = %s
"""


def standard_words(version: QuoteVersion) -> Words:
    """What we write unless somebody writes otherwise, in the customer's language."""
    with translation.override(version.language):
        company = (version.frozen or {}).get("company") or company_name()
        known = {"number": version.quote.number, "company": company}
        subject = _("Quotation %(number)s") % known
        if company:
            subject = _("Quotation %(number)s from %(company)s") % known
        last = ""
        if version.valid_until is not None:
            day = date_format(version.valid_until, "DATE_FORMAT")
            last = "\n" + _("It is good until %(day)s.") % {"day": day}
        body = _(
            "Hello,\n\nour quotation %(number)s is attached. You can look at it, accept or decline it here:"
        )
        return Words(subject, f"{body % known}\n{LINK}\n{last}\n\n{company}".rstrip() + "\n")


def queue_mail(access: Access, version: QuoteVersion, email: str, subject: str, body: str) -> int:
    """Have a version mailed, in the caller's transaction; the id of the mail."""
    standard = standard_words(version)
    body = body.replace("\r\n", "\n").strip()[:MOST_TEXT]
    if body and LINK not in body:
        body += f"\n\n{LINK}\n"
    moment = clock.now()
    made = QuoteMail.objects.create(
        version=version,
        opportunity_id=version.quote.opportunity_id,
        email=text.email_address(email) or "",
        sent_by_id=access.user_id,
        subject=" ".join(subject.split())[:200] or standard.subject,
        text=body or standard.text,
        created_at=moment,
        due_at=moment,
    )
    return made.pk


def _facts(mail_id: int) -> dict[str, Any]:
    return rows(_FACTS, (mail_id,))[0]


def _words(facts: dict[str, Any]) -> Words:
    return Words(facts["subject"], facts["text"])


def _refusal(facts: dict[str, Any]) -> str:
    """Looked at just before it would go: the customer may have had it withdrawn meanwhile."""
    if facts["version_state"] != QuoteState.SENT or facts["is_archived"]:
        return "moved_on"
    if not facts["paper"] or not content_path(facts["paper"]).exists():
        return "no_paper"
    return ""


def _letter(facts: dict[str, Any], words: Words) -> EmailMessage:
    link = f"{settings.PUBLIC_URL}/q/{token_of(facts['version_id'], facts['link_salt'])}"
    mark = f"-V{facts['version_number']}" if facts["version_number"] > 1 else ""
    message = EmailMessage(
        subject=words.subject,
        body=fill(words.text, {"link": link}),
        from_email=sender(),
        to=[facts["email"]],
        reply_to=[facts["reply_to"]] if facts["reply_to"] else None,
        headers={"Message-ID": OUTBOX.message_id(facts["id"])},
    )
    content = content_path(facts["paper"]).read_bytes()
    message.attach(f"{facts['number']}{mark}.pdf", content, "application/pdf")
    return message


def _failed(facts: dict[str, Any]) -> None:
    """Who sent it hears that it did not arrive."""
    if facts["sent_by_id"] is not None:
        notify(
            [facts["sent_by_id"]],
            "quote.mail_failed",
            params={"number": facts["number"]},
            record_type="quote",
            record_id=facts["quote_id"],
            url=f"/quotes/{facts['quote_id']}",
            dedupe_key=f"quote.mail_failed:{facts['id']}",
        )


OUTBOX = Outbox("quotes_quotemail", "quote", _facts, _words, _refusal, _failed, _letter)
