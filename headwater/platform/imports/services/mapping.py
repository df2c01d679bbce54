"""Checking what somebody wants done with the columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.catalogue import FieldType
from headwater.kernel.errors import Invalid
from headwater.platform.imports import headers
from headwater.platform.imports.types import Column, ColumnPlan, Target

NEW_TYPES = frozenset(
    FieldType(kind)
    for kind in (
        "text", "long_text", "number", "money", "percent", "date", "datetime", "picklist", "multi_pick",
        "boolean", "phone", "email", "url",
    )
)  # fmt: skip
MOST_EMPTY = 50
MOST_VALUES = 500


def from_wanted(columns: list[Column], targets: list[Target], wanted: Any) -> list[ColumnPlan]:
    """Plans from what the API takes: `{header or field: ...}` or a list of `{column, target, ...}`.

    In the short form keys are headers and values field keys, `null` to leave a column out. Raises
    `Invalid` naming each entry that does not fit.
    """
    plans = [ColumnPlan(column.index, empty=tuple(column.blanks)) for column in columns]
    known = {target.key: target for target in targets}
    places = _places(columns)
    complaints: dict[str, dict[str, str]] = {}
    for name, entry in _entries(wanted):
        at = places.get(headers.normal(name)) if isinstance(name, str) else name
        if at is None or not 0 <= at < len(plans):
            complaints[f"mapping.{name}"[:120]] = {
                "code": "import.no_such_column",
                "detail": _("The file has no such column."),
            }
            continue
        problem = _apply(plans[at], entry, known)
        if problem:
            complaints[f"mapping.{name}"[:120]] = problem
    used: dict[str, int] = {}
    for plan in plans:
        if plan.target:
            used[plan.target] = used.get(plan.target, 0) + 1
    for key, times in used.items():
        if times > 1:
            complaints[f"mapping.{key}"] = {
                "code": "import.target_twice",
                "detail": _("%(times)s columns are mapped to “%(field)s”; choose one.")
                % {"times": times, "field": known[key].label},
            }
    if complaints:
        raise Invalid(fields=complaints)
    return plans


def _places(columns: list[Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for column in columns:
        places.setdefault(headers.normal(column.header), column.index)
    return places


def _entries(wanted: Any) -> list[tuple[Any, Mapping[str, Any]]]:
    entries: list[tuple[Any, Mapping[str, Any]]] = []
    if isinstance(wanted, Mapping):
        for name, entry in wanted.items():
            if entry is None or isinstance(entry, str):
                entries.append((name, {"target": entry or ""}))
            elif isinstance(entry, Mapping):
                entries.append((name, entry))
            else:
                raise _malformed()
        return entries
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        raise _malformed()
    for entry in wanted:
        if not isinstance(entry, Mapping):
            raise _malformed()
        at = entry.get("column", entry.get("header"))
        if isinstance(at, bool) or not isinstance(at, int | str):
            raise _malformed()
        entries.append((at, entry))
    return entries


def _are_texts(values: Mapping[Any, Any]) -> bool:
    short = all(isinstance(one, str) and len(one) <= 200 for pair in values.items() for one in pair)
    return short and len(values) <= MOST_VALUES


def _malformed() -> Invalid:
    return Invalid.one(
        "mapping",
        "import.mapping",
        _('A mapping names a field for each column: {"Phone": "mobile"} or a list of {column, target}.'),
    )


def _apply(plan: ColumnPlan, entry: Mapping[str, Any], known: Mapping[str, Target]) -> dict[str, str] | None:
    target = entry.get("target") or ""
    new = entry.get("new") or {}
    label = entry.get("new_label") or (new.get("label") if isinstance(new, Mapping) else "") or ""
    kind = entry.get("new_type") or (new.get("type") if isinstance(new, Mapping) else "") or ""
    empty = entry.get("empty", plan.empty)
    if target and (not isinstance(target, str) or target not in known):
        return {"code": "import.no_such_field", "detail": _("There is no such field.")}
    if label and (not isinstance(label, str) or kind not in NEW_TYPES):
        return {"code": "import.new_field", "detail": _("A new field needs a name and a type.")}
    if (
        not isinstance(empty, list | tuple)
        or len(empty) > MOST_EMPTY
        or not all(isinstance(item, str) and len(item) <= 200 for item in empty)
    ):
        return {"code": "import.empty_values", "detail": _("Values to read as empty are a list of texts.")}
    values, order = entry.get("values") or {}, entry.get("order") or ""
    if not isinstance(values, Mapping) or not _are_texts(values) or order not in ("", "mdy", "dmy"):
        return {"code": "import.values", "detail": _("Values are texts to be read as other texts.")}
    plan.values, plan.order = dict(values), str(order)
    plan.target = target
    plan.new_label = "" if target else str(label).strip()[:80]
    plan.new_type = "" if target else str(kind)
    plan.empty = tuple(empty)
    plan.add_missing = bool(entry.get("add_missing", bool(target) and known[target].names_records))
    return None
