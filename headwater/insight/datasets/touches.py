"""Captures of leads, by which a report attributes what came of them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets.parts import derived, link, moment, yes_no
from headwater.insight.engine import Node
from headwater.kernel.catalogue import FieldType

# With attribution by last touch, or linear, the touch says what otherwise the lead says.
ATTRIBUTED = {
    "lead.source": "touch.source",
    "lead.channel": "touch.channel",
    "lead.campaign": "touch.campaign",
}


def _origin(column: str) -> str:
    """Of the first touch what the lead says: somebody may have corrected it since."""
    return f"CASE WHEN {{t}}.id IS NULL OR {{t}}.is_first THEN n_lead.{column} ELSE {{t}}.{column} END"


def touch_node() -> Node:
    """How somebody came to us, or came again; under a node `lead`."""
    return Node(
        "touch",
        "",
        pgettext_lazy("report", "Touch"),
        parent="lead",
        on="{t}.lead_id = {p}.id",
        table="leads_touch",
        many=True,
        attribution=True,
        fields=(
            moment("at", pgettext_lazy("touch", "Time"), "{t}.at"),
            derived("door", pgettext_lazy("touch", "Door"), FieldType.TEXT, "{t}.door"),
            link("source", _("Source"), "source", _origin("source_id")),
            link("channel", _("Channel"), "channel", _origin("channel_id")),
            link("campaign", _("Campaign"), "campaign", _origin("campaign_id")),
            yes_no("is_first", _("First touch"), "{t}.is_first"),
            derived("keyword", _("Keyword"), FieldType.TEXT, "nullif({t}.keyword, '')"),
            derived("utm_source", _("UTM source"), FieldType.TEXT, "({t}.utm->>'source')"),
            derived("utm_medium", _("UTM medium"), FieldType.TEXT, "({t}.utm->>'medium')"),
            derived("utm_campaign", _("UTM campaign"), FieldType.TEXT, "({t}.utm->>'campaign')"),
            derived("landing_page", _("Landing page"), FieldType.TEXT, "nullif({t}.landing_page, '')"),
        ),
    )
