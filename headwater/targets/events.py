"""What happened to targets and forecasts."""

from headwater.platform.events import Event


class TargetsChanged(Event):
    """Targets were set, changed or taken away."""

    name = "target.changed"
    ids: list[int]


class CategoriesSet(Event):
    """Somebody said how far they commit to opportunities; None: follows the stage again."""

    name = "commitment.category_set"
    opportunity_ids: list[int]
    category: str | None


class ForecastAdjusted(Event):
    """A forecast was adjusted, or an adjustment taken back (`amount` None)."""

    name = "commitment.adjusted"
    adjustment_id: int
    user_id: int | None
    department_id: int | None
    called: str
    amount: str | None


class ForecastSubmitted(Event):
    """Somebody handed a forecast in."""

    name = "commitment.submitted"
    submission_id: int
    user_id: int | None
    department_id: int | None
