"""List views: those that rooms bring, those that people saved, and how each person likes a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from headwater.customization.builtin import BuiltinView, builtin_views
from headwater.customization.types import Density, Sharing
from headwater.kernel import sql
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import RecordType
from headwater.kernel.errors import NotFound, Text


@dataclass(frozen=True, slots=True)
class ListView:
    """A named filter, order and set of columns. `key` stands in the address: `mine` or `v12`."""

    key: str
    label: Text
    criteria: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()
    density: str = ""
    id: int | None = None
    is_mine: bool = False
    sharing: str = Sharing.EVERYONE
    owner_id: int | None = None
    owner_name: str = ""
    department_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    version: int = 1

    @property
    def is_builtin(self) -> bool:
        return self.id is None


@dataclass(frozen=True, slots=True)
class ListSetup:
    """What a list needs to open: the view, those beside it, and the columns as this person wants them."""

    view: ListView | None
    views: list[ListView]
    columns: list[str]
    density: str
    sort: str
    has_own_columns: bool = False

    @property
    def criteria(self) -> Mapping[str, Any]:
        return {} if self.view is None else self.view.criteria


# Those the reader owns, those shared with all, and those shared with a department or role of theirs.
_VIEWS = """
SELECT v.id, v.name, v.criteria::text AS criteria, v.sort, v.columns, v.density, v.sharing, v.owner_id,
       u.name AS owner_name, v.department_ids, v.role_ids, v.version, v.position,
       'view' AS row_kind, '' AS first_view
  FROM customization_savedview v JOIN organization_user u ON u.id = v.owner_id
 WHERE v.record = %(record)s
   AND (v.owner_id = %(user)s OR %(all)s OR v.sharing = 'everyone'
        OR (v.sharing = 'selected'
            AND (v.department_ids && %(departments)s::bigint[] OR v.role_ids && %(roles)s::bigint[])))
"""
_CHOICES = """
SELECT c.id, c.view, NULL, '', c.columns, c.density, '', NULL::bigint, '', '{}'::bigint[], '{}'::bigint[],
       1, 0, 'choice', c.first_view
  FROM customization_columnchoice c WHERE c.record = %(record)s AND c.user_id = %(user)s
"""


def views_of(access: Access, kind: RecordType) -> list[ListView]:
    """The views this person may open: built-in, own, shared."""
    return [
        *_builtin(access, kind),
        *(_saved(row, access) for row in _read(access, kind.key, with_choices=False)),
    ]


def find_view(access: Access, kind: RecordType, key: str) -> ListView:
    """One of them; refuses with `NotFound`."""
    for view in views_of(access, kind):
        if view.key == key:
            return view
    raise NotFound(record="view", id=key)


def list_setup(access: Access, kind: RecordType, key: str | None = None) -> ListSetup:
    """How a list opens under view `key` (or the person's first one); one query. Refuses with `NotFound`."""
    rows = _read(access, kind.key, with_choices=True)
    views = [*_builtin(access, kind), *(_saved(row, access) for row in rows if row["row_kind"] == "view")]
    liked = {row["name"]: row for row in rows if row["row_kind"] == "choice"}
    general = liked.get("")
    by_key = {view.key: view for view in views}
    if key and key not in by_key:
        raise NotFound(record="view", id=key)
    first = str(general["first_view"]) if general else ""
    view = by_key.get(key or first) or (views[0] if views else None)
    own = liked.get(view.key) if view is not None else None
    return ListSetup(
        view=view,
        views=views,
        columns=_columns(access, kind, own, view, general),
        density=_first(own and own["density"], view and view.density, general and general["density"])
        or Density.COSY,
        sort=(view.sort if view is not None else "") or kind.default_sort,
        has_own_columns=bool(own and own["columns"]),
    )


def _first(*candidates: Any) -> str:
    return next((str(item) for item in candidates if item), "")


def _columns(
    access: Access,
    kind: RecordType,
    own: Mapping[str, Any] | None,
    view: ListView | None,
    general: Mapping[str, Any] | None,
) -> list[str]:
    known = {
        key: field
        for key, field in kind.all_fields.items()
        if access.field_rule(kind.key, key) != FieldRule.HIDDEN
    }
    usual = [key for key, item in known.items() if item.in_list] or list(known)[:1]
    candidates: list[Sequence[str]] = [
        own["columns"] if own else (),
        view.columns if view is not None else (),
        general["columns"] if general else (),
        usual,
    ]
    for columns in candidates:
        # Retired fields and those hidden from the reader drop out of what was once chosen.
        found = [key for key in columns if key in known]
        if found:
            # What a record is called stays the first column: the chooser does not offer it.
            return [usual[0], *(key for key in found if key != usual[0])]
    return usual


def _builtin(access: Access, kind: RecordType) -> list[ListView]:
    return [_from_builtin(view) for view in builtin_views(kind.key) if _allowed(access, view)]


def _allowed(access: Access, view: BuiltinView) -> bool:
    return not view.permission or access.may(view.permission)


def _from_builtin(view: BuiltinView) -> ListView:
    return ListView(view.key, view.label, view.criteria, view.sort, view.columns)


def _read(access: Access, record: str, *, with_choices: bool) -> list[dict[str, Any]]:
    actor = access.actor
    params = {
        "record": record,
        "user": actor.id,
        "all": actor.id is None,
        "departments": sorted(actor.department_ids),
        "roles": sorted(actor.role_ids),
    }
    text = f"{_VIEWS} UNION ALL {_CHOICES}" if with_choices else _VIEWS
    return sql.rows(f"{text} ORDER BY row_kind, position, name, id", params)  # type: ignore[arg-type]


def _saved(row: Mapping[str, Any], access: Access) -> ListView:
    return ListView(
        key=f"v{row['id']}",
        label=row["name"],
        criteria=orjson.loads(row["criteria"]),
        sort=row["sort"],
        columns=tuple(row["columns"]),
        density=row["density"],
        id=row["id"],
        is_mine=row["owner_id"] == access.user_id,
        sharing=row["sharing"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        department_ids=tuple(row["department_ids"]),
        role_ids=tuple(row["role_ids"]),
        version=row["version"],
    )
