"""Which records the rows of a chunk point to. Only what the person may see counts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import FALSE, Fragment, all_of
from headwater.orders.importing.targets import ACCOUNT, LINKS, NUMBER, ORDER
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import fresh_plans
from headwater.sales.names import company_key


def scope(access: Access, record: str) -> Fragment:
    """What the person may point to."""
    kind = record_type(record)
    view = kind.permission("view")
    return kind.scope(access.also(view), "t") if access.may(view) else FALSE


def find_links(access: Access, drafts: Sequence[Draft]) -> None:
    """Write the ids that rows of orders mean into their columns; what cannot be found stands in `extra`."""
    with fresh_plans():
        for link in LINKS:
            numbers = _numbers(access, link, drafts)
            names = _accounts(access, drafts) if link == ACCOUNT else {}
            for draft in drafts:
                _take(draft, link, numbers, names)


def _numbers(access: Access, link: str, drafts: Sequence[Draft]) -> dict[str, int]:
    wanted = sorted({draft.extra[f"{link}{NUMBER}"] for draft in drafts if f"{link}{NUMBER}" in draft.extra})
    if not wanted:
        return {}
    within = scope(access, link)
    rows = sql.rows(
        f"SELECT t.id, t.external_id FROM {record_type(link).table} t"
        " WHERE t.external_id = ANY(%s::varchar[])"
        f" AND t.external_id IS NOT NULL AND t.archived_at IS NULL AND ({within.text})",
        (wanted, *within.params),
    )
    return {row["external_id"]: row["id"] for row in rows}


def _accounts(access: Access, drafts: Sequence[Draft]) -> dict[str, int | None]:
    keys = sorted({company_key(str(draft.extra[ACCOUNT])) for draft in drafts if ACCOUNT in draft.extra})
    if not keys:
        return {}
    within = scope(access, ACCOUNT)
    rows = sql.rows(
        "SELECT t.id, t.name FROM sales_account t WHERE t.name_key = ANY(%s::varchar[])"
        f" AND t.archived_at IS NULL AND ({within.text}) ORDER BY t.id",
        (keys, *within.params),
    )
    return _alone((text.fold(row["name"]), row["id"]) for row in rows)


def _take(draft: Draft, link: str, numbers: dict[str, int], names: dict[str, int | None]) -> None:
    number, name = draft.extra.get(f"{link}{NUMBER}"), draft.extra.get(link)
    if number is None and name is None:
        return
    at = numbers.get(number) if number else None
    key = text.fold(str(name or ""))
    if at is None and name:
        at = names.get(key)
    if at is not None:
        draft.columns[f"{link}_id"] = at
        return
    label = str(record_type(link).label)
    if name and key in names:
        words = _("Several bear the name “%(name)s”; give the external number.") % {"name": str(name)[:80]}
        problem = (link, "link.ambiguous", f"{label}：{words}")
    elif number:
        words = _("Nothing here has the external number “%(number)s” yet.") % {"number": str(number)[:80]}
        problem = (link, "link.unknown", f"{label}：{words}")
    else:
        words = _("“%(value)s” is not known here.") % {"value": str(name)[:80]}
        problem = (link, "link.unknown", f"{label}：{words}")
    draft.extra = {**draft.extra, f"{link}!": problem}


def _alone(pairs: Iterable[tuple[str, int]]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name, record_id in pairs:
        found[name] = None if name in found else record_id
    return found


def find_orders(access: Access, drafts: Sequence[Draft], *, lock: bool) -> dict[int, dict[str, Any]]:
    """The orders that rows of payments are for, by id; each draft gets `order_id` or a complaint.

    An order is named by its number in the other system or by ours. Locked in the order of ids.
    """
    words = sorted(
        {
            str(draft.extra[key])
            for draft in drafts
            for key in (ORDER, f"{ORDER}{NUMBER}")
            if key in draft.extra
        }
    )
    within = all_of([scope(access, "order"), record_type("order").scope(access, "t")])
    found: list[dict[str, Any]] = []
    with fresh_plans():
        for column in ("external_id", "number") if words else ():
            found += sql.rows(
                f"SELECT t.id FROM orders_order t WHERE t.{column} = ANY(%s::varchar[])"
                f" AND t.{column} IS NOT NULL AND t.archived_at IS NULL AND ({within.text})",
                (words, *within.params),
            )
        rows = sql.rows(
            "SELECT t.id, t.number, t.external_id, t.state, t.currency, t.total, t.paid, t.refunded,"
            f" t.owner_id FROM orders_order t WHERE t.id = ANY(%s::bigint[]) ORDER BY t.id"
            f"{' FOR NO KEY UPDATE' if lock else ''}",
            (sorted({row["id"] for row in found}),),
        )
    by_number = {row["number"]: row["id"] for row in rows}
    by_word = by_number | {row["external_id"]: row["id"] for row in rows if row["external_id"]}
    for draft in drafts:
        said = draft.extra.get(f"{ORDER}{NUMBER}"), draft.extra.get(ORDER)
        at = by_word.get(said[0]) or by_word.get(said[1])
        if at is not None:
            draft.columns["order_id"] = at
            continue
        named = next((str(one) for one in said if one), "")
        told = _("There is no order “%(number)s” here.") % {"number": named[:80]}
        detail = told if named else _("The row names no order.")
        draft.problems = [*draft.problems, (ORDER, "link.unknown", detail)]
    return {row["id"]: row for row in rows}
