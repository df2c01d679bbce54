"""JSON API of mailboxes and of mail put aside: what the screens do, with the same services."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from ninja import Field as Described
from ninja import Query, Router, Schema

from headwater.engagement.api import results
from headwater.engagement.queries.sources import file_json
from headwater.engagement.schemas import BulkOut
from headwater.kernel.access import permit
from headwater.mailbox import queries, schemas, services
from headwater.mailbox.errors import MailboxTrouble, MailTooLarge, NoMail
from headwater.mailbox.settings import MAX_MEGABYTES
from headwater.mailbox.types import Trouble
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    empty_response,
    json_response,
    record_router,
)

mailboxes = record_router("mailbox")
mails = record_router("mail", get=False)
delivery = Router(tags=["Mailboxes"])

_CHUNK = 256 * 1024
_MAIL = {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}


class MailDeliveryParams(Schema):
    mailbox: int | None = Described(
        None, ge=1, lt=2**63, description="By whose rules; without one unknown senders are put aside."
    )


@delivery.post("/messages", operation_id="mailbox_deliver", summary="Hand in a mail",
               description="The raw mail as the server received it. The same mail again changes nothing."
               " Needs mails.deliver alone.",
               response={201: schemas.DeliveredOut, 200: schemas.DeliveredOut, 413: Problem, 422: Problem},
               openapi_extra={"requestBody": {"required": True, "content": _MAIL}})  # fmt: skip
def deliver(request: ApiRequest, params: Query[MailDeliveryParams]) -> HttpResponse:
    access = permit(request, "mails.deliver")
    received = services.deliver(access, _raw(request), mailbox_id=params.mailbox)
    told = {"mail": received.mail_id, "repeated": received.is_repeated, "put_aside": received.why.value}
    return json_response(told, status=200 if received.mail_id is None else 201)


def _raw(request: ApiRequest) -> bytes:
    """The body, up to the limit for mails; what claims more is not read at all."""
    limit = MAX_MEGABYTES.get()
    most = limit * 1024 * 1024
    claimed = str(request.META.get("CONTENT_LENGTH") or "0")
    if not claimed.isdecimal() or int(claimed[:20]) > most:
        raise MailTooLarge(megabytes=limit)
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := request.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise MailTooLarge(megabytes=limit)
            parts.append(chunk)
    except (RequestDataTooBig, OSError):
        raise MailTooLarge(megabytes=limit) from None
    if int(claimed) not in (0, size):  # the sender was cut off: half a mail is none
        raise NoMail
    return b"".join(parts)


@mailboxes.get("/{mailbox_id}/standing", operation_id="mailbox_standing", response=schemas.StandingOut,
               summary="How reading a mailbox goes")  # fmt: skip
def standing(request: ApiRequest, mailbox_id: RecordId) -> HttpResponse:
    access = permit(request, "mailboxes.view")
    found = queries.standing_of(access, queries.mailbox_by_id(access, mailbox_id))
    return json_response(
        {
            "is_on": found.is_on,
            "checked_at": found.checked_at,
            "trouble": found.trouble,
            "words": _words(found.trouble),
            "mails": found.mails,
            "new_leads": found.new_leads,
            "attached": found.attached,
            "aside": found.aside,
        }
    )


@mailboxes.post("/{mailbox_id}/test", operation_id="mailbox_test", response=schemas.CheckedOut,
                summary="Try the connection; nothing is read")  # fmt: skip
def test(request: ApiRequest, mailbox_id: RecordId) -> HttpResponse:
    checked = services.check_connection(permit(request, "mailboxes.edit"), mailbox_id)
    return json_response(
        {
            "ok": checked.is_good,
            "trouble": checked.trouble.value,
            "words": _words(checked.trouble),
            "detail": checked.detail,
            "count": checked.count,
            "folders": list(checked.folders),
        }
    )


@mailboxes.post("/{mailbox_id}/poll", operation_id="mailbox_poll",
                response={200: schemas.PolledOut, 404: Problem, 409: Problem},
                summary="Read a mailbox now")  # fmt: skip
def poll(request: ApiRequest, mailbox_id: RecordId) -> HttpResponse:
    access = permit(request, "mailboxes.edit")
    try:
        taken, trouble = services.poll_now(access, mailbox_id), Trouble.NONE
    except MailboxTrouble as found:
        taken, trouble = 0, found.trouble
    return json_response({"taken": taken, "trouble": trouble.value, "words": _words(trouble)})


@mailboxes.post("/{mailbox_id}/restore", operation_id="mailbox_restore", response={204: None, 404: Problem},
                summary="Read an archived mailbox again")  # fmt: skip
def restore(request: ApiRequest, mailbox_id: RecordId) -> HttpResponse:
    access = permit(request, "mailboxes.delete")
    queries.mailbox_by_id(access, mailbox_id)
    services.restore_mailboxes(access, [mailbox_id])
    return empty_response()


@mails.post("/make-leads", operation_id="mail_make_leads", response=BulkOut,
            summary="Make leads of mails put aside; known senders inquire again")  # fmt: skip
def make_leads(request: ApiRequest, body: schemas.MailIdsIn) -> HttpResponse:
    return results(services.make_leads(permit(request, "mails.edit"), body.ids))


@mails.post("/discard", operation_id="mail_discard", response=schemas.CountOut,
            summary="Take mails off the work-list")  # fmt: skip
def discard(request: ApiRequest, body: schemas.MailIdsIn) -> HttpResponse:
    return json_response({"count": services.discard_mails(permit(request, "mails.edit"), body.ids)})


@mails.post("/put-back", operation_id="mail_put_back", response=schemas.CountOut,
            summary="Put discarded mails back on the work-list")  # fmt: skip
def put_back(request: ApiRequest, body: schemas.MailIdsIn) -> HttpResponse:
    return json_response({"count": services.put_back_mails(permit(request, "mails.edit"), body.ids)})


@mails.get("/{mail_id}", operation_id="mail_get", response={200: schemas.InboundMailOut, 404: Problem},
           summary="A mail with its text and files")  # fmt: skip
def get(request: ApiRequest, mail_id: RecordId) -> HttpResponse:
    return _mail(request, mail_id)


@mails.post("/{mail_id}/attach", operation_id="mail_attach",
            response={200: schemas.InboundMailOut, 404: Problem, 409: Problem, 422: Problem},
            summary="Put a mail on the timeline of a lead or contact")  # fmt: skip
def attach(request: ApiRequest, mail_id: RecordId, body: schemas.AttachIn) -> HttpResponse:
    services.attach_mail(permit(request, "mails.edit"), mail_id, body.record_type, body.record_id)
    return _mail(request, mail_id)


def _mail(request: ApiRequest, mail_id: int) -> HttpResponse:
    mail = queries.get_mail(permit(request, "mails.view"), mail_id)
    shown: dict[str, Any] = {
        name: getattr(mail, name)
        for name in schemas.InboundMailOut.model_fields
        if name not in ("mailbox", "files")
    }
    shown |= {"mailbox": mail.mailbox_id, "files": [file_json(one) for one in queries.files_of_mail(mail)]}
    return json_response(shown)


def _words(trouble: str) -> str:
    return str(Trouble(trouble).label) if trouble else ""


ROUTERS = {"/mailboxes": mailboxes, "/mailbox": delivery, "/mails": mails}
