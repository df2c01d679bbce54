"""Claim, assign, return, move, stage, invalidate, reopen, archive: one dialog each, for one and for many."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import criteria
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.leads import picklists, services
from headwater.leads.dispatching import suggestions
from headwater.leads.selecting import selected_ids
from headwater.leads.services.books import read_books
from headwater.leads.services.outcomes import Outcome
from headwater.leads.types import Stage
from headwater.organization.queries import people_choices
from headwater.pools.queries import pools_within
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond, toast


def _ids(request: HttpRequest, access: Access, *, limit: int = 10_000) -> list[int]:
    """The leads meant: ticked ones, or all that match the list's query."""
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    if given:
        return selected_ids(access, ids=[int(i) for i in given if i.isdecimal()], where=None)
    if request.GET.get("all") or request.POST.get("all"):
        view = access.also("leads.view")
        wanted: criteria.Criteria = records.criteria_from(request, record_type("lead"), view)
        from headwater.kernel import listing

        q = request.GET.get("q", "") or request.POST.get("q", "")
        found = listing.matching_ids(view, record_type("lead"), wanted, q=q, limit=limit + 1)
        if len(found) <= limit:
            return found
        raise Invalid.one(
            "ids", "batch.too_large", _("At most %(limit)s leads at a time.") % {"limit": limit}
        )
    raise Invalid.one("ids", "value.required", _("Choose at least one lead."))


def _answer(request: HttpRequest, outcomes: Sequence[Outcome], text: str) -> HttpResponse:
    """Done, or for one lead its refusal; for many how many went and why the others did not."""
    refused = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    if refused and len(outcomes) == 1:
        raise refused[0]
    went = len(outcomes) - len(refused)
    response = done(request, text % {"count": went} if went else _("Nothing was changed"))
    for detail, number in _reasons(refused)[:3]:
        toast(response, _("%(count)s not: %(reason)s") % {"count": number, "reason": detail}, kind="warning")
    return response


def _reasons(refused: Sequence[DomainError]) -> list[tuple[str, int]]:
    counts: dict[str, tuple[str, int]] = {}
    for refusal in refused:
        detail, number = counts.get(refusal.code, (refusal.detail, 0))
        counts[refusal.code] = (detail, number + 1)
    return sorted(counts.values(), key=lambda pair: -pair[1])


@dataclass(frozen=True, slots=True)
class _Dialog:
    title: str
    action: str
    submit: str
    danger: bool = False
    intro: str = ""


def _ask(request: HttpRequest, ids: Sequence[int], dialog: _Dialog, *controls: FieldControl) -> HttpResponse:
    count = ngettext("%(count)s lead", "%(count)s leads", len(ids)) % {"count": len(ids)}
    page = FormPage(
        title=f"{dialog.title} · {count}" if len(ids) > 1 else dialog.title,
        action=dialog.action,
        groups=(FieldGroup(tuple(controls)),),
        submit=dialog.submit,
        hidden={"ids": [str(i) for i in ids]},
        width="small",
        danger=dialog.danger,
        intro=dialog.intro,
    )
    return respond(request, "leads/form.html", page)


@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Take leads from their pools."""
    access = permit(request, "leads.claim")
    outcomes = services.claim_leads(access, _ids(request, access, limit=200))
    return _answer(request, outcomes, _("Claimed %(count)s"))


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Give leads to one person, or deal them among several."""
    access = permit(request, "leads.assign")
    ids = _ids(request, access)
    if request.method == "POST":
        owners = list(dict.fromkeys(int(i) for i in request.POST.getlist("owner") if i.isdecimal()))
        outcomes = services.assign_leads(
            access, ids, owners, over_cap=request.POST.get("over_cap") in ("1", "true", "on")
        )
        return _answer(request, outcomes, _("Assigned %(count)s"))
    controls = [
        *_suggested(access, ids),
        FieldControl(
            "owner",
            _("To whom"),
            kind="users",
            required=True,
            options=_people(access),
            help=_("Several people share the leads evenly; who is full is passed over."),
        ),
    ]
    if access.may("leads.configure"):
        controls.append(FieldControl("over_cap", _("Exceed the cap"), kind="switch"))
    dialog = _Dialog(_("Assign"), "/leads/assign", _("Assign"))
    return _ask(request, ids, dialog, *controls)


def _suggested(access: Access, ids: Sequence[int]) -> list[FieldControl]:
    """The best people with the reasons; ticking one is choosing them."""
    best = suggestions(access, ids)
    if not best:
        return []
    options = tuple(Option(str(one.user_id), one.name, note=" · ".join(one.reasons)) for one in best)
    return [FieldControl("owner", _("Suggested"), kind="checks", value=[], options=options)]


def _people(access: Access) -> tuple[Option, ...]:
    among = None if access.reach.everyone else sorted(access.reach.people)
    people = people_choices(among=among, limit=200)
    books = read_books([person.id for person in people])
    return tuple(
        Option(
            str(person.id),
            person.name,
            note=_("%(held)s of %(cap)s") % {"held": books[person.id].held, "cap": books[person.id].cap},
            disabled=books[person.id].room == 0 and not access.may("leads.configure"),
        )
        for person in people
        if person.id in books
    )


@require_http_methods(["GET", "POST"])
def return_(request: HttpRequest) -> HttpResponse:
    """Give leads back to a pool, saying why."""
    access = permit(request, "leads.return")
    ids = _ids(request, access)
    if request.method == "POST":
        outcomes = services.return_leads(
            access,
            ids,
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", "")[:2000],
            pool_id=_pool_id(request),
        )
        return _answer(request, outcomes, _("Returned %(count)s"))
    return _ask(
        request,
        ids,
        _Dialog(_("Return to the pool"), "/leads/return", _("Return")),
        _reason(picklists.return_reasons()),
        _note(),
        _pool(access, _("To pool"), _("Its own pool")),
    )


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """Bring pooled leads into another pool."""
    access = permit(request, "leads.move")
    ids = _ids(request, access)
    if request.method == "POST":
        pool_id = _pool_id(request)
        if pool_id is None:
            raise Invalid.one("pool", "value.required", _("This is required."))
        outcomes = services.move_leads(access, ids, pool_id=pool_id, note=request.POST.get("note", "")[:2000])
        return _answer(request, outcomes, _("Moved %(count)s"))
    dialog = _Dialog(_("Move to another pool"), "/leads/move", _("Move"))
    return _ask(request, ids, dialog, _pool(access, _("To pool"), "", required=True), _note())


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest) -> HttpResponse:
    """Set how good leads are."""
    access = permit(request, "leads.edit")
    ids = _ids(request, access)
    if request.method == "POST":
        wanted = request.POST.get("stage") or request.GET.get("stage", "")
        outcomes = services.change_stages(access, ids, wanted, reason=request.POST.get("reason", ""))
        return _answer(request, outcomes, _("Stage set for %(count)s"))
    stages = tuple(Option(item.value, item.label) for item in Stage if item != Stage.WON)
    return _ask(
        request,
        ids,
        _Dialog(_("Set the stage"), "/leads/stage", _("Save")),
        FieldControl("stage", _("Stage"), kind="radio", options=stages, required=True),
        _reason(picklists.disqualify_reasons(), required=False, hint=_("Needed for “disqualified”.")),
    )


@require_http_methods(["GET", "POST"])
def invalidate(request: HttpRequest) -> HttpResponse:
    """Mark leads invalid, saying why."""
    access = permit(request, "leads.invalidate")
    ids = _ids(request, access)
    if request.method == "POST":
        outcomes = services.invalidate_leads(
            access, ids, reason=request.POST.get("reason", ""), note=request.POST.get("note", "")[:2000]
        )
        return _answer(request, outcomes, _("Marked %(count)s invalid"))
    dialog = _Dialog(_("Mark invalid"), "/leads/invalidate", _("Mark invalid"), danger=True)
    return _ask(request, ids, dialog, _reason(picklists.invalid_reasons()), _note())


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest) -> HttpResponse:
    """Bring invalid leads back into a pool."""
    access = permit(request, "leads.reopen")
    ids = _ids(request, access)
    if request.method == "POST":
        outcomes = services.reopen_leads(
            access, ids, note=request.POST.get("note", "")[:2000], pool_id=_pool_id(request)
        )
        return _answer(request, outcomes, _("Reopened %(count)s"))
    dialog = _Dialog(_("Reopen"), "/leads/reopen", _("Reopen"))
    return _ask(request, ids, dialog, _pool(access, _("Into pool"), _("Its own pool")), _note())


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Put leads away; the toast offers to take them out again."""
    access = permit(request, "leads.delete")
    ids = _ids(request, access)
    if request.method == "POST":
        outcomes = services.archive_leads(access, ids)
        response = _answer(request, outcomes, _("Archived %(count)s"))
        gone = [str(outcome.id) for outcome in outcomes if outcome.ok]
        if gone and len(gone) <= 200:
            toast(
                response,
                _("Archived leads can be restored for 30 days"),
                kind="info",
                undo=f"/leads/restore?ids={'&ids='.join(gone)}",
            )
        return response
    dialog = _Dialog(
        _("Archive"),
        "/leads/archive",
        _("Archive"),
        danger=True,
        intro=_("They leave all lists but keep their history, and can be restored for 30 days."),
    )
    return _ask(request, ids, dialog)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Take archived leads out again."""
    access = permit(request, "leads.delete")
    return _answer(request, services.restore_leads(access, _ids(request, access)), _("Restored %(count)s"))


def _pool_id(request: HttpRequest) -> int | None:
    raw = request.POST.get("pool", "")
    return int(raw) if raw.isdecimal() else None


def _reason(choices: Sequence[object], *, required: bool = True, hint: str = "") -> FieldControl:
    options = tuple(
        Option(choice.value, choice.label)  # type: ignore[attr-defined]
        for choice in choices
        if not choice.retired  # type: ignore[attr-defined]
    )
    return FieldControl("reason", _("Reason"), kind="chips", options=options, required=required, help=hint)


def _note() -> FieldControl:
    return FieldControl("note", _("Note"), kind="long_text", max_length=2000, rows=2)


def _pool(access: Access, label: str, own: str, *, required: bool = False) -> FieldControl:
    pools = pools_within(access.also("pools.view")) if access.may("pools.view") else []
    options = tuple(Option(str(pool.pk), pool.name) for pool in pools)
    return FieldControl("pool", label, kind="select", options=options, required=required, placeholder=own)
