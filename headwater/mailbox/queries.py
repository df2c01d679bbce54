"""Mailboxes and how they do; mails as a reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headwater.engagement.subjects import check_visible
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access, ActorKind
from headwater.kernel.errors import Forbidden, NotFound
from headwater.kernel.sql import rows, value
from headwater.mailbox.models import Mail, Mailbox
from headwater.mailbox.types import State
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import files_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How reading a mailbox goes, and what came in by it in the last thirty days."""

    is_on: bool
    checked_at: datetime | None
    trouble: str
    trouble_detail: str
    tries: int
    next_at: datetime | None
    mails: int
    new_leads: int
    attached: int
    aside: int


def mailbox_by_id(access: Access, mailbox_id: int) -> Mailbox:
    """A mailbox, archived ones too; seen by everybody who may see mailboxes."""
    found = Mailbox.objects.filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(record="mailbox", id=mailbox_id)
    return found


_FIGURES = """
SELECT count(*) AS mails, count(*) FILTER (WHERE made_lead) AS new_leads,
  count(*) FILTER (WHERE state = 'kept' AND NOT made_lead) AS attached,
  count(*) FILTER (WHERE state <> 'kept') AS aside
FROM mailbox_mail WHERE mailbox_id = %s AND created_at > %s
"""


def standing_of(access: Access, mailbox: Mailbox) -> Standing:
    """How a mailbox does."""
    (figures,) = rows(_FIGURES, (mailbox.pk, clock.now() - timedelta(days=30)))
    return Standing(
        is_on=mailbox.is_on and mailbox.archived_at is None,
        checked_at=mailbox.checked_at,
        trouble=mailbox.trouble,
        trouble_detail=mailbox.trouble_detail,
        tries=mailbox.tries,
        next_at=mailbox.next_at,
        **figures,
    )


def latest_mails(access: Access, mailbox_id: int, *, limit: int = 20) -> list[dict[str, Any]]:
    """The latest of a mailbox: when, what became of it; whom it is from is for those who see the record."""
    return rows(
        "SELECT id, created_at, state, why, record_type, record_id, made_lead FROM mailbox_mail"
        " WHERE mailbox_id = %s ORDER BY created_at DESC, id DESC LIMIT %s",
        (mailbox_id, limit),
    )


def get_mail(access: Access, mail_id: int) -> Mail:
    """A mail one may see: by its record, or on the work-list; `NotFound` otherwise."""
    mail = Mail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise NotFound(record="mail", id=mail_id)
    if access.actor.kind == ActorKind.SYSTEM:
        return mail
    try:
        if mail.state == State.KEPT:
            check_visible(access, RecordRef(mail.record_type or "", mail.record_id or 0))
        else:
            access.also("mails.view")
    except Forbidden:
        raise NotFound(record="mail", id=mail_id) from None
    return mail


def files_of_mail(mail: Mail) -> list[StoredFile]:
    """What came along; the caller has checked that the mail may be seen."""
    return files_of("mail", mail.pk)


def count_aside() -> int:
    """How many wait for a decision, at most a hundred."""
    found = "SELECT count(*) FROM (SELECT 1 FROM mailbox_mail WHERE state = 'aside' LIMIT 100) x"
    return int(value(found))


def names_of_mailboxes(ids: Sequence[int]) -> dict[int, str]:
    """Names by id."""
    return dict(Mailbox.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
