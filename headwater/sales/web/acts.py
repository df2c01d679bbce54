"""Assign, archive, restore, move, win, lose, reopen: one dialog each, for one and for many."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.engagement.types import BulkResult
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, find_record_type, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.organization.queries import names_of
from headwater.sales import picklists, services
from headwater.sales.errors import RequirementsUnmet
from headwater.sales.queries import PipelineView, find_pipeline, pipelines
from headwater.sales.selecting import matching_ids, selected_ids
from headwater.sales.web.requirements import ask_instead, move_one, requirements_dialog
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond, toast

_ASSIGN: dict[str, Callable[..., list[BulkResult]]] = {
    "account": services.assign_accounts,
    "contact": services.assign_contacts,
    "opportunity": services.assign_opportunities,
}
_RESTORE: dict[str, Callable[[Access, Sequence[int]], int]] = {
    "account": services.restore_accounts,
    "contact": services.restore_contacts,
    "opportunity": services.restore_opportunities,
}


def chosen_ids(request: HttpRequest, access: Access, kind: RecordType) -> list[int]:
    """The records meant: ticked ones, or all that match the list's query."""
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    if given:
        return selected_ids(access, kind, ids=[int(one) for one in given if one.isdecimal()])
    if request.GET.get("all"):
        view = access.also(kind.permission("view"))
        wanted = records.criteria_from(request, kind, view)
        return matching_ids(view, kind, wanted, q=request.GET.get("q", ""))
    raise Invalid.one("ids", "value.required", _("Choose at least one record."))


def answer(request: HttpRequest, outcomes: Sequence[BulkResult], text: str, **options: Any) -> HttpResponse:
    """Done, and for many how many went and why the others did not."""
    refused = [one for one in outcomes if not one.ok]
    if refused and len(outcomes) == 1:
        if refused[0].code == NotFound.code:
            raise NotFound(id=refused[0].id)
        raise Invalid.one("ids", refused[0].code, refused[0].detail)
    went = len(outcomes) - len(refused)
    response = done(request, text % {"count": went} if went else _("Nothing was changed"), **options)
    reasons: dict[str, int] = {}
    for one in refused:
        reasons[one.detail] = reasons.get(one.detail, 0) + 1
    for reason, number in sorted(reasons.items(), key=lambda pair: -pair[1])[:1]:
        toast(
            response,
            text % {"count": went},
            kind="warning",
            note=_("%(count)s not: %(reason)s") % {"count": number, "reason": reason},
        )
    return response


def dialog(
    request: HttpRequest,
    kind: RecordType,
    ids: Sequence[int],
    *controls: FieldControl,
    title: str,
    action: str,
    submit: str,
    danger: bool = False,
    intro: str = "",
    hidden: dict[str, Any] | None = None,
) -> HttpResponse:
    """A small form about one or several records."""
    many = ngettext("%(count)s record", "%(count)s records", len(ids)) % {"count": len(ids)}
    page = FormPage(
        title=f"{title} · {many}" if len(ids) > 1 else title,
        action=action,
        groups=(FieldGroup(tuple(controls)),) if controls else (),
        submit=submit,
        hidden={"ids": [str(one) for one in ids]} | (hidden or {}),
        width="small",
        danger=danger,
        intro=intro,
    )
    return respond(request, "sales/form.html", page)


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, plural: str) -> HttpResponse:
    """Give records to a colleague."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("assign"))
    ids = chosen_ids(request, access, kind)
    if request.method == "POST":
        owner = request.POST.get("owner", "")
        if not owner.isdecimal():
            raise Invalid.one("owner", "value.required", _("Choose a colleague."))
        outcomes = _ASSIGN[kind.key](
            access, ids, owner_id=int(owner), note=request.POST.get("note", "").strip()[:500] or None
        )
        name = names_of([int(owner)]).get(int(owner), "")
        text = _("%(count)s given to %(name)s") % {"count": "%(count)s", "name": name.replace("%", "%%")}
        return answer(request, outcomes, text)
    owner_field = FieldControl(
        "owner", _("New owner"), kind="user", options_url="/options/user.json", required=True, autofocus=True
    )
    note = FieldControl("note", _("Remark"), kind="text", max_length=500)
    return dialog(
        request,
        kind,
        ids,
        owner_field,
        note,
        title=_("Assign"),
        action=f"/{kind.plural}/assign",
        submit=_("Assign"),
    )


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, plural: str) -> HttpResponse:
    """Archive records; the toast brings them back."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("delete"))
    ids = chosen_ids(request, access, kind)
    if request.method == "POST":
        verb = kind.verbs.archive
        assert verb is not None
        count = verb(access, ids)
        undo = f"/{kind.plural}/restore?" + "&".join(f"ids={one}" for one in ids) if len(ids) <= 50 else None
        go = f"/{kind.plural}" if request.POST.get("page") else None
        return done(request, _("Archived %(count)s") % {"count": count}, undo=undo, go=go)
    return dialog(
        request,
        kind,
        ids,
        title=_("Archive"),
        action=f"/{kind.plural}/archive",
        submit=_("Archive"),
        danger=True,
        intro=_("Archived records leave all lists; they can be restored for 30 days."),
        hidden={"page": "1"} if request.GET.get("page") else {},
    )


@require_POST
def restore(request: HttpRequest, plural: str) -> HttpResponse:
    """Bring archived records back."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("delete"))
    count = _RESTORE[kind.key](access, chosen_ids(request, access, kind))
    return done(request, _("Restored %(count)s") % {"count": count})


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest) -> HttpResponse:
    """Move opportunities to a stage, one or many."""
    kind = record_type("opportunity")
    access = permit(request, "opportunities.edit")
    ids = chosen_ids(request, access, kind)
    wanted = request.POST.get("stage") or request.GET.get("stage") or ""
    if request.method == "POST":
        if not wanted.isdecimal():
            raise Invalid.one("stage", "value.required", _("Choose a stage."))
        if len(ids) == 1 and not request.POST.get("lost_reason"):
            return move_one(request, access, ids[0], int(wanted))
        outcomes = services.move_many(
            access,
            ids,
            stage_id=int(wanted),
            lost_reason=request.POST.get("lost_reason") or None,
            note=request.POST.get("note", "").strip() or None,
        )
        return answer(request, outcomes, _("Moved %(count)s"))
    options = tuple(
        Option(str(one.id), one.name if len(known) == 1 else f"{pipeline.name} · {one.name}", hue=one.color)
        for known in [pipelines()]
        for pipeline in known
        for one in pipeline.stages
    )
    stage_field = FieldControl(
        "stage", _("Stage"), kind="select", options=options, value=wanted, required=True
    )
    reason = _reason_field(required=False, help_text=_("Only when they are lost"))
    return dialog(
        request,
        kind,
        ids,
        stage_field,
        reason,
        title=_("Move to stage"),
        action="/opportunities/stage",
        submit=_("Move"),
    )


def _reason_field(*, required: bool, help_text: str = "") -> FieldControl:
    options = tuple(
        Option(choice.value, choice.label) for choice in picklists.lost_reasons() if not choice.retired
    )
    return FieldControl(
        "lost_reason",
        _("Lost reason"),
        kind="chips" if required else "select",
        options=options,
        required=required,
        help=help_text,
    )


def pipeline_of(access: Access, opportunity_id: int) -> PipelineView:
    """The pipeline of an opportunity within reach."""
    row = listing.get(access, record_type("opportunity"), opportunity_id, fields=["pipeline"])
    return find_pipeline(row["pipeline"]["id"])


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, record_id: int) -> HttpResponse:
    """A step to another stage: POST moves, GET asks for what the present stage requires.

    The address holds `stage`, and `from`: where it was seen.
    """
    access = permit(request, "opportunities.edit")
    stage_id, seen = request.GET.get("stage", ""), request.GET.get("from", "")
    if not stage_id.isdecimal():
        raise Invalid.one("stage", "value.required", _("Choose a stage."))
    seen_id = int(seen) if seen.isdecimal() else None
    if request.method == "GET":
        return requirements_dialog(request, access, record_id, int(stage_id), seen_id)
    return move_one(request, access, record_id, int(stage_id), seen_id)


@require_http_methods(["GET", "POST"])
def win(request: HttpRequest, record_id: int) -> HttpResponse:
    """It was won: at once, with a toast that takes it back."""
    access = permit(request, "opportunities.edit")
    if request.method == "POST":
        try:
            services.win(access, record_id)
        except RequirementsUnmet as refused:
            return ask_instead(request, access, refused)
        return done(request, _("Won. Congratulations!"), undo=f"/opportunities/{record_id}/reopen")
    row = listing.get(
        access.also("opportunities.view"), record_type("opportunity"), record_id, fields=["name"]
    )
    return dialog(
        request,
        record_type("opportunity"),
        [record_id],
        title=pgettext("opportunity", "Won"),
        action=f"/opportunities/{record_id}/win",
        submit=pgettext("opportunity", "Won"),
        intro=_("“%(name)s” was won?") % {"name": row["name"]},
    )


@require_http_methods(["GET", "POST"])
def lose(request: HttpRequest, record_id: int) -> HttpResponse:
    """It was lost: the reason is asked for, the rest is optional."""
    access = permit(request, "opportunities.edit")
    if request.method == "POST":
        services.lose(
            access,
            record_id,
            lost_reason=request.POST.get("lost_reason") or None,
            note=request.POST.get("lost_note", "").strip() or None,
        )
        return done(request, _("Marked as lost"), undo=f"/opportunities/{record_id}/reopen")
    row = listing.get(
        access.also("opportunities.view"), record_type("opportunity"), record_id, fields=["name"]
    )
    note = FieldControl(
        "lost_note", _("What can we learn from it?"), kind="long_text", rows=3, max_length=500
    )
    return dialog(
        request,
        record_type("opportunity"),
        [record_id],
        _reason_field(required=True),
        note,
        title=_("Mark as lost"),
        action=f"/opportunities/{record_id}/lose",
        submit=_("Mark as lost"),
        danger=True,
        intro=row["name"],
    )


@require_POST
def reopen(request: HttpRequest, record_id: int) -> HttpResponse:
    """Back to the stage it was in before it was closed."""
    access = permit(request, "opportunities.edit")
    opened = services.reopen(access, record_id)
    return done(request, _("Open again, at “%(stage)s”") % {"stage": opened.stage.name})
