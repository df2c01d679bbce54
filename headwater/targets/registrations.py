"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.engagement.screens import register_record_action
from headwater.kernel.access import register_permission
from headwater.leads.demo import register_demo_part
from headwater.leads.panels import register_workbench_numbers
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import Words, register_acts, register_words
from headwater.sales.summary import register_summary_part
from headwater.targets.demo import set_up_targets
from headwater.targets.web import glances
from headwater.ui import navigation
from headwater.ui.navigation import NavItem

GROUP = pgettext_lazy("group of permissions", "Targets and forecast")


def register() -> None:
    """Called once when Django is ready."""
    _permissions()
    _words()
    _navigation()
    register_demo_part(set_up_targets)
    register_workbench_numbers(glances.my_targets)
    register_summary_part("forecast_category", glances.category_glance, position=60, on=("opportunity",))
    register_record_action("opportunity", glances.offer_category)


def _permissions() -> None:
    for code, label in {
        "targets.view": _("See targets and progress"),
        "targets.edit": _("Set targets"),
        "results.view": _("See results"),
        "commitments.view": _("See forecasts"),
        "commitments.edit": _("Adjust and hand in forecasts"),
    }.items():
        register_permission(code, label, group=GROUP)
    register_permission(
        "commitments.configure", _("Set what stages stand for"), scoped=False, group=_("Administration")
    )
    seen = ("targets.view", "results.view", "commitments.view")
    register_role_grants("rep", {**dict.fromkeys(seen, "own"), "commitments.edit": "own"})
    managed = (*seen, "targets.edit", "commitments.edit")
    register_role_grants("manager", dict.fromkeys(managed, "department_below"))
    register_role_grants("mdr", {"targets.view": "own", "results.view": "own"})


def _words() -> None:
    fields = {
        "holder": _("Whose"),
        "period": _("Period"),
        "measure": _("Measure"),
        "amount": _("Amount"),
        "called": _("Forecast"),
        "note": _("Note"),
        "commit": _("Commit forecast"),
        "best_case": _("Best case forecast"),
        "currency": _("Currency"),
    }
    register_words("target", Words(pgettext_lazy("targets", "Target"), fields=lambda: fields))
    register_words("adjustment", Words(_("Adjustment of a forecast"), fields=lambda: fields))
    register_words("submission", Words(_("Forecast handed in"), fields=lambda: fields))
    register_acts(
        lambda: {
            "set_target": pgettext("audit", "set"),
            "set_category": pgettext("audit", "set the forecast category of"),
            "adjust_forecast": pgettext("audit", "adjusted a forecast:"),
            "submit_forecast": pgettext("audit", "handed in"),
        }
    )


def _navigation() -> None:
    navigation.register(
        NavItem(
            "targets",
            _("Targets"),
            "/targets",
            "target",
            group="sales",
            permission=("targets.view", "results.view", "commitments.view"),
            order=60,
            match=("/results", "/commitments"),
            keywords="targets quota progress results win rate forecast mubiao yeji",
        )
    )
    navigation.register(
        NavItem(
            "settings.forecast",
            _("Forecast categories"),
            "/settings/forecast-categories",
            "handshake",
            group="process",
            area="settings",
            permission="commitments.configure",
            order=32,
            keywords="forecast category commit best case yuce",
            note=_("What opportunities in a stage count as in forecasts"),
        )
    )
