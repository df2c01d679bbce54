"""The public pages: no session, no cookie, no word of whom we know."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.forms import services
from headwater.forms.models import Form
from headwater.forms.queries import form_of_address, is_open
from headwater.forms.questions import askable_fields, read_questions
from headwater.forms.services import guarding
from headwater.forms.services.filing import FILES
from headwater.forms.settings import PER_MINUTE
from headwater.forms.web.drawing import PublicForm, controls, files_asked, posted
from headwater.kernel import clock
from headwater.kernel.catalogue import FieldType
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.api import limit_rate
from headwater.platform.api.limits import RateLimited
from headwater.ui.responses import respond

TEMPLATE = "forms/public.html"
_UTM = ("source", "medium", "campaign", "term", "content")
_LANGUAGES = {"zh": ("zh-hans", "简体中文"), "en": ("en", "English")}
_KEPT = (*(f"utm_{name}" for name in _UTM), "referrer", "landing", "hw_visitor")
_ORIGIN = {"source": "utm_source", "referrer": "referrer"}
_PLAIN = 256 * 1024  # a submission without files
_MEGABYTE = 1024 * 1024
_VISITOR = re.compile("[0-9a-f]{32}")
_NAMED = re.compile("[?&]hw_visitor=[^&#]*$")


# There is no session to ride on; the signed stamp says that the page was ours.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_form(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and what somebody sends with it."""
    return _answer(request, token, is_embedded=False)


@csrf_exempt
@never_cache
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def embedded_form(request: HttpRequest, token: str) -> HttpResponse:
    """The same inside a page of ours elsewhere; the form says which pages may show it."""
    return _answer(request, token, is_embedded=True)


@never_cache
@xframe_options_exempt
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thanks, the same for everybody, also when the form closed a moment ago."""
    is_embedded = "embed" in request.GET
    with _language(request):
        form = form_of_address(token)
        if form is None or form.archived_at is not None:
            return _closed(request, None, is_embedded=is_embedded)
        page = PublicForm(
            form.title,
            "",
            "",
            (),
            thanks=form.thanks,
            is_sent=True,
            is_embedded=is_embedded,
            language=_html_language(),
        )
        return _framed(respond(request, TEMPLATE, page), form, is_embedded=is_embedded)


@csrf_exempt
@never_cache
@require_POST
def started(request: HttpRequest, token: str) -> HttpResponse:
    """The page says that somebody began to fill it in; what is no page of ours is not counted."""
    form = form_of_address(token)
    if form is not None and is_open(form) and _length(request) <= _PLAIN:
        stamp = guarding.read_stamp(form.pk, request.POST.get(guarding.STAMP, ""))
        if stamp is not None:
            services.count_start(form.pk, stamp.nonce, _came_from(request))
    return HttpResponse(status=204)


@require_safe
def choices(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """A tree that the form asks for, such as regions: what can be chosen, with what each lies under."""
    form, known = form_of_address(token), askable_fields().get(key)
    asked = {one["key"] for one in form.questions} if form is not None and is_open(form) else set()
    if known is None or known.type != FieldType.CASCADE or key not in asked:
        raise NotFound(record="form", id=None)
    with _language(request):
        items = [[item.value, str(item.label), item.parent] for item in known.choices() if not item.retired]
    response = JsonResponse({"items": items})
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _answer(request: HttpRequest, token: str, *, is_embedded: bool) -> HttpResponse:
    with _language(request):
        form = form_of_address(token)
        if form is None or not is_open(form):
            return _closed(request, form, is_embedded=is_embedded)
        if request.method == "POST":
            response = _unreadable(request, form, is_embedded=is_embedded) or _take(
                request, form, is_embedded=is_embedded
            )
        else:
            if request.method == "GET":
                services.count_view(form.pk, _came_from(request))
            response = _show(request, form, is_embedded=is_embedded)
        return _framed(response, form, is_embedded=is_embedded)


def _unreadable(request: HttpRequest, form: Form, *, is_embedded: bool) -> HttpResponse | None:
    """Refuse what no page of ours sends, before anything of it is read."""
    if _length(request) > _PLAIN + form.files_most * form.files_megabytes * _MEGABYTE:
        request.POST = QueryDict()  # nothing of it is read
        told = _("That was too large. Please send it with fewer or smaller files.")
        return _show(request, form, is_embedded=is_embedded, told=(told,), status=413)
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return HttpResponse(status=415)
    return None


def _length(request: HttpRequest) -> int:
    raw = request.META.get("CONTENT_LENGTH") or "0"
    return int(raw[:18]) if raw.isascii() and raw.isdigit() else 0


def _take(request: HttpRequest, form: Form, *, is_embedded: bool) -> HttpResponse:
    asked = read_questions(form.questions)
    values, agreed = posted(asked, request.POST), "consent" in request.POST
    if request.POST.get(guarding.TRAP):
        services.count_refused(form.pk, _came_from(request))
        return _thank(request, form, is_embedded=is_embedded)
    given = request.POST.get(guarding.STAMP, "")
    stamp = guarding.read_stamp(form.pk, given)

    def again(error: str, *, status: int = 422, fields: Mapping[str, Any] | None = None) -> HttpResponse:
        return _show(
            request,
            form,
            is_embedded=is_embedded,
            values=values,
            agreed=agreed,
            errors=fields or {},
            told=(error,),
            stamp=given if stamp is not None else "",
            status=status,
        )

    if stamp is None:
        return again(_("This page was open for a long time. Nothing is lost: please send it once more."))
    if stamp.is_too_fresh:
        return again(_("That was quick. Please send it once more."))
    is_proven = guarding.is_proven(stamp, request.POST.get(guarding.PROOF, ""))
    files = request.FILES.getlist(FILES)
    try:
        _limit(request, form, is_proven=is_proven)
        services.count_start(form.pk, stamp.nonce, _came_from(request))
        sent = _sent(request, stamp.nonce, is_proven)
        services.submit(form.pk, values, sent, has_consented=agreed, files=files)
    except RateLimited:
        return again(
            _("Many messages come from where you are. Please send it again in a minute."), status=429
        )
    except NotFound:
        return _closed(request, form, is_embedded=is_embedded)
    except Invalid as refusal:
        shown = {one.key for one in asked} | {"consent", FILES}
        other = [str(one["detail"]) for key, one in refusal.fields.items() if key not in shown]
        told = other[0] if other else _("Please look at the marked places.")
        if files:
            again_please = _("Please choose your files again.")
            told = f"{told} {again_please}"
        return again(told, fields=refusal.fields)
    return _thank(request, form, is_embedded=is_embedded)


def _limit(request: HttpRequest, form: Form, *, is_proven: bool) -> None:
    limit = int(PER_MINUTE.get())
    if limit:
        caller = f"{form.pk}:{is_proven}:{request.META.get('REMOTE_ADDR', '')}"
        limit_rate("forms", caller, limit if is_proven else max(1, limit // 3))


def _came_from(request: HttpRequest) -> str:
    return services.came_from({name: _kept(request, key) for name, key in _ORIGIN.items()})


def _sent(request: HttpRequest, nonce: str, is_proven: bool) -> services.Sent:
    utm = {name: _kept(request, f"utm_{name}") for name in _UTM} | {"referrer": _kept(request, "referrer")}
    visitor = _kept(request, "hw_visitor")
    return services.Sent(
        nonce,
        {key: item for key, item in utm.items() if item},
        _kept(request, "landing"),
        is_proven,
        visitor if _VISITOR.fullmatch(visitor) else "",
        request.META.get("REMOTE_ADDR", ""),
    )


def _kept(request: HttpRequest, name: str) -> str:
    """Where they came from: as the page carries it, at first as the address and the browser say it."""
    if name in request.POST:
        found = request.POST[name]
    elif name == "referrer":
        found = request.headers.get("Referer", "")
        found = "" if urlsplit(found).netloc == request.get_host() else found
    elif name == "landing":
        found = _NAMED.sub("", request.build_absolute_uri())
    else:
        found = request.GET.get(name, "")
    return found.replace("\x00", "")[:500]


def _show(
    request: HttpRequest,
    form: Form,
    *,
    is_embedded: bool,
    values: Mapping[str, Any] | None = None,
    agreed: bool = False,
    errors: Mapping[str, Any] | None = None,
    told: tuple[str, ...] = (),
    stamp: str = "",
    status: int = 200,
) -> HttpResponse:
    asked, wrong = read_questions(form.questions), errors or {}
    stamp = stamp or guarding.new_stamp(form.pk)
    kept = {name: _kept(request, name) for name in _KEPT}
    page = PublicForm(
        title=form.title,
        intro=form.intro,
        submit_label=form.submit_label,
        controls=controls(asked, values or {}, wrong),
        consent_text=form.consent_text if form.consent_version else "",
        has_consented=agreed,
        consent_error=str(wrong.get("consent", {}).get("detail", "")),
        files=files_asked(form, str(wrong.get(FILES, {}).get("detail", ""))),
        errors=told,
        action=request.get_full_path(),
        hidden={guarding.STAMP: stamp} | {name: item for name, item in kept.items() if item},
        trap=guarding.TRAP,
        challenge=guarding.new_challenge(stamp, form.pk),
        script=static("forms/page.js"),
        starts=reverse("public_form_started", args=[form.token]),
        is_embedded=is_embedded,
        language=_html_language(),
        languages=_other_languages(request),
    )
    return respond(request, TEMPLATE, page, status=status)


def _html_language() -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "zh-CN"


def _other_languages(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    here = translation.get_language() or ""
    found = []
    for short, (language, label) in _LANGUAGES.items():
        if not here.startswith(short):
            query = request.GET.copy()
            query["lang"] = short
            found.append((language, label, f"{request.path}?{query.urlencode()}"))
    return tuple(found)


def _language(request: HttpRequest) -> Any:
    wanted = _LANGUAGES.get(request.GET.get("lang", ""), (translation.get_language() or "zh-hans",))[0]
    return translation.override(wanted)


def _thank(request: HttpRequest, form: Form, *, is_embedded: bool) -> HttpResponse:
    if form.redirect_url:
        return HttpResponseRedirect(form.redirect_url, status=303)
    address = reverse("public_form_thanks", args=[form.token])
    marks = [f"lang={request.GET['lang']}"] if request.GET.get("lang") in _LANGUAGES else []
    marks += ["embed"] if is_embedded else []
    return HttpResponseRedirect(f"{address}?{'&'.join(marks)}" if marks else address, status=303)


def _closed(request: HttpRequest, form: Form | None, *, is_embedded: bool) -> HttpResponse:
    is_early = form is not None and form.archived_at is None and form.opens_at and form.opens_at > clock.now()
    opens_at = form.opens_at if form is not None and is_early else None
    page = PublicForm(
        "", "", "", (), is_closed=True, opens_at=opens_at, is_embedded=is_embedded, language=_html_language()
    )
    response = respond(request, TEMPLATE, page, status=404)
    response["X-Frame-Options"] = "DENY"
    return response


def _framed(response: HttpResponse, form: Form, *, is_embedded: bool) -> HttpResponse:
    """Let the chosen pages show the embedded form, and a chosen address follow it."""
    update: dict[str, list[str]] = {}
    origins = form.embed_origins.split() if is_embedded else []
    if origins:
        update["frame-ancestors"] = ["'self'", *origins]
    else:
        response["X-Frame-Options"] = "DENY"
    if form.redirect_url:
        place = urlsplit(form.redirect_url)
        update["form-action"] = ["'self'", f"{place.scheme}://{place.netloc}"]
    if update:
        response._csp_replace = update  # type: ignore[attr-defined]
    response["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response
