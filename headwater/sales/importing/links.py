"""Which records the rows of a chunk point to: by their number in the other system, else by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import fresh_plans
from headwater.sales.importing.shapes import BY_NUMBER, TABLES, Shape, name_key


@dataclass(slots=True)
class Found:
    """The records that words of the file mean; None: several records bear the name."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, int | None] = field(default_factory=dict)


def find_links(access: Access, shape: Shape, drafts: Sequence[Draft]) -> None:
    """Write the ids that rows mean into their columns, and complain where none or several are meant.

    Only what the person may see counts: nobody learns by an import which records there are.
    """
    with fresh_plans():
        for link in shape.links:
            wanted = [draft for draft in drafts if not draft.problems and _says(draft, link)]
            if wanted:
                _find(access, link, wanted)


def _says(draft: Draft, link: str) -> bool:
    return link in draft.extra or f"{link}{BY_NUMBER}" in draft.extra


def _find(access: Access, link: str, drafts: Sequence[Draft]) -> None:
    scope = _scope(access, link)
    found = Found()
    if scope is not None:
        numbers = {
            draft.extra[f"{link}{BY_NUMBER}"] for draft in drafts if f"{link}{BY_NUMBER}" in draft.extra
        }
        found.numbers = _by_number(link, numbers, scope)
        rest = [draft for draft in drafts if draft.extra.get(f"{link}{BY_NUMBER}") not in found.numbers]
        unnumbered = [draft for draft in rest if link in draft.extra]
        by_name = _contacts_by_name if link == "contact" else _accounts_by_name
        found.names = by_name(unnumbered, scope)
    for draft in drafts:
        _take(draft, link, found)


def _take(draft: Draft, link: str, found: Found) -> None:
    number, name = draft.extra.get(f"{link}{BY_NUMBER}"), draft.extra.get(link)
    at = found.numbers.get(number) if number else None
    key = _name_of(draft, link)
    if at is None and name and not number:
        at = found.names.get(key)
    if at is None and name and number and link == "account":
        at = found.names.get(key)  # the number is not here; a name that one record alone bears will do
    if at is not None:
        draft.columns[f"{link}_id"] = at
        return
    label = str(record_type(link).label)
    if name and key in found.names:
        words = _("Several bear the name “%(name)s”; give the external number.") % {"name": str(name)[:80]}
        problem = (link, "link.ambiguous", f"{label}：{words}")
    elif number:
        words = _("Nothing here has the external number “%(number)s” yet.") % {"number": str(number)[:80]}
        problem = (link, "link.unknown", f"{label}：{words}")
    else:
        words = _("“%(value)s” is not known here.") % {"value": str(name)[:80]}
        problem = (link, "link.unknown", f"{label}：{words}")
    draft.extra = {**draft.extra, f"{link}!": problem}


def _scope(access: Access, record: str) -> Fragment | None:
    kind = record_type(record)
    view = kind.permission("view")
    return kind.scope(access.also(view), "t") if access.may(view) else None


def accounts_named(access: Access, *, numbers: Iterable[str], names: Iterable[str]) -> Found:
    """The accounts within sight that these numbers and names mean."""
    scope = _scope(access, "account")
    if scope is None:
        return Found()
    return Found(_by_number("account", numbers, scope), _named(names, scope))


def _by_number(record: str, numbers: Iterable[str], scope: Fragment) -> dict[str, int]:
    rows = sql.rows(
        f"SELECT t.id, t.external_id FROM {TABLES[record]} t WHERE t.external_id = ANY(%s::varchar[])"
        f" AND t.external_id IS NOT NULL AND t.archived_at IS NULL AND ({scope.text})",
        (sorted(numbers), *scope.params),
    )
    return {row["external_id"]: row["id"] for row in rows}


def _name_of(draft: Draft, link: str) -> str:
    folded = text.fold(str(draft.extra.get(link) or ""))
    return f"{draft.columns.get('account_id')}/{folded}" if link == "contact" else folded


def _accounts_by_name(drafts: Sequence[Draft], scope: Fragment) -> dict[str, int | None]:
    return _named({str(draft.extra["account"]) for draft in drafts}, scope)


def _named(names: Iterable[str], scope: Fragment) -> dict[str, int | None]:
    keys = sorted({name_key(name) for name in names})
    rows = sql.rows(
        "SELECT t.id, t.name FROM sales_account t WHERE t.name_key = ANY(%s::varchar[])"
        f" AND t.archived_at IS NULL AND ({scope.text}) ORDER BY t.id",
        (keys, *scope.params),
    )
    return _alone((text.fold(row["name"]), row["id"]) for row in rows)


def _contacts_by_name(drafts: Sequence[Draft], scope: Fragment) -> dict[str, int | None]:
    """A person's name says who is meant only together with the company."""
    accounts = sorted({draft.columns["account_id"] for draft in drafts if draft.columns.get("account_id")})
    rows = sql.rows(
        "SELECT t.id, t.name, t.account_id FROM sales_contact t WHERE t.account_id = ANY(%s::bigint[])"
        f" AND t.archived_at IS NULL AND ({scope.text}) ORDER BY t.id",
        (accounts, *scope.params),
    )
    return _alone((f"{row['account_id']}/{text.fold(row['name'])}", row["id"]) for row in rows)


def _alone(pairs: Iterable[tuple[str, int]]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name, record_id in pairs:
        found[name] = None if name in found else record_id
    return found
