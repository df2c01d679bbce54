"""What happens to leads. One event a chunk: each carries the ids it speaks of."""

from dataclasses import field

from headwater.platform.events import Event


class LeadsCreated(Event):
    name = "lead.created"
    lead_ids: list[int]
    door: str


class LeadsChanged(Event):
    """Values changed; `fields` are those of any of the leads."""

    name = "lead.changed"
    lead_ids: list[int]
    fields: list[str]


class LeadsMoved(Event):
    """A change of place; `to_owner_ids` and `from_owner_ids` run alongside `lead_ids`.

    `stays` are leads that went round too often: no rule hands them on, their pool's administrators do.
    """

    name = "lead.moved"
    lead_ids: list[int]
    why: str
    from_owner_ids: list[int | None]
    to_owner_ids: list[int | None]
    pool_id: int | None = None
    reason: str = ""
    stays: list[int] = field(default_factory=list)


class LeadsInquired(Event):
    """Somebody came again; the lists run alongside. What was `woken` moved too (`why` = woken)."""

    name = "lead.inquired"
    lead_ids: list[int]
    touch_ids: list[int]
    door: str
    woken: list[bool]
    former_owner_ids: list[int | None]


class LeadsListed(Event):
    """Rows of an imported file named these leads, new ones or not, under campaigns; those run alongside."""

    name = "lead.listed"
    lead_ids: list[int]
    campaign_ids: list[int]
    import_id: int | None = None


class LeadVisitorNamed(Event):
    """A door told which visitor of our website the lead is: 32 hexadecimal digits."""

    name = "lead.visitor_named"
    lead_id: int
    visitor: str


class LeadsFollowedUp(Event):
    """Follow-ups by one person; `activity_ids` are the latest, alongside `lead_ids`."""

    name = "lead.followed_up"
    lead_ids: list[int]
    activity_ids: list[int]
    author_id: int | None


class LeadStageChanged(Event):
    name = "lead.stage_changed"
    lead_ids: list[int]
    before: list[str]
    after: str


class LeadConverted(Event):
    name = "lead.converted"
    lead_id: int
    account_id: int
    contact_id: int | None
    opportunity_id: int | None
    opportunity_ids: list[int] = field(default_factory=list)


class LeadUnconverted(Event):
    """A conversion was taken back: the lead is open again. The ids are of what it had become."""

    name = "lead.unconverted"
    lead_id: int
    account_id: int
    contact_id: int | None
    opportunity_ids: list[int]
    archived: dict[str, list[int]]  # by record type, what was put away


class ConversionMapChanged(Event):
    """Leads hand on other fields from now on."""

    name = "lead.conversion_map_changed"
    version: int


class LeadRevealed(Event):
    name = "lead.revealed"
    lead_id: int
    user_id: int


class LeadsMerged(Event):
    """Leads went into another; what they had is the survivor's now."""

    name = "lead.merged"
    survivor_id: int
    lead_ids: list[int]
    merge_id: int


class LeadsUnmerged(Event):
    """A merge was undone."""

    name = "lead.unmerged"
    survivor_id: int
    lead_ids: list[int]
    merge_id: int


class LeadHistoryGathered(Event):
    """What was hung on leads while they were being merged away came along to the survivor."""

    name = "lead.history_gathered"
    lead_ids: list[int]


class ClosedLeadsPassedOn(Event):
    """Closed leads are somebody else's to read; the owners run alongside. They stay closed."""

    name = "lead.closed_passed_on"
    lead_ids: list[int]
    from_owner_id: int
    to_owner_ids: list[int]


class LeadsArchived(Event):
    name = "lead.archived"
    lead_ids: list[int]


class LeadsRestored(Event):
    name = "lead.restored"
    lead_ids: list[int]
