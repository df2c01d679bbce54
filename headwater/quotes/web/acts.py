"""Acts on a quote: one small dialog each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.organization.queries import names_of
from headwater.platform.api import limit_rate
from headwater.quotes import queries, services
from headwater.quotes.links import address_of
from headwater.quotes.models import Quote
from headwater.quotes.services.mailing import standard_words
from headwater.quotes.web.words import reason_words
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

_FORM = "ui/records/form.html"


@require_http_methods(["GET", "POST"])
def new_quote(request: HttpRequest) -> HttpResponse:
    """Begin a quote, and go on writing it."""
    access = permit(request, "quotes.create")
    kind = record_type("quote")
    keys = ["opportunity", "name"]
    if request.method == "POST":
        made = services.create_quote(access, records.submitted(request, kind, access, keys))
        return done(request, go=f"/quotes/{made}/edit" if access.may("quotes.edit") else kind.link(made))
    page = records.form_page(
        kind,
        access,
        title=_("New quote"),
        action="/quotes/new",
        keys=keys,
        row=_given(access, request.GET.get("opportunity", "")),
        submit=pgettext("quote", "Write the quote"),
        cancel_href="/quotes",
        width="small",
    )
    return respond(request, _FORM, page)


def _given(access: Access, raw: str) -> dict[str, Any] | None:
    """The opportunity that the address names, where the reader sees it."""
    if not raw.isdecimal() or len(raw) > 18 or not access.may("opportunities.view"):
        return None
    kind = record_type("opportunity")
    try:
        row = listing.get(access.also("opportunities.view"), kind, int(raw), fields=["name"])
    except NotFound:
        return None
    return {"opportunity": {"id": row["id"], "name": row["name"]}, "custom": {}}


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Another subject."""
    access = permit(request, "quotes.edit")
    kind = record_type("quote")
    keys = ["name", *(key for key, field in kind.all_fields.items() if field.is_custom)]
    if request.method == "POST":
        given = records.submitted(request, kind, access, keys)
        services.update_quote(access, quote_id, given, version=_version(request))
        return done(request, _("Saved"))
    row = listing.get(access, kind, quote_id)
    page = records.form_page(
        kind,
        access,
        title=_("Rename"),
        action=f"/quotes/{quote_id}/rename",
        row=row,
        keys=keys,
        submit=_("Save"),
        width="small",
    )
    return respond(request, _FORM, page)


def _version(request: HttpRequest) -> int | None:
    raw = request.POST.get("version", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialog: what it is called and asks for, and what it says when done."""

    title: str
    submit: str
    done: str
    controls: tuple[FieldControl, ...] = ()
    intro: str = ""
    danger: bool = False


def _dialog(
    request: HttpRequest, quote: Quote, act: str, asked: Asked, *, width: Any = "small"
) -> HttpResponse:
    page = FormPage(
        title=asked.title,
        action=f"/quotes/{quote.pk}/{act}",
        groups=(FieldGroup(asked.controls),) if asked.controls else (),
        submit=asked.submit,
        hidden={"version": quote.version},
        width=width,
        danger=asked.danger,
        intro=asked.intro,
    )
    return respond(request, _FORM, page)


def _note(label: str, *, required: bool = False, name: str = "note") -> FieldControl:
    return FieldControl(name, label, kind="long_text", rows=2, required=required, max_length=500)


def _noted(
    act: str, permission: str, run: Callable[..., Any], words: Callable[[], Asked]
) -> Callable[..., HttpResponse]:
    """A dialog with a remark."""

    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, quote_id: int) -> HttpResponse:
        access = permit(request, permission)
        if request.method == "POST":
            run(access, quote_id, note=request.POST.get("note", "")[:500], version=_version(request))
            return done(request, words().done)
        return _dialog(request, services.get_quote(access, quote_id), act, words())

    return view


approve = _noted(
    "approve",
    "quotes.approve",
    services.approve,
    lambda: Asked(_("Approve"), _("Approve"), _("Approved"), (_note(_("Remark")),)),
)
reject = _noted(
    "reject",
    "quotes.approve",
    services.reject,
    lambda: Asked(
        _("Do not approve"), _("Send back"), _("Sent back"), (_note(_("What should change"), required=True),)
    ),
)
withdraw = _noted(
    "withdraw",
    "quotes.edit",
    services.withdraw,
    lambda: Asked(
        _("Withdraw"),
        _("Withdraw"),
        pgettext("quote", "Withdrawn"),
        (_note(_("Why")),),
        intro=_("The customer's link then says that this quote holds no longer."),
        danger=True,
    ),
)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Ask for approval, with the reasons why it is needed."""
    access = permit(request, "quotes.edit")
    if request.method == "POST":
        note = request.POST.get("note", "")[:500]
        approver = services.ask_approval(access, quote_id, note=note, version=_version(request))
        if approver is None:
            return done(request, _("Approved"))
        return done(request, _("%(name)s was asked") % {"name": names_of([approver]).get(approver, "")})
    quote = services.get_quote(access, quote_id)
    draft = queries.find_version(quote, quote.latest)
    reasons = "; ".join(reason_words(services.reasons_for(access, draft)))
    asked = Asked(
        _("Ask for approval"),
        _("Ask"),
        "",
        (_note(_("What the one who decides should know")),),
        intro=_("Why: %(reasons)s.") % {"reasons": reasons} if reasons else "",
    )
    return _dialog(request, quote, "ask", asked)


def _answered(act: str, run: Callable[..., Any], words: Callable[[], Asked]) -> Callable[..., HttpResponse]:
    """A dialog in which one of us writes down what the customer said."""

    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, quote_id: int) -> HttpResponse:
        access = permit(request, "quotes.edit")
        if request.method == "POST":
            who, note = request.POST.get("name", "")[:80], request.POST.get("note", "")[:1000]
            run(access, quote_id, who=who, note=note, version=_version(request))
            return done(request, words().done)
        return _dialog(request, services.get_quote(access, quote_id), act, words())

    return view


accept = _answered(
    "accept",
    services.accept,
    lambda: Asked(
        _("The customer accepted"),
        _("Save"),
        pgettext("quote", "Accepted"),
        (FieldControl("name", _("Who said so"), max_length=80), _note(_("Remark"))),
    ),
)
decline = _answered(
    "decline",
    services.decline,
    lambda: Asked(
        _("The customer declined"),
        _("Save"),
        pgettext("quote", "Declined"),
        (FieldControl("name", _("Who said so"), max_length=80), _note(_("Why"))),
    ),
)


@require_POST
def revise(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Begin the next version, and go on writing it."""
    services.revise(permit(request, "quotes.edit"), quote_id)
    return done(request, go=f"/quotes/{quote_id}/edit")


@require_POST
def reopen(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Back to draft."""
    services.reopen(permit(request, "quotes.edit"), quote_id)
    return done(request, _("Back to draft"))


def _letter(request: HttpRequest) -> services.Letter:
    data = request.POST
    return services.Letter(
        data.get("email", "")[:300], data.get("subject", "")[:200], data.get("text", "")[:10_000]
    )


def _mail_controls(quote: Quote, number: int, *, required: bool) -> tuple[FieldControl, ...]:
    version = queries.find_version(quote, number)
    standard = standard_words(version)
    address = version.contact.email if version.contact is not None else ""
    return (
        FieldControl("email", _("To"), kind="email", value=address or "", required=required),
        FieldControl("subject", _("Subject of the mail"), value=standard.subject, max_length=200),
        FieldControl(
            "text",
            pgettext("mail", "Text"),
            kind="long_text",
            value=standard.text.strip(),
            rows=9,
            help=_("{link} becomes the customer's page. The document is attached."),
        ),
    )


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Send by mail, or say that it is handed over in another way."""
    access = permit(request, "quotes.edit")
    if request.method == "POST":
        limit_rate("quotes.send", str(access.user_id), 60)
        by_mail = request.POST.get("how") == "mail"
        letter = _letter(request) if by_mail else None
        services.send_quote(access, quote_id, letter=letter, version=_version(request))
        return done(request, _("It is on its way") if by_mail else _("Sent: the link is ready"))
    quote = services.get_quote(access, quote_id)
    mails = _mail_controls(quote, quote.latest, required=False)
    how = FieldControl(
        "how",
        _("How"),
        kind="segments",
        value="mail" if mails[0].value else "other",
        options=(
            Option("mail", pgettext("act", "By e-mail"), icon="mail"),
            Option("other", _("Another way"), icon="link"),
        ),
    )
    asked = Asked(
        _("Send"),
        _("Send"),
        "",
        (how, *mails),
        intro=_("What is sent does not change any more: a change makes a new version."),
    )
    return _dialog(request, quote, "send", asked, width="")


@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Once more, perhaps to somebody else."""
    access = permit(request, "quotes.edit")
    if request.method == "POST":
        limit_rate("quotes.send", str(access.user_id), 60)
        services.mail_again(access, quote_id, _letter(request))
        return done(request, _("It is on its way"))
    quote = services.get_quote(access, quote_id)
    out = services.out_version(quote)
    controls = _mail_controls(quote, out.number, required=True)
    return _dialog(request, quote, "mail", Asked(_("Mail it again"), _("Send"), "", controls), width="")


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The customer's address, to be handed over."""

    url: str
    number: str


@require_GET
def link(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The link, to copy into a chat."""
    access = permit(request, "quotes.edit")
    quote = services.get_quote(access, quote_id)
    return respond(
        request, "quotes/link.html", LinkPage(address_of(services.out_version(quote)), quote.number)
    )


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Put quotes away; the toast brings them back."""
    access = permit(request, "quotes.delete")
    ids = [int(one) for one in (request.POST.getlist("ids") or request.GET.getlist("ids")) if _is_id(one)]
    if not ids:
        raise Invalid.one("ids", "value.required", _("Choose at least one record."))
    if request.method == "POST":
        count = services.archive_quotes(access, ids[:1000])
        undo = "/quotes/restore?" + "&".join(f"ids={one}" for one in ids) if len(ids) <= 50 else None
        go = "/quotes" if request.POST.get("page") else None
        return done(request, _("Archived %(count)s") % {"count": count}, undo=undo, go=go)
    many = ngettext("%(count)s record", "%(count)s records", len(ids)) % {"count": len(ids)}
    page = FormPage(
        title=" · ".join([_("Archive"), many][: 2 if len(ids) > 1 else 1]),
        action="/quotes/archive",
        groups=(),
        submit=_("Archive"),
        hidden={"ids": [str(one) for one in ids]} | ({"page": "1"} if request.GET.get("page") else {}),
        width="small",
        danger=True,
        intro=_("A customer can no longer accept what is archived. It can be taken up again."),
    )
    return respond(request, _FORM, page)


def _is_id(raw: str) -> bool:
    return raw.isdecimal() and len(raw) < 19


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Take archived quotes up again."""
    access = permit(request, "quotes.delete")
    ids = [int(one) for one in request.POST.getlist("ids") or request.GET.getlist("ids") if _is_id(one)]
    return done(request, _("Restored %(count)s") % {"count": services.restore_quotes(access, ids[:1000])})
