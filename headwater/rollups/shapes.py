"""The cells as reports see them: which field of which record stands in which column, and what is counted.

Field keys are `<node>.<field>`; `lead`, `story` and `activity` are the nodes of datasets that may ask them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from headwater.rollups.types import Key


@dataclass(frozen=True, slots=True)
class Shape:
    """A table that answers for one record type when everything asked stands in it.

    `days` are moments of which only the day is known (of the company's zone): buckets of a day and more,
    spans of whole days. Where `has_scope`, the record type's own scope holds over the table as it stands;
    elsewhere only who sees everything may be answered from it. Archived records are in none.
    """

    key: str
    filling: Key
    table: str
    record: str
    fields: Mapping[str, str]
    days: Mapping[str, str]
    count: str  # the column that counts the records
    sums: Mapping[str, str] = field(default_factory=dict)  # field -> column with its sum
    counts: Mapping[str, str] = field(
        default_factory=dict
    )  # field -> column that counts where it has a value
    has_scope: bool = False
    joins: tuple[str, ...] = ()  # nodes that hang on a column: `source` on source_id


SHAPES: tuple[Shape, ...] = (
    Shape(
        key="lead_places",
        filling=Key.LEADS,
        table="rollups_leadplace",
        record="lead",
        fields={
            "lead.owner": "owner_id",
            "lead.pool": "pool_id",
            "lead.home_pool": "home_pool_id",
            "lead.status": "status",
            "lead.stage": "stage",
            "lead.intent": "intent",
        },
        days={},
        count="leads",
        has_scope=True,
        joins=("owner",),
    ),
    Shape(
        key="lead_days",
        filling=Key.LEADS,
        table="rollups_leadday",
        record="lead",
        fields={
            "lead.source": "source_id",
            "lead.channel": "channel_id",
            "lead.campaign": "campaign_id",
            "lead.status": "status",
            "lead.stage": "stage",
            "lead.invalid_reason": "invalid_reason",
            "story.reached": "reached",
        },
        days={"lead.created_at": "day"},
        count="leads",
        sums={"story.follow_ups": "follow_ups", "story.response_seconds": "response_seconds"},
        counts={"story.response_seconds": "responded", "story.first_response_at": "responded"},
        joins=("source", "channel", "campaign"),
    ),
    Shape(
        key="follow_up_days",
        filling=Key.FOLLOW_UPS,
        table="rollups_followupday",
        record="activity",
        fields={
            "activity.author": "author_id",
            "activity.kind": "kind",
            "activity.outcome": "outcome",
            "activity.record_type": "record_type",
        },
        days={"activity.occurred_at": "day"},
        count="follow_ups",
        sums={"activity.duration_seconds": "duration_seconds"},
        counts={"activity.duration_seconds": "timed"},
        joins=("author",),
    ),
)
