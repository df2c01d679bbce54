"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.importing import RateImporter
from headwater.currencies.queries import company_currency
from headwater.currencies.records import RATE
from headwater.kernel.access import register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.organization.builtin import BUILTIN_ROLES, register_role_grants
from headwater.platform.audit import Words, register_words
from headwater.platform.imports.importers import register_importer
from headwater.ui import navigation
from headwater.ui.formats import register_home_currency
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready."""
    register_record_type(RATE)
    register_home_currency(company_currency)
    group = pgettext_lazy("group of permissions", "Money")
    for code, label in {
        "rates.view": _("See exchange rates"),
        "rates.create": _("Add exchange rates"),
        "rates.edit": _("Correct exchange rates"),
        "rates.delete": _("Take exchange rates out"),
        "rates.import": _("Import exchange rates"),
        "rates.export": _("Export exchange rates"),
        "currencies.configure": _("Choose the company's currency"),
    }.items():
        register_permission(code, label, scoped=False, group=group)
    for role in BUILTIN_ROLES:
        register_role_grants(role, {"rates.view": "all"})
    register_importer(RateImporter())
    register_words(
        "company_currency",
        Words(label=_("Company currency"), fields=lambda: {"currency": _("Currency")}),
    )
    navigation.register(
        NavItem(
            "settings.currencies",
            _("Currencies"),
            "/settings/currencies",
            "coins",
            group="organization",
            area="settings",
            permission=("rates.edit", "rates.create", "currencies.configure"),
            order=60,
            keywords="currency exchange rate huilv bizhong",
            note=_("What the company counts in, and what other money is worth"),
        )
    )
