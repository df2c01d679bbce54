"""Settings → Pipelines → Versions: what a pipeline was, and how it becomes that again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from headwater.customization.queries import picklist_label
from headwater.customization.web.picklists import colour_name
from headwater.engagement.types import ActivityKind
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.organization.queries.versions import VersionLine, version_lines
from headwater.platform.versions import version, versions_of
from headwater.sales import services
from headwater.sales.models import VERSIONS
from headwater.sales.queries.pipelines import find_pipeline, open_counts
from headwater.sales.services.restoring import leaving
from headwater.sales.types import Standing
from headwater.sales.web.pipelines import HOME, emptying_into
from headwater.ui.formats import percent, series
from headwater.ui.pages import FormPage, Option
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """`may_restore`: not while it is archived."""

    title: str
    back: str
    lines: tuple[VersionLine, ...]
    may_restore: bool


@require_GET
def versions(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Every state of a pipeline, the latest first, with what each changed."""
    permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    kept = versions_of(VERSIONS, pipeline_id, limit=1)
    home = f"{HOME}/{pipeline_id}"
    present = kept[0].number if kept else 0
    lines = version_lines(VERSIONS, pipeline_id, present=present, home=home, facts=_facts)
    page = VersionsPage(found.name, home, lines, not found.is_archived)
    return respond(request, "sales/pipeline_versions.html", page, fragments={"hw-versions": "versions"})


def _facts(content: Mapping[str, Any]) -> dict[str, str]:
    """What a version says, each part in words."""
    line = content["business_line"]
    facts = {
        pgettext("pipeline", "Name"): content["name"],
        _("Business line"): picklist_label("business_line", line) if line else "",
        _("Default pipeline"): _("Yes") if content["is_default"] else _("No"),
        _("Archived"): _("Yes") if content["archived"] else _("No"),
        _("Stages"): " → ".join(content["order"]),
    }
    for name in content["order"]:
        facts |= {f"{name} · {part}": words for part, words in _stage_facts(content["stages"][name]).items()}
    return facts


def _stage_facts(said: Mapping[str, Any]) -> dict[str, str]:
    fields = record_type("opportunity").all_fields
    points = sorted(said["checklist"].items(), key=lambda one: one[1].get("position", 0))
    return {
        _("Colour"): colour_name(said["color"]),
        _("Probability"): percent(said["probability"]),
        _("Days until stuck"): str(said["days_until_stuck"] or _("never")),
        _("Guidance"): said["guidance"],
        _("Required fields"): series(
            str(fields[key].label) if key in fields else key for key in said["required_fields"]
        ),
        _("Checklist"): series(_point(name, told) for name, told in points),
    }


def _point(name: str, told: Mapping[str, Any]) -> str:
    kind = ActivityKind(told["activity_kind"]).label if told["activity_kind"] else ""
    extra = " · ".join(str(one) for one in (kind, told["guidance"]) if one)
    return f"{name} ({extra})" if extra else name


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, pipeline_id: int, number: int) -> HttpResponse:
    """Let a version apply again; asks where to put what its stages do not hold."""
    access = permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    if request.method == "POST":
        services.restore_version(
            access,
            pipeline_id,
            number,
            to_stage=request.POST.get("to_stage") or None,
            expected=text.whole(request.POST.get("version", "")),
        )
        return done(request, _("Version %(number)s applies again") % {"number": number})
    content = version(VERSIONS, pipeline_id, number).content
    counts = open_counts()
    held = sum(counts.get(one, 0) for one in leaving(pipeline_id, content))
    stages = {name: content["stages"][name] for name in content["order"]}
    options = tuple(
        Option(name, name, hue=said["color"])
        for name, said in stages.items()
        if said["kind"] == Standing.OPEN
    )
    page = FormPage(
        title=_("Restore version %(number)s") % {"number": number},
        action=f"{HOME}/{pipeline_id}/versions/{number}/restore",
        groups=emptying_into(held, options),
        submit=_("Restore"),
        cancel_href=f"{HOME}/{pipeline_id}/versions",
        hidden={"version": found.version},
        width="small",
        intro=_(
            "Stages, their order and what they ask for become what they were. It is kept as a new version."
        ),
    )
    return respond(request, "ui/records/form.html", page)
