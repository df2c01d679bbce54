"""Whom a target means today."""

from collections.abc import Sequence

from headwater.kernel.sql import values
from headwater.organization.queries import active_ids, holders_of, people_in
from headwater.routing.content.parts import Target
from headwater.routing.types import TargetKind

FOLLOWS_UP = "leads.edit"


def people_of_target(target: Target) -> dict[int, int]:
    """Active people with their weights, by id; of a team those who may follow leads up."""
    if target.kind == TargetKind.PEOPLE:
        named = {share.user_id: share.weight for share in target.people}
        there = active_ids(list(named))
        return {user_id: named[user_id] for user_id in sorted(named) if user_id in there}
    if target.kind == TargetKind.DEPARTMENT and target.department_id is not None:
        members = people_in(target.department_id) & holders_of(FOLLOWS_UP)
        return dict.fromkeys(sorted(members - target.without), 1)
    return {}


def without_phone(user_ids: Sequence[int]) -> list[str]:
    """The names of those of these people for whom no phone number is known."""
    return values(
        "SELECT name FROM organization_user WHERE id = ANY(%s::bigint[]) AND COALESCE(mobile, '') = ''"
        " ORDER BY name_pinyin, id",
        (list(user_ids),),
    )
