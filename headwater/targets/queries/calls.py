"""Everything that was ever said about a forecast."""

from typing import Any

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.targets.periods import Period
from headwater.targets.queries.facts import refuse_hidden_amounts
from headwater.targets.queries.team import Key, team_of
from headwater.targets.types import Holder


def call_history(access: Access, pipeline_id: int, period: Period, key: Key) -> list[dict[str, Any]]:
    """Adjustments and submissions of a seat for a period, the latest first. Refuses with `NotFound`.

    `act` is adjust, take_back or submit. A submission has no `called`; its amount is the commit forecast.
    """
    refuse_hidden_amounts(access)
    if key[0] == Holder.COMPANY or key not in team_of(access):
        raise NotFound(record=key[0].value, id=key[1])
    column = "user_id" if key[0] == Holder.PERSON else "department_id"
    where = f"x.{column} = %s AND x.pipeline_id = %s AND x.grain = %s AND x.starts_on = %s"
    params = (key[1], pipeline_id, period.grain, period.start)
    return sql.rows(
        "SELECT y.*, coalesce(u.name, '') AS by FROM ("
        " SELECT CASE WHEN x.amount IS NULL THEN 'take_back' ELSE 'adjust' END AS act, x.called, x.level,"
        " x.amount, x.currency, x.note, x.by_id, x.at, x.id FROM targets_adjustment x WHERE "
        f"{where} UNION ALL SELECT 'submit', '', '', x.\"commit\", x.currency, x.note, x.by_id, x.at, x.id"
        f" FROM targets_submission x WHERE {where}) y LEFT JOIN organization_user u ON u.id = y.by_id"
        " ORDER BY y.at DESC, y.act = 'submit' DESC, y.id DESC LIMIT 200",
        (*params, *params),
    )
