"""What the rules say to somebody who enters a record."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.duplicates.errors import BlockedAsKnown, LooksKnown
from headwater.duplicates.matching.scoring import LIKELY, Score
from headwater.duplicates.models import DuplicateRule
from headwater.duplicates.services.finding import SHOWN, find_similar, find_similar_rows
from headwater.duplicates.types import Act, How, Similar
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.sales.checking import Blocked

_ENOUGH = {How.EXACT: ("exact",), How.FUZZY: ("exact", "close")}


def rules_for(record: str) -> list[DuplicateRule]:
    """The rules that are switched on for records of this kind."""
    found = DuplicateRule.objects.filter(record=record, is_active=True, archived_at__isnull=True)
    return list(found.order_by("pk"))


def check_new(
    access: Access, record: str, values: Mapping[str, Any], *, confirmed: bool
) -> list[dict[str, Any]]:
    """What a new record with these normalised values looks like; the matches that a rule warns of.

    Refuses with `BlockedAsKnown` what a rule blocks, and unless `confirmed` with `LooksKnown` what one warns
    of. A record that an allowing rule means is left out, whatever other rules say.
    """
    rules = rules_for(record)
    if all(rule.act == Act.ALLOW for rule in rules):
        return []
    against = sorted({kind for rule in rules for kind in rule.against})
    least = LIKELY if not any(rule.compare or rule.at_least < 50 for rule in rules) else -100.0
    found = find_similar(access, record, values, against=against, least=least)
    warned: list[Similar] = []
    blocked: list[Similar] = []
    rule_names: dict[str, str] = {}
    for similar, scored in found:
        meant = [rule for rule in rules if means(rule, similar, scored)]
        acts = {rule.act for rule in meant}
        if Act.ALLOW in acts or not acts:
            continue
        act = Act.BLOCK if Act.BLOCK in acts else Act.WARN
        rule_names.setdefault(act, next(rule.name for rule in meant if rule.act == act))
        (blocked if act == Act.BLOCK else warned).append(similar)
    if blocked:
        raise BlockedAsKnown(**_facts(blocked, rule_names[Act.BLOCK], Act.BLOCK))
    if warned and not confirmed:
        raise LooksKnown(**_facts(warned, rule_names[Act.WARN], Act.WARN))
    return [similar.as_json() for similar in warned[:SHOWN]]


def block_rows(access: Access, record: str, given: Mapping[int, Mapping[str, Any]]) -> dict[int, Blocked]:
    """Which of these rows a rule does not let be made; costs nothing while no rule blocks.

    Rules that warn ask nobody here: what they mean stands on the work-list after the next scan.
    """
    rules = rules_for(record)
    blocking = [rule for rule in rules if rule.act == Act.BLOCK]
    if not blocking:
        return {}
    against = sorted({kind for rule in blocking for kind in rule.against})
    least = LIKELY if not any(rule.compare or rule.at_least < 50 for rule in blocking) else -100.0
    blocked: dict[int, Blocked] = {}
    for number, found in find_similar_rows(access, record, given, against=against, least=least).items():
        for similar, scored in found:
            meant = [rule for rule in rules if means(rule, similar, scored)]
            rule = next((rule for rule in meant if rule.act == Act.BLOCK), None)
            if rule is not None and all(other.act != Act.ALLOW for other in meant):
                refusal = BlockedAsKnown(**_facts([similar], rule.name, Act.BLOCK))
                blocked[number] = Blocked(refusal.code, refusal.detail, similar.record, similar.id)
                break
    return blocked


def means(rule: DuplicateRule, similar: Similar, scored: Score) -> bool:
    """Whether a rule means this pair."""
    if similar.record not in rule.against:
        return False
    if not rule.compare:
        return scored.percent >= rule.at_least
    levels = {str(said.part): said.level for said in scored.evidence}
    return all(levels.get(part) in _ENOUGH[How(how)] for part, how in rule.compare.items())


def _facts(matches: Sequence[Similar], rule: str, act: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "act": str(act),
        "first": _shown(matches[0]),
        "matches": [similar.as_json() for similar in matches[:SHOWN]],
    }


def _shown(similar: Similar) -> str:
    name = similar.name if similar.visible else str(record_type(similar.record).label)
    place = similar.owner or similar.pool
    words = "，".join(similar.reasons[:3])
    return " · ".join(part for part in (name, place, f"{similar.percent}%", words) if part)
