"""Pipelines come into being, change, become the default and go out of use."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions import save_version
from headwater.sales import picklists
from headwater.sales.errors import DefaultPipeline, StageHolds, TooManyStages
from headwater.sales.events import PipelinesChanged
from headwater.sales.models import VERSIONS, Opportunity, Pipeline, Stage, StageItem
from headwater.sales.queries.pipelines import StageView, find_pipeline
from headwater.sales.services.moving import relocate
from headwater.sales.services.setting_up import (
    MOST_PIPELINES,
    keep,
    lock_pipeline,
    named,
    state_of,
    taken,
)
from headwater.sales.types import Standing

_DEFAULT_LOCK = 470_201


@transaction.atomic
def ensure_default_pipeline() -> int:
    """The id of the default pipeline; makes it, with the usual stages, where there is none."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    known = Pipeline.objects.filter(is_default=True).first()
    if known is not None:
        return known.pk
    with translation.override(settings.LANGUAGE_CODE):  # the names are stored: the company's language
        return _make_default_pipeline()


def _make_default_pipeline() -> int:
    moment = clock.now()
    pipeline = Pipeline.objects.create(
        name=_("Standard pipeline"), is_default=True, created_at=moment, updated_at=moment
    )
    Stage.objects.bulk_create(_usual_stages(pipeline))
    return pipeline.pk


def _usual_stages(pipeline: Pipeline) -> list[Stage]:
    steps = [
        (pgettext("stage", "First contact"), Standing.OPEN, 10, 14, "teal"),
        (pgettext("stage", "Needs confirmed"), Standing.OPEN, 30, 14, "blue"),
        (pgettext("stage", "Proposal and quote"), Standing.OPEN, 50, 21, "violet"),
        (pgettext("stage", "Negotiation"), Standing.OPEN, 80, 21, "amber"),
        (pgettext("stage", "Won"), Standing.WON, 100, None, "green"),
        (pgettext("stage", "Lost"), Standing.LOST, 0, None, "gray"),
    ]
    return [
        Stage(
            pipeline=pipeline,
            name=name,
            position=position,
            kind=kind,
            probability=probability,
            days_until_stuck=days,
            color=color,
        )
        for position, (name, kind, probability, days, color) in enumerate(steps)
    ]


@transaction.atomic
def create_pipeline(
    access: Access, *, name: str, business_line: str | None = None, copy_of: int | None = None
) -> int:
    """A new pipeline with the usual stages, or those of another one with all they require; its id.

    Refuses with `Invalid`, `NotFound` (nothing to copy) and `TooManyStages`.
    """
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    if Pipeline.objects.filter(archived_at=None).count() >= MOST_PIPELINES:
        raise TooManyStages(limit=MOST_PIPELINES)
    source = None if copy_of is None else find_pipeline(copy_of)
    moment = clock.now()
    last = sql.value("SELECT coalesce(max(position), 0) FROM sales_pipeline")
    pipeline = Pipeline(
        name=named(name),
        business_line=_line(business_line),
        position=last + 1,
        created_at=moment,
        updated_at=moment,
    )
    save_pipeline(pipeline)
    if source is None:
        with translation.override(settings.LANGUAGE_CODE):
            Stage.objects.bulk_create(_usual_stages(pipeline))
    else:
        for place, stage in enumerate(source.stages):
            _copy(pipeline, stage, place)
    audit.record(access, "pipeline", pipeline.pk, "create", {"name": [None, pipeline.name]})
    save_version(access, VERSIONS, pipeline.pk, state_of(pipeline), expected=0)
    emit(PipelinesChanged(ids=[pipeline.pk]), access)
    return pipeline.pk


def _copy(pipeline: Pipeline, stage: StageView, position: int) -> None:
    made = Stage.objects.create(
        pipeline=pipeline,
        name=stage.name,
        position=position,
        kind=stage.kind,
        probability=stage.probability,
        days_until_stuck=stage.days_until_stuck,
        color=stage.color,
        guidance=stage.guidance,
        required_fields=list(stage.required_fields),
    )
    StageItem.objects.bulk_create(
        StageItem(
            stage=made,
            name=item.name,
            guidance=item.guidance,
            activity_kind=item.activity_kind,
            position=place,
        )
        for place, item in enumerate(stage.items)
    )


@transaction.atomic
def update_pipeline(
    access: Access, pipeline_id: int, *, name: str, business_line: str | None, expected: int | None = None
) -> None:
    """Another name or business line. Refuses with `Invalid`, `NotFound`, `Stale`, `PipelineArchived`."""
    pipeline = lock_pipeline(access, pipeline_id, expected=expected)
    given = {"name": named(name), "business_line": _line(business_line)}
    changes = {key: [getattr(pipeline, key), value] for key, value in given.items()}
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return
    for key, value in given.items():
        setattr(pipeline, key, value)
    save_pipeline(pipeline)
    keep(access, pipeline, "update", changes)


@transaction.atomic
def make_default(access: Access, pipeline_id: int) -> None:
    """Let new opportunities begin here unless told otherwise; the default one already does nothing."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    pipeline = lock_pipeline(access, pipeline_id)
    if pipeline.is_default:
        return
    former = Pipeline.objects.select_for_update(no_key=True).get(is_default=True)
    former.is_default = False
    keep(access, former, "update", {"is_default": [True, False]})
    pipeline.is_default = True
    keep(access, pipeline, "make_default", {"is_default": [False, True]})


@transaction.atomic
def archive_pipeline(
    access: Access, pipeline_id: int, *, to_stage_id: int | None = None, expected: int | None = None
) -> int:
    """Take a pipeline out of use; its open opportunities go to a stage of another one, as one set: how many.

    Closed ones stay where they are. Archived already does nothing. Refuses with `DefaultPipeline`, with
    `StageHolds` while there are open ones and no stage is named, and as `lock_pipeline` does.
    """
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    pipeline = lock_pipeline(access, pipeline_id, expected=expected, archived=True)
    if pipeline.archived_at is not None:
        return 0
    if pipeline.is_default:
        raise DefaultPipeline(name=pipeline.name)
    stages = list(
        Stage.objects.select_for_update().filter(pipeline=pipeline, archived_at=None).order_by("pk")
    )
    ids = [stage.pk for stage in stages]
    moved = empty_stages(access, ids, to_stage_id, name=pipeline.name)
    pipeline.archived_at = clock.now()
    Stage.objects.filter(pk__in=ids).update(archived_at=pipeline.archived_at)
    changes: dict[str, Any] = {"archived": [False, True]}
    keep(access, pipeline, "archive", changes | ({"moved": [None, moved]} if moved else {}))
    return moved


def empty_stages(access: Access, ids: list[int], to_stage_id: int | None, *, name: str) -> int:
    """Move what lies open in locked stages to an open stage that stays; how many.

    Refuses with `StageHolds` while no stage is named, and with `Invalid` one that cannot take them.
    """
    held = Opportunity.objects.filter(stage_id__in=ids, status=Standing.OPEN).count()
    if not held:
        return 0
    if to_stage_id is None:
        raise StageHolds(name=name, count=held)
    living = "SELECT pipeline_id FROM sales_stage WHERE id = %s AND archived_at IS NULL FOR KEY SHARE"
    pipeline_id = sql.value(living, (to_stage_id,))
    target = None if pipeline_id is None else find_pipeline(pipeline_id).by_id.get(to_stage_id)
    if target is None or not target.is_open or to_stage_id in ids:
        raise Invalid.one("to_stage", "stage.unknown", _("Choose an open stage that stays in use."))
    return relocate(access, ids, target)


@transaction.atomic
def restore_pipeline(access: Access, pipeline_id: int) -> None:
    """Bring an archived pipeline back into use; one in use already stays."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    pipeline = lock_pipeline(access, pipeline_id, archived=True)
    if pipeline.archived_at is None:
        return
    pipeline.archived_at = None
    save_pipeline(pipeline)
    Stage.objects.filter(pipeline=pipeline, position__gte=0).update(archived_at=None)
    keep(access, pipeline, "restore", {"archived": [True, False]})


def _line(raw: str | None) -> str | None:
    line = (raw or "").strip()
    if line and line not in {str(choice.value) for choice in picklists.business_lines()}:
        raise Invalid.one("business_line", "value.choice", _("This is not one of the choices."))
    return line or None


def save_pipeline(pipeline: Pipeline) -> None:
    """Write it; refuses with `Invalid` a name that another one in use has."""
    try:
        with transaction.atomic():
            pipeline.save()
    except IntegrityError:
        raise taken() from None
