"""Decisions of routing rules: one row a run of the rules over a lead, and what came of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.datasets.leads import origin_nodes
from headwater.insight.engine import Dataset, Node
from headwater.kernel.catalogue import FieldType
from headwater.rollups.queries import story_table
from headwater.routing.types import Outcome, Strategy, Trigger

# The lead's story is a single row by its number: a report that does not ask what came of the lead reads none.
_TABLE = """
(SELECT d.*, s.created_at, s.first_response_at, s.last_follow_up_at, s.recycles, s.returns, s.converted_at
FROM routing_decision d LEFT JOIN {stories} s ON s.lead_id = d.lead_id)
"""
# Most leads were first spoken to after they were dispatched, or never: the story says so. Only of one that
# was known before are the follow-ups themselves looked through. A moment typed in has no seconds.
_ANSWERED_AT = """
(CASE WHEN {t}.created_at <= {t}.at AND {t}.first_response_at >= date_trunc('minute', {t}.at)
  THEN greatest({t}.first_response_at, {t}.at)
WHEN {t}.last_follow_up_at >= date_trunc('minute', {t}.at) THEN (
  SELECT CASE WHEN min(x.occurred_at) IS NOT NULL THEN greatest(min(x.occurred_at), {t}.at) END
  FROM engagement_activity x WHERE x.record_type = 'lead' AND x.record_id = {t}.lead_id
    AND x.occurred_at >= date_trunc('minute', {t}.at) AND x.kind <> 'note' AND x.archived_at IS NULL
) END)
"""
_LOST = (
    "(coalesce({{t}}.{times}, 0) > 0 AND EXISTS (SELECT 1 FROM leads_transfer x"
    " WHERE x.lead_id = {{t}}.lead_id AND x.at >= {{t}}.at AND x.why = '{why}'"
    " AND x.from_owner_id = {{t}}.owner_id))"
)


def _lost(why: str, times: str) -> str:
    return _LOST.format(why=why, times=times)


def _table() -> str:
    return _TABLE.format(stories=story_table())


def _decision_node() -> Node:
    return Node(
        "decision",
        "",
        pgettext_lazy("report", "Decision"),
        table=_table,
        permission="leads.view",
        shown_as="lead",
        fields=(
            parts.moment("at", pgettext_lazy("decision", "When"), "{t}.at", nullable=False),
            parts.derived("rule", _("Rule"), FieldType.TEXT, "nullif({t}.rule_name, '')"),
            # Names change; what a renamed rule did before is still its own.
            parts.number("rule_number", _("Number of the rule"), "{t}.rule_id"),
            parts.number("rule_version", _("Version of the rule"), "{t}.rule_version"),
            parts.derived(
                "rule_label",
                _("Rule and version"),
                FieldType.TEXT,
                "({t}.rule_name || ' v' || {t}.rule_version)",
            ),
            parts.pick(
                "trigger", _("Set off by"), "{t}.trigger", [(one.value, one.label) for one in Trigger]
            ),
            parts.pick(
                "outcome",
                pgettext_lazy("decision", "Outcome"),
                "{t}.outcome",
                [(one.value, one.label) for one in Outcome],
            ),
            parts.pick(
                "strategy",
                pgettext_lazy("decision", "Strategy"),
                "nullif({t}.strategy, '')",
                [(one.value, one.label) for one in Strategy],
            ),
            parts.person("owner", _("Given to"), "{t}.owner_id"),
            parts.link("pool", _("Sent to pool"), "pool", "{t}.pool_id"),
            parts.yes_no("is_answered", _("Responded to"), f"({_ANSWERED_AT} IS NOT NULL)"),
            parts.number(
                "response_seconds", _("Time to first response"), parts.seconds("{t}.at", _ANSWERED_AT)
            ),
            parts.yes_no("is_recycled", _("Taken back from them"), _lost("recycled", "recycles")),
            parts.yes_no("is_returned", _("Returned by them"), _lost("returned", "returns")),
            parts.yes_no(
                "is_converted", _("Converted afterwards"), "coalesce({t}.converted_at >= {t}.at, FALSE)"
            ),
        ),
        units={"response_seconds": "duration"},
        tells={"owner": ("lead.owner",), "pool": ("lead.pool",), "is_converted": ("lead.status",)},
    )


def dispatch() -> Dataset:
    return Dataset(
        key="dispatch",
        label=_("Dispatch by rules"),
        description=_(
            "One row is one run of the dispatch rules over a lead: which rule in which version decided what,"
            " and how the lead fared afterwards. Versions side by side are before and after."
        ),
        period="decision.at",
        nodes=(
            _decision_node(),
            parts.lead_node("decision", on="{t}.id = {p}.lead_id", is_required=True),
            parts.owner_node("decision", label=_("Given to"), tells=("lead.owner",)),
            *origin_nodes(),
        ),
    )
