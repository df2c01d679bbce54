"""Where opportunities of a file stand: pipeline, stage, chance, and how they were closed.

A new opportunity begins where the file says: it has left no stage yet. One that is known moves by the rules
of every move, so what its stage requires must be there or in the same row; a row that says when it was closed
tells of the past and is held up by nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import Slot
from headwater.sales.errors import StageGone
from headwater.sales.importing.saving import name_of
from headwater.sales.importing.shapes import CLOSED_AT, PIPELINE, STAGE
from headwater.sales.queries.pipelines import PipelineView, StageView, pipelines, stages_by_id
from headwater.sales.queries.requirements import origins_of, stages_left, unmet
from headwater.sales.types import Standing
from headwater.ui import formats

_PLACE = "place!"
STAGE_COLUMNS = frozenset({"pipeline_id", "stage_id", "status", "lost_reason", "lost_note", "closed_at"})
_WON = frozenset(map(text.fold, ("won", "closed won", "closedwon", "赢单", "成交", "已成交", "输赢：赢")))
_LOST = frozenset(map(text.fold, ("lost", "closed lost", "closedlost", "输单", "丢单", "失败", "无效")))


class Stages:
    """The pipelines as they are, and what words of the file mean in them."""

    def __init__(self, access: Access, options: Mapping[str, Any]) -> None:
        self.access, self.options = access, options
        self.gone: set[int] = set()
        self.origins: dict[int, int | None] = {}
        self.pipelines: dict[int, PipelineView] = {one.id: one for one in pipelines()}
        # The chosen one may have gone out of use since the import was set up.
        first = next(iter(self.pipelines.values()))
        self.usual = self.pipelines.get(options["pipeline"], first)
        self.by_id = stages_by_id()
        self.by_name = {
            pipeline.id: {text.fold(stage.name): stage for stage in pipeline.stages}
            for pipeline in self.pipelines.values()
        }

    def begin(self, slots: Iterable[Slot], *, writes: bool) -> None:
        """Before the rows of a chunk: keep the stages in use meanwhile, learn where records come from."""
        if writes:
            held = "SELECT id FROM sales_stage WHERE archived_at IS NULL ORDER BY id FOR KEY SHARE"
            living = set(sql.values(held))
            self.gone = {one.id for way in self.pipelines.values() for one in way.stages} - living
        closed = [slot.id for slot in slots if slot.id and slot.values.get("status") != Standing.OPEN]
        self.origins = origins_of(closed) if closed else {}

    def held_back(self, draft: Draft, slot: Slot, *, fills: bool) -> tuple[str, str] | None:
        """Why the row may not move a known opportunity: code and words, or nothing."""
        stage: StageView | None = draft.extra.get(_PLACE)
        if stage is None or fills or slot.id is None or stage.id == slot.values.get("stage_id"):
            return None
        if not stage.is_open and draft.extra.get(CLOSED_AT):
            return None
        pipeline = self.pipelines[stage.pipeline_id]
        is_open = slot.values.get("status") == Standing.OPEN
        origin = slot.values.get("stage_id") if is_open else self.origins.get(slot.id)
        if not any(one.required_fields or one.items for one in stages_left(pipeline, origin, stage)):
            return None
        given = {name_of(name): value for name, value in {**slot.values, **draft.columns}.items()}
        given |= {f"custom.{name}": value for name, value in {**slot.custom, **draft.custom}.items()}
        found = unmet(self.access, pipeline, {slot.id: origin}, stage, pending=given)
        if not found:
            return None
        words = _("It cannot move on to “%(stage)s” yet. Missing: %(missing)s.")
        missing = formats.series(found[slot.id].names)
        return "stage.requirements", words % {"stage": stage.name, "missing": missing}

    def place(self, draft: Draft) -> list[tuple[str, str, str]]:
        """Find the row's stage and keep it in the draft; what is wrong with it."""
        pipeline = self.pipelines.get(draft.extra.get(PIPELINE) or 0, self.usual)
        raw = draft.extra.get(STAGE)
        stage = self._stage(pipeline, raw) if raw else None
        if raw and stage is None:
            words = _("“%(stage)s” is no stage of “%(pipeline)s”.")
            return [(STAGE, "stage.unknown", words % {"stage": str(raw)[:80], "pipeline": pipeline.name})]
        if (stage or pipeline.first).id in self.gone:
            gone = StageGone(name=(stage or pipeline.first).name)
            return [(STAGE, gone.code, gone.detail)]
        if stage is not None and stage.kind == Standing.LOST and not self._reason(draft):
            words = _("Say why this was lost: map a column, or choose a reason for all in the options.")
            return [("lost_reason", "value.required", words)]
        if stage is not None or draft.extra.get(PIPELINE):
            draft.extra = {**draft.extra, _PLACE: stage or pipeline.first}
        return []

    def _stage(self, pipeline: PipelineView, raw: str) -> StageView | None:
        if raw.startswith("@"):
            return _by_chance(pipeline, raw[1:])
        folded = text.fold(raw)
        found = self.by_name[pipeline.id].get(folded)
        if found is not None:
            return found
        return pipeline.won if folded in _WON else pipeline.lost if folded in _LOST else None

    def _reason(self, draft: Draft) -> str | None:
        return draft.columns.get("lost_reason") or self.options["lost_reason"] or None

    def new(self, draft: Draft) -> dict[str, Any]:
        """The columns of a new opportunity that its stage decides."""
        stage: StageView = draft.extra.get(_PLACE) or self.usual.first
        chance = draft.columns.get("probability")
        return self._closing(draft, stage) | {
            "probability": stage.probability if chance is None or not stage.is_open else int(chance)
        }

    def change(self, draft: Draft, slot: Slot, given: dict[str, Any], *, fills: bool) -> dict[str, Any]:
        """The columns of a known opportunity that the row changes. Filling up moves nothing."""
        rest = {name: value for name, value in given.items() if name not in STAGE_COLUMNS}
        stage: StageView | None = draft.extra.get(_PLACE)
        if stage is None or fills or stage.id == slot.values.get("stage_id"):
            if slot.values.get("status") == Standing.LOST and draft.columns.get("lost_reason") and not fills:
                rest["lost_reason"] = draft.columns["lost_reason"]
            return rest
        return rest | self._closing(draft, stage) | {"probability": stage.probability}

    def _closing(self, draft: Draft, stage: StageView) -> dict[str, Any]:
        is_lost = stage.kind == Standing.LOST
        closed = draft.extra.get(CLOSED_AT) or clock.now()
        return {
            "pipeline_id": stage.pipeline_id,
            "stage_id": stage.id,
            "status": stage.kind,
            "closed_at": None if stage.is_open else closed,
            "lost_reason": self._reason(draft) if is_lost else None,
            "lost_note": draft.columns.get("lost_note") if is_lost else None,
        }


def is_in_use(stage_id: int) -> bool:
    """Whether opportunities may still come to a stage; holds it in use meanwhile."""
    living = "SELECT id FROM sales_stage WHERE id = %s AND archived_at IS NULL FOR KEY SHARE"
    return sql.value(living, (stage_id,)) is not None


def _by_chance(pipeline: PipelineView, word: str) -> StageView | None:
    """What presets mean: `won`, `lost`, or the open stage that is as likely to be won as the number says."""
    if word == "won":
        return pipeline.won
    if word == "lost":
        return pipeline.lost
    if not word.isdecimal():
        return None
    reached = [stage for stage in pipeline.open_stages if stage.probability <= int(word)]
    return reached[-1] if reached else pipeline.first
