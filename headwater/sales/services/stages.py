"""The stages of a pipeline: added, changed, ordered, removed; their checklists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.engagement.types import ActivityKind
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.sales.errors import ClosingStage, LastStage, TooManyStages
from headwater.sales.models import Pipeline, Stage, StageItem
from headwater.sales.queries.requirements import requirable
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.pipelines import empty_stages
from headwater.sales.services.setting_up import (
    MOST_ITEMS,
    MOST_STAGES,
    guidance_of,
    keep,
    lock_pipeline,
    named,
    taken,
    whole,
)
from headwater.sales.types import Standing
from headwater.ui.records.cells import KNOWN_HUES

_MOST_DAYS = 3650


@transaction.atomic
def add_stage(
    access: Access, pipeline_id: int, values: Mapping[str, Any], *, expected: int | None = None
) -> int:
    """An open stage after the others; its id. Refuses with `Invalid`, `TooManyStages`, as the lock does."""
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    stages = _living(pipeline)
    if len(stages) >= MOST_STAGES:
        raise TooManyStages(limit=MOST_STAGES)
    last = max((one.position for one in stages if one.kind == Standing.OPEN), default=-1)
    Stage.objects.filter(pipeline=pipeline, archived_at=None, position__gt=last).update(
        position=F("position") + 1
    )
    given = _checked({"color": "blue", "probability": 50} | dict(values), Standing.OPEN)
    stage = Stage(pipeline=pipeline, position=last + 1, kind=Standing.OPEN, **given)
    _save(stage)
    keep(access, pipeline, "add_stage", {"stage": [None, stage.name]})
    return stage.pk


@transaction.atomic
def update_stage(
    access: Access,
    pipeline_id: int,
    stage_id: int,
    values: Mapping[str, Any],
    *,
    expected: int | None = None,
) -> None:
    """Change what is given of a stage. Opportunities in it keep their chance; those to come take the new one.

    Refuses with `Invalid`, `NotFound` and as the lock does.
    """
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    stage = _stage(pipeline, stage_id)
    given = _checked({"name": stage.name} | dict(values), stage.kind)
    changes = {
        f"{stage.name}.{key}": [getattr(stage, key), value]
        for key, value in given.items()
        if getattr(stage, key) != value
    }
    if not changes:
        return
    for key, value in given.items():
        setattr(stage, key, value)
    _save(stage)
    keep(access, pipeline, "change_stage", changes)


@transaction.atomic
def order_stages(
    access: Access, pipeline_id: int, stage_ids: Sequence[int], *, expected: int | None = None
) -> None:
    """Bring the open stages into this order; those not named follow in their old one, then won and lost."""
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    stages = _living(pipeline)
    place = {stage_id: number for number, stage_id in enumerate(stage_ids)}
    before = [stage.name for stage in stages]
    stages.sort(key=lambda one: (_rank(one), place.get(one.pk, len(place)), one.position))
    if [stage.name for stage in stages] == before:
        return
    for number, stage in enumerate(stages):
        stage.position = number
    Stage.objects.bulk_update(stages, ["position"])
    keep(access, pipeline, "order_stages", {"order": [before, [stage.name for stage in stages]]})


def _rank(stage: Stage) -> int:
    return [Standing.OPEN.value, Standing.WON.value, Standing.LOST.value].index(stage.kind)


@transaction.atomic
def remove_stage(
    access: Access,
    pipeline_id: int,
    stage_id: int,
    *,
    to_stage_id: int | None = None,
    expected: int | None = None,
) -> int:
    """Take an open stage out of use; what lies in it goes to another one, as one set: how many.

    Refuses with `ClosingStage` (won, lost), `LastStage`, `StageHolds` while it holds open opportunities and
    no stage is named, and as the lock does.
    """
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    stage = _stage(pipeline, stage_id)
    if stage.kind != Standing.OPEN:
        raise ClosingStage(name=stage.name)
    if sum(one.kind == Standing.OPEN for one in _living(pipeline)) == 1:
        raise LastStage(name=stage.name)
    Stage.objects.select_for_update().get(pk=stage.pk)  # waits for moves under way, holds up those to come
    moved = empty_stages(access, [stage.pk], to_stage_id, name=stage.name)
    stage.archived_at, stage.position = clock.now(), -stage.pk
    stage.save(update_fields=["archived_at", "position"])
    for number, one in enumerate(_living(pipeline)):
        if one.position != number:
            one.position = number
            one.save(update_fields=["position"])
    changes: dict[str, Any] = {"stage": [stage.name, None]}
    keep(access, pipeline, "remove_stage", changes | ({"moved": [None, moved]} if moved else {}))
    return moved


@transaction.atomic
def set_checklist(
    access: Access,
    pipeline_id: int,
    stage_id: int,
    items: Sequence[Mapping[str, Any]],
    *,
    expected: int | None = None,
) -> None:
    """The whole checklist of an open stage, in its order: known points with their `id`, new ones without.

    Points left out go out of use; what was ticked of them stays written. Refuses with `Invalid`,
    `ClosingStage` and as the lock does.
    """
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    stage = _stage(pipeline, stage_id)
    if stage.kind != Standing.OPEN and items:
        raise ClosingStage(name=stage.name)
    if len(items) > MOST_ITEMS:
        detail = _("At most %(limit)s points.") % {"limit": MOST_ITEMS}
        raise Invalid.one("items", "value.too_many", detail)
    known = {item.pk: item for item in StageItem.objects.filter(stage=stage, archived_at=None)}
    given = [(_item_of(known, one.get("id")), _point(one)) for one in items]
    if len({point["name"] for _known, point in given}) < len(given):
        raise taken()
    before = [item.name for item in sorted(known.values(), key=lambda one: (one.position, one.pk))]
    write_checklist(stage, given)
    changes = {f"{stage.name}.checklist": [before, [point["name"] for _known, point in given]]}
    keep(access, pipeline, "change_checklist", changes)


def write_checklist(stage: Stage, given: Sequence[tuple[StageItem | None, Mapping[str, Any]]]) -> None:
    """The points of a stage in their order, known ones with what they say now; the others go out of use."""
    kept = [item.pk for item, _values in given if item is not None]
    StageItem.objects.filter(stage=stage, archived_at=None).exclude(pk__in=kept).update(
        archived_at=clock.now()
    )
    # Names change places too: each is free before it is taken again.
    for pk in kept:
        StageItem.objects.filter(pk=pk).update(name=f"\x01{pk}")
    for number, (item, point) in enumerate(given):
        written = item or StageItem(stage=stage)
        written.position, written.archived_at = number, None
        for key, value in point.items():
            setattr(written, key, value)
        written.save()


def _item_of(known: Mapping[int, StageItem], item_id: Any) -> StageItem | None:
    if item_id is None:
        return None
    if item_id not in known:
        raise NotFound(record="checklist", id=item_id)
    return known[item_id]


def _point(raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw.get("activity_kind") or None
    if kind is not None and kind not in ActivityKind.values:
        raise Invalid.one("activity_kind", "value.choice", _("This is not one of the choices."))
    return {
        "name": named(raw.get("name"), limit=120),
        "guidance": guidance_of(raw.get("guidance")),
        "activity_kind": kind,
    }


def _living(pipeline: Pipeline) -> list[Stage]:
    return list(Stage.objects.filter(pipeline=pipeline, archived_at=None).order_by("position", "pk"))


def _stage(pipeline: Pipeline, stage_id: int) -> Stage:
    found = Stage.objects.filter(pipeline=pipeline, archived_at=None, pk=stage_id).first()
    if found is None:
        raise NotFound(record="stage", id=stage_id)
    return found


def _checked(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Raw values of a stage as the table keeps them; refuses with `Invalid` what cannot be."""
    given: dict[str, Any] = {"name": named(values.get("name"))}
    if "color" in values:
        if values["color"] not in KNOWN_HUES:
            raise Invalid.one("color", "value.choice", _("This is not one of the colours."))
        given["color"] = values["color"]
    if "guidance" in values:
        given["guidance"] = guidance_of(values["guidance"])
    if kind != Standing.OPEN:
        return given  # won and lost have a chance of their own, and nothing is left behind them
    if "probability" in values:
        given["probability"] = whole("probability", values["probability"], least=0, most=100)
    if "days_until_stuck" in values:
        raw = values["days_until_stuck"]
        blank = raw is None or raw == ""
        days = None if blank else whole("days_until_stuck", raw, least=1, most=_MOST_DAYS)
        given["days_until_stuck"] = days
    if "required_fields" in values:
        keys = list(dict.fromkeys(values["required_fields"]))
        known = requirable(OPPORTUNITY.record_type)
        strange = [key for key in keys if key not in known]
        if strange:
            detail = _("“%(field)s” is no field that a stage can ask for.") % {"field": str(strange[0])[:80]}
            raise Invalid.one("required_fields", "field.unknown", detail)
        given["required_fields"] = keys
    return given


def _save(stage: Stage) -> None:
    try:
        with transaction.atomic():
            stage.save()
    except IntegrityError:
        raise taken() from None
