"""A board that the demo company shares: what the morning meeting looks at."""

from collections.abc import Mapping

from headwater.dashboards import services
from headwater.dashboards.types import Place, Visibility
from headwater.kernel.access import load_actor, permit

# What stands on it, where, and the question it answers.
_WIDGETS = (
    ("sales_funnel", Place(0, 0, 6, 7), "", "线索走到哪一步少得最多？"),
    ("leaderboard", Place(6, 0, 6, 7), "bar", "这个月谁跑在前面？"),
    ("response_speed", Place(0, 7, 6, 6), "", "新线索多久有人联系？"),
    ("overdue_recycled", Place(6, 7, 6, 6), "", "哪些线索被忘了？"),
)


def share_a_board(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Made by the director, open to everybody; each sees the part within their reach."""
    from headwater.insight.presets import PRESETS

    access = permit(load_actor(people["director"]), "dashboards.create")
    board = services.create_board(
        access, name="销售晨会看板", visibility=Visibility.EVERYONE.value, refresh_seconds=300
    )
    for preset, place, chart, question in _WIDGETS:
        if preset in PRESETS:
            services.add_widget(access, board.pk, preset=preset, place=place, chart=chart, note=question)
