"""The controls of the filters across a board."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.acquisition.queries import campaign_name, campaign_names, channel_tree, offered_sources
from headwater.dashboards.filters import ME, OWN, PERIODS, Filters, period_label
from headwater.dashboards.shapes import Board
from headwater.kernel.access import Access
from headwater.targets.queries.team import team_of
from headwater.targets.types import Holder
from headwater.ui.pages import FieldControl, Option

_MOST_CAMPAIGNS = 200


def filter_controls(access: Access, board: Board, filters: Filters) -> tuple[FieldControl, ...]:
    """Period, people, source, channel, campaign: those that the reader may choose from."""
    controls = [*_period(board, filters), *_people(access, filters)]
    if access.may("sources.view"):
        sources = tuple(Option(str(pk), name) for pk, name in offered_sources())
        controls.append(_link("source", _("Source"), _("All sources"), filters.source, sources))
    if access.may("channels.view"):
        nodes = channel_tree(access.also("channels.view"))
        channels = tuple(Option(str(one.id), one.name, depth=one.depth) for one in nodes)
        controls.append(
            _link("channel", _("Channel"), _("All channels"), filters.channel, channels, tree=True)
        )
    if access.may("campaigns.view"):
        campaigns = [Option(str(pk), name) for pk, name in campaign_names()[:_MOST_CAMPAIGNS]]
        chosen = str(filters.campaign or "")
        if chosen and chosen not in {one.value for one in campaigns}:
            campaigns.append(Option(chosen, campaign_name(int(chosen)) or chosen))
        controls.append(
            _link("campaign", _("Campaign"), _("All campaigns"), filters.campaign, tuple(campaigns))
        )
    return tuple(controls)


def _period(board: Board, filters: Filters) -> list[FieldControl]:
    code, dates = filters.period, ""
    if ".." in code:
        code, dates = "", code.replace("..", " - ")
    options = [Option(key, label) for key, label in PERIODS.items()]
    if code and code not in PERIODS:
        options.append(Option(code, period_label(code)))
    if board.period:
        options.insert(0, Option(OWN, _("As each widget has it")))
    usual = "" if board.period else _("As each widget has it")
    return [
        FieldControl("period", _("Period"), "select", code, tuple(options), placeholder=usual),
        FieldControl("dates", _("Days"), "daterange", dates, placeholder=_("Chosen days")),
    ]


def _people(access: Access, filters: Filters) -> list[FieldControl]:
    if not access.may("leads.view"):
        return []
    team = team_of(access.also("leads.view"))
    seats = [seat for seat in team if seat.holder != Holder.COMPANY and seat.is_active]
    if len(seats) < 2:
        return []  # who reaches only themselves has nobody to choose
    shift = 1 if team.sees_all else 0
    options = [Option(ME, pgettext("filter", "Only me"))]
    options += [Option(seat.code, seat.name, depth=max(0, seat.depth - shift)) for seat in seats]
    everybody = pgettext("filter", "Everybody")
    return [FieldControl("who", _("Whose"), "tree", filters.who, tuple(options), placeholder=everybody)]


def _link(
    key: str,
    label: str,
    everything: str,
    chosen: int | None,
    options: tuple[Option, ...],
    *,
    tree: bool = False,
) -> FieldControl:
    kind = "tree" if tree else "select"
    return FieldControl(key, label, kind, str(chosen or ""), options, placeholder=everything)  # type: ignore[arg-type]
