"""Step three: where the leads go and what becomes of those that exist."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from headwater.acquisition.queries import offered_sources
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.leads.importing.web import sales_options
from headwater.leads.importing.web.mapping import column_label
from headwater.leads.importing.web.pages import OptionsPage
from headwater.leads.importing.web.words import steps
from headwater.leads.services.books import read_books
from headwater.leads.types import CONTACT_METHODS
from headwater.organization.queries import people_by_id
from headwater.platform.imports import services
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.queries import columns_of, get_import, plans_of
from headwater.platform.imports.types import Policy
from headwater.pools.queries import pools_within
from headwater.pools.services import ensure_default_pool
from headwater.ui.pages import FieldControl, Option
from headwater.ui.responses import respond


def show(request: HttpRequest, access: Access, job: ImportJob, problems: Sequence[str] = ()) -> HttpResponse:
    """The choices, with what the mapping makes necessary."""
    made = options_page(access, job) if job.record_type == "lead" else sales_options.options_page(access, job)
    page = replace(made, problems=tuple(problems))
    return respond(request, "leads/import/options.html", page, status=422 if problems else 200)


def options_page(access: Access, job: ImportJob) -> OptionsPage:
    columns = columns_of(job)
    mapped = {plan.target: plan.column for plan in plans_of(job) if plan.target}
    has_contacts = bool(mapped.keys() & set(CONTACT_METHODS))
    reference: FieldControl | None = None
    samples: tuple[str, ...] = ()
    if not has_contacts and "external_id" in mapped:
        column = columns[mapped["external_id"]]
        samples = tuple(column.samples[:2])
        reference = FieldControl(
            "reference_only",
            _("This list has no contact details yet: keep “%(column)s” as the reference")
            % {"column": column.header},
            "checkbox",
            bool(job.options.get("reference_only")),
        )
    return OptionsPage(
        id=job.pk,
        file_name=job.file_name,
        rows=job.row_count,
        policy=_policy(access, job),
        places=_places(access, job),
        origin=_origin(job),
        naming=() if mapped.keys() & {"name", "company"} else _naming(job),
        reference=reference,
        reference_samples=samples,
        recognised_by=_(
            "A lead is recognised by mobile, phone, e-mail, WeChat, QQ or external id,"
            " in the system and within the file."
        ),
        places_title=_("Where the leads go"),
        steps=steps(),
    )


def _policy(access: Access, job: ImportJob) -> FieldControl:
    notes = {
        Policy.SKIP: _("The lead stays as it is; the row is reported."),
        Policy.FILL: _("Only what the lead lacks is taken from the file."),
        Policy.UPDATE: _("Values of the file replace those of the lead; blank cells change nothing."),
        Policy.CREATE: _("A second lead with the same contact; marked as such."),
        Policy.REINQUIRE: _("A touch on the lead; one in a pool or invalid wakes up, its owner is told."),
    }
    updates = access.may("leads.edit")
    options = tuple(
        Option(policy.value, policy.label, notes[policy])
        for policy in Policy
        if updates or policy not in (Policy.FILL, Policy.UPDATE)
    )
    value = job.options.get("policy") or Policy.SKIP.value
    return FieldControl("policy", _("When a lead exists already"), "radio", str(value), options)


def _places(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    pools = tuple(Option(str(pool.pk), pool.name) for pool in pools_within(access.also("pools.view")))
    chosen = str(job.options.get("pool") or ensure_default_pool().pk)
    controls = [FieldControl("pool", _("Pool"), "select", chosen, pools, required=True, span=6)]
    owners = [int(owner) for owner in job.options.get("owners") or () if str(owner).isdecimal()]
    known = people_by_id(owners)
    books = read_books(owners)
    shown = tuple(Option(str(owner), known[owner].name) for owner in owners if owner in known)
    room = sum(book.room for book in books.values())
    note = _("Shared evenly as far as each person's cap allows; the rest goes to the pool.")
    if books:
        note += " " + ngettext("Room for %(room)s lead now.", "Room for %(room)s leads now.", room) % {
            "room": room
        }
    if access.may("leads.assign"):
        controls.append(
            FieldControl(
                "owners", _("Give to (optional)"), "users", [option.value for option in shown], shown,
                "/options/user.json", help=note, span=6,
            )
        )  # fmt: skip
    else:
        controls.append(FieldControl("own", _("Give them to me"), "switch", bool(owners), help=note, span=6))
    return tuple(controls)


def _origin(job: ImportJob) -> tuple[FieldControl, ...]:
    source = job.options.get("source")
    return (
        sales_options.campaign_choice(job),
        FieldControl(
            "source", _("Source, where the row names none"), "select", str(source or ""),
            tuple(Option(str(pk), name) for pk, name in offered_sources()), placeholder=_("None"), span=6,
        ),
    )  # fmt: skip


def _naming(job: ImportJob) -> tuple[FieldControl, ...]:
    columns = columns_of(job)
    value = job.options.get("name_column")
    return (
        FieldControl(
            "name_prefix", _("Name the leads"), value=str(job.options.get("name_prefix") or ""), span=4
        ),
        FieldControl(
            "name_column",
            _("followed by column"),
            "select",
            "" if value is None else str(value),
            tuple(Option(str(column.index), column_label(column)) for column in columns),
            placeholder=_("Choose a column"),
            span=8,
        ),
    )


@require_POST
def save(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep the options and look at every row; nothing is written yet."""
    access = permit(request, "imports.view")
    job = get_import(access, import_id)
    options = _given(request) if job.record_type == "lead" else sales_options.given(request, job)
    if request.POST.get("act") == "back":
        services.map_import(access, import_id, options=options)
        return HttpResponseRedirect(f"/imports/{import_id}", status=303)
    try:
        with transaction.atomic():
            services.map_import(access, import_id, options=options)
            services.check_import(access, import_id)
    except Invalid as refusal:
        job = services.map_import(access, import_id, options=options)
        return show(request, access, job, [problem["detail"] for problem in refusal.fields.values()])
    return HttpResponseRedirect(f"/imports/{import_id}", status=303)


def _given(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    options: dict[str, Any] = {
        key: given.get(key) or None for key in ("policy", "pool", "campaign", "source", "name_column")
    }
    options["name_prefix"] = given.get("name_prefix", "")
    options["reference_only"] = given.get("reference_only") == "true"
    options["owners"] = [*given.getlist("owners"), *(["@me"] if given.get("own") else [])]
    return options
