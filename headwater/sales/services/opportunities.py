"""What can be done with opportunities besides moving them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.engagement.types import BulkResult
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean
from headwater.kernel.errors import Invalid
from headwater.sales.models import Opportunity
from headwater.sales.queries.pipelines import StageView, find_pipeline, pipeline_of_line, stages_by_id
from headwater.sales.services import sets
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.lines import mind_lines
from headwater.sales.services.moving import Closing, closing, move_locked, stage_of, write_moves
from headwater.sales.services.requirements import TAKEN, hold_stage
from headwater.sales.services.writing import choose_owner, differences, insert, lock_record, save_changes
from headwater.sales.types import Standing, Why

_PLACE = ("pipeline", "stage")
_LOST = ("lost_reason", "lost_note")


@transaction.atomic
def create_opportunity(access: Access, values: Mapping[str, Any], *, why: str = Why.CREATED) -> int:
    """Make an opportunity from raw values; its id.

    Without a stage it begins at the first one of its pipeline, without a pipeline in that of its business
    line or the default one; its chance is the stage's unless given. Wherever it begins, it has left no
    stage yet: requirements count from there on. Refuses with `Invalid` a stage of another pipeline, and
    with `StageGone`.
    """
    cleaned = clean(OPPORTUNITY.record_type, values, access)
    fields = cleaned.fields
    choose_owner(access, fields)
    if fields.get("currency") is None:
        fields["currency"] = company_currency()
    stage = _place(fields.get("pipeline"), fields.get("stage"), fields.get("business_line"))
    said = closing(
        access, stage, lost_reason=fields.pop("lost_reason", None), note=fields.pop("lost_note", None)
    )
    fields |= {"pipeline": stage.pipeline_id, "stage": stage.id, "probability": _chance(fields, stage)}
    moment = clock.now()
    derived = {
        "status": stage.kind,
        "stage_entered_at": moment,
        "closed_at": None if stage.is_open else moment,
        "lost_reason": said.lost_reason,
        "lost_note": said.note if stage.kind == Standing.LOST else None,
    }
    opportunity = insert(access, OPPORTUNITY, cleaned, why=why, on_conflict=TAKEN, derived=derived)
    write_moves(access, [opportunity.pk], [None], said)
    return int(opportunity.pk)


@transaction.atomic
def update_opportunity(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change an opportunity. Another stage is a move, by the same rules as `move_stage`; another pipeline
    takes its first stage unless one is given. Another owner needs the permission to assign.
    """
    cleaned = clean(OPPORTUNITY.record_type, values, access, partial=True)
    if any(cleaned.fields.get(key) for key in _PLACE):
        _place(
            cleaned.fields.get("pipeline"), cleaned.fields.get("stage")
        )  # held before the record is locked
    opportunity: Opportunity = lock_record(access, OPPORTUNITY, record_id, version=version)
    owner_id = cleaned.fields.pop("owner", opportunity.owner_id)
    _move_if_elsewhere(access, opportunity, cleaned)
    _check(opportunity, cleaned)
    mind_lines(opportunity, cleaned)
    changes = differences(OPPORTUNITY, opportunity, cleaned)
    save_changes(access, OPPORTUNITY, opportunity, changes, on_conflict=TAKEN)
    if owner_id is not None and owner_id != opportunity.owner_id:
        assign_opportunities(access.also("opportunities.assign"), [record_id], owner_id=owner_id)


def _place(pipeline_id: int | None, stage_id: int | None, line: str | None = None) -> StageView:
    """The stage meant by a pipeline and a stage, either of which may be open; held in use from here on."""
    if stage_id is not None:
        hold_stage(stage_id)
    if pipeline_id is None and stage_id is not None:
        known = stages_by_id().get(stage_id)
        if known is None:
            raise Invalid.one("stage", "relation.not_found", _("There is no such stage."))
        pipeline_id = known.pipeline_id
    pipeline = pipeline_of_line(line) if pipeline_id is None else find_pipeline(pipeline_id)
    if stage_id is not None:
        return stage_of(pipeline, stage_id)
    hold_stage(pipeline.first.id)
    return pipeline.first


def _chance(fields: Mapping[str, Any], stage: StageView) -> int:
    given = fields.get("probability")
    return stage.probability if given is None or not stage.is_open else int(given)


def _move_if_elsewhere(access: Access, opportunity: Opportunity, cleaned: Cleaned) -> None:
    place = {key: cleaned.fields.pop(key) for key in _PLACE if key in cleaned.fields}
    if not any(place.values()):
        return
    pipeline_id = place.get("pipeline") or opportunity.pipeline_id
    stays = pipeline_id == opportunity.pipeline_id and place.get("stage") in (None, opportunity.stage_id)
    if stays:
        return
    stage = _place(pipeline_id, place.get("stage"))
    lost = {key: cleaned.fields.pop(key, None) for key in _LOST}
    said: Closing = closing(access, stage, lost_reason=lost["lost_reason"], note=lost["lost_note"])
    pending = cleaned.fields | {f"custom.{name}": value for name, value in cleaned.custom.items()}
    move_locked(access, [opportunity], stage, said, pending=pending)
    opportunity.refresh_from_db()


def _check(opportunity: Opportunity, cleaned: Cleaned) -> None:
    """What a change may not say of an opportunity that is won, lost or open."""
    fields = cleaned.fields
    if "currency" in fields and fields["currency"] is None:
        raise Invalid.one("currency", "value.required", _("This is required."))
    is_lost = opportunity.status == Standing.LOST
    if is_lost and "lost_reason" in fields and fields["lost_reason"] is None:
        raise Invalid.one("lost_reason", "value.required", _("Say why this was lost."))
    if not is_lost:
        for key in _LOST:
            if fields.get(key) is not None:
                raise Invalid.one(key, "opportunity.not_lost", _("Only a lost opportunity has this."))
    if "probability" in fields:
        stage = stages_by_id()[opportunity.stage_id]
        chance = fields["probability"]
        if not stage.is_open and chance not in (None, stage.probability):
            raise Invalid.one(
                "probability", "opportunity.closed", _("A closed opportunity has no other probability.")
            )
        fields["probability"] = _chance(fields, stage)


def assign_opportunities(
    access: Access,
    ids: Sequence[int],
    *,
    owner_id: int,
    why: str = Why.ASSIGNED,
    note: str | None = None,
) -> list[BulkResult]:
    """Give opportunities to somebody; see `sets.assign`."""
    return sets.assign(access, OPPORTUNITY, ids, owner_id=owner_id, why=why, note=note)


def archive_opportunities(access: Access, ids: Sequence[int]) -> int:
    """Archive opportunities; how many."""
    return sets.archive(access, OPPORTUNITY, ids)


def restore_opportunities(access: Access, ids: Sequence[int]) -> int:
    """Bring archived opportunities back; how many."""
    return sets.restore(access, OPPORTUNITY, ids)
