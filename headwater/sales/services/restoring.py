"""An earlier version of a pipeline applies again: its stages, their order, and what they ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform.versions import version
from headwater.sales import picklists
from headwater.sales.errors import StageHolds
from headwater.sales.models import VERSIONS, Opportunity, Pipeline, Stage, StageItem
from headwater.sales.queries.pipelines import StageView, find_pipeline
from headwater.sales.queries.requirements import requirable
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.moving import relocate
from headwater.sales.services.pipelines import save_pipeline
from headwater.sales.services.setting_up import keep, lock_pipeline
from headwater.sales.services.stages import write_checklist
from headwater.sales.types import Standing

_FREED = Concat(Value("\x01"), Cast(F("id"), TextField()))  # a name that nobody types: names change places


@transaction.atomic
def restore_version(
    access: Access,
    pipeline_id: int,
    number: int,
    *,
    to_stage: str | None = None,
    expected: int | None = None,
) -> int:
    """Let a version of a pipeline apply again, as a new one; how many open opportunities had to move.

    A stage that went out of use since comes back as itself. What lies open in stages that the version does
    not have goes to `to_stage`, the name of an open stage that it has. Whether the pipeline is the default
    one stays; so does its business line where the earlier one is no choice any more; fields that are gone
    are asked for no longer. Refuses with `NotFound`, `StageHolds`, `Invalid` and as the lock does.
    """
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    content = version(VERSIONS, pipeline.pk, number).content
    stages = list(Stage.objects.select_for_update().filter(pipeline=pipeline).order_by("pk"))
    meant, gone = _sorted_out(stages, content)
    held = Opportunity.objects.filter(stage__in=gone, status=Standing.OPEN).count()
    if held and to_stage is None:
        raise StageHolds(name=pipeline.name, count=held)
    before = {"name": pipeline.name, "business_line": pipeline.business_line}
    pipeline.name = content["name"]
    if content["business_line"] in {None, *(str(one.value) for one in picklists.business_lines())}:
        pipeline.business_line = content["business_line"]
    save_pipeline(pipeline)
    _retire(gone)
    Stage.objects.filter(pk__in=[one.pk for one in meant.values() if one is not None]).update(name=_FREED)
    for position, (name, stage) in enumerate(meant.items()):
        _write(stage or Stage(pipeline=pipeline), name, position, content["stages"][name])
    moved = relocate(access, [one.pk for one in gone], _target(pipeline, to_stage)) if held else 0
    changes: dict[str, Any] = {
        key: [old, getattr(pipeline, key)] for key, old in before.items() if old != getattr(pipeline, key)
    }
    changes["version"] = [None, number]
    keep(access, pipeline, "restore_version", changes | ({"moved": [None, moved]} if moved else {}))
    return moved


def leaving(pipeline_id: int, content: Mapping[str, Any]) -> list[int]:
    """The ids of the stages in use that a version does not have."""
    stages = list(Stage.objects.filter(pipeline_id=pipeline_id))
    return [one.pk for one in _sorted_out(stages, content)[1]]


def _sorted_out(
    stages: Sequence[Stage], content: Mapping[str, Any]
) -> tuple[dict[str, Stage | None], list[Stage]]:
    """The stages that a version speaks of, in its order (None: one to be made), and those that have to go."""
    meant = {name: _meant(stages, content["stages"][name], name) for name in content["order"]}
    staying = {one.pk for one in meant.values() if one is not None}
    return meant, [one for one in stages if one.archived_at is None and one.pk not in staying]


def _meant(stages: Sequence[Stage], said: Mapping[str, Any], name: str) -> Stage | None:
    """The stage that a version speaks of; None where a new one has to be made.

    Versions kept before ids were name it alone: then one in use comes before one that is not.
    """
    if said["kind"] != Standing.OPEN:
        return next(one for one in stages if one.kind == said["kind"] and one.archived_at is None)
    if "id" in said:
        return next((one for one in stages if one.pk == said["id"]), None)
    same = [one for one in stages if one.name == name and one.kind == Standing.OPEN]
    return min(same, key=lambda one: (one.archived_at is not None, -one.pk), default=None)


def _retire(gone: Sequence[Stage]) -> None:
    moment = clock.now()
    for one in gone:
        one.archived_at, one.position = moment, -one.pk
        one.save(update_fields=["archived_at", "position"])


def _write(stage: Stage, name: str, position: int, said: Mapping[str, Any]) -> None:
    known = requirable(OPPORTUNITY.record_type)
    stage.name, stage.position, stage.archived_at = name, position, None
    stage.kind = said["kind"]
    for key in ("probability", "days_until_stuck", "color", "guidance"):
        setattr(stage, key, said[key])
    stage.required_fields = [key for key in said["required_fields"] if key in known]
    stage.save()
    known_items = StageItem.objects.filter(stage=stage).order_by("archived_at", "pk")  # those in use last
    items = {item.name: item for item in known_items}
    points = sorted(said["checklist"].items(), key=lambda one: one[1].get("position", 0))
    given = [
        (
            items.get(name),
            {"name": name, "guidance": told["guidance"], "activity_kind": told["activity_kind"]},
        )
        for name, told in points
    ]
    write_checklist(stage, given)


def _target(pipeline: Pipeline, name: str | None) -> StageView:
    """Where what lies open goes; refuses with `Invalid` a name that is no open stage of the version."""
    found = next((one for one in find_pipeline(pipeline.pk).open_stages if one.name == name), None)
    if found is None:
        raise Invalid.one("to_stage", "stage.unknown", _("Choose an open stage that stays in use."))
    return found
