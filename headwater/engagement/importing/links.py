"""Which record a follow-up belongs to: by number, by mobile, or by a name that one record alone bears."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from headwater.engagement.importing.targets import ANY, MOBILE, NAME, NUMBER, PERSON, linked_types
from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import fresh_plans

REF = "ref!"


class Ref(NamedTuple):
    record_type: str
    record_id: int


def find_records(access: Access, drafts: Sequence[Draft]) -> None:
    """Keep in each draft the record it speaks of, or complain. Only what the person may see counts."""
    waiting = [draft for draft in drafts if not draft.problems]
    kinds = [kind for kind in linked_types() if access.may(kind.permission("view"))]
    for kind in kinds:
        waiting = _take(waiting, f"{kind.key}{NUMBER}", kind, _by_column(access, kind, "external_id"))
    for target in (ANY, PERSON):
        for kind in kinds:
            if target == ANY or kind.field("mobile") is not None:
                waiting = _take(waiting, target, kind, _by_column(access, kind, "external_id"))
    for kind in kinds:
        if kind.field("mobile") is not None:
            waiting = _take(waiting, MOBILE, kind, _by_column(access, kind, "mobile"))
    for kind in kinds:
        waiting = _take(waiting, f"{kind.key}{NAME}", kind, _by_name(access, kind))
    for draft in waiting:
        named = [
            str(value) for key, value in draft.extra.items() if key == MOBILE or key.endswith((NUMBER, NAME))
        ]
        if named:
            words = _("Nothing that could be meant by %(words)s is here yet, or several are.")
            detail = words % {"words": "、".join(f"“{word[:60]}”" for word in named)}
        else:
            detail = _("The row names no record.")
        draft.problems = [("record", "link.unknown", detail)]


class _Finder(NamedTuple):
    access: Access
    kind: RecordType
    column: str

    def __call__(self, words: Iterable[str]) -> dict[str, int | None]:
        scope = self.kind.scope(self.access.also(self.kind.permission("view")), "t")
        column = self.column
        found = sql.rows(
            f"SELECT t.id, t.{column} AS word FROM {self.kind.table} t WHERE t.{column} = ANY(%s::varchar[])"
            f" AND t.{column} IS NOT NULL AND t.archived_at IS NULL AND ({scope.text}) ORDER BY t.id",
            (sorted(words), *scope.params),
        )
        known: dict[str, int | None] = {}
        for row in found:
            known[row["word"]] = None if row["word"] in known else row["id"]
        return known


def _by_column(access: Access, kind: RecordType, column: str) -> _Finder:
    return _Finder(access, kind, column)


def _by_name(access: Access, kind: RecordType) -> _Finder:
    return _Finder(access, kind, "name")


def _take(drafts: Sequence[Draft], target: str, kind: RecordType, find: _Finder) -> list[Draft]:
    """Those of the drafts that are not settled by this target."""
    asking = [draft for draft in drafts if draft.extra.get(target)]
    if not asking:
        return list(drafts)
    words = {text.tidy(str(draft.extra[target])) for draft in asking}
    if find.column == "name":
        known = find(words)
    else:
        with fresh_plans():
            known = find(words)
    rest = []
    for draft in drafts:
        at = known.get(text.tidy(str(draft.extra.get(target) or "")))
        if at is None:
            rest.append(draft)
        else:
            draft.extra = {**draft.extra, REF: Ref(kind.key, at)}
    return rest
