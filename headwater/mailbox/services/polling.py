"""Reading mailboxes: one worker each at a time, every mail once, whatever is killed in between.

A mail and the place up to which the mailbox was read are written in one transaction. What was taken in but
not yet marked or moved on the server when a worker died stays as it is there.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import execute, value, values
from headwater.mailbox.errors import MailboxBusy, MailboxTrouble
from headwater.mailbox.imap import Fetched, OpenMailbox, open_mailbox
from headwater.mailbox.models import Mailbox
from headwater.mailbox.services.mailboxes import server_of
from headwater.mailbox.services.receiving import receive
from headwater.mailbox.settings import MAX_MEGABYTES
from headwater.mailbox.types import After, Trouble
from headwater.organization.queries import holders_of
from headwater.platform.jobs import is_stopping
from headwater.platform.notifications import notify

LEASE = timedelta(minutes=5)
AT_ONCE = 2 * 1024 * 1024
CHUNK = 50
MOST_A_RUN = 2000
_TELL_AFTER = 3  # tries: a server may be restarted without everybody hearing of it
_LONGEST_PAUSE = 30

log = structlog.get_logger(__name__)


class _LeaseLost(Exception):
    """Another worker has taken the mailbox over."""


def due_mailboxes() -> list[int]:
    """Mailboxes that are to be read now."""
    return values(
        "SELECT id FROM mailbox_mailbox WHERE is_on AND archived_at IS NULL"
        " AND (next_at IS NULL OR next_at <= %s) AND (lease_until IS NULL OR lease_until <= %s) ORDER BY id",
        (clock.now(), clock.now()),
    )


def poll_now(access: Access, mailbox_id: int) -> int:
    """Read a mailbox at once, under `mailboxes.edit`; how many mails came in.

    Refuses `NotFound`, `MailboxBusy`; raises `MailboxTrouble`.
    """
    access.also("mailboxes.edit")
    if not Mailbox.objects.filter(pk=mailbox_id, archived_at=None).exists():
        raise NotFound(record="mailbox", id=mailbox_id)
    taken = poll(mailbox_id)
    if taken is None:
        raise MailboxBusy
    trouble = value("SELECT trouble FROM mailbox_mailbox WHERE id = %s", (mailbox_id,))
    if trouble:
        raise MailboxTrouble(Trouble(trouble))
    return taken


def poll(mailbox_id: int) -> int | None:
    """Take in what is new in a mailbox; how many mails. None where another worker is at it."""
    lease = secrets.token_hex(16)
    if not _take(mailbox_id, lease):
        return None
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    taken = 0
    try:
        may_write = mailbox.after != After.NOTHING
        with open_mailbox(server_of(mailbox), may_write=may_write) as opened:
            taken = _read(mailbox, opened, lease)
        _release(mailbox_id, lease)
    except MailboxTrouble as trouble:
        _release_troubled(mailbox, lease, trouble)
    except _LeaseLost:
        log.warning("mailbox.lease_lost", mailbox_id=mailbox_id)
    except BaseException:
        _give_back(mailbox_id, lease)
        raise
    return taken


def _take(mailbox_id: int, lease: str) -> bool:
    now = clock.now()
    return bool(
        execute(
            "UPDATE mailbox_mailbox SET lease = %s, lease_until = %s WHERE id = %s AND archived_at IS NULL"
            " AND (lease_until IS NULL OR lease_until <= %s)",
            (lease, now + LEASE, mailbox_id, now),
        )
    )


def _read(mailbox: Mailbox, opened: OpenMailbox, lease: str) -> int:
    last, since = _beginning(mailbox, opened)
    if mailbox.uid_validity != opened.uid_validity:
        _move_on(mailbox.pk, lease, last, opened.uid_validity)
    access = system_access("mailbox.poll")
    uids = opened.uids_after(last, since=since)[:MOST_A_RUN]
    taken = 0
    for start in range(0, len(uids), CHUNK):
        done: list[int] = []
        chunk = uids[start : start + CHUNK]
        for fetched in opened.fetch(chunk, largest=MAX_MEGABYTES.get() * 1024 * 1024, at_once=AT_ONCE):
            taken += _take_in(access, mailbox, fetched, lease)
            done.append(fetched.uid)
            if is_stopping():
                break
        _finish(mailbox, opened, done)
        if is_stopping():
            break
    return taken


def _beginning(mailbox: Mailbox, opened: OpenMailbox) -> tuple[int, date | None]:
    """The number after which to read, and where the numbers mean nothing any more a day."""
    if mailbox.uid_validity == opened.uid_validity:
        return mailbox.last_uid, None
    if mailbox.uid_validity is None:
        return (0 if mailbox.takes_old or not opened.next_uid else opened.next_uid - 1), None
    # The server counts anew. What is known already is recognised by its Message-ID.
    reached = None if mailbox.takes_old else (mailbox.checked_at or mailbox.created_at)
    return 0, None if reached is None else (reached - timedelta(days=2)).date()


def _take_in(access: Access, mailbox: Mailbox, fetched: Fetched, lease: str) -> int:
    """One mail and the place behind it, both or neither; 1 unless it was known."""
    with transaction.atomic():
        received = receive(access, mailbox, fetched.raw, uid=fetched.uid, is_cut=fetched.is_cut)
        _move_on(mailbox.pk, lease, fetched.uid)
    return 0 if received.is_repeated else 1


def _move_on(mailbox_id: int, lease: str, uid: int, uid_validity: int | None = None) -> None:
    kept = execute(
        "UPDATE mailbox_mailbox SET last_uid = %s, uid_validity = COALESCE(%s, uid_validity),"
        " lease_until = %s WHERE id = %s AND lease = %s",
        (uid, uid_validity, clock.now() + LEASE, mailbox_id, lease),
    )
    if not kept:
        raise _LeaseLost


def _finish(mailbox: Mailbox, opened: OpenMailbox, uids: Sequence[int]) -> None:
    if not uids or mailbox.after == After.NOTHING:
        return
    if mailbox.after == After.SEEN:
        opened.mark_seen(uids)
    else:
        opened.move(uids, mailbox.after_folder)


def _release(mailbox_id: int, lease: str) -> None:
    execute(
        "UPDATE mailbox_mailbox SET lease = '', lease_until = NULL, checked_at = %s, trouble = '',"
        " trouble_detail = '', tries = 0, next_at = NULL WHERE id = %s AND lease = %s",
        (clock.now(), mailbox_id, lease),
    )


def _give_back(mailbox_id: int, lease: str) -> None:
    execute(
        "UPDATE mailbox_mailbox SET lease = '', lease_until = NULL, next_at = %s"
        " WHERE id = %s AND lease = %s",
        (clock.now() + timedelta(minutes=5), mailbox_id, lease),
    )


def _release_troubled(mailbox: Mailbox, lease: str, trouble: MailboxTrouble) -> None:
    tries = mailbox.tries + 1
    pause = min(2 ** min(tries, 10) // 2, _LONGEST_PAUSE)
    if trouble.trouble == Trouble.LOGIN and tries > 1:
        pause = _LONGEST_PAUSE  # many wrong passwords lock an account
    log.warning("mailbox.trouble", mailbox_id=mailbox.pk, trouble=trouble.trouble.value, tries=tries)
    with transaction.atomic():
        execute(
            "UPDATE mailbox_mailbox SET lease = '', lease_until = NULL, trouble = %s, trouble_detail = %s,"
            " tries = %s, next_at = %s WHERE id = %s AND lease = %s",
            (
                trouble.trouble.value,
                trouble.detail,
                tries,
                clock.now() + timedelta(minutes=pause),
                mailbox.pk,
                lease,
            ),
        )
        if tries == _TELL_AFTER:
            _tell(mailbox, trouble, clock.now())


def _tell(mailbox: Mailbox, trouble: MailboxTrouble, at: datetime) -> None:
    notify(
        holders_of("mailboxes.edit"),
        "mailbox.trouble",
        params={"name": mailbox.name, "trouble": trouble.trouble.value},
        record_type="mailbox",
        record_id=mailbox.pk,
        url=f"/settings/mailboxes/{mailbox.pk}",
        dedupe_key=f"mailbox.trouble:{mailbox.pk}:{at:%Y-%m-%dT%H}",
    )
