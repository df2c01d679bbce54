"""What happens around duplicates."""

from headwater.platform.events import Event


class DuplicateRulesChanged(Event):
    """Rules were made, changed, switched or archived."""

    name = "duplicate.rules_changed"
    rule_ids: list[int]


class SuggestionsFound(Event):
    """A scan ended."""

    name = "duplicate.scanned"
    scan_id: int
    found: int


class SuggestionsDecided(Event):
    """Somebody said of suggestions that they are not the same, or took that back."""

    name = "duplicate.decided"
    suggestion_ids: list[int]
    state: str
