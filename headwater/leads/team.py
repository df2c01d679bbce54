"""A team's leads at a glance, for who answers for them."""

from dataclasses import dataclass
from datetime import datetime

from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.services.books import read_books

MOST = 60


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person: the book, what waits, what was done."""

    id: int
    name: str
    held: int
    cap: int
    untouched: int  # got and never contacted
    overdue: int  # whose next follow-up has passed
    followed_up: int  # follow-ups since `since`
    converted: int
    given_back: int


_TEAM = """
WITH team AS (
  SELECT u.id, u.name, u.name_pinyin FROM organization_user u
  WHERE u.is_active AND (%s::boolean OR u.id = ANY(%s::bigint[]))
), books AS (
  SELECT l.owner_id, count(*) FILTER (WHERE l.last_activity_at IS NULL) AS untouched,
    count(*) FILTER (WHERE l.next_follow_at < %s) AS overdue
  FROM leads_lead l WHERE l.owner_id IN (SELECT id FROM team) AND l.status IN ('assigned', 'following')
    AND l.archived_at IS NULL GROUP BY l.owner_id
), followed AS (
  SELECT a.author_id, count(*) AS n FROM engagement_activity a
  WHERE a.occurred_at >= %s AND a.author_id IN (SELECT id FROM team) GROUP BY a.author_id
), converted AS (
  SELECT c.actor_id, count(*) AS n FROM leads_conversion c WHERE c.at >= %s GROUP BY c.actor_id
), returned AS (
  SELECT t.from_owner_id, count(*) AS n FROM leads_transfer t
  WHERE t.at >= %s AND t.why IN ('returned', 'recycled') AND t.from_owner_id IS NOT NULL
  GROUP BY t.from_owner_id
)
SELECT team.id, team.name, COALESCE(books.untouched, 0) AS untouched, COALESCE(books.overdue, 0) AS overdue,
  COALESCE(followed.n, 0) AS followed_up, COALESCE(converted.n, 0) AS converted,
  COALESCE(returned.n, 0) AS given_back
FROM team
LEFT JOIN books ON books.owner_id = team.id LEFT JOIN followed ON followed.author_id = team.id
LEFT JOIN converted ON converted.actor_id = team.id LEFT JOIN returned ON returned.from_owner_id = team.id
WHERE books.owner_id IS NOT NULL OR followed.n IS NOT NULL OR converted.n IS NOT NULL
ORDER BY team.name_pinyin, team.id LIMIT %s
"""


def team_of(access: Access, *, now: datetime, since: datetime) -> list[TeamMember]:
    """The people within the reach of `leads.view` who work with leads; empty for who sees only their own."""
    reach = access.reach
    if not reach.everyone and len(reach.people) < 2:
        return []
    found = rows(_TEAM, (reach.everyone, sorted(reach.people), now, since, since, since, MOST))
    books = read_books([row["id"] for row in found])
    return [
        TeamMember(**row, held=books[row["id"]].held, cap=books[row["id"]].cap)
        for row in found
        if row["id"] in books
    ]
