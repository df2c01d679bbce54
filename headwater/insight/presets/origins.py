"""Where good leads come from: sources and channels, with what they cost and what they brought."""

from django.utils.translation import gettext_lazy as _

from headwater.insight.presets.building import (
    MANAGER,
    MARKETING,
    REP,
    Json,
    Preset,
    among,
    count,
    is_,
    is_not,
    rate,
    report,
    total,
)
from headwater.kernel.errors import Text

_LEADS = count("lead", _("Leads"))
_VALID = count("lead", _("Valid"), is_not("lead.status", "invalid"))
_MQL = count("lead", _("MQL"), among("story.reached", "MQL", "SQL", "WON"))
_SQL = count("lead", _("SQL"), among("story.reached", "SQL", "WON"))
_WON = count("lead", _("Won"), is_("story.reached", "WON"))
_COST = total("lead.spent", _("Cost"))
_PAID = total("payment.amount", _("Paid"))
_BINDING = is_("order.is_binding")


def _quality(by: str) -> Json:
    return report(
        "acquisition",
        [
            _LEADS,
            _VALID,
            rate(_VALID, _LEADS, _("Valid rate")),
            _MQL,
            _SQL,
            _WON,
            rate(_WON, _LEADS, _("Won rate")),
            _COST,
            rate(_COST, _LEADS, _("Cost per lead"), as_number=True),
            _PAID,
        ],
        by=[by],
        period=("lead.created_at", None),
        sort="-m1",
    )


def _return(by: str) -> Json:
    return report(
        "acquisition",
        [
            _COST,
            rate(_COST, _LEADS, _("Cost per lead"), as_number=True),
            rate(_COST, _MQL, _("Cost per MQL"), as_number=True),
            rate(_COST, _SQL, _("Cost per SQL"), as_number=True),
            rate(_COST, count("order", where=_BINDING), _("Cost per order"), as_number=True),
            total("order.total", _("Order amount"), _BINDING),
            _PAID,
            rate(_PAID, _COST, _("Paid / cost"), as_number=True),
        ],
        by=[by],
        period=("lead.created_at", None),
        sort="-m1",
    )


def _rates(by: str) -> Json:
    return report(
        "leads",
        [
            _LEADS,
            rate(_VALID, _LEADS, _("Valid rate")),
            rate(_MQL, _LEADS, _("To MQL")),
            rate(_SQL, _MQL, _("MQL to SQL")),
            rate(_WON, _SQL, _("SQL to won")),
        ],
        by=[by],
        period=("lead.created_at", None),
        sort="-m1",
    )


_QUALITY: Text = _(
    "Leads, how many are valid, how far they came, what they cost and what was paid. Cost is shown to those"
    " who see all leads."
)

ORIGINS = (
    Preset(
        "source_quality", _("Quality of sources"), _QUALITY, (MARKETING, MANAGER), _quality("lead.source"),
        "acquisition",
    ),
    Preset(
        "channel_quality", _("Quality of channels"), _QUALITY, (MARKETING, MANAGER), _quality("lead.channel"),
        "acquisition",
    ),
    Preset(
        "channel_return",
        _("Channels: cost and return"),
        _("What a lead, an MQL, an SQL and an order cost in each channel, and what the money brought back."),
        (MARKETING,),
        _return("lead.channel"),
        "acquisition",
    ),
    Preset(
        "source_rates",
        _("Conversion by source"),
        _("For each source how many leads are valid and what share of them gets on from stage to stage."),
        (MARKETING, MANAGER, REP),
        _rates("lead.source"),
        "acquisition",
    ),
    Preset(
        "lead_trend",
        _("New leads by month"),
        _("How many leads come in from which source, month by month."),
        (MARKETING, MANAGER),
        report(
            "leads",
            [_LEADS],
            by=[("lead.created_at", "month"), "lead.source"],
            period=("lead.created_at", {"last": 12, "unit": "month"}),
            sort="g1",
            limit=1000,
            chart={"kind": "bar", "stacked": True},
        ),
        "acquisition",
    ),
)  # fmt: skip
