"""The mail that thanks whoever sent a form. It repeats nothing of what they wrote but a harmless name: a form
must not become a way to send one's own words to others in our name."""

import re
from datetime import timedelta
from typing import Any

from headwater.forms.models import Form
from headwater.kernel import clock
from headwater.kernel.sql import execute, rows
from headwater.leads.mailing.house import company_name
from headwater.leads.mailing.opting_out import opt_out_address
from headwater.leads.mailing.outbox import Outbox
from headwater.leads.mailing.words import Words, filled
from headwater.leads.unwanted import UNWANTED

ONE_IN = timedelta(days=1)  # for an address and a form
_HARMLESS = re.compile(r"[\w ·.'’-]{1,30}")
_LINK = re.compile(r"[.][a-z]{2,}|www|http", re.IGNORECASE)

_QUEUE = f"""
INSERT INTO forms_confirmation (submission_id, lead_id, email, state, subject, text, reason, attempts,
  created_at, due_at)
SELECT %s, l.id, %s, 'waiting', %s, %s, '', 0, %s, %s FROM leads_lead l
WHERE l.id = %s AND NOT l.do_not_email AND NOT {UNWANTED % {"address": "%s"}}
  AND NOT EXISTS (
    SELECT 1 FROM forms_confirmation c JOIN forms_submission s ON s.id = c.submission_id
    WHERE c.email = %s AND c.created_at > %s AND s.form_id = %s)
ON CONFLICT (submission_id) DO NOTHING
"""
_FACTS = f"""
SELECT m.id, m.lead_id, m.subject, m.text, m.attempts, m.email, s.values->>'name' AS name, f.title AS form,
  s.at AS consent_at, t.text AS consent_evidence,
  l.do_not_email OR {UNWANTED % {"address": "m.email"}} AS do_not_email,
  l.consent_basis <> '' OR l.status = 'converted' AS may_mail, '' AS reply_to
FROM forms_confirmation m
JOIN forms_submission s ON s.id = m.submission_id
JOIN forms_form f ON f.id = s.form_id
JOIN leads_lead l ON l.id = m.lead_id
LEFT JOIN forms_consenttext t ON t.form_id = s.form_id AND t.version = s.consent_version
WHERE m.id = %s
"""


def queue_confirmation(form: Form, submission_id: int, lead_id: int, email: str) -> None:
    """Thank by mail, in the caller's transaction; not who wants no mail, and not twice a day."""
    now = clock.now()
    words = (form.mail_subject, form.mail_text)
    who = (lead_id, email, email, email, now - ONE_IN, form.pk)
    execute(_QUEUE, (submission_id, email, *words, now, now, *who))


def said_name(given: str | None) -> str:
    """The name as a mail may say it; empty for what is rather a message."""
    name = " ".join((given or "").split())
    return name if _HARMLESS.fullmatch(name) and not _LINK.search(name) else ""


def _facts(mail_id: int) -> dict[str, Any]:
    return rows(_FACTS, (mail_id,))[0]


def _words(facts: dict[str, Any]) -> Words:
    known = {"name": said_name(facts["name"]), "company": company_name(), "form": facts["form"]}
    return filled(
        Words(facts["subject"], facts["text"]),
        known,
        consent_at=facts["consent_at"],
        consent_evidence=facts["consent_evidence"] or "",
        opt_out=opt_out_address(facts["lead_id"]),
    )


def _wanted(_facts_of: dict[str, Any]) -> str:
    return ""


def _failed(_facts_of: dict[str, Any]) -> None:
    """The timeline tells it; nobody waits for this mail."""


OUTBOX = Outbox("forms_confirmation", "form", _facts, _words, _wanted, _failed)
