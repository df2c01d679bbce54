"""The picklists that the room's fields offer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices

industries = picklist_choices("industry")
company_sizes = picklist_choices("company_size")
account_levels = picklist_choices("account_level")
lost_reasons = picklist_choices("lost_reason")
contact_roles = picklist_choices("contact_role")
team_roles = picklist_choices("team_role")
business_lines = picklist_choices("business_line")
consent_bases = picklist_choices("consent_basis")
regions = picklist_choices("region")


def register() -> None:
    """Make them known to the customization room; leads offer industry, size and consent basis too."""
    register_picklist(
        "industry",
        _("Industry"),
        [
            ("manufacturing", _("Manufacturing")),
            ("internet", _("Internet and software")),
            ("finance", _("Finance")),
            ("education", _("Education and training")),
            ("health", _("Health care")),
            ("retail", _("Retail and e-commerce")),
            ("real_estate", _("Real estate and construction")),
            ("logistics", _("Logistics and transport")),
            ("energy", _("Energy and environment")),
            ("hospitality", _("Catering, hotels and tourism")),
            ("media", _("Culture and media")),
            ("services", _("Business services")),
            ("agriculture", _("Agriculture and food")),
            ("public", _("Government and public bodies")),
            ("other", pgettext_lazy("industry", "Other")),
        ],
    )
    register_picklist(
        "company_size",
        _("Company size"),
        [
            ("1-20", _("1–20 people")),
            ("21-50", _("21–50 people")),
            ("51-100", _("51–100 people")),
            ("101-500", _("101–500 people")),
            ("501-1000", _("501–1,000 people")),
            ("1001+", _("More than 1,000 people")),
        ],
    )
    register_picklist(
        "business_line",
        _("Business line"),
        [],
        help=_("What is sold side by side by different people; also used by leads and pools."),
    )
    register_picklist(
        "account_level",
        _("Account level"),
        [
            ("key", _("Key account"), "amber"),
            ("important", pgettext_lazy("account level", "Important"), "blue"),
            ("regular", pgettext_lazy("account level", "Regular"), "gray"),
            ("small", pgettext_lazy("account level", "Small"), "gray"),
        ],
    )
    register_picklist(
        "lost_reason",
        _("Lost reason"),
        [
            ("price", _("Price too high")),
            ("competitor", _("Chose a competitor")),
            ("budget", _("No budget")),
            ("cancelled", _("Project cancelled or postponed")),
            ("product", _("Product does not fit")),
            ("no_response", _("No response")),
            ("other", pgettext_lazy("lost reason", "Other")),
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
    register_picklist(
        "contact_role",
        _("Role in the purchase"),
        [
            ("decision_maker", _("Decision maker"), "amber"),
            ("influencer", pgettext_lazy("contact role", "Influencer"), "blue"),
            ("user", pgettext_lazy("contact role", "User"), "teal"),
            ("purchasing", pgettext_lazy("contact role", "Purchasing"), "violet"),
            ("finance", pgettext_lazy("contact role", "Finance"), "gray"),
            ("technical", pgettext_lazy("contact role", "Technical"), "gray"),
            ("coach", pgettext_lazy("contact role", "Supporter"), "green"),
        ],
    )
    register_picklist(
        "team_role",
        _("Role in the team"),
        [
            ("co_owner", _("Co-owner"), "amber"),
            ("presales", _("Pre-sales"), "blue"),
            ("delivery", pgettext_lazy("team role", "Delivery"), "teal"),
            ("service", pgettext_lazy("team role", "Service"), "violet"),
            ("support", pgettext_lazy("team role", "Support"), "gray"),
        ],
    )
