"""A leaver's shared dashboards pass on; what was theirs alone stays with them."""

from collections.abc import Collection, Mapping, Sequence

from headwater.dashboards.models import Dashboard
from headwater.dashboards.services.writing import changed
from headwater.dashboards.types import Visibility
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent, held_in
from headwater.organization.queries import active_ids

_SHARED = f"t.visibility <> '{Visibility.PRIVATE.value}'"


def count_shared(user_ids: Collection[int]) -> Mapping[int, int]:
    """How many shared ones each has."""
    found = sql.rows(
        "SELECT t.owner_id, count(*) AS held FROM dashboards_dashboard t"
        f" WHERE t.owner_id = ANY(%s::bigint[]) AND t.archived_at IS NULL AND {_SHARED} GROUP BY 1",
        (list(user_ids),),
    )
    return {row["owner_id"]: row["held"] for row in found}


class SharedDashboards:
    """Others open them every day: they need somebody who keeps them."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("dashboards_dashboard", user_id, where, open_only=_SHARED)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        found = _locked([gift.record_id for gift in gifts])
        given = []
        for gift in gifts:
            board = found.get(gift.record_id)
            if board is None or board.owner_id != user_id:
                given.append(Given(gift.record_id, MOVED))
            elif gift.owner_id is None or gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
            else:
                _pass_on(access, board, gift.owner_id)
                given.append(Given(gift.record_id))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        found = _locked([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            board = found.get(one.record_id)
            if board is None or board.owner_id != one.owner_id:
                results[one.record_id] = MOVED
            else:
                _pass_on(access, board, user_id)
                results[one.record_id] = ""
        return results


def _locked(ids: Sequence[int]) -> dict[int, Dashboard]:
    rows = Dashboard.objects.select_for_update(no_key=True).filter(pk__in=ids, archived_at=None)
    return {row.pk: row for row in rows.order_by("pk")}


def _pass_on(access: Access, board: Dashboard, owner_id: int) -> None:
    before = board.owner_id
    board.owner_id = owner_id
    changed(access, board, "handover", {"owner": [before, owner_id]})
