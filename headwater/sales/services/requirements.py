"""What a stage asks for, held against moves; and what the mover fills in on the way."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean
from headwater.kernel.catalogue.clean import flatten
from headwater.kernel.errors import Invalid
from headwater.sales.errors import RequirementsUnmet, StageGone
from headwater.sales.models import Opportunity
from headwater.sales.queries.pipelines import PipelineView, StageView, find_pipeline, stages_by_id
from headwater.sales.queries.requirements import Missing, origins_of, requirable, unmet
from headwater.sales.services.checklists import tick_locked
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import differences, external_id_taken, save_changes
from headwater.ui import formats

TAKEN = {"opportunity_external_id_once": external_id_taken}


def hold_stage(stage_id: int) -> None:
    """Keep a stage in use until this transaction ends; to be called before opportunities are locked.

    Whoever takes a stage out of use locks it first, and its opportunities then. Refuses with `StageGone`;
    an id that never was one is left to the caller.
    """
    living = "SELECT id FROM sales_stage WHERE id = %s AND archived_at IS NULL FOR KEY SHARE"
    if sql.value(living, (stage_id,)) is None:
        known = stages_by_id().get(stage_id)
        if known is not None:
            raise StageGone(stage={"id": known.id, "name": known.name}, name=known.name)


def missing_for(
    access: Access,
    found: Sequence[Opportunity],
    stage: StageView,
    *,
    pending: Mapping[str, Any] | None = None,
    pipeline: PipelineView | None = None,
) -> dict[int, Missing]:
    """What is missing for each of these opportunities to come to `stage`; nobody in it misses nothing."""
    if not found:
        return {}
    pipeline = pipeline or find_pipeline(stage.pipeline_id)
    if not any(one.required_fields or one.items for one in pipeline.open_stages):
        return {}
    closed = [one.pk for one in found if one.status != "open"]
    origins: dict[int, int | None] = {one.pk: one.stage_id for one in found}
    if closed:
        origins |= origins_of(closed)
    return unmet(access, pipeline, origins, stage, pending=pending or {})


def refusal(opportunity: Opportunity, stage: StageView, missing: Missing) -> RequirementsUnmet:
    """The refusal that says what is missing."""
    return RequirementsUnmet(
        id=opportunity.pk,
        name=opportunity.name,
        stage={"id": stage.id, "name": stage.name},
        stage_name=stage.name,
        missing=formats.series(missing.names),
        missing_fields=[{"key": field.key, "label": str(field.label)} for field in missing.fields],
        missing_items=[{"id": item.id, "name": item.name} for item in missing.items],
    )


def fill_in(access: Access, opportunity: Opportunity, values: Mapping[str, Any], done: Sequence[int]) -> None:
    """Write what the mover filled in, and tick what they say is done; the opportunity is locked.

    Refuses with `Invalid` fields that no stage may ask for, and items of other pipelines.
    """
    if values:
        known = requirable(OPPORTUNITY.record_type)
        strange = [key for key in flatten(values) if key not in known]
        if strange:
            detail = _("This field is not filled in by a move.")
            raise Invalid(fields={key: {"code": "field.not_of_move", "detail": detail} for key in strange})
        cleaned = clean(OPPORTUNITY.record_type, values, access, partial=True)
        changes = differences(OPPORTUNITY, opportunity, cleaned)
        save_changes(access, OPPORTUNITY, opportunity, changes, on_conflict=TAKEN)
    if done:
        tick_locked(access, opportunity, done)
