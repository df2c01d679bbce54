"""What campaigns brought: leads, customers, opportunities, orders, money."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.presets.building import (
    MANAGER,
    MARKETING,
    REP,
    Preset,
    count,
    given,
    is_,
    rate,
    report,
    total,
)

_LEADS = count("lead", _("Leads"))
_ACCOUNTS = count("account", _("Accounts"))
_OPPORTUNITIES = count("opportunity", _("Opportunities"))
_AMOUNT = total("opportunity.amount", _("Opportunity amount"))
_BINDING = is_("order.is_binding")
_ORDERS = count("order", pgettext_lazy("records", "Orders"), _BINDING)
_ORDERED = total("order.total", _("Order amount"), _BINDING)
_PAID = total("payment.amount", _("Paid"))
_OF_A_CAMPAIGN = given("lead.campaign")
_CREATED = ("lead.created_at", None)

CAMPAIGNS = (
    Preset(
        "campaign_opportunities",
        _("Campaigns: leads to opportunities"),
        _(
            "Per campaign the different leads, the customers and opportunities that came of them, and what"
            " the opportunities are worth together."
        ),
        (MARKETING, MANAGER, REP),
        report(
            "journey",
            [_LEADS, _ACCOUNTS, _OPPORTUNITIES, _AMOUNT],
            by=["lead.campaign"],
            filters=_OF_A_CAMPAIGN,
            period=_CREATED,
            sort="-m4",
        ),
        "marketing",
    ),
    Preset(
        "campaign_orders",
        _("Campaigns: leads to orders"),
        _(
            "Per campaign the different leads and customers, the active and completed orders that came of"
            " them, what they are worth, and what has been paid."
        ),
        (MARKETING, MANAGER),
        report(
            "journey",
            [_LEADS, _ACCOUNTS, _ORDERS, _ORDERED, _PAID],
            by=["lead.campaign"],
            filters=_OF_A_CAMPAIGN,
            period=_CREATED,
            sort="-m5",
        ),
        "marketing",
    ),
    Preset(
        "campaign_return",
        _("Campaigns: cost and return"),
        _("Per campaign what it cost, what a lead cost, and what the money brought back in payments."),
        (MARKETING,),
        report(
            "journey",
            [
                total("campaign.cost", _("Cost")),
                _LEADS,
                rate(total("campaign.cost"), count("lead"), _("Cost per lead"), as_number=True),
                _ORDERED,
                _PAID,
                rate(total("payment.amount"), total("campaign.cost"), _("Paid / cost"), as_number=True),
            ],
            by=["lead.campaign"],
            filters=_OF_A_CAMPAIGN,
            period=_CREATED,
            sort="-m5",
        ),
        "marketing",
    ),
    Preset(
        "campaign_types",
        _("Types of campaigns"),
        _("Which type of campaign brings more valid leads, and which brings more money."),
        (MARKETING,),
        report(
            "journey",
            [
                _LEADS,
                rate(count("lead", where={"field": "lead.status", "op": "ne", "value": "invalid"}),
                     count("lead"), _("Valid rate")),
                _OPPORTUNITIES,
                _AMOUNT,
                _PAID,
            ],
            by=["campaign.type"],
            filters=_OF_A_CAMPAIGN,
            period=_CREATED,
            sort="-m5",
        ),
        "acquisition",
    ),
)  # fmt: skip
