"""Telling the customer who will call: queued with the decision, sent by a job, at most once.

A mail is marked as being sent, and the mark committed, before the mail server sees it: a worker that dies in
between leaves a mail of which nobody knows whether it went; it is told as failed and never repeated.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.sql import execute, rows, value, values
from headwater.platform.jobs import is_stopping
from headwater.platform.notifications import notify
from headwater.routing.content import CustomerMail
from headwater.routing.services.composing import Words, words_of
from headwater.routing.services.mail_server import Handed, hand_over
from headwater.routing.services.opting_out import opt_out_address
from headwater.routing.settings import company_name, has_mail_server
from headwater.routing.types import MailState

# Waits before the further tries, where surely nothing went.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
LOST_AFTER = timedelta(minutes=15)  # so long a mail is being sent by nobody who still lives

# To whom a mail may go: an address, a consent, and no wish against it. `l` is the lead.
MAY_MAIL = "(COALESCE(l.email, '') <> '' AND l.consent_basis <> '' AND NOT l.do_not_email)"

_QUEUE = f"""
INSERT INTO routing_customermail (lead_id, decision_id, state, subject, text, reason, attempts,
  created_at, due_at)
SELECT d.lead_id, d.id, 'waiting', %s, %s, '', 0, %s, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS x (lead_id, event_id, step)
JOIN routing_decision d ON (d.lead_id, d.event_id, d.step) = (x.lead_id, x.event_id, x.step)
JOIN leads_lead l ON l.id = d.lead_id
WHERE {MAY_MAIL}
ON CONFLICT (lead_id, decision_id) DO NOTHING
"""
_TAKE = """
UPDATE routing_customermail m SET state = 'sending', attempts = m.attempts + 1, due_at = %s
WHERE m.id = (
  SELECT id FROM routing_customermail WHERE due_at <= %s AND state = 'waiting'
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING m.id
"""
_LOST = """
SELECT id FROM routing_customermail WHERE due_at <= %s AND state = 'sending' ORDER BY id
FOR UPDATE SKIP LOCKED
"""
_FACTS = f"""
SELECT m.id, m.lead_id, m.decision_id, m.subject, m.text, m.attempts, d.owner_id, l.name, l.email,
  l.consent_at, l.consent_evidence, l.do_not_email, {MAY_MAIL} AS may_mail,
  (l.owner_id = d.owner_id AND l.status IN ('assigned', 'following') AND l.archived_at IS NULL) IS TRUE
  AS stays, l.owner_id AS present_owner_id, u.name AS owner, u.mobile AS phone, u.email AS owner_email
FROM routing_customermail m
JOIN routing_decision d ON d.id = m.decision_id
JOIN leads_lead l ON l.id = m.lead_id
LEFT JOIN organization_user u ON u.id = d.owner_id
WHERE m.id = %s
"""
# A worker that was taken for dead and comes back may still say that its mail went, and nothing else.
_SETTLE = """
UPDATE routing_customermail SET state = %s, reason = %s, subject = %s, text = %s, due_at = %s, settled_at = %s
WHERE id = %s AND (state = 'sending' OR (%s = 'sent' AND reason = 'lost'))
"""


def queue_mails(mail: CustomerMail, decided: Sequence[tuple[int, int, int]]) -> int:
    """Have the customers told of these decisions (lead, event, step), where the lead allows it; how many."""
    now = clock.now()
    leads, events, steps = zip(*decided, strict=True) if decided else ((), (), ())
    return execute(_QUEUE, (mail.subject, mail.text, now, now, list(leads), list(events), list(steps)))


def has_due_mails() -> bool:
    """Whether there is anything to send now."""
    found = "SELECT EXISTS (SELECT 1 FROM routing_customermail WHERE due_at <= %s AND state = 'waiting')"
    return bool(value(found, (clock.now(),)))


def send_due_mails(*, most: int = 500) -> int:
    """Send what is due, one at a time; how many were taken up. Any number of workers share the work.

    Where the server is away or breaks off the others stay for the next round: they lose no try by it. A
    worker that is asked to end leaves them too.
    """
    _give_up_lost()
    for taken in range(most):
        mail_id = None if is_stopping() else _take()
        if mail_id is None:
            return taken
        if not _send(mail_id):
            return taken + 1
    return most


def _take() -> int | None:
    """Mark the next due mail as being sent, for everybody to see before it is."""
    now = clock.now()
    with transaction.atomic(durable=True):
        found: int | None = value(_TAKE, (now + LOST_AFTER, now))
    return found


def _give_up_lost() -> None:
    now = clock.now()
    with transaction.atomic(durable=True):
        for mail_id in values(_LOST, (now,)):
            facts = rows(_FACTS, (mail_id,))[0]
            _settle(facts, MailState.FAILED, "lost", _words(facts))
            _tell_owner(facts)


def _send(mail_id: int) -> bool:
    """Send a mail that this worker has marked; False when the server is not fit for more."""
    facts = rows(_FACTS, (mail_id,))[0]
    words = _words(facts)
    refused = _refusal(facts)
    if refused:
        _settle(facts, MailState.SKIPPED, refused, words)
        return True
    ended, said = hand_over(_message(facts, words))
    said = _ADDRESS.sub("…", said)  # who reads the reason may not be shown the address, however it is spelt
    if ended == Handed.TAKEN:
        _settle(facts, MailState.SENT, "", words)
    elif ended in (Handed.AWAY, Handed.NOT_NOW) and facts["attempts"] <= len(WAITS):
        again = clock.now() + WAITS[facts["attempts"] - 1]
        execute(
            _SETTLE,
            (MailState.WAITING.value, said, facts["subject"], facts["text"], again, None, mail_id, ""),
        )
    else:
        reason = {Handed.AWAY: "no_answer", Handed.UNKNOWN: "lost"}.get(ended, said)
        with transaction.atomic():
            _settle(facts, MailState.FAILED, reason, words)
            _tell_owner(facts)
    return ended not in (Handed.AWAY, Handed.UNKNOWN)


def _refusal(facts: dict[str, Any]) -> str:
    """Why the mail must not go any more, looked at just before it would; empty when it may."""
    if not has_mail_server():
        return "no_server"
    if facts["do_not_email"]:
        return "opted_out"
    if not facts["may_mail"]:
        return "not_allowed"
    return "" if facts["stays"] else "moved_on"  # it would name somebody who will not call


def _words(facts: dict[str, Any]) -> Words:
    template = CustomerMail(facts["subject"], facts["text"])
    return words_of(template, facts, opt_out=opt_out_address(facts["lead_id"]))


def _message(facts: dict[str, Any], words: Words) -> EmailMessage:
    link = opt_out_address(facts["lead_id"])
    host = urlsplit(settings.PUBLIC_URL).hostname or "headwater"
    headers = {
        "Message-ID": f"<{facts['decision_id']}.dispatch@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{link}>",
    }
    if link.startswith("https://"):  # the one click of RFC 8058 is for these alone
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=words.subject,
        body=words.text,
        from_email=_sender(),
        to=[facts["email"]],
        reply_to=[facts["owner_email"]] if facts["owner_email"] else None,
        headers=headers,
    )


def _sender() -> str:
    """The address of the house, under the name by which customers know the company."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((company_name() or name, address))


def _settle(facts: dict[str, Any], state: MailState, reason: str, words: Words) -> None:
    """End with a mail, and keep it as the customer reads it."""
    now = clock.now()
    execute(_SETTLE, (state.value, reason, words.subject, words.text, None, now, facts["id"], state.value))


def _tell_owner(facts: dict[str, Any]) -> None:
    if facts["present_owner_id"] is None:
        return
    notify(
        [facts["present_owner_id"]],
        "routing.mail_failed",
        params={"name": facts["name"]},
        record_type="lead",
        record_id=facts["lead_id"],
        url=f"/leads/{facts['lead_id']}",
        dedupe_key=f"routing.mail_failed:{facts['id']}",
    )
