"""What the room shows on pages of others: one's target on the workbench, the category of an opportunity."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.sales.summary import Glance
from headwater.targets.periods import this_period
from headwater.targets.queries.categories import category_of
from headwater.targets.queries.facts import sees_amounts
from headwater.targets.queries.progress import Standing, my_progress
from headwater.targets.types import Grain, Measure
from headwater.targets.web.frame import figure
from headwater.ui import formats
from headwater.ui.pages import Action, Cell, Tile


def my_targets(access: Access) -> Sequence[Tile]:
    """This month's standing in each measure that the reader has a target for."""
    if not access.may("targets.view") or access.user_id is None:
        return ()
    mine = access.also("targets.view")
    measures = [one for one in Measure if not one.is_money or sees_amounts(access)]
    return tuple(
        Tile(
            _("%(measure)s this month") % {"measure": found.measure.label},
            formats.percent(standing.percent, 0),
            note=_note(standing, found.currency),
            href=f"{reverse('targets')}?measure={found.measure.value}",
            icon="target",
        )
        for found in my_progress(mine, this_period(Grain.MONTH), measures)
        for standing in found.standings
    )


def _note(standing: Standing, currency: str) -> str:
    facts = {
        "reached": figure(standing.reached, currency).text,
        "target": figure(standing.target, currency).text,
    }
    return _("%(reached)s of %(target)s") % facts


def category_glance(access: Access, record_type: str, record_id: int) -> Glance | None:
    """How far the owner commits to an opportunity."""
    if not access.may("commitments.view"):
        return None
    found = category_of(access, record_id)
    note = "" if found.is_set else _("by stage")
    return Glance(
        _("Forecast category"),
        Cell("tag", found.category.value, text=found.category.label, hue=found.category.hue),
        note=note,
        icon="handshake",
    )


def offer_category(access: Access, opportunity_id: int) -> Action | None:
    """The act on an opportunity's page that sets it."""
    if not access.may("commitments.view") or not access.may("opportunities.edit"):
        return None
    url = reverse("opportunity_category", args=[opportunity_id])
    return Action(_("Forecast category"), icon="handshake", dialog=url)
