"""Members of a campaign in numbers, and what touches say of campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment, all_of, rows
from headwater.memberships.picklists import statuses
from headwater.memberships.types import Joining


@dataclass(frozen=True, slots=True)
class StatusCount:
    """Members of one status."""

    status: str
    label: str
    color: str
    members: int


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """The members of a campaign that the reader sees, by status in the picklist's order."""

    members: int
    responded: int
    by_status: tuple[StatusCount, ...]

    @property
    def rate(self) -> float | None:
        """The share that responded, in percent; None without members."""
        return 100 * self.responded / self.members if self.members else None


def member_counts(access: Access, campaign_id: int) -> MemberCounts:
    """One query; counts within the reader's reach."""
    kind = record_type("campaign_member")
    within = all_of(
        [
            Fragment("t.campaign_id = %s AND t.archived_at IS NULL", (campaign_id,)),
            kind.scope(access.also(kind.permission("view")), "t"),
        ]
    )
    found = {
        row["status"]: row
        for row in rows(
            "SELECT t.status, count(*) AS members, count(t.responded_at) AS responded"
            f" FROM {kind.table} t WHERE {within.text} GROUP BY t.status",
            within.params,
        )
    }
    known = statuses()
    order = [choice.value for choice in known if choice.value in found]
    order += sorted(found.keys() - set(order))
    labels = {choice.value: choice for choice in known}
    return MemberCounts(
        members=sum(row["members"] for row in found.values()),
        responded=sum(row["responded"] for row in found.values()),
        by_status=tuple(
            StatusCount(
                status,
                str(labels[status].label) if status in labels else status,
                labels[status].color if status in labels else "gray",
                found[status]["members"],
            )
            for status in order
        ),
    )


def joinings_of_touches(touch_ids: Sequence[int] = (), *, first_of: Sequence[int] = ()) -> list[Joining]:
    """The campaigns of these touches, and of the first touches of these leads."""
    found = rows(
        "SELECT t.lead_id, t.campaign_id, t.at FROM leads_touch t"
        " WHERE t.campaign_id IS NOT NULL AND t.door <> 'import'"
        " AND (t.id = ANY(%s::bigint[]) OR (t.lead_id = ANY(%s::bigint[]) AND t.is_first))",
        (list(touch_ids), list(first_of)),
    )
    return [Joining(row["lead_id"], row["campaign_id"], row["at"]) for row in found]
