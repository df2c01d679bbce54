"""Saved reports of somebody who leaves, and how they pass on."""

from collections.abc import Collection, Mapping, Sequence

from headwater.insight.services.passing_on import give_reports
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, UNFIT, Gift, Given, Lent, held_in
from headwater.organization.queries import active_ids, holders_of


def saved_reports(user_ids: Collection[int]) -> Mapping[int, int]:
    """Living reports by owner."""
    rows = sql.rows(
        "SELECT owner_id, count(*) AS held FROM insight_report"
        " WHERE owner_id = ANY(%s::bigint[]) AND archived_at IS NULL GROUP BY owner_id",
        (list(user_ids),),
    )
    return {row["owner_id"]: row["held"] for row in rows}


def _owners(ids: Sequence[int]) -> dict[int, int]:
    rows = sql.rows(
        "SELECT id, owner_id FROM insight_report WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL"
        " ORDER BY id FOR NO KEY UPDATE",
        (list(ids),),
    )
    return {row["id"]: row["owner_id"] for row in rows}


class SavedReports:
    """See `headwater.organization.belongings.Holding`. Who may not see reports does not get any."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("insight_report", user_id, where)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        readers = holders_of("reports.view")
        owners = _owners([gift.record_id for gift in gifts])
        refused: dict[int, str] = {}
        given: dict[int, int] = {}
        for gift in gifts:
            if owners.get(gift.record_id) != user_id:
                refused[gift.record_id] = MOVED
            elif gift.owner_id is None or gift.owner_id not in active:
                refused[gift.record_id] = RECEIVER_LEFT
            elif gift.owner_id not in readers:
                refused[gift.record_id] = UNFIT
            else:
                given[gift.record_id] = gift.owner_id
        give_reports(access, given)
        return [Given(gift.record_id, refused.get(gift.record_id, "")) for gift in gifts]

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        owners = _owners([one.record_id for one in lent])
        results = {one.record_id: "" if owners.get(one.record_id) == one.owner_id else MOVED for one in lent}
        give_reports(access, {one: user_id for one, code in results.items() if not code})
        return results


SAVED_REPORTS = SavedReports()
