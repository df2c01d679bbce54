"""Reports as a reader sees them: own ones, shared ones, presets; each with what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from headwater.insight.engine import Definition, dataset
from headwater.insight.engine.datasets import seen_nodes
from headwater.insight.errors import ReportUnreadable
from headwater.insight.presets import PRESETS
from headwater.insight.types import ReportSharing
from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.kernel.sql import TRUE, Fragment

SHARE = "reports.share"
_MOST = 1000
_PRESET = "preset/"


@dataclass(frozen=True, slots=True)
class ReportView:
    """A saved report (`id`) or a preset (`preset_key` without `id`). `problem` says why it cannot be run."""

    id: int | None
    preset_key: str
    name: str
    description: str
    definition: Mapping[str, Any]
    owner_id: int | None = None
    owner_name: str = ""
    is_mine: bool = False
    may_edit: bool = False
    sharing: str = ReportSharing.EVERYONE
    department_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    is_pinned: bool = False
    is_archived: bool = False
    version: int = 1
    problem: str = ""
    updated_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{_PRESET}{self.preset_key}" if self.id is None else str(self.id)

    @property
    def url(self) -> str:
        return f"/reports/{self.key}"

    @property
    def is_preset(self) -> bool:
        return self.id is None

    @property
    def dataset(self) -> str:
        return str(self.definition.get("dataset", ""))

    @property
    def chart(self) -> str:
        chart = self.definition.get("chart")
        return str(chart.get("kind", "table")) if isinstance(chart, dict) else "table"


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports page: each list by name; a pinned one is in its own list too."""

    mine: list[ReportView] = field(default_factory=list)
    shared: list[ReportView] = field(default_factory=list)
    presets: list[ReportView] = field(default_factory=list)
    pinned: list[ReportView] = field(default_factory=list)
    archived: list[ReportView] = field(default_factory=list)


def report_scope(access: Access, alias: str) -> Fragment:
    """Reports that the actor owns or that are shared with them. What is in them is another question."""
    actor = access.actor
    if actor.id is None:
        return TRUE
    return Fragment(
        f"({alias}.owner_id = %s OR {alias}.sharing = 'everyone' OR ({alias}.sharing = 'selected' AND ("
        f"{alias}.department_ids && %s::bigint[] OR {alias}.role_ids && %s::bigint[]"
        f" OR %s = ANY({alias}.person_ids))))",
        (actor.id, sorted(actor.department_ids), sorted(actor.role_ids), actor.id),
    )


_COLUMNS = (
    "t.id, t.preset_key, t.name, t.description, t.definition::text AS definition, t.owner_id,"
    " u.name AS owner_name, t.sharing, t.department_ids, t.role_ids, t.person_ids,"
    " t.archived_at IS NOT NULL AS is_archived, t.version, t.updated_at,"
    " EXISTS (SELECT 1 FROM insight_reportpin p WHERE p.report_id = t.id AND p.user_id = %s) AS is_pinned"
)


def reports_for(access: Access, q: str = "", kind: str = "") -> Reports:
    """What the reader may open, `q` in the name or description; `kind` asks for one of the lists only."""
    wanted = text.fold(q)
    saved = [] if kind == "presets" else [view for view in _saved(access) if _holds(view, wanted)]
    presets = [view for view in _presets(access) if _holds(view, wanted)]
    living = [view for view in saved if not view.is_archived]
    lists = {
        "mine": [view for view in living if view.is_mine],
        "shared": [view for view in living if not view.is_mine],
        "presets": presets,
        "pinned": [view for view in (*living, *presets) if view.is_pinned],
        "archived": [view for view in saved if view.is_archived and view.may_edit],
    }
    return Reports(**{key: found for key, found in lists.items() if not kind or kind == key})


def get_report(access: Access, key: int | str, *, archived: bool = False) -> ReportView:
    """One by its id or the key of a preset; refuses with `NotFound` what is not there or not theirs."""
    if isinstance(key, str) and not key.isdecimal():
        wanted = key.removeprefix(_PRESET)
        for view in _presets(access):
            if view.preset_key == wanted:
                return view
        raise NotFound(record="report", id=key[:80])
    number = text.whole(str(key))
    found = _saved(access, Fragment("t.id = %s", (number,))) if number else []
    for view in found:
        if not view.is_archived or archived:
            return view
    raise NotFound(record="report", id=number or str(key)[:40])


def definition_of(access: Access, view: ReportView) -> Definition:
    """Its definition for this reader; refuses with `ReportUnreadable` what was once right and is no more."""
    try:
        return Definition.stored(view.definition, access)
    except Invalid as refusal:
        raise ReportUnreadable(what=_complaints(refusal), place=next(iter(refusal.fields), "")) from refusal


def problem_of(access: Access, definition: Mapping[str, Any]) -> str:
    """Why a definition cannot be run for this reader, in their words; empty when it can."""
    try:
        Definition.stored(definition, access)
    except Invalid as refusal:
        return _complaints(refusal)
    except DomainError as refusal:
        return refusal.detail
    return ""


def _complaints(refusal: Invalid) -> str:
    return " ".join(dict.fromkeys(one["detail"] for one in refusal.fields.values())) or refusal.detail


def _saved(access: Access, where: Fragment = TRUE) -> list[ReportView]:
    condition = report_scope(access, "t") & where
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM insight_report t JOIN organization_user u ON u.id = t.owner_id"
        f" WHERE {condition.text} ORDER BY t.name, t.id LIMIT {_MOST}",
        (access.user_id, *condition.params),
    )
    return [_view(access, row) for row in found]


def _view(access: Access, row: Mapping[str, Any]) -> ReportView:
    definition = orjson.loads(row["definition"])
    is_mine = row["owner_id"] == access.user_id
    return ReportView(
        **{key: row[key] for key in _AS_THEY_ARE},
        definition=definition,
        is_mine=is_mine,
        may_edit=is_mine or access.user_id is None or access.may(SHARE),
        department_ids=tuple(row["department_ids"]),
        role_ids=tuple(row["role_ids"]),
        person_ids=tuple(row["person_ids"]),
        problem=problem_of(access, definition),
    )


_AS_THEY_ARE = (
    "id", "preset_key", "name", "description", "owner_id", "owner_name", "sharing", "is_pinned",
    "is_archived", "version", "updated_at",
)  # fmt: skip


def _presets(access: Access) -> list[ReportView]:
    pinned = set(
        sql.values(
            "SELECT preset_key FROM insight_reportpin WHERE user_id = %s AND report_id IS NULL",
            (access.user_id,),
        )
    )
    views = [
        ReportView(
            id=None,
            preset_key=preset.key,
            name=str(preset.name),
            description=str(preset.description),
            definition=preset.definition,
            is_pinned=preset.key in pinned,
            problem=problem_of(access, preset.definition),
        )
        for preset in PRESETS.values()
        if _is_over_seen(access, preset.definition)
    ]
    return [view for view in views if not view.problem]


def _is_over_seen(access: Access, raw: Mapping[str, Any]) -> bool:
    """A preset over records that the reader may not see at all would only be in the way."""
    definition = Definition.read(raw)
    of = dataset(definition.dataset)
    seen = {node.key for node in seen_nodes(of, access)} if of is not None else set()
    parts = [part for one in definition.measures for part in one.parts]
    return all(str(part.of).partition(".")[0] in seen for part in parts)


def _holds(view: ReportView, wanted: str) -> bool:
    return not wanted or any(wanted in text.fold(words) for words in (view.name, view.description))
