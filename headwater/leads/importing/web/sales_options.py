"""Step three for everything but leads."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.acquisition.queries import campaign_name
from headwater.engagement.types import ActivityKind
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.leads.importing.web.higher import higher
from headwater.leads.importing.web.pages import OptionsPage
from headwater.leads.importing.web.words import steps
from headwater.organization.queries import people_by_id, role_sheets
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.types import Policy
from headwater.sales import picklists
from headwater.sales.queries.pipelines import pipelines
from headwater.ui.pages import FieldControl, Option

_KEYS = {
    "account": ("policy", "owner", "owner_unknown"),
    "contact": ("policy", "owner", "owner_unknown", "links_unknown", "campaign"),
    "opportunity": (
        "policy",
        "owner",
        "owner_unknown",
        "links_unknown",
        "account_missing",
        "products_unknown",
        "pipeline",
        "lost_reason",
    ),
    "product": ("policy",),
    "rate": ("policy",),
    "user": ("policy", "role", "invite", "domain", "department_unknown", "manager_unknown"),
    "activity": ("policy", "author", "author_unknown", "kind"),
}
_RECOGNISED = {
    "account": gettext_lazy("An account is recognised by its external number, else by its exact name."),
    "contact": gettext_lazy("A contact is recognised by external number, mobile, e-mail, WeChat or QQ."),
    "opportunity": gettext_lazy(
        "An opportunity is recognised by its external number, else by its name at the same account."
    ),
    "activity": gettext_lazy(
        "A follow-up is recognised by its external number, else by record, moment, author and content."
    ),
    "product": gettext_lazy("A product is recognised by its external number or code, else by its name."),
    "rate": gettext_lazy("A rate is recognised by its currency and day."),
    "user": gettext_lazy("A person is recognised by the e-mail address, else by the exact name."),
}  # fmt: skip


def given(request: HttpRequest, job: ImportJob) -> dict[str, Any]:
    """The options that the form sent."""
    above = higher(job.record_type)
    keys = above.options if above is not None else _KEYS[job.record_type]
    return {key: request.POST.get(key) or None for key in keys}


def options_page(access: Access, job: ImportJob) -> OptionsPage:
    above = higher(job.record_type)
    if above is not None:
        return above.page(access, job)
    return OptionsPage(
        id=job.pk,
        file_name=job.file_name,
        rows=job.row_count,
        policy=_policy(access, job),
        places=_places(access, job),
        origin=(*_links(job), *_campaign(access, job), *_sale(access, job), *_kind(job)),
        naming=(),
        reference=None,
        reference_samples=(),
        recognised_by=_RECOGNISED[job.record_type],
        places_title=_("How they join") if job.record_type == "user" else _("Whose they are"),
        steps=steps(),
    )


def _policy(access: Access, job: ImportJob) -> FieldControl:
    notes = {
        Policy.SKIP: _("The record stays as it is; the row is reported."),
        Policy.FILL: _("Only what the record lacks is taken from the file."),
        Policy.UPDATE: _("Values of the file replace those of the record; blank cells change nothing."),
        Policy.CREATE: _("A second record; what only one may have stays with the first."),
    }
    updates = access.may(record_type(job.record_type).permission("edit"))
    if job.record_type in ("product", "user"):
        del notes[Policy.CREATE]  # a code or an address is had once
    if job.record_type == "rate":
        del notes[Policy.CREATE], notes[Policy.FILL]  # there is one a day, and nothing in it to fill
    options = tuple(
        Option(policy.value, policy.label, note)
        for policy, note in notes.items()
        if updates or policy not in (Policy.FILL, Policy.UPDATE)
    )
    value = str(job.options.get("policy") or Policy.SKIP.value)
    return FieldControl("policy", _("When a record exists already"), "radio", value, options)


def _places(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    if job.record_type in ("product", "rate"):
        return ()
    return _joining(access, job) if job.record_type == "user" else _people(access, job)


def _joining(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    """What people who come by a file get and may."""
    roles = tuple(Option(str(sheet.role.pk), sheet.role.label) for sheet in role_sheets())
    report = Option("error", _("Report the row"))
    make = Option("create", _("Make it on the way"))
    departments = (make, report) if access.may("departments.create") else (report,)
    managers = (
        Option("create", _("Add them as a manager")),
        report,
        Option("leave", _("Import it without the link")),
    )
    domain = str(job.options.get("domain") or "")
    return (
        FieldControl(
            "role", _("Role, where the row names none"), "select", str(job.options.get("role") or ""), roles,
            placeholder=_("None"), span=6,
        ),
        _select(
            job,
            "invite",
            _("Invitations"),
            (
                Option("no", _("Only list them; invite them later")),
                Option("yes", _("Send each an invitation by e-mail")),
            ),
        ),
        _select(job, "department_unknown", _("Where a department is not here"), departments),
        _select(job, "manager_unknown", _("Where who they report to is not here"), managers),
        FieldControl(
            "domain", _("Domain for people without an address"), value=domain, placeholder="example.com",
            help=_("Addresses are made of the names: zhangsan@example.com. Change them before inviting."),
            span=6,
        ),
    )  # fmt: skip


def _people(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    key = "author" if job.record_type == "activity" else "owner"
    person = str(job.options.get(key) or access.user_id)
    known = people_by_id([int(person)]) if person.isdecimal() else {}
    shown = tuple(Option(str(one.id), one.name) for one in known.values())
    label = _("Author, where the row names none") if key == "author" else _("Owner, where the row names none")
    unknown = (Option("error", _("Report the row")), Option("default", _("Take the person above")))
    return (
        FieldControl(key, label, "user", person, shown, "/options/user.json", span=6),
        _select(job, f"{key}_unknown", _("Where nobody here has the name"), unknown),
    )


def _select(job: ImportJob, key: str, label: str, options: tuple[Option, ...]) -> FieldControl:
    """A choice that always has a value; the first one unless chosen."""
    value = str(job.options.get(key) or options[0].value)
    return FieldControl(key, label, "select", value, options, required=True, span=6)


def _links(job: ImportJob) -> tuple[FieldControl, ...]:
    if job.record_type not in ("contact", "opportunity"):
        return ()
    options = (Option("error", _("Report the row")), Option("leave", _("Import it without the link")))
    return (_select(job, "links_unknown", _("Where the linked record is not here"), options),)


def _campaign(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    return (campaign_choice(job),) if job.record_type == "contact" and access.may("campaigns.view") else ()


def campaign_choice(job: ImportJob) -> FieldControl:
    """The campaign that a whole file belongs to: its rows become members."""
    campaign = job.options.get("campaign")
    named = campaign_name(int(campaign)) if str(campaign or "").isdecimal() else None
    return FieldControl(
        "campaign", _("Campaign"), "link", str(campaign or ""),
        (Option(str(campaign), named),) if named else (),
        "/options/campaign.json", placeholder=_("None"),
        help=_("All rows become its members, unless a row names another one."), span=6,
    )  # fmt: skip


def _sale(access: Access, job: ImportJob) -> tuple[FieldControl, ...]:
    if job.record_type != "opportunity":
        return ()
    known = tuple(Option(str(one.id), one.name) for one in pipelines())
    reasons = tuple(Option(one.value, one.label) for one in picklists.lost_reasons().offered)
    reason = str(job.options.get("lost_reason") or "")
    label = _("Lost reason, where the row says none")
    report = Option("error", _("Report the row"))
    gather = Option("collect", _("Gather them under an account “not known”"))
    customers = (report, gather) if access.may("accounts.create") else (report,)
    unknown = (report, Option("leave", _("Import it without the link")))
    return (
        _select(job, "account_missing", _("Where the row names no account"), customers),
        _select(job, "products_unknown", _("Where a product is not here"), unknown),
        _select(job, "pipeline", _("Pipeline"), known),
        FieldControl(
            "lost_reason", label, "select", reason, reasons, placeholder=_("Report the row"), span=6
        ),
    )


def _kind(job: ImportJob) -> tuple[FieldControl, ...]:
    if job.record_type != "activity":
        return ()
    first = ActivityKind.OTHER
    kinds = (first, *(kind for kind in ActivityKind if kind is not first))
    options = tuple(Option(kind.value, kind.label) for kind in kinds)
    return (_select(job, "kind", _("Kind, where the row says none"), options),)
