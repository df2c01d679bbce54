"""What people decide about mails that were put aside."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from headwater.engagement.subjects import check_visible
from headwater.engagement.types import BulkResult, RecordRef
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.mailbox.errors import MailSorted
from headwater.mailbox.events import MailsSorted
from headwater.mailbox.models import Mail
from headwater.mailbox.places import named_place
from headwater.mailbox.services.receiving import capture_from_mail, lead_values, put_on
from headwater.mailbox.types import State
from headwater.platform import audit
from headwater.platform.events import emit

TARGETS = ("lead", "contact")


def make_leads(access: Access, ids: Sequence[int]) -> list[BulkResult]:
    """A lead from each of these mails, under `leads.create` too; a known sender inquires again."""
    access.also("leads.create")
    results: list[BulkResult] = []
    for mail_id in dict.fromkeys(ids):
        try:
            with transaction.atomic():
                _make_lead(access, mail_id)
            results.append(BulkResult(mail_id, ok=True))
        except DomainError as refusal:
            results.append(
                BulkResult(mail_id, ok=False, code=refusal.code, detail=refusal.detail, facts=refusal.facts)
            )
    return results


def _make_lead(access: Access, mail_id: int) -> None:
    mail = _lock(mail_id)
    values = lead_values(mail.sender, mail.sender_name, mail.subject, mail.text)
    if mail.mailbox is not None:
        origin = {
            "source": mail.mailbox.source_id,
            "channel": mail.mailbox.channel_id,
            "business_line": mail.mailbox.business_line or None,
        }
        values |= {name: item for name, item in origin.items() if item is not None}
    place, _is_new = capture_from_mail(access, mail.pk, mail.key, values)
    if place is None:
        raise NotFound(record="lead", id=None)
    _decided(access, [mail.pk], "mail_lead", {"record": [None, f"lead:{place.record_id}"]}, State.KEPT)


@transaction.atomic
def attach_mail(access: Access, mail_id: int, record_type: str, record_id: int) -> None:
    """Put a mail on the timeline of a lead or contact that one sees, under `mails.edit`.

    Refuses `NotFound`, `MailSorted`, `Invalid` for other kinds of records.
    """
    if record_type not in TARGETS:
        raise Invalid.one("record_type", "value.choice", "lead, contact")
    mail = _lock(mail_id)
    check_visible(access, RecordRef(record_type, record_id))
    place = named_place(record_type, record_id)
    if place is None:
        raise NotFound(record=record_type, id=record_id)
    put_on(access, mail.pk, place, mail.subject)
    _decided(access, [mail.pk], "mail_attach", {"record": [None, f"{record_type}:{record_id}"]}, State.KEPT)


@transaction.atomic
def discard_mails(access: Access, ids: Sequence[int]) -> int:
    """Take mails off the work-list, under `mails.edit`; they can be put back. How many."""
    return _switch(access, ids, State.ASIDE, State.DISCARDED)


@transaction.atomic
def put_back_mails(access: Access, ids: Sequence[int]) -> int:
    """Put discarded mails back on the work-list. How many."""
    return _switch(access, ids, State.DISCARDED, State.ASIDE)


def _switch(access: Access, ids: Sequence[int], before: State, after: State) -> int:
    access.also("mails.edit")
    chosen = Mail.objects.select_for_update(no_key=True).filter(pk__in=set(ids), state=before)
    found = list(chosen.order_by("pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=found).update(state=after)
    if found:
        act = "mail_discard" if after == State.DISCARDED else "mail_put_back"
        _decided(access, found, act, {"state": [before.value, after.value]}, after)
    return len(found)


def _lock(mail_id: int) -> Mail:
    mail = Mail.objects.select_for_update(no_key=True).filter(pk=mail_id).first()
    if mail is None:
        raise NotFound(record="mail", id=mail_id)
    if mail.state == State.KEPT:
        raise MailSorted(state=mail.state)
    return mail


def _decided(
    access: Access, ids: Sequence[int], act: str, changes: dict[str, list[object]], state: State
) -> None:
    access.also("mails.edit")
    Mail.objects.filter(pk__in=ids).update(version=F("version") + 1)
    audit.record_many(access, "mail", act, audit.same_changes(list(ids), changes))
    emit(MailsSorted(mail_ids=list(ids), state=state.value), access)
