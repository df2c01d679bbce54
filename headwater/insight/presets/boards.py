"""The boards that three roles open with, and which widget answers which question of the trade.

The questions are those with which a company begins to manage its leads: four along the way of a lead (where
good ones come from, who gets them, how they are worked, how they become customers), and one of each role.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.insight.presets.building import MANAGER, MARKETING, REP
from headwater.kernel.errors import Text

QUESTIONS: Mapping[str, Text] = {
    "acquisition": _("Which campaigns and channels bring more valid leads, and where should money go?"),
    "assignment": _("Who is each lead best given to, and how do many reach people quickly?"),
    "follow_up": _("How is the work on leads going now, and where does somebody need help?"),
    "conversion": _("How do leads with intent become customers quickly, and where do they stop?"),
    "marketing": _("What did each campaign bring in sales, and which kind pays off?"),
    "manager": _("What is each person good at, and who gets stuck?"),
    "rep": _("Which leads can I take, and which of mine am I forgetting?"),
}


@dataclass(frozen=True, slots=True)
class BoardWidget:
    """A preset on a board of twelve columns: `x`, `y`, `w` and `h` in columns and rows of the grid.

    `chart` replaces the preset's own kind of chart; `question` is a key of `QUESTIONS`.
    """

    preset: str
    question: str
    x: int
    y: int
    w: int
    h: int
    chart: str = ""
    title: Text = ""


def _numbers(*keys: tuple[str, str]) -> tuple[BoardWidget, ...]:
    """A row of single figures."""
    width = 12 // len(keys)
    return tuple(
        BoardWidget(key, question, place * width, 0, width, 2, "number")
        for place, (key, question) in enumerate(keys)
    )


BOARDS: Mapping[str, Sequence[BoardWidget]] = {
    MARKETING: (
        *_numbers(
            ("number_leads", "acquisition"),
            ("number_valid_rate", "acquisition"),
            ("number_mql_rate", "conversion"),
            ("number_received", "marketing"),
        ),
        BoardWidget("campaign_opportunities", "marketing", 0, 2, 6, 6, "bar"),
        BoardWidget("campaign_orders", "marketing", 6, 2, 6, 6),
        BoardWidget("source_quality", "acquisition", 0, 8, 8, 6),
        BoardWidget("lead_trend", "acquisition", 8, 8, 4, 6),
        BoardWidget("channel_return", "acquisition", 0, 14, 8, 6),
        BoardWidget("invalid_reasons", "acquisition", 8, 14, 4, 6),
        BoardWidget("campaign_types", "acquisition", 0, 20, 6, 6),
        BoardWidget("stage_conversion", "conversion", 6, 20, 6, 6),
        BoardWidget("assignment_ways", "assignment", 0, 26, 6, 6),
        BoardWidget("return_reasons", "assignment", 6, 26, 6, 6),
        BoardWidget("follow_up_outcomes", "follow_up", 0, 32, 6, 6),
        BoardWidget("person_status", "manager", 6, 32, 6, 6),
        BoardWidget("pool_stock", "rep", 0, 38, 6, 5),
        BoardWidget("lost_reasons", "conversion", 6, 38, 6, 5),
    ),
    MANAGER: (
        *_numbers(
            ("number_converted", "conversion"),
            ("number_response", "follow_up"),
            ("number_open_amount", "conversion"),
            ("number_won_amount", "manager"),
        ),
        BoardWidget("person_status", "manager", 0, 2, 6, 6),
        BoardWidget("leaderboard", "manager", 6, 2, 6, 6),
        BoardWidget("response_speed", "follow_up", 0, 8, 6, 6),
        BoardWidget("follow_up_frequency", "follow_up", 6, 8, 6, 6),
        BoardWidget("overdue_recycled", "follow_up", 0, 14, 6, 6),
        BoardWidget("expertise", "assignment", 6, 14, 6, 6),
        BoardWidget("sales_funnel", "conversion", 0, 20, 6, 6),
        BoardWidget("lost_reasons", "conversion", 6, 20, 3, 6),
        BoardWidget("return_reasons", "assignment", 9, 20, 3, 6),
        BoardWidget("source_rates", "acquisition", 0, 26, 6, 6),
        BoardWidget("campaign_orders", "marketing", 6, 26, 6, 6),
        BoardWidget("forgotten_leads", "rep", 0, 32, 6, 6),
        BoardWidget("target_progress", "manager", 6, 32, 6, 6),
    ),
    REP: (
        *_numbers(
            ("number_open_leads", "rep"),
            ("number_follow_ups", "follow_up"),
            ("number_converted", "conversion"),
            ("number_won_amount", "rep"),
        ),
        BoardWidget("forgotten_leads", "rep", 0, 2, 6, 4),
        BoardWidget("pool_stock", "rep", 6, 2, 6, 4),
        BoardWidget("open_tasks", "rep", 0, 6, 4, 4),
        BoardWidget("target_progress", "rep", 4, 6, 8, 4),
        BoardWidget("sales_funnel", "conversion", 0, 10, 6, 6),
        BoardWidget("follow_up_trend", "follow_up", 6, 10, 6, 6),
        BoardWidget("person_status", "manager", 0, 16, 6, 4),
        BoardWidget("response_speed", "follow_up", 6, 16, 6, 5),
        BoardWidget("overdue_recycled", "follow_up", 0, 20, 6, 5),
        BoardWidget("assignment_ways", "assignment", 6, 21, 6, 6),
        BoardWidget("source_rates", "acquisition", 0, 25, 6, 7),
        BoardWidget("campaign_opportunities", "marketing", 6, 27, 6, 5),
    ),
}
