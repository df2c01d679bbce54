"""Background work of the room."""

from datetime import datetime

from headwater.insight import results, services
from headwater.platform.jobs import periodic


@periodic("* * * * *", name="insight.send_due")
def send_due(at: datetime) -> None:
    """Plan the mails of schedules whose moment has come."""
    services.plan_due()


@periodic("*/5 * * * *", name="insight.resume_interrupted")
def resume_interrupted(at: datetime) -> None:
    """Close copies whose sender died; have sent what waits for nobody."""
    services.resume_interrupted()


@periodic("* * * * *", name="insight.refresh_asked")
def refresh_asked(at: datetime) -> None:
    """Results that were looked at lately stay fresh."""
    results.refresh_asked()


@periodic("25 * * * *", name="insight.prune_results")
def prune_results(at: datetime) -> None:
    """Results that nobody asks for any more go."""
    results.prune()
