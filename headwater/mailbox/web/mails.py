"""Mail put aside: the work-list, a mail with its text, what is decided about it."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.lists import view_options
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import whole
from headwater.mailbox import queries, services
from headwater.mailbox.models import Mail
from headwater.mailbox.timeline import left_out_words
from headwater.mailbox.types import State, Why
from headwater.platform.files.models import StoredFile
from headwater.ui import records
from headwater.ui.pages import Action, EmptyState, FieldControl, FieldGroup, FormPage, Row, Tag
from headwater.ui.responses import done, respond, toast


@dataclass(frozen=True, slots=True)
class MailPage:
    """A mail, and what can be decided about it."""

    mail: Mail
    title: str
    url: str
    tag: Tag
    files: tuple[StoredFile, ...]
    notes: tuple[str, ...]
    mailbox: str
    actions: tuple[Action, ...]
    record_url: str


@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The work-list."""
    access = permit(request, "mails.view")
    kind = record_type("mail")
    may = access.may("mails.edit")
    page = records.list_page(
        request,
        access,
        kind,
        url=reverse("mails"),
        title=_("Mail put aside"),
        filters=("why",),
        card=("sender_name", "sender", "created_at"),
        card_tag="why",
        batch=_batch(access) if may else (),
        row=_with_tools if may else None,
        search_placeholder=_("Search by sender or subject"),
        empty=EmptyState(
            _("Nothing to decide"),
            _("Mails of unknown senders, automatic replies and newsletters wait here for a decision."),
            icon="mail-open",
        ),
        needs=("state",),
        **view_options(request, access, kind, url=reverse("mails")),
    )
    return respond(request, "ui/records/list.html", page)


def _batch(access: Access) -> tuple[Action, ...]:
    acts = [
        Action(
            pgettext("mail", "Discard"),
            icon="archive",
            post=reverse("mails_many", args=["discard"]),
            key="discard",
        )
    ]
    if access.may("leads.create"):
        lead = reverse("mails_many", args=["make-leads"])
        acts.insert(0, Action(_("Make leads"), icon="user-plus", post=lead, key="lead"))
    return tuple(acts)


def _with_tools(data: Any, row: Row) -> Row:
    address = reverse("mail_page", args=[data["id"]])
    if data["state"] == State.DISCARDED:
        tools = (Action(_("Put back"), icon="undo-2", post=f"{address}/put-back"),)
        return replace(row, tools=tools)
    return replace(
        row,
        tools=(
            Action(_("Put on a timeline"), icon="link", dialog=f"{address}/attach"),
            Action(pgettext("mail", "Discard"), icon="archive", post=f"{address}/discard"),
        ),
    )


@require_GET
def mail_page(request: HttpRequest, mail_id: int) -> HttpResponse:
    """A mail with its text."""
    access = permit(request, "mails.view")
    mail = queries.get_mail(access, mail_id)
    names = queries.names_of_mailboxes([mail.mailbox_id] if mail.mailbox_id else [])
    hues = {State.KEPT: "green", State.ASIDE: "amber", State.DISCARDED: "gray"}
    state = State(mail.state)
    words = Why(mail.why).label if state == State.ASIDE and mail.why else state.label
    page = MailPage(
        mail=mail,
        title=mail.subject or pgettext("mail", "Without a subject"),
        url=reverse("mail_page", args=[mail_id]),
        tag=Tag(words, hues[state]),
        files=tuple(queries.files_of_mail(mail)),
        notes=tuple(left_out_words(mail.left_out, mail.is_cut)),
        mailbox=names.get(mail.mailbox_id or 0, ""),
        actions=_actions(access, mail),
        record_url=f"/{mail.record_type}s/{mail.record_id}" if mail.record_id else "",
    )
    return respond(request, "mailbox/page.html", page, fragments={"hw-mail": "mail"})


def _actions(access: Access, mail: Mail) -> tuple[Action, ...]:
    if not access.may("mails.edit") or mail.state == State.KEPT:
        return ()
    address = reverse("mail_page", args=[mail.pk])
    acts = [Action(_("Put on a timeline"), icon="link", dialog=f"{address}/attach")]
    if access.may("leads.create") and mail.sender:
        acts.append(Action(_("Make a lead"), icon="user-plus", post=f"{address}/make-lead", kind="primary"))
    if mail.state == State.ASIDE:
        acts.insert(0, Action(pgettext("mail", "Discard"), icon="archive", post=f"{address}/discard"))
    else:
        acts.insert(0, Action(_("Put back"), icon="undo-2", post=f"{address}/put-back"))
    return tuple(acts)


@require_POST
def one(request: HttpRequest, mail_id: int, act: str) -> HttpResponse:
    """Decide about one."""
    access = permit(request, "mails.edit")
    address = reverse("mail_page", args=[mail_id])
    if act == "make-lead":
        (result,) = services.make_leads(access, [mail_id])
        if not result.ok:
            return toast(done(request), result.detail, kind="error")
        mail = queries.get_mail(access, mail_id)
        return done(request, _("The lead is made"), go=f"/leads/{mail.record_id}")
    if act == "discard":
        services.discard_mails(access, [mail_id])
        return done(request, _("Discarded"), undo=f"{address}/put-back")
    if act == "put-back":
        services.put_back_mails(access, [mail_id])
        return done(request, _("Back on the list"))
    raise Http404


@require_POST
def many(request: HttpRequest, act: str) -> HttpResponse:
    """Decide about several."""
    access = permit(request, "mails.edit")
    ids = [found for found in map(whole, request.POST.getlist("ids")) if found is not None][:200]
    if act == "discard":
        count = services.discard_mails(access, ids)
        return done(request, ngettext("%(num)s discarded", "%(num)s discarded", count) % {"num": count})
    if act != "make-leads":
        raise Http404
    results = services.make_leads(access, ids)
    made = sum(result.ok for result in results)
    response = done(request, ngettext("%(num)s lead", "%(num)s leads", made) % {"num": made})
    refused = next((result for result in results if not result.ok), None)
    return response if refused is None else toast(response, refused.detail, kind="error")


@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Choose the lead or contact whose timeline it belongs to."""
    access = permit(request, "mails.edit")
    if request.method == "POST":
        for record in ("lead", "contact"):
            chosen = whole(request.POST.get(record, ""))
            if chosen:
                services.attach_mail(access, mail_id, record, chosen)
                return done(request, _("It stands on the timeline now"))
        raise Invalid.one("lead", "value.required", _("Choose a lead or a contact."))
    queries.get_mail(access.also("mails.view"), mail_id)
    controls = tuple(
        FieldControl(
            record, record_type(record).label, "select", options_url=f"/options/{record}.json", help=note
        )
        for record, note in (("lead", ""), ("contact", _("Or a contact.")))
        if access.may(record_type(record).permission("view"))
    )
    page = FormPage(
        title=_("Put on a timeline"),
        action=reverse("mail_attach", args=[mail_id]),
        groups=(FieldGroup(controls),),
        submit=_("Put it there"),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)
