"""The picklists that leads bring along; administrators rename, order, retire and add."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices
from headwater.kernel.catalogue import Choice
from headwater.pools.types import Got

industries = picklist_choices("industry")
company_sizes = picklist_choices("company_size")
regions = picklist_choices("region")
intents = picklist_choices("lead_intent")
tags = picklist_choices("lead_tag")
return_reasons = picklist_choices("return_reason")
invalid_reasons = picklist_choices("invalid_reason")
disqualify_reasons = picklist_choices("disqualify_reason")
consent_bases = picklist_choices("consent_basis")
business_lines = picklist_choices("business_line")


def gots() -> list[Choice]:
    """How owners come by leads."""
    return [Choice(item.value, item.label) for item in Got]


def register() -> None:
    """Make them known to the customization room."""
    register_picklist(
        "lead_intent",
        _("Intent level"),
        [
            ("high", pgettext_lazy("intent", "High"), "red"),
            ("medium", pgettext_lazy("intent", "Medium"), "amber"),
            ("low", pgettext_lazy("intent", "Low"), "gray"),
        ],
    )
    register_picklist(
        "lead_tag",
        _("Lead tags"),
        [
            ("decision_maker", _("Decision maker"), "violet"),
            ("urgent", _("Urgent"), "red"),
            ("price_sensitive", _("Price-sensitive"), "amber"),
            ("competitor_user", _("Uses a competitor"), "blue"),
        ],
    )
    register_picklist(
        "return_reason",
        _("Return reasons"),
        [
            ("no_answer", _("Cannot be reached")),
            ("no_need", _("No need at present")),
            ("no_budget", _("No budget")),
            ("not_my_field", _("Not my region or industry")),
            ("no_capacity", _("No time for it now")),
            ("other", pgettext_lazy("return reason", "Other")),
        ],
    )
    register_picklist(
        "invalid_reason",
        _("Invalid reasons"),
        [
            ("wrong_number", _("Wrong or empty number")),
            ("not_a_customer", _("Never enquired")),
            ("competitor", _("Competitor or job seeker")),
            ("test", _("Test data")),
            ("refused", _("Asked not to be contacted")),
            ("other", pgettext_lazy("invalid reason", "Other")),
        ],
    )
    register_picklist(
        "disqualify_reason",
        _("Disqualify reasons"),
        [
            ("no_fit", _("Does not fit our product")),
            ("too_small", _("Too small")),
            ("out_of_area", _("Outside our area")),
            ("other", pgettext_lazy("disqualify reason", "Other")),
        ],
    )
    register_picklist(
        "consent_basis",
        _("Consent basis"),
        [
            ("form", _("Ticked on a form")),
            ("verbal", _("Given by voice")),
            ("card", _("Handed over a card")),
            ("contract", _("Needed for a contract")),
            ("import", _("Confirmed at import")),
        ],
        help=_("On what ground personal data may be used."),
    )
