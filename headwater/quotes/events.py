"""What happened to quotes."""

from headwater.platform.events import Event


class QuotesChanged(Event):
    """Quotes were made, changed, archived or restored."""

    name = "quote.changed"
    ids: list[int]


class QuoteApprovalAsked(Event):
    """Somebody above is to approve a version."""

    name = "quote.approval_asked"
    quote_id: int
    version_id: int
    approval_id: int
    approver_id: int


class QuoteApprovalDecided(Event):
    """It was approved, or not."""

    name = "quote.approval_decided"
    quote_id: int
    version_id: int
    approval_id: int
    asked_by_id: int
    is_approved: bool


class QuoteSent(Event):
    """A version went to the customer; it never changes again."""

    name = "quote.sent"
    quote_id: int
    version_id: int
    opportunity_id: int


class QuoteAccepted(Event):
    """The customer accepted a version."""

    name = "quote.accepted"
    quote_id: int
    version_id: int
    opportunity_id: int


class QuoteDeclined(Event):
    """The customer declined a version."""

    name = "quote.declined"
    quote_id: int
    version_id: int
    opportunity_id: int


class QuoteExpired(Event):
    """Nobody answered in time."""

    name = "quote.expired"
    quote_id: int
    version_id: int
    opportunity_id: int


class QuoteWithdrawn(Event):
    """We took a sent version back."""

    name = "quote.withdrawn"
    quote_id: int
    version_id: int
    opportunity_id: int
