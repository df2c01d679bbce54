"""The way of a mail: queued by a room in the transaction of what it tells of, sent by a job, at most once.

A mail is marked as being sent, and the mark committed, before the mail server sees it: a worker that dies in
between leaves a mail of which nobody knows whether it went; it is told as failed and never repeated.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.sql import execute, value, values
from headwater.leads.mailing.house import has_mail_server, sender
from headwater.leads.mailing.opting_out import opt_out_address
from headwater.leads.mailing.server import Handed, hand_over
from headwater.leads.mailing.types import MailState
from headwater.leads.mailing.words import Words
from headwater.platform.jobs import is_stopping

# Waits before the further tries, where surely nothing went.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
LOST_AFTER = timedelta(minutes=15)  # so long a mail is being sent by nobody who still lives

# To whom a mail may go: an address, a consent, and no wish against it. `l` is the lead.
MAY_MAIL = "(COALESCE(l.email, '') <> '' AND l.consent_basis <> '' AND NOT l.do_not_email)"

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outbox:
    """A room's queue of mails: a table made of `QueuedMail`, and what the room knows of each.

    `facts(mail_id)` gives at least id, lead_id, subject, text, attempts, email, reply_to, do_not_email and
    may_mail. `refusal` names why a mail is not wanted any more, looked at just before it would go; `failed`
    is called in the transaction that gives it up. With a `letter` the room writes the mail itself (lead_id is
    not asked for then): what somebody sends to one person, not what a list has sent.
    """

    table: str
    mark: str  # tells its mails from others' in their Message-ID
    facts: Callable[[int], Facts]
    words: Callable[[Facts], Words]
    refusal: Callable[[Facts], str]
    failed: Callable[[Facts], None]
    letter: Callable[[Facts, Words], EmailMessage] | None = None

    def has_due(self) -> bool:
        """Whether there is anything to send now."""
        found = f"SELECT EXISTS (SELECT 1 FROM {self.table} WHERE due_at <= %s AND state = 'waiting')"
        return bool(value(found, (clock.now(),)))

    def send_due(self, *, most: int = 500) -> int:
        """Send what is due, one at a time; how many were taken up. Any number of workers share the work.

        Where the server is away or breaks off the others stay for the next round: they lose no try by it. A
        worker that is asked to end leaves them too.
        """
        self._give_up_lost()
        for taken in range(most):
            mail_id = None if is_stopping() else self._take()
            if mail_id is None:
                return taken
            if not self._send(mail_id):
                return taken + 1
        return most

    def _take(self) -> int | None:
        """Mark the next due mail as being sent, for everybody to see before it is."""
        now = clock.now()
        take = (
            f"UPDATE {self.table} m SET state = 'sending', attempts = m.attempts + 1, due_at = %s"
            f" WHERE m.id = (SELECT id FROM {self.table} WHERE due_at <= %s AND state = 'waiting'"
            " ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING m.id"
        )
        with transaction.atomic(durable=True):
            found: int | None = value(take, (now + LOST_AFTER, now))
        return found

    def _give_up_lost(self) -> None:
        lost = (
            f"SELECT id FROM {self.table} WHERE due_at <= %s AND state = 'sending' ORDER BY id"
            " FOR UPDATE SKIP LOCKED"
        )
        with transaction.atomic(durable=True):
            for mail_id in values(lost, (clock.now(),)):
                facts = self.facts(mail_id)
                self._settle(facts, MailState.FAILED, "lost", self.words(facts))
                self.failed(facts)

    def _send(self, mail_id: int) -> bool:
        """Send a mail that this worker has marked; False when the server is not fit for more."""
        facts = self.facts(mail_id)
        words = self.words(facts)
        refused = self._refusal(facts)
        if refused:
            self._settle(facts, MailState.SKIPPED, refused, words)
            return True
        ended, said = hand_over((self.letter or self._message)(facts, words))
        # Who reads the reason may not be shown the address, however it is spelt.
        said = _ADDRESS.sub("…", said)
        if ended == Handed.TAKEN:
            self._settle(facts, MailState.SENT, "", words)
        elif ended in (Handed.AWAY, Handed.NOT_NOW) and facts["attempts"] <= len(WAITS):
            again = clock.now() + WAITS[facts["attempts"] - 1]
            kept = (facts["subject"], facts["text"])
            self._write(mail_id, MailState.WAITING, said, *kept, due_at=again, settled_at=None)
        else:
            reason = {Handed.AWAY: "no_answer", Handed.UNKNOWN: "lost"}.get(ended, said)
            with transaction.atomic():
                self._settle(facts, MailState.FAILED, reason, words)
                self.failed(facts)
        return ended not in (Handed.AWAY, Handed.UNKNOWN)

    def _refusal(self, facts: Facts) -> str:
        if not has_mail_server():
            return "no_server"
        if facts["do_not_email"]:
            return "opted_out"
        if not facts["may_mail"]:
            return "not_allowed"
        return self.refusal(facts)

    def message_id(self, mail_id: int) -> str:
        """What tells this mail from all others, also when it comes back."""
        return f"<{mail_id}.{self.mark}@{urlsplit(settings.PUBLIC_URL).hostname or 'headwater'}>"

    def _message(self, facts: Facts, words: Words) -> EmailMessage:
        link = opt_out_address(facts["lead_id"])
        headers = {
            "Message-ID": self.message_id(facts["id"]),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{link}>",
        }
        if link.startswith("https://"):  # the one click of RFC 8058 is for these alone
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return EmailMessage(
            subject=words.subject,
            body=words.text,
            from_email=sender(),
            to=[facts["email"]],
            reply_to=[facts["reply_to"]] if facts["reply_to"] else None,
            headers=headers,
        )

    def _settle(self, facts: Facts, state: MailState, reason: str, words: Words) -> None:
        """End with a mail, and keep it as the customer reads it."""
        self._write(
            facts["id"], state, reason, words.subject, words.text, due_at=None, settled_at=clock.now()
        )

    def _write(
        self, mail_id: int, state: MailState, reason: str, subject: str, text: str, **moments: Any
    ) -> None:
        # A worker that was taken for dead and comes back may still say that its mail went, and nothing else.
        execute(
            f"UPDATE {self.table} SET state = %s, reason = %s, subject = %s, text = %s, due_at = %s,"
            " settled_at = %s WHERE id = %s AND (state = 'sending' OR (%s = 'sent' AND reason = 'lost'))",
            (
                state.value,
                reason,
                subject,
                text,
                moments["due_at"],
                moments["settled_at"],
                mail_id,
                state.value,
            ),
        )
