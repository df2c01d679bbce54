"""How pipelines are set up: one at a time is changed, every state is kept as a version."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions import save_version, versions_of
from headwater.sales.errors import PipelineArchived
from headwater.sales.events import PipelinesChanged
from headwater.sales.models import VERSIONS, Pipeline
from headwater.sales.queries.pipelines import StageView, find_pipeline

MOST_PIPELINES = 30
MOST_STAGES = 20
MOST_ITEMS = 20
LONGEST_GUIDANCE = 2000


def lock_pipeline(
    access: Access, pipeline_id: int, *, expected: int | None = None, archived: bool = False
) -> Pipeline:
    """The pipeline, for one who changes it. Refuses with `NotFound`, `Stale` and `PipelineArchived`."""
    found = Pipeline.objects.select_for_update(no_key=True).filter(pk=pipeline_id).first()
    if found is None:
        raise NotFound(record="pipeline", id=pipeline_id)
    if expected is not None and expected != found.version:
        raise Stale(version=found.version)
    if found.archived_at is not None and not archived:
        raise PipelineArchived(name=found.name)
    if not versions_of(VERSIONS, found.pk, limit=1):
        save_version(system_access("sales"), VERSIONS, found.pk, state_of(found))
    return found


def keep(access: Access, pipeline: Pipeline, act: str, changes: Mapping[str, Any]) -> None:
    """Write a changed pipeline down: its version, audit, event."""
    pipeline.version += 1
    pipeline.updated_at = clock.now()
    pipeline.save()
    audit.record(access, "pipeline", pipeline.pk, act, changes)
    save_version(access, VERSIONS, pipeline.pk, state_of(pipeline))
    emit(PipelinesChanged(ids=[pipeline.pk]), access)


def state_of(pipeline: Pipeline) -> dict[str, Any]:
    """All that a pipeline is, as a version keeps it; by name, so that two versions tell what differs."""
    stages = find_pipeline(pipeline.pk).stages
    return {
        "name": pipeline.name,
        "business_line": pipeline.business_line,
        "is_default": pipeline.is_default,
        "archived": pipeline.archived_at is not None,
        "order": [stage.name for stage in stages],
        "stages": {stage.name: _stage(stage) for stage in stages},
    }


def _stage(stage: StageView) -> dict[str, Any]:
    return {
        "id": stage.id,  # a stage with another name is still the same one
        "kind": stage.kind,
        "probability": stage.probability,
        "days_until_stuck": stage.days_until_stuck,
        "color": stage.color,
        "guidance": stage.guidance,
        "required_fields": list(stage.required_fields),
        "checklist": {
            item.name: {"guidance": item.guidance, "activity_kind": item.activity_kind, "position": place}
            for place, item in enumerate(stage.items)  # JSON in the database keeps no order
        },
    }


def named(raw: Any, *, limit: int = 80, field: str = "name") -> str:
    """A name that is not empty; refuses with `Invalid`."""
    name = text.tidy(str(raw or ""))
    if not name:
        raise Invalid.one(field, "value.required", _("This is required."))
    if len(name) > limit:
        raise Invalid.one(field, "value.too_long", _("At most %(limit)s characters.") % {"limit": limit})
    return name


def taken(field: str = "name") -> Invalid:
    """The refusal of a name that another one has."""
    return Invalid.one(field, "value.taken", _("Another one has this name."))


def whole(field: str, raw: Any, *, least: int, most: int) -> int:
    """A whole number within its limits; refuses with `Invalid`."""
    number = raw if isinstance(raw, int) and not isinstance(raw, bool) else text.whole(str(raw).strip())
    if number is None or not least <= number <= most:
        facts = {"least": least, "most": most}
        detail = _("Between %(least)s and %(most)s.") % facts
        raise Invalid.one(field, "value.range", detail)
    return number


def guidance_of(raw: Any) -> str:
    """Guidance keeps its lines; refuses with `Invalid` what is too long."""
    lines = [text.tidy(line) for line in str(raw or "").splitlines()]
    words = "\n".join(lines).strip()
    if len(words) > LONGEST_GUIDANCE:
        detail = _("At most %(limit)s characters.") % {"limit": LONGEST_GUIDANCE}
        raise Invalid.one("guidance", "value.too_long", detail)
    return words
