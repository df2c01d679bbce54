"""Boards as readers meet them: those of the company, and those that come with the system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from headwater.dashboards.builtin import BUILTIN, builtin_board
from headwater.dashboards.shapes import Board, Item
from headwater.dashboards.types import Place, Visibility
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.text import whole
from headwater.organization.builtin import ADMINISTRATOR

SHARE = "dashboards.share"

# Those the reader owns, those open to all, and those open to a role of theirs.
_SEEN = """
    (d.owner_id = %(user)s OR %(all)s OR d.visibility = 'everyone'
     OR (d.visibility = 'roles' AND d.role_ids && %(roles)s::bigint[]))
"""
_BOARDS = f"""
SELECT d.id, d.name, d.owner_id, u.name AS owner_name, d.visibility, d.role_ids, d.period, d.refresh_seconds,
       d.version, d.archived_at IS NOT NULL AS is_archived
  FROM dashboards_dashboard d JOIN organization_user u ON u.id = d.owner_id
 WHERE {_SEEN}
"""
_WIDGETS = """
SELECT w.id, w.report_id, w.preset, w.definition::text AS definition, w.title, w.note, w.chart,
       w.x, w.y, w.w, w.h, w.position
  FROM dashboards_widget w WHERE w.dashboard_id = %s AND w.archived_at IS NULL ORDER BY w.y, w.x, w.id
"""
_FIRST = f"""
SELECT f.builtin, f.dashboard_id, d.archived_at IS NULL AND (f.dashboard_id IS NULL OR {_SEEN}) AS is_open
  FROM dashboards_firstboard f
  LEFT JOIN dashboards_dashboard d ON d.id = f.dashboard_id
  LEFT JOIN organization_role r ON r.id = f.role_id
 WHERE f.user_id = %(user)s OR f.role_id = ANY(%(roles)s::bigint[])
 ORDER BY f.role_id IS NOT NULL, r.position, r.id
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A board in the list of boards."""

    key: str
    name: str
    id: int | None
    owner_name: str = ""
    is_mine: bool = False
    visibility: str = Visibility.EVERYONE
    version: int = 1
    role_ids: tuple[int, ...] = field(default=())


def boards_of(access: Access) -> list[Listed]:
    """One's own first, then those shared with one, then those that come with the system."""
    found = _read(
        f"{_BOARDS} AND d.archived_at IS NULL ORDER BY d.owner_id <> %(me)s, d.name, d.id",
        _who(access) | {"me": access.user_id or 0},
    )
    saved = [
        Listed(
            key=str(row["id"]),
            name=row["name"],
            id=row["id"],
            owner_name=row["owner_name"],
            is_mine=row["owner_id"] == access.user_id,
            visibility=row["visibility"],
            version=row["version"],
            role_ids=tuple(row["role_ids"]),
        )
        for row in found
    ]
    return [*saved, *(Listed(board.key, str(board.name), None) for board in BUILTIN.values())]


def archived_boards(access: Access) -> list[Listed]:
    """One's own that were archived, and shared ones for who may change them; the latest first."""
    may = access.may(SHARE)
    found = _read(
        f"{_BOARDS} AND d.archived_at IS NOT NULL AND (d.owner_id = %(user)s OR %(may)s AND"
        " d.visibility <> 'private') ORDER BY d.archived_at DESC LIMIT 100",
        _who(access) | {"may": may},
    )
    return [
        Listed(str(row["id"]), row["name"], row["id"], row["owner_name"], row["owner_id"] == access.user_id)
        for row in found
    ]


def find_board(access: Access, key: str, *, archived: bool = False) -> Board:
    """One board with its widgets; refuses with `NotFound`."""
    if not key.isdecimal():
        board = builtin_board(key)
        if board is None:
            raise NotFound(record="dashboard", id=key[:40])
        return board
    if whole(key) is None:
        raise NotFound(record="dashboard", id=key[:40])
    rows = _read(f"{_BOARDS} AND d.id = %(id)s", _who(access) | {"id": int(key)})
    if not rows or (rows[0]["is_archived"] and not archived):
        raise NotFound(record="dashboard", id=key)
    return _board(access, rows[0], sql.rows(_WIDGETS, (int(key),)))


def first_board(access: Access) -> Board:
    """What `/dashboards` opens: as the person chose, else as their role has it, else the system's for it."""
    for row in _read(_FIRST, _who(access)):
        if row["dashboard_id"] is not None and row["is_open"]:
            return find_board(access, str(row["dashboard_id"]))
        if row["builtin"] in BUILTIN:
            return BUILTIN[row["builtin"]].shown()
    return _of_role(access)


def _of_role(access: Access) -> Board:
    keys = sql.values(
        "SELECT r.key FROM organization_role r WHERE r.id = ANY(%s::bigint[]) AND r.key IS NOT NULL"
        " ORDER BY r.position, r.id",
        (sorted(access.actor.role_ids),),
    )
    # Who has several roles opens with the widest view of them.
    for builtin in sorted(BUILTIN.values(), key=lambda one: one.order):
        if builtin.key in keys or (builtin.is_for_administrators and ADMINISTRATOR in keys):
            return builtin.shown()
    return min(BUILTIN.values(), key=lambda one: -one.order).shown()


def role_defaults() -> dict[int, str]:
    """The key of the board that administrators gave each role."""
    rows = sql.rows(
        "SELECT role_id, builtin, dashboard_id FROM dashboards_firstboard WHERE role_id IS NOT NULL"
    )
    return {row["role_id"]: row["builtin"] or str(row["dashboard_id"]) for row in rows}


def own_first(access: Access) -> str:
    """The key of the board that the person chose to open first; empty: none."""
    rows = sql.rows(
        "SELECT builtin, dashboard_id FROM dashboards_firstboard WHERE user_id = %s", (access.user_id,)
    )
    return (rows[0]["builtin"] or str(rows[0]["dashboard_id"])) if rows else ""


def _read(text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    return sql.rows(text, params)  # type: ignore[arg-type]


def _who(access: Access) -> dict[str, Any]:
    return {
        "user": access.user_id,
        "all": access.user_id is None,
        "roles": sorted(access.actor.role_ids),
    }


def _board(access: Access, row: Mapping[str, Any], widgets: Sequence[Mapping[str, Any]]) -> Board:
    is_mine = row["owner_id"] == access.user_id
    is_shared = row["visibility"] != Visibility.PRIVATE
    may = access.actor.id is None or (is_mine and access.may("dashboards.create"))
    return Board(
        key=str(row["id"]),
        name=row["name"],
        id=row["id"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        is_mine=is_mine,
        may_edit=may or (is_shared and access.may(SHARE)),
        visibility=row["visibility"],
        role_ids=tuple(row["role_ids"]),
        period=row["period"],
        refresh_seconds=row["refresh_seconds"],
        version=row["version"],
        items=tuple(_item(one) for one in widgets),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        key=str(row["id"]),
        id=row["id"],
        report_id=row["report_id"],
        preset=row["preset"],
        definition=None if row["definition"] is None else orjson.loads(row["definition"]),
        title=row["title"],
        note=row["note"],
        chart=row["chart"],
        place=Place(row["x"], row["y"], row["w"], row["h"]),
        position=row["position"],
    )
