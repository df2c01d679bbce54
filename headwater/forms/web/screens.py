"""Marketing → Landing forms: the list, the designer with its preview, what came of a form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.lists import view_options
from headwater.forms import queries, services
from headwater.forms.models import Form
from headwater.forms.questions import Question, askable_fields, read_questions
from headwater.forms.record_type import EDITED
from headwater.forms.types import MOST_FILES, MOST_MEGABYTES
from headwater.forms.web.drawing import PublicForm, controls, files_asked
from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.ui import records
from headwater.ui.formats import number, percent
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    EmptyState,
    FieldControl,
    FieldGroup,
    Option,
    Row,
    Tab,
    Tile,
)
from headwater.ui.responses import done, respond, trigger


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the designer, with the name of its field."""

    key: str
    field: str
    label: str
    help: str
    required: bool


@dataclass(frozen=True, slots=True)
class DesignPage:
    """The designer: questions, words, destination, and the page as visitors see it."""

    name: str
    url: str
    tabs: tuple[Tab, ...]
    lines: tuple[Line, ...]
    more: tuple[Option, ...]
    groups: tuple[FieldGroup, ...]
    version: int
    preview: PublicForm
    public_url: str
    actions: tuple[Action, ...] = ()
    may_edit: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """How a form does, and how to hand it out."""

    name: str
    tabs: tuple[Tab, ...]
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source_columns: tuple[Column, ...]
    sources: tuple[Row, ...]
    submission_columns: tuple[Column, ...]
    submissions: tuple[Row, ...]
    public_url: str
    snippet: str
    qr: str
    qr_url: str
    may_embed: bool


@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """All landing forms."""
    access = permit(request, "forms.view")
    kind = record_type("form")
    new = Action(_("New landing form"), icon="plus", dialog=reverse("form_new"), kind="primary")
    may_make, may_close = access.may("forms.create"), access.may("forms.delete")
    page = records.list_page(
        request,
        access,
        kind,
        url=reverse("forms"),
        name=lambda form: Cell("name", text=str(form["name"])),  # its heading is a column of its own
        card=("title", "campaign"),
        actions=(new,) if may_make else (),
        batch=(Action(_("Close forms"), icon="archive", post=reverse("forms_archive"), key="archive"),)
        if may_close
        else (),
        search_placeholder=_("Search by name"),
        empty=EmptyState(
            _("No landing forms yet"),
            _("Visitors leave their details on a page of yours; its leads arrive with source and consent."),
            icon="clipboard-list",
            actions=(new,) if may_make else (),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_http_methods(["GET", "POST"])
def new_form(request: HttpRequest) -> HttpResponse:
    """Begin a form; the designer does the rest."""
    access = permit(request, "forms.create")
    kind = record_type("form")
    keys = ("name", "title", "source", "campaign")
    if request.method == "POST":
        values = records.submitted(request, kind, access, keys)
        values["consent_text"] = _("I agree that you use these details to contact me about my inquiry.")
        made = services.create_form(access, values)
        return done(request, go=reverse("form_design", args=[made]))
    page = records.form_page(
        kind,
        access,
        title=_("New landing form"),
        action=reverse("form_new"),
        keys=keys,
        submit=_("Create"),
        cancel_href=reverse("forms"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def design(request: HttpRequest, form_id: int) -> HttpResponse:
    """The designer."""
    access = permit(request, "forms.edit" if request.method == "POST" else "forms.view")
    form = queries.form_by_id(access, form_id)
    if request.method == "POST":
        version = text.whole(request.POST.get("version", ""))
        values = records.submitted(request, record_type("form"), access, EDITED)
        services.update_form(access, form_id, values, version=version)
        services.set_questions(access, form_id, _asked(request.POST))
        return done(request, _("Saved"), go=reverse("form_design", args=[form_id]))
    row = listing.get(access, record_type("form"), form_id, archived=True)
    page = _design(access, form, read_questions(form.questions))
    kind = record_type("form")
    groups: dict[str, list[FieldControl]] = {}
    for key in EDITED:
        known = kind.all_fields[key]
        made = records.control(known, kind, access, records.value_of(known, row), span=_span(known))
        if made is not None:
            groups.setdefault(str(known.group), []).append(made)
    whole = replace(
        page, groups=tuple(FieldGroup(tuple(items), title=title) for title, items in groups.items())
    )
    return respond(request, "forms/design.html", whole)


@require_POST
def draft(request: HttpRequest, form_id: int) -> HttpResponse:
    """The questions after one was added, taken out or moved; nothing is saved yet."""
    access = permit(request, "forms.edit")
    form = queries.form_by_id(access, form_id)
    asked = _changed(_asked(request.POST), request.POST)
    response = respond(request, "forms/design.html", _design(access, form, asked), block="questions")
    return trigger(response, "hw-form-draft")


@require_POST
def preview(request: HttpRequest, form_id: int) -> HttpResponse:
    """The page as visitors would see it with what is in the designer now."""
    access = permit(request, "forms.edit")
    form = queries.form_by_id(access, form_id)
    for name in ("title", "intro", "submit_label", "consent_text", "files_label"):
        setattr(form, name, request.POST.get(name, "")[:4000])
    form.files_most = min(text.whole(request.POST.get("files_most", "")) or 0, MOST_FILES)
    form.files_megabytes = min(text.whole(request.POST.get("files_megabytes", "")) or 1, MOST_MEGABYTES)
    form.files_kind = request.POST.get("files_kind", "")
    form.files_required = "files_required" in request.POST
    page = _design(access, form, _asked(request.POST))
    return respond(request, "forms/design.html", page, block="preview")


@require_GET
def results(request: HttpRequest, form_id: int) -> HttpResponse:
    """Views, submissions and conversion by day; link, QR code and snippet to hand out."""
    access = permit(request, "forms.view")
    form = queries.form_by_id(access, form_id)
    days = queries.figures(access, form_id)
    total = queries.totals(days)
    latest = queries.latest_submissions(access, form_id)
    names = records.record_names(access, "lead", (one["lead_id"] for one in latest))
    address = _address(form)
    named = escape(form.title, quote=True)
    size = 'width="100%" height="720" style="border:0"'
    frame = f'<iframe src="{address}/embed" title="{named}" {size} loading="lazy">'
    page = ResultsPage(
        name=form.name,
        tabs=_tabs(form, "results"),
        tiles=(
            Tile(pgettext("form", "Views"), number(total.views), note=_("last 30 days"), icon="eye"),
            Tile(pgettext("form", "Begun"), number(total.starts), icon="pencil"),
            Tile(_("Submissions"), number(total.submissions), icon="inbox"),
            Tile(_("New leads"), number(total.new_leads), icon="user-plus"),
            Tile(_("Conversion"), _percent(total.conversion), icon="percent"),
        ),
        columns=(Column("day", _("Day")), *_figure_columns()),
        rows=tuple(
            Row(place + 1, (Cell("date", one.day), *_figure_cells(one)))
            for place, one in enumerate(days)
            if one.views or one.submissions or one.refused
        ),
        source_columns=(Column("source", _("Came from")), *_figure_columns()),
        sources=tuple(
            Row(place + 1, (Cell("text", text=_source_words(one.came_from)), *_figure_cells(one)))
            for place, one in enumerate(queries.sources(access, form_id))
        ),
        submission_columns=(
            Column("lead", pgettext("form", "Lead")),
            Column("at", _("When")),
            Column("kind", pgettext("form", "Kind")),
        ),
        submissions=tuple(
            _submission(one, names.get(one["lead_id"]) or f"#{one['lead_id']}") for one in latest
        ),
        public_url=address,
        snippet=f"{frame}</iframe>",
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
        qr_url=reverse("form_qr", args=[form_id]),
        may_embed=bool(form.embed_origins),
    )
    return respond(request, "forms/results.html", page)


@require_GET
def qr_code(request: HttpRequest, form_id: int) -> HttpResponse:
    """The public address as a picture to print."""
    form = queries.form_by_id(permit(request, "forms.view"), form_id)
    picture = BytesIO()
    segno.make(_address(form), error="m").save(picture, kind="svg", scale=8, border=4)
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="form-{form.pk}.svg"'
    return response


@require_POST
def archive_many(request: HttpRequest) -> HttpResponse:
    """Close the chosen forms."""
    access = permit(request, "forms.delete")
    ids = [int(item) for item in request.POST.getlist("ids")[:500] if item.isascii() and item.isdigit()]
    services.archive_forms(access, ids)
    return done(request, _("Closed. Their pages say so; what was sent stays."))


@require_POST
def restore(request: HttpRequest, form_id: int) -> HttpResponse:
    """Open a closed form again."""
    access = permit(request, "forms.delete")
    queries.form_by_id(access, form_id)
    services.restore_forms(access, [form_id])
    return done(request, _("The form is open again."), go=reverse("form_design", args=[form_id]))


def _design(access: Access, form: Form, asked: Sequence[Question]) -> DesignPage:
    known = askable_fields()
    chosen = {one.key for one in asked}
    is_archived = form.archived_at is not None
    reopen = Action(
        pgettext("form", "Open again"), icon="undo-2", post=reverse("form_restore", args=[form.pk])
    )
    look = Action(
        _("Open page"), icon="external-link", href=reverse("public_form", args=[form.token]), download=False
    )
    return DesignPage(
        name=form.name,
        url=reverse("form_design", args=[form.pk]),
        tabs=_tabs(form, "design"),
        lines=tuple(
            Line(one.key, str(known[one.key].label), one.label, one.help, one.required)
            for one in asked
            if one.key in known
        ),
        more=tuple(Option(key, field.label) for key, field in known.items() if key not in chosen),
        groups=(),
        version=form.version,
        preview=PublicForm(
            title=form.title,
            intro=form.intro,
            submit_label=form.submit_label,
            controls=controls(asked, {}, {}),
            consent_text=form.consent_text,
            files=files_asked(form),
        ),
        public_url=_address(form),
        actions=(reopen,) if is_archived and access.may("forms.delete") else () if is_archived else (look,),
        may_edit=access.may("forms.edit") and not is_archived,
        is_archived=is_archived,
    )


def _span(known: Field) -> int:
    is_short = known.type in (FieldType.NUMBER, FieldType.DATETIME) or known.key in (
        "files_kind",
        "files_label",
    )
    return 6 if is_short else 12


def _asked(data: QueryDict) -> list[Question]:
    """The questions in the designer, in the order of the page."""
    known = askable_fields()
    return [
        Question(
            key,
            data.get(f"label:{key}", "")[:120],
            data.get(f"help:{key}", "")[:300],
            key == "name" or f"required:{key}" in data,
        )
        for key in dict.fromkeys(data.getlist("question"))
        if key in known
    ]


def _changed(asked: list[Question], data: QueryDict) -> list[Question]:
    keys = [one.key for one in asked]
    added = data.get("add", "")
    if added in askable_fields() and added not in keys:
        asked.append(Question(added))
    taken_out = str(data.get("remove", ""))
    if taken_out in keys:
        asked.pop(keys.index(taken_out))
    for act, step in (("up", -1), ("down", 1)):
        moved = str(data.get(act, ""))
        if moved in keys:
            here = keys.index(moved)
            there = here + step
            if 0 <= there < len(asked):
                asked[here], asked[there] = asked[there], asked[here]
    return asked


def _tabs(form: Form, current: str) -> tuple[Tab, ...]:
    return (
        Tab(_("Design"), reverse("form_design", args=[form.pk]), current=current == "design"),
        Tab(_("Results and sharing"), reverse("form_results", args=[form.pk]), current=current == "results"),
    )


def _address(form: Form) -> str:
    return f"{settings.PUBLIC_URL}{reverse('public_form', args=[form.token])}"


def _percent(found: float | None) -> str:
    return "—" if found is None else str(percent(found))


def _source_words(came_from: str) -> str:
    return {"": _("Directly, or unknown"), "*": _("Other sources")}.get(came_from, came_from)


def _figure_columns() -> tuple[Column, ...]:
    return (
        Column("views", pgettext("form", "Views"), align="right"),
        Column("starts", pgettext("form", "Begun"), align="right"),
        Column("submissions", _("Submissions"), align="right"),
        Column("new", _("New leads"), align="right"),
        Column("conversion", _("Conversion"), align="right"),
        Column("refused", _("Robots turned away"), align="right"),
    )


def _figure_cells(one: queries.Figures) -> tuple[Cell, ...]:
    return (
        Cell("number", one.views),
        Cell("number", one.starts),
        Cell("number", one.submissions),
        Cell("number", one.new_leads),
        Cell("text", text=_percent(one.conversion)),
        Cell("number", one.refused),
    )


def _submission(one: dict[str, object], name: str) -> Row:
    words = pgettext("form", "New lead") if one["is_new"] else _("Inquired again")
    return Row(
        id=int(str(one["id"])),
        cells=(
            Cell("link", text=name, href=f"/leads/{one['lead_id']}"),
            Cell("when", one["at"]),
            Cell("tag", text=words, hue="green" if one["is_new"] else "blue"),
        ),
    )
