"""Telling the customer who will call: queued with the decision, sent by the leads' outbox, at most once."""

from collections.abc import Sequence
from typing import Any

from headwater.kernel import clock
from headwater.kernel.sql import execute, rows
from headwater.leads.mailing.opting_out import opt_out_address
from headwater.leads.mailing.outbox import MAY_MAIL, Outbox
from headwater.leads.mailing.words import Words
from headwater.platform.notifications import notify
from headwater.routing.content import CustomerMail
from headwater.routing.services.composing import words_of

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
_FACTS = f"""
SELECT m.id, m.lead_id, m.subject, m.text, m.attempts, l.name, l.email,
  l.consent_at, l.consent_evidence, l.do_not_email, {MAY_MAIL} AS may_mail,
  (l.owner_id = d.owner_id AND l.status IN ('assigned', 'following') AND l.archived_at IS NULL) IS TRUE
  AS stays, l.owner_id AS present_owner_id, u.name AS owner, u.mobile AS phone, u.email AS reply_to
FROM routing_customermail m
JOIN routing_decision d ON d.id = m.decision_id
JOIN leads_lead l ON l.id = m.lead_id
LEFT JOIN organization_user u ON u.id = d.owner_id
WHERE m.id = %s
"""


def queue_mails(mail: CustomerMail, decided: Sequence[tuple[int, int, int]]) -> int:
    """Have the customers told of these decisions (lead, event, step), where the lead allows it; how many."""
    now = clock.now()
    leads, events, steps = zip(*decided, strict=True) if decided else ((), (), ())
    return execute(_QUEUE, (mail.subject, mail.text, now, now, list(leads), list(events), list(steps)))


def _facts(mail_id: int) -> dict[str, Any]:
    return rows(_FACTS, (mail_id,))[0]


def _words(facts: dict[str, Any]) -> Words:
    template = CustomerMail(facts["subject"], facts["text"])
    return words_of(template, facts, opt_out=opt_out_address(facts["lead_id"]))


def _refusal(facts: dict[str, Any]) -> str:
    return "" if facts["stays"] else "moved_on"  # it would name somebody who will not call


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


OUTBOX = Outbox("routing_customermail", "dispatch", _facts, _words, _refusal, _tell_owner)
