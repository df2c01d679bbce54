"""Rules and what came of them, read; which leads a rule means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from headwater.customization.queries import picklist_label
from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import to_sql
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import TRUE, Fragment, rows, values
from headwater.lines.content import Content, read_content
from headwater.lines.events import LineRulesChanged
from headwater.lines.models import VERSIONS, CrossLineRule
from headwater.lines.types import PICKLIST
from headwater.platform.versions.rulebook import Rulebook

RULES = Rulebook(CrossLineRule, VERSIONS, LineRulesChanged)

DAYS = 30

# Case and width do not matter; keywords are stored folded.
_SAID = "lower(normalize({}, NFKC)) LIKE ANY(%s::text[])"
_REQUIREMENT = _SAID.format("t.requirement")
_ACTIVITY = "a.record_type = 'lead' AND a.archived_at IS NULL AND " + _SAID.format(
    "concat_ws(' ', a.content, a.messages::text)"
)


def get_rule(access: Access, rule_id: int) -> CrossLineRule:
    """The rule; `NotFound` when there is none."""
    return RULES.get(rule_id)


def all_rules(access: Access) -> list[CrossLineRule]:
    """All rules, the oldest first."""
    return list(RULES.living().order_by("id"))


def rules_naming(user_id: int) -> list[str]:
    """Names of the rules in force that name a person among those who get opportunities."""
    named = RULES.living().filter(is_active=True, content__people__contains=[{"user": user_id}])
    return list(named.order_by("id").values_list("name", flat=True))


def active_rules() -> list[tuple[CrossLineRule, Content]]:
    """The rules that apply; one that can no longer be read is passed over and shows as broken."""
    found: list[tuple[CrossLineRule, Content]] = []
    for rule in RULES.living().filter(is_active=True).order_by("id"):
        try:
            found.append((rule, read_content(rule.content)))
        except Invalid:
            continue
    return found


def _patterns(content: Content) -> list[str]:
    escaped = (
        word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in content.keywords
    )
    return [f"%{word}%" for word in escaped]


def _meant(content: Content, mentioned: Fragment) -> Fragment:
    """Living leads of other lines that a rule means and that have no opportunity in its line yet."""
    return (
        Fragment(
            "t.archived_at IS NULL AND t.status <> 'invalid' AND t.business_line <> %s AND NOT EXISTS"
            " (SELECT 1 FROM lines_linespawn s WHERE s.lead_id = t.id AND s.line = %s)",
            (content.line, content.line),
        )
        & to_sql(content.criteria(), "t")
        & (mentioned if content.keywords else TRUE)
    )


def leads_meant(content: Content, lead_ids: Sequence[int], activity_ids: Sequence[int] = ()) -> list[int]:
    """Those of the leads that a rule means; keywords count in the requirement and in these follow-ups."""
    patterns = _patterns(content)
    mentioned = Fragment(
        f"({_REQUIREMENT} OR EXISTS (SELECT 1 FROM engagement_activity a"
        f" WHERE a.id = ANY(%s::bigint[]) AND a.record_id = t.id AND {_ACTIVITY}))",
        (patterns, list(activity_ids), patterns),
    )
    where = _meant(content, mentioned)
    return list(
        values(
            f"SELECT t.id FROM leads_lead t WHERE t.id = ANY(%s::bigint[]) AND {where.text} ORDER BY t.id",
            (list(lead_ids), *where.params),
        )
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """How a rule meets today's open leads. Follow-ups count where they are of the last `days`."""

    days: int
    considered: int
    matched: int
    examples: tuple[dict[str, Any], ...]


def preview(access: Access, raw: Any) -> Preview:
    """How many of today's open leads a rule would spawn an opportunity for; writes nothing."""
    content = read_content(raw)
    patterns = _patterns(content)
    mentioned = Fragment(
        f"({_REQUIREMENT} OR t.id IN (SELECT a.record_id FROM engagement_activity a"
        f" WHERE a.occurred_at >= %s AND {_ACTIVITY}))",
        (patterns, clock.now() - timedelta(days=DAYS), patterns),
    )
    where = _meant(content, mentioned)
    is_open = "t.archived_at IS NULL AND t.status IN ('pooled', 'assigned', 'following')"
    (counted,) = rows(
        f"SELECT count(*) AS considered, count(*) FILTER (WHERE {where.text}) AS matched"
        f" FROM leads_lead t WHERE {is_open}",
        where.params,
    )
    examples = rows(
        f"SELECT t.id, t.name, t.company FROM leads_lead t WHERE {is_open} AND {where.text}"
        " ORDER BY t.created_at DESC, t.id DESC LIMIT 5",
        where.params,
    )
    seen: set[int] = set()
    if access.may("leads.view"):
        seen = listing.ids_within(access.also("leads.view"), record_type("lead"), [r["id"] for r in examples])
    return Preview(
        DAYS,
        counted["considered"],
        counted["matched"],
        tuple(row for row in examples if row["id"] in seen),
    )


def line_label(line: str) -> str:
    """What a business line is called."""
    return picklist_label(PICKLIST, line)


def spawns_of(access: Access, lead_id: int) -> list[dict[str, Any]]:
    """The opportunities that a lead the actor sees led to in other lines, the first one first."""
    listing.get(access, record_type("lead"), lead_id, fields=["name"])
    found = rows(
        "SELECT s.id, s.line, s.opportunity_id, s.account_id, s.contact_id, s.owner_id, s.rule_id,"
        " s.rule_version, s.at, s.actor_id FROM lines_linespawn s WHERE s.lead_id = %s ORDER BY s.id",
        (lead_id,),
    )
    return [row | {"line_label": line_label(row["line"])} for row in found]


def counts_by_rule(rule_ids: Sequence[int]) -> dict[int, int]:
    """How many opportunities each rule has led to in the last days."""
    found = rows(
        "SELECT rule_id, count(*) AS spawned FROM lines_linespawn"
        " WHERE rule_id = ANY(%s::bigint[]) AND at >= %s GROUP BY rule_id",
        (list(rule_ids), clock.now() - timedelta(days=DAYS)),
    )
    return {row["rule_id"]: row["spawned"] for row in found}
