"""Opportunities move along their pipeline; one or many, by the same statements.

This is the only place that changes an opportunity's stage: it keeps status, chance, closing date and the
history of moves together, and asks for what a stage requires before it is left forwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.types import BulkResult
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean
from headwater.kernel.errors import Invalid
from headwater.organization.queries import names_of
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.errors import MovedMeanwhile, NotClosed
from headwater.sales.events import OpportunitiesMoved
from headwater.sales.models import Opportunity
from headwater.sales.queries.pipelines import PipelineView, StageView, find_pipeline, stages_by_id
from headwater.sales.queries.requirements import origins_of
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.requirements import fill_in, hold_stage, missing_for, refusal
from headwater.sales.services.sets import chunks, not_found
from headwater.sales.services.writing import lock_record, lock_records
from headwater.sales.types import Standing


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said about a lost opportunity, or about a move."""

    lost_reason: str | None = None
    note: str | None = None


def closing(access: Access, stage: StageView, *, lost_reason: str | None, note: str | None) -> Closing:
    """Check what is said about a move to `stage`: a lost one needs a reason, others take none."""
    given: dict[str, Any] = {"lost_reason": lost_reason, "lost_note": note}
    cleaned = clean(OPPORTUNITY.record_type, given, access, partial=True).fields
    if stage.kind == Standing.LOST and cleaned["lost_reason"] is None:
        raise Invalid.one("lost_reason", "value.required", _("Say why this was lost."))
    reason = cleaned["lost_reason"] if stage.kind == Standing.LOST else None
    return Closing(reason, cleaned["lost_note"])


def stage_of(pipeline: PipelineView, stage_id: int) -> StageView:
    """The stage, which must be one of the pipeline's; raises `Invalid`."""
    stage = pipeline.by_id.get(stage_id)
    if stage is None:
        raise Invalid.one("stage", *_other_pipeline(pipeline))
    return stage


def _other_pipeline(pipeline: PipelineView) -> tuple[str, str]:
    detail = _("This stage does not belong to “%(pipeline)s”.") % {"pipeline": pipeline.name}
    return "stage.other_pipeline", detail


@transaction.atomic
def move_stage(
    access: Access,
    opportunity_id: int,
    *,
    stage_id: int,
    from_stage_id: int | None = None,
    version: int | None = None,
    lost_reason: str | None = None,
    note: str | None = None,
    values: Mapping[str, Any] | None = None,
    done: Sequence[int] = (),
) -> Opportunity:
    """Move one opportunity to a stage of its pipeline; already there is fine and changes nothing.

    `from_stage_id` is where the mover saw it: when somebody else moved it since, `MovedMeanwhile` refuses.
    `values` are filled in and the points `done` of checklists ticked before the move, all or nothing.
    Refuses with `RequirementsUnmet`, with `StageGone`, and with `Invalid` a stage of another pipeline and a
    lost one without a reason.
    """
    hold_stage(stage_id)
    opportunity: Opportunity = lock_record(access, OPPORTUNITY, opportunity_id, version=version)
    stage = stage_of(find_pipeline(opportunity.pipeline_id), stage_id)
    said = closing(access, stage, lost_reason=lost_reason, note=note)
    if opportunity.stage_id == stage.id:
        return opportunity
    if from_stage_id is not None and from_stage_id != opportunity.stage_id:
        raise _moved_meanwhile(opportunity)
    fill_in(access, opportunity, values or {}, done)
    move_locked(access, [opportunity], stage, said)
    opportunity.refresh_from_db()
    return opportunity


def win(
    access: Access, opportunity_id: int, *, version: int | None = None, note: str | None = None
) -> Opportunity:
    """Move to the pipeline's won stage; refuses as `move_stage` does."""
    stage = _pipeline_of(access, opportunity_id).won
    return move_stage(access, opportunity_id, stage_id=stage.id, version=version, note=note)


def lose(
    access: Access,
    opportunity_id: int,
    *,
    lost_reason: str | None,
    version: int | None = None,
    note: str | None = None,
) -> Opportunity:
    """Move to the pipeline's lost stage, with a reason."""
    stage = _pipeline_of(access, opportunity_id).lost
    return move_stage(
        access, opportunity_id, stage_id=stage.id, version=version, lost_reason=lost_reason, note=note
    )


@transaction.atomic
def reopen(access: Access, opportunity_id: int, *, version: int | None = None) -> Opportunity:
    """Take a closed opportunity back to the open stage it was in last; refuses with `NotClosed`."""
    stage = _open_last(access, opportunity_id)
    hold_stage(stage.id)
    opportunity: Opportunity = lock_record(access, OPPORTUNITY, opportunity_id, version=version)
    if opportunity.status == Standing.OPEN:
        raise NotClosed(id=opportunity.pk, name=opportunity.name)
    if opportunity.pipeline_id != stage.pipeline_id:
        raise _moved_meanwhile(opportunity)
    move_locked(access, [opportunity], stage, Closing())
    opportunity.refresh_from_db()
    return opportunity


def _open_last(access: Access, opportunity_id: int) -> StageView:
    pipeline = _pipeline_of(access, opportunity_id)
    last = origins_of([opportunity_id]).get(opportunity_id)
    return (pipeline.by_id.get(last) if last is not None else None) or pipeline.first


@transaction.atomic
def move_many(
    access: Access,
    ids: Sequence[int],
    *,
    stage_id: int,
    lost_reason: str | None = None,
    note: str | None = None,
) -> list[BulkResult]:
    """Move opportunities to one stage. A result for every id, as asked.

    Those of another pipeline stay, and so do those that lack what is required (`stage.requirements`).
    """
    stage = stages_by_id().get(stage_id)
    if stage is None:
        raise Invalid.one("stage", "relation.not_found", _("There is no such stage."))
    hold_stage(stage_id)
    said = closing(access, stage, lost_reason=lost_reason, note=note)
    wanted = list(dict.fromkeys(ids))
    results: dict[int, BulkResult] = {}
    moving = []
    others: dict[int, PipelineView] = {}
    for opportunity in lock_records(access, OPPORTUNITY, wanted):
        if opportunity.pipeline_id != stage.pipeline_id:
            if opportunity.pipeline_id not in others:
                others[opportunity.pipeline_id] = find_pipeline(opportunity.pipeline_id)
            code, detail = _other_pipeline(others[opportunity.pipeline_id])
            results[opportunity.pk] = BulkResult(opportunity.pk, False, code, detail)
            continue
        results[opportunity.pk] = BulkResult(opportunity.pk, True)
        if opportunity.stage_id != stage.id:
            moving.append(opportunity)
    held = missing_for(access, moving, stage)
    for opportunity in moving:
        if opportunity.pk in held:
            refused = refusal(opportunity, stage, held[opportunity.pk])
            results[opportunity.pk] = BulkResult(
                opportunity.pk, False, refused.code, refused.detail, refused.facts
            )
    _write(access, [one for one in moving if one.pk not in held], stage, said)
    missing = not_found(OPPORTUNITY, [one for one in wanted if one not in results])
    return [(results | missing)[one] for one in wanted]


def move_locked(
    access: Access,
    found: Sequence[Opportunity],
    stage: StageView,
    said: Closing,
    *,
    pending: Mapping[str, Any] | None = None,
) -> None:
    """Move locked opportunities that are elsewhere; `pending` are values about to be written with the move.

    Refuses with `RequirementsUnmet` the first that lacks something.
    """
    missing = missing_for(access, found, stage, pending=pending)
    for opportunity in found:
        if opportunity.pk in missing:
            raise refusal(opportunity, stage, missing[opportunity.pk])
    _write(access, found, stage, said)


def relocate(access: Access, stage_ids: Sequence[int], stage: StageView) -> int:
    """Move every open opportunity of stages that go out of use, archived ones too; how many.

    The caller has locked the stages. Nothing is asked: nobody goes on by this.
    """
    ids = sql.values(
        "SELECT id FROM sales_opportunity WHERE stage_id = ANY(%s::bigint[]) AND status = 'open'"
        " ORDER BY id FOR NO KEY UPDATE",
        (list(stage_ids),),
    )
    for piece in chunks(ids):
        _write(access, list(Opportunity.objects.filter(pk__in=piece).order_by("pk")), stage, Closing())
    return len(ids)


def _write(access: Access, found: Sequence[Opportunity], stage: StageView, said: Closing) -> None:
    """The move itself, with history, audit and one event per chunk."""
    if not found:
        return
    moment = clock.now()
    ids = [opportunity.pk for opportunity in found]
    is_closed = stage.kind != Standing.OPEN
    sql.execute(
        "UPDATE sales_opportunity SET pipeline_id = %s, stage_id = %s, status = %s, probability = %s,"
        " closed_at = %s::timestamptz, stage_entered_at = %s, lost_reason = %s::text, lost_note = %s::text,"
        " version = version + 1, updated_at = %s WHERE id = ANY(%s::bigint[])",
        (
            stage.pipeline_id,
            stage.id,
            stage.kind,
            stage.probability,
            moment if is_closed else None,
            moment,
            said.lost_reason,
            said.note if stage.kind == Standing.LOST else None,
            moment,
            ids,
        ),
    )
    write_moves(access, ids, [opportunity.stage_id for opportunity in found], said)
    audit.record_many(access, "opportunity", "move", [(one.pk, _changes(one, stage, said)) for one in found])
    for piece in chunks(ids):
        emit(OpportunitiesMoved(ids=piece, stage_id=stage.id, status=stage.kind), access)


def write_moves(access: Access, ids: Sequence[int], origins: Sequence[int | None], said: Closing) -> None:
    """Put into the history where opportunities just came, with what is known of them now."""
    sql.execute(
        "INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, amount, currency,"
        " expected_close_on, owner_id, lost_reason, note, by_id, at)"
        " SELECT o.id, x.origin, o.stage_id, o.amount, o.currency, o.expected_close_on, o.owner_id,"
        " o.lost_reason, %s::text, %s::bigint, o.stage_entered_at"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, origin) JOIN sales_opportunity o ON o.id = x.id"
        " ORDER BY o.id",
        (said.note, access.user_id, list(ids), list(origins)),
    )


def _changes(opportunity: Opportunity, stage: StageView, said: Closing) -> Mapping[str, Sequence[Any]]:
    changes: dict[str, Sequence[Any]] = {"stage": [opportunity.stage_id, stage.id]}
    if opportunity.status != stage.kind:
        changes["status"] = [opportunity.status, stage.kind]
    if opportunity.lost_reason != said.lost_reason:
        changes["lost_reason"] = [opportunity.lost_reason, said.lost_reason]
    return changes


def _pipeline_of(access: Access, opportunity_id: int) -> PipelineView:
    found = Opportunity.objects.filter(pk=opportunity_id).values_list("pipeline_id", flat=True).first()
    return find_pipeline(found)


def _moved_meanwhile(opportunity: Opportunity) -> MovedMeanwhile:
    move = sql.rows(
        "SELECT by_id, at FROM sales_stagemove WHERE opportunity_id = %s ORDER BY at DESC, id DESC LIMIT 1",
        (opportunity.pk,),
    )
    by_id = move[0]["by_id"] if move else None
    name = names_of([by_id]).get(by_id) if by_id is not None else None
    stage = stages_by_id()[opportunity.stage_id]
    return MovedMeanwhile(
        id=opportunity.pk,
        name=opportunity.name,
        stage={"id": stage.id, "name": stage.name},
        stage_name=stage.name,
        by=name or _("Somebody"),
        at=move[0]["at"] if move else None,
        version=opportunity.version,
    )
