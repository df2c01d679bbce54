"""What people do on the forecast call: adjust, hand in, commit to opportunities, look back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.organization.queries import names_of
from headwater.sales.queries import find_pipeline, pipelines
from headwater.targets import queries, services
from headwater.targets.keys import read_seat
from headwater.targets.types import OPEN_CATEGORIES, Called, Category, Level, Measure
from headwater.targets.web.calls import adjust_slot, question_of
from headwater.targets.web.frame import Figure, address, figure
from headwater.ui import formats
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option, Tab, Tag
from headwater.ui.responses import done, is_htmx, respond

_MOST_ID = 2**63
_BY_STAGE = "stage"


@dataclass(frozen=True, slots=True)
class AdjustPage:
    """All of `targets/adjust.html`: a form in the place of a figure."""

    url: str
    slot: str
    amount: str
    note: str
    rolled: Figure
    may_take_back: bool
    label: str
    currency: str


@dataclass(frozen=True, slots=True)
class CommittedRow:
    """One opportunity and how far its owner commits to it."""

    id: int
    name: str
    account: str
    stage: Tag
    value: Figure
    closes: date | None
    category: Category
    is_set: bool
    set_url: str  # empty: closed, or not theirs to say


@dataclass(frozen=True, slots=True)
class CommittedPage:
    """All of `targets/committed.html`."""

    title: str
    note: str
    rows: tuple[CommittedRow, ...]
    options: tuple[Option, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the history."""

    at: datetime
    by: str
    words: str
    amount: Figure
    note: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """All of `targets/said.html`."""

    title: str
    entries: tuple[Said, ...]


@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, seat: str, called: str) -> HttpResponse:
    """GET the small form that takes a figure's place; POST an amount, or `take_back`."""
    question = question_of(request, "commitments.edit")
    key = read_seat(seat)
    if called not in Called.values:
        raise NotFound(record="forecast", id=called[:20])
    pipeline = find_pipeline(question.pipeline_id)
    if request.method == "POST":
        takes_back = "take_back" in request.POST
        amount = (
            None if takes_back else services.read_amount(Measure.WON_AMOUNT, request.POST.get("amount", ""))
        )
        note = request.POST.get("note", "")
        services.adjust(question.access, pipeline.id, question.period, key, Called(called), amount, note=note)
        answer = done(request, _("Adjustment taken back") if amount is None else _("Adjusted"))
        if is_htmx(request):
            answer.status_code = (
                200  # nothing takes the form's place: its slot is empty when the page reads anew
            )
        return answer
    found = queries.commitments(question.access, pipeline.id, question.period)
    line = found.of(*key)
    if line is None and key not in queries.team_of(question.access):
        raise NotFound(record="seat", id=seat)
    call = line.call(Called(called)) if line else None
    mine = key[1] == question.access.user_id and key[0].value == "person"
    word = (call.own if mine else call.manager) if call else None
    page = AdjustPage(
        url=address(request),
        slot=adjust_slot(key, called),
        amount=formats.number(word.amount if word else (call.amount if call else 0)),
        note=word.note if word else "",
        rolled=figure(call.rolled if call else None, found.currency),
        may_take_back=word is not None,
        label=str(Called(called).label),
        currency=found.currency,
    )
    return respond(request, "targets/adjust.html", page, block="form")


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, seat: str) -> HttpResponse:
    """Hand a forecast in, with a word if one likes."""
    question = question_of(request, "commitments.edit")
    key = read_seat(seat)
    pipeline = find_pipeline(question.pipeline_id)
    if request.method == "POST":
        note = request.POST.get("note", "")
        services.submit(question.access, pipeline.id, question.period, key, note=note)
        return done(request, _("Handed in"))
    found = queries.commitments(question.access, pipeline.id, question.period)
    line = found.of(*key)
    amounts = [figure(line.call(one).amount if line else None, found.currency).text or "0" for one in Called]
    page = FormPage(
        title=_("Hand in the forecast for %(period)s") % {"period": question.period.label},
        action=address(request),
        groups=(FieldGroup((FieldControl("note", _("Note"), "long_text", max_length=500),)),),
        submit=_("Hand in"),
        intro=_("Commit %(commit)s, best case %(best_case)s. It is kept as it stands now.")
        % {"commit": amounts[0], "best_case": amounts[1]},
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_GET
def committed(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's opportunities of the period, each with its category to choose."""
    question = question_of(request)
    wanted = [one.id for one in pipelines()] if question.pipeline_id is None else [question.pipeline_id]
    access = question.access
    name = names_of([person_id]).get(person_id) if person_id < _MOST_ID else None
    if name is None or not access.reach.covers(person_id):
        raise NotFound(record="user", id=person_id)
    rows = queries.committed(access, wanted, question.period, person_id)
    may_say = access.may("opportunities.edit") and access.also("opportunities.edit").reach.covers(person_id)
    currency = queries.shown_currency(Measure.WON_AMOUNT)
    page = CommittedPage(
        title=name,
        note=question.period.label,
        rows=tuple(_committed_row(row, currency, may_say=may_say) for row in rows),
        options=(
            Option("", _("By stage")),
            *(Option(one.value, one.label) for one in OPEN_CATEGORIES),
        ),
        url=address(request),
    )
    return respond(request, "targets/committed.html", page, fragments={"hw-committed": "rows"})


def _committed_row(row: dict[str, Any], currency: str, *, may_say: bool) -> CommittedRow:
    is_open = row["status"] == "open"
    value = figure(row["value"], currency)
    if row["value"] is None:
        value = figure(row["amount"], row["currency"])
    return CommittedRow(
        id=row["id"],
        name=row["name"],
        account=row["account"] or "",
        stage=Tag(row["stage"], row["stage_hue"], dot=True),
        value=value,
        closes=row["expected_close_on"] if is_open else row["closed_at"].date(),
        category=Category(row["category"]),
        is_set=row["is_set"],
        set_url=f"/opportunities/{row['id']}/forecast-category" if is_open and may_say else "",
    )


@require_http_methods(["GET", "POST"])
def set_category(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """GET the dialog; POST `category`, empty follows the stage again."""
    access = permit(request, "opportunities.edit")
    if request.method == "GET":
        return _category_dialog(request, access, opportunity_id)
    said = request.POST.get("category", "")
    category = None if said in ("", _BY_STAGE) else said
    services.set_categories(access, [opportunity_id], category)
    label = Category(category).label if category else _("By stage")
    return done(request, _("Counts as %(category)s") % {"category": label})


def _category_dialog(request: HttpRequest, access: Access, opportunity_id: int) -> HttpResponse:
    found = queries.category_of(access, opportunity_id)
    by_stage = _("By stage: %(category)s") % {"category": found.by_stage.label}
    options = (Option(_BY_STAGE, by_stage), *(Option(one.value, one.label) for one in OPEN_CATEGORIES))
    control = FieldControl(
        "category",
        _("Forecast category"),
        "radio",
        found.category.value if found.is_set else _BY_STAGE,
        options=options,
        label_hidden=True,
    )
    page = FormPage(
        title=_("Forecast category"),
        action=address(request),
        groups=(FieldGroup((control,)),),
        submit=_("Save"),
        intro=_("What is set here stays when the stage changes, until it is set anew."),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_GET
def history(request: HttpRequest, seat: str) -> HttpResponse:
    """Everything that was said about a forecast of the period."""
    question = question_of(request)
    key = read_seat(seat)
    pipeline = find_pipeline(question.pipeline_id)
    found = queries.call_history(question.access, pipeline.id, question.period, key)
    name = queries.team_of(question.access)[key].name
    page = HistoryPage(
        title=f"{name} · {question.period.label}",
        entries=tuple(
            Said(
                row["at"],
                row["by"] or _("Somebody"),
                _act_words(row),
                figure(row["amount"], row["currency"]),
                row["note"],
            )
            for row in found
        ),
    )
    return respond(request, "targets/said.html", page)


def _act_words(row: dict[str, Any]) -> str:
    if row["act"] == "submit":
        return pgettext("forecast", "handed in")
    called = Called(row["called"]).label
    if row["act"] == "take_back":
        return _("took back the adjustment of %(called)s") % {"called": called}
    if row["level"] == Level.MANAGER:
        return _("adjusted %(called)s as a manager") % {"called": called}
    return _("adjusted their own %(called)s") % {"called": called}


@require_http_methods(["GET", "POST"])
def stages(request: HttpRequest) -> HttpResponse:
    """Settings: what the stages of a pipeline stand for."""
    access = permit(request, "commitments.configure")
    raw = request.GET.get("pipeline", "")
    pipeline = find_pipeline(int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None)
    settings = queries.stage_settings(pipeline.id)
    if request.method == "POST":
        wanted = {
            one.stage_id: request.POST.get(f"stage-{one.stage_id}", "") or None
            for one in settings
            if f"stage-{one.stage_id}" in request.POST
        }
        services.set_stage_categories(access, pipeline.id, wanted)
        return done(request, _("Saved"), go=address(request))
    controls = tuple(
        FieldControl(
            f"stage-{one.stage_id}",
            f"{one.name} · {one.probability}%",
            "select",
            one.category.value if one.is_set else "",
            options=tuple(Option(category.value, category.label) for category in OPEN_CATEGORIES),
            placeholder=_("By probability"),
            span=6,
        )
        for one in settings
    )
    page = StagesPage(
        tabs=tuple(
            Tab(one.name, address(request, pipeline=one.id), current=one.id == pipeline.id)
            for one in pipelines()
        ),
        controls=controls,
        action=address(request),
    )
    return respond(request, "targets/stages.html", page)


@dataclass(frozen=True, slots=True)
class StagesPage:
    """All of `targets/stages.html`."""

    tabs: tuple[Tab, ...]
    controls: tuple[FieldControl, ...]
    action: str
