"""JSON API of quotes: what the screens do, with the same services."""

from typing import Any

from django.http import HttpResponse
from ninja import File, Router, UploadedFile

from headwater.currencies.queries import company_currency
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.organization.queries import role_sheets
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    empty_response,
    idempotent,
    json_response,
    limit_rate,
    record_router,
)
from headwater.quotes import letterhead, queries, schemas, services, shapes
from headwater.quotes.answers import pdf_response
from headwater.quotes.links import address_of
from headwater.quotes.models import Quote
from headwater.quotes.queries.limits import role_limits
from headwater.quotes.services.previewing import preview
from headwater.quotes.types import PaperLanguage

router = record_router("quote")
setup = Router(tags=["Quotes"])

_REFUSALS: dict[int, Any] = {404: Problem, 409: Problem, 412: Problem, 422: Problem}
_ANSWERS: dict[int, Any] = {200: dict, **_REFUSALS}


def _shown(access: Access, quote_id: int) -> HttpResponse:
    """The quote as it is now; who may do something with it that they may not see gets its id."""
    kind = record_type("quote")
    row: dict[str, Any] = {"id": quote_id}
    if access.may("quotes.view"):
        try:
            row = listing.get(access.also("quotes.view"), kind, quote_id)
        except NotFound:
            pass
    return json_response(row, version=row.get("version"))


def _seen(request: ApiRequest, quote_id: int) -> tuple[Access, Quote]:
    access = permit(request, "quotes.view")
    return access, services.get_quote(access, quote_id)


@router.get("/{quote_id}/versions", operation_id="quote_versions", summary="Versions and approvals",
            response={200: schemas.QuoteVersionsOut, 404: Problem})  # fmt: skip
def versions(request: ApiRequest, quote_id: RecordId) -> HttpResponse:
    _access, quote = _seen(request, quote_id)
    found = [shapes.version_data(one) for one in queries.versions_of(quote)]
    asked = [shapes.approval_data(one) for one in queries.approvals_of(quote)]
    return json_response({"items": found, "approvals": asked}, version=quote.version)


@router.get("/{quote_id}/versions/{number}", operation_id="quote_version",
            summary="One version with its lines",
            response={200: schemas.QuoteVersionOut, 404: Problem})  # fmt: skip
def version(request: ApiRequest, quote_id: RecordId, number: RecordId) -> HttpResponse:
    _access, quote = _seen(request, quote_id)
    found = queries.find_version(quote, min(number, 2**31 - 1))
    return json_response(shapes.version_data(found, queries.lines_of(found)), version=quote.version)


@router.get("/{quote_id}/versions/{number}/differences", operation_id="quote_differences",
            summary="What a version changed", description="From the one before, or from `since`.",
            response={200: schemas.QuoteDifferencesOut, 404: Problem})  # fmt: skip
def differences(
    request: ApiRequest, quote_id: RecordId, number: RecordId, since: int | None = None
) -> HttpResponse:
    _access, quote = _seen(request, quote_id)
    after = queries.find_version(quote, min(number, 2**31 - 1))
    before = queries.find_version(quote, max(0, min(since or after.number - 1, 2**31 - 1)))
    return json_response(shapes.differences_data(queries.differences(before, after)))


@router.get("/{quote_id}/versions/{number}/pdf", operation_id="quote_pdf", summary="The document",
            response={200: None, 404: Problem, 503: Problem})  # fmt: skip
def pdf(
    request: ApiRequest, quote_id: RecordId, number: RecordId, language: PaperLanguage | None = None
) -> HttpResponse:
    access, quote = _seen(request, quote_id)
    limit_rate("quotes.pdf", str(access.user_id), 60)
    found = queries.find_version(quote, min(number, 2**31 - 1))
    content = services.paper_of(access, found, language or found.language)
    return pdf_response(content, services.paper_name(found))


@router.put("/{quote_id}/draft", operation_id="quote_write_draft", response=_ANSWERS,
            summary="Write the draft",
            description="What is given is written; `lines` are all lines. Sums are computed.")  # fmt: skip
def write_draft(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteDraftIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.write_draft(access, quote_id, body.dict(exclude_unset=True), version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/draft/sums", operation_id="quote_sums", summary="What a draft would come to",
             response={200: dict, 404: Problem, 409: Problem, 422: Problem})  # fmt: skip
def sums(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteDraftIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    found = preview(access, quote_id, body.dict(exclude_unset=True))
    return json_response(
        {
            "subtotal": found.sums.subtotal,
            "discount": found.sums.discount,
            "net": found.sums.net,
            "tax": found.sums.tax,
            "total": found.sums.total,
            "reduction": found.sums.reduction,
            "lines": [
                {"unit_price": line.unit_price, "amount": one.amount, "net": one.net, "tax": one.tax,
                 "total": one.total}
                for line, one in zip(found.lines, found.sums.lines, strict=True)
            ],
        }
    )  # fmt: skip


@router.post("/{quote_id}/revise", operation_id="quote_revise", response=_ANSWERS,
             summary="Begin the next version")  # fmt: skip
@idempotent
def revise(request: ApiRequest, quote_id: RecordId) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.revise(access, quote_id, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/reopen", operation_id="quote_reopen", response=_ANSWERS,
             summary="Take what waits for approval, or has it, back to draft")  # fmt: skip
def reopen(request: ApiRequest, quote_id: RecordId) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.reopen(access, quote_id, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/ask-approval", operation_id="quote_ask_approval", response=_ANSWERS,
             summary="Ask somebody above to approve the draft")  # fmt: skip
def ask_approval(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteNoteIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.ask_approval(access, quote_id, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/approve", operation_id="quote_approve", response=_ANSWERS,
             summary="Approve a quote of somebody else")  # fmt: skip
def approve(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteNoteIn) -> HttpResponse:
    access = permit(request, "quotes.approve")
    services.approve(access, quote_id, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/reject", operation_id="quote_reject", response=_ANSWERS,
             summary="Do not approve it, and say what should change")  # fmt: skip
def reject(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteNoteIn) -> HttpResponse:
    access = permit(request, "quotes.approve")
    services.reject(access, quote_id, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/send", operation_id="quote_send", response=_ANSWERS | {503: Problem},
             summary="Send the newest version",
             description="By mail with `email`, else it counts as handed over. Frozen then.")  # fmt: skip
@idempotent
def send(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteSendIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    limit_rate("quotes.send", str(access.user_id), 60)
    letter = services.Letter(body.email, body.subject, body.text) if body.email else None
    services.send_quote(access, quote_id, letter=letter, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/mail", operation_id="quote_mail", response=_ANSWERS | {503: Problem},
             summary="Mail once more what the customer has")  # fmt: skip
@idempotent
def mail(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteMailIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    limit_rate("quotes.send", str(access.user_id), 60)
    services.mail_again(access, quote_id, services.Letter(body.email, body.subject, body.text))
    return _shown(access, quote_id)


@router.get("/{quote_id}/link", operation_id="quote_link", summary="The customer's page",
            response={200: schemas.QuoteLinkOut, 404: Problem, 409: Problem})  # fmt: skip
def link(request: ApiRequest, quote_id: RecordId) -> HttpResponse:
    access = permit(request, "quotes.edit")
    return json_response({"url": address_of(services.out_version(services.get_quote(access, quote_id)))})


@router.post("/{quote_id}/accept", operation_id="quote_accept", response=_ANSWERS,
             summary="Write down that the customer accepted")  # fmt: skip
def accept(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteAnswerIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.accept(access, quote_id, who=body.name, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/decline", operation_id="quote_decline", response=_ANSWERS,
             summary="Write down that the customer declined")  # fmt: skip
def decline(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteAnswerIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.decline(access, quote_id, who=body.name, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/withdraw", operation_id="quote_withdraw", response=_ANSWERS,
             summary="Take back what the customer has")  # fmt: skip
def withdraw(request: ApiRequest, quote_id: RecordId, body: schemas.QuoteNoteIn) -> HttpResponse:
    access = permit(request, "quotes.edit")
    services.withdraw(access, quote_id, note=body.note, version=check_version(request))
    return _shown(access, quote_id)


@router.post("/{quote_id}/restore", operation_id="quote_restore", response=_ANSWERS,
             summary="Take an archived quote up again")  # fmt: skip
def restore(request: ApiRequest, quote_id: RecordId) -> HttpResponse:
    access = permit(request, "quotes.delete")
    if not services.restore_quotes(access, [quote_id]):
        raise NotFound(record="quote", id=quote_id)
    return _shown(access, quote_id)


def _limits() -> HttpResponse:
    names = {sheet.role.pk: sheet.role.label for sheet in role_sheets()}
    items = [
        {"role": one.role_id, "name": names.get(one.role_id, ""), "is_default": one.is_default,
         "discount_percent": one.limit.discount_percent, "amount": one.limit.amount}
        for one in role_limits()
    ]  # fmt: skip
    return json_response({"items": items, "currency": company_currency()})


@setup.get("/limits", operation_id="quote_limits", summary="Up to where each role goes by itself",
           response=schemas.QuoteLimitsOut)  # fmt: skip
def limits(request: ApiRequest) -> HttpResponse:
    permit(request, "quotes.configure")
    return _limits()


@setup.put("/limits", operation_id="quote_set_limits", summary="Set the limits of roles",
           response={200: schemas.QuoteLimitsOut, 422: Problem})  # fmt: skip
def set_limits(request: ApiRequest, body: schemas.QuoteLimitsIn) -> HttpResponse:
    access = permit(request, "quotes.configure")
    services.set_limits(access, [one.dict() for one in body.limits])
    return _limits()


@setup.post("/logo", operation_id="quote_set_logo", summary="Set the logo on papers",
            response={200: schemas.QuoteLogoOut, 413: Problem, 422: Problem})  # fmt: skip
def set_logo(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    access = permit(request, "quotes.configure")
    return json_response({"file": letterhead.set_logo(access, file).pk})


@setup.delete("/logo", operation_id="quote_remove_logo", summary="Papers without a logo",
              response={204: None})  # fmt: skip
def remove_logo(request: ApiRequest) -> HttpResponse:
    letterhead.remove_logo(permit(request, "quotes.configure"))
    return empty_response()


ROUTERS = {"/quotes": router, "/quote-setup": setup}
