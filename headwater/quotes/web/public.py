"""The customer's page: no session, no cookie, no script. Who holds the link may look, accept or decline."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid
from headwater.platform.api import limit_rate
from headwater.platform.api.limits import RateLimited
from headwater.quotes import queries, services
from headwater.quotes.answers import pdf_response
from headwater.quotes.links import version_of_token
from headwater.quotes.models import QuoteVersion
from headwater.quotes.settings import PUBLIC_PER_MINUTE
from headwater.quotes.types import PaperLanguage, QuoteState
from headwater.quotes.web import words
from headwater.quotes.web.words import LineView, line_view
from headwater.ui import formats
from headwater.ui.responses import respond

_MOST = 16 * 1024
_SHORT = {"zh": PaperLanguage.CHINESE, "en": PaperLanguage.ENGLISH}
_PAPERS = 12  # printed a minute for one address at most
# Of these the customer has read nothing they could hold on to.
_GONE = frozenset({QuoteState.WITHDRAWN, QuoteState.REPLACED})


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """All that the page shows; without a number there is nothing to see."""

    language: str
    languages: tuple[tuple[str, str, str], ...] = ()
    state: str = "gone"  # open, accepted, declined, lapsed, gone
    number: str = ""
    company: str = ""
    customer: str = ""
    contact: str = ""
    valid_until: str = ""
    intro: str = ""
    lines: tuple[LineView, ...] = ()
    has_discount: bool = False
    sums: tuple[tuple[str, str], ...] = ()
    total: tuple[str, str] = ("", "")
    terms: str = ""
    pdf: str = ""
    action: str = ""
    accepted_by: str = ""
    accepted_on: str = ""
    told: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    name: str = ""
    reason: str = ""
    seller: str = ""
    seller_reach: str = ""


# There is no session to ride on; the secret in the address says who may.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_quote(request: HttpRequest, token: str) -> HttpResponse:
    """The quote, and what the customer answers."""
    refused = _limited(request)
    if refused is not None:
        return refused
    version = _living(token)
    with _language(request, version):
        if version is None or version.state in _GONE:
            return _show(request, version, token, status=404 if version is None else 410)
        if request.method == "POST":
            return _answer(request, version, token)
        if request.method == "GET" and getattr(request, "actor", None) is None:
            services.note_opened(version.pk)
        return _show(request, version, token)


@never_cache
@require_safe
def public_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The document itself."""
    refused = _limited(request, cost=max(1.0, PUBLIC_PER_MINUTE.get() / _PAPERS))
    if refused is not None:
        return refused
    version = _living(token)
    with _language(request, version):
        if version is None or version.state in _GONE:
            return _show(request, version, token, status=404 if version is None else 410)
        language = _SHORT.get(request.GET.get("lang", ""), PaperLanguage(version.language))
        try:
            content = services.paper_of(system_access("quotes.link"), version, language)
        except DomainError as refusal:
            return _show(request, version, token, told=refusal.detail, status=refusal.status)
        return pdf_response(content, services.paper_name(version))


def _living(token: str) -> QuoteVersion | None:
    version = version_of_token(token)
    return version if version is not None and version.quote.archived_at is None else None


def _limited(request: HttpRequest, cost: float = 1.0) -> HttpResponse | None:
    try:
        limit_rate("quotes.public", request.META.get("REMOTE_ADDR", ""), PUBLIC_PER_MINUTE.get(), cost=cost)
    except RateLimited as refusal:
        response = HttpResponse(refusal.detail, status=429, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = str(refusal.facts["retry_after"])
        return response
    return None


def _answer(request: HttpRequest, version: QuoteVersion, token: str) -> HttpResponse:
    raw = request.META.get("CONTENT_LENGTH") or "0"
    if not (raw.isascii() and raw.isdigit()) or int(raw[:18]) > _MOST:
        request.POST = QueryDict()  # nothing of it is read
        return _show(request, version, token, told=_("That was too large."), status=413)
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return HttpResponse(status=415)
    data = request.POST
    name = data.get("name", "").replace("\x00", "").strip()[:80]
    reason = data.get("reason", "").replace("\x00", "").strip()[:1000]
    kept = {"name": name, "reason": reason}
    try:
        if data.get("answer") == "accept":
            if "agree" not in data:
                raise Invalid.one("agree", "value.required", _("Please tick that you agree."))
            services.accept_by_link(version.pk, who=name)
        elif data.get("answer") == "decline":
            services.decline_by_link(version.pk, who=name, note=reason)
        else:
            return _show(request, version, token, told=_("Please choose an answer."), status=422, **kept)
    except Invalid as refusal:
        errors = tuple((key, str(told["detail"])) for key, told in refusal.fields.items())
        return _show(request, version, token, errors=errors, status=422, **kept)
    except DomainError as refusal:  # somebody was quicker: what counts now is shown
        again = _living(token)
        return _show(request, again, token, told=refusal.detail, status=refusal.status, **kept)
    address = reverse("public_quote", args=[token])
    lang = request.GET.get("lang", "")
    return HttpResponseRedirect(f"{address}?lang={lang}" if lang in _SHORT else address, status=303)


def _language(request: HttpRequest, version: QuoteVersion | None) -> Any:
    """What the customer chose here, else the language of the quote, else that of the browser."""
    chosen = _SHORT.get(request.GET.get("lang", ""))
    wanted = chosen or (version.language if version is not None else translation.get_language())
    return translation.override(wanted or "zh-hans")


def _languages(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    here = translation.get_language() or ""
    return tuple(
        ("en" if short == "en" else "zh-CN", str(language.label), f"{request.path}?lang={short}")
        for short, language in _SHORT.items()
        if not here.startswith(short)
    )


def _show(
    request: HttpRequest, version: QuoteVersion | None, token: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    html_language = "en" if (translation.get_language() or "").startswith("en") else "zh-CN"
    languages = _languages(request)
    if version is None or version.state in _GONE:
        page = PublicQuote(html_language, languages)
    else:
        page = _page(request, version, token, html_language, languages, more)
    response = respond(request, "quotes/public.html", page, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the secret
    response["X-Frame-Options"] = "DENY"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(
    request: HttpRequest,
    version: QuoteVersion,
    token: str,
    language: str,
    languages: tuple[tuple[str, str, str], ...],
    more: dict[str, Any],
) -> PublicQuote:
    lines = queries.lines_of(version)
    sides, english = version.frozen, language == "en"
    short = "en" if english else "zh"
    state = "open"
    if version.state == QuoteState.ACCEPTED:
        state = "accepted"
    elif version.state == QuoteState.DECLINED:
        state = "declined"
    elif version.state == QuoteState.EXPIRED or services.is_lapsed(version):
        state = "lapsed"
    reach = (sides.get("seller_mobile", ""), sides.get("seller_email", ""))
    return PublicQuote(
        language,
        languages,
        state=state,
        number=version.quote.number,
        company=(sides.get("company_en") if english else "") or sides.get("company", ""),
        customer=sides.get("customer", ""),
        contact=sides.get("contact", ""),
        valid_until=formats.full(version.valid_until) if version.valid_until else "",
        intro=version.intro,
        lines=tuple(line_view(line, version.currency) for line in lines),
        has_discount=any(line.discount_percent or line.discount_amount for line in lines),
        sums=words.sum_rows(version, lines),
        total=(words.total_label(version), formats.money_full(version.total, version.currency)),
        terms=version.terms,
        pdf=f"{reverse('public_quote_paper', args=[token])}?lang={short}",
        action=request.get_full_path(),
        accepted_by=version.settled_name,
        accepted_on=formats.full(version.settled_at) if version.settled_at else "",
        seller=sides.get("seller", ""),
        seller_reach=" · ".join(part for part in reach if part),
        **more,
    )
