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
from headwater.sales.checking import Blocked, Warned

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
    found = find_similar(access, record, values, against=_against(rules), least=_least(rules))
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


def similar_customers(access: Access, record: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Accounts and contacts that look like this `record`: those first that a rule means, then the likeliest.

    What an allowing rule means is left out.
    """
    rules = rules_for(record)
    found = find_similar(access, record, values, against=["account", "contact"])
    offered: list[tuple[bool, Similar]] = []
    for similar, scored in found:
        acts = {rule.act for rule in rules if means(rule, similar, scored)}
        if Act.ALLOW not in acts:
            offered.append((not acts, similar))
    offered.sort(key=lambda item: item[0])  # the rest stays in the order of likeliness
    return [similar.as_json() for _rest, similar in offered[:SHOWN]]


def block_rows(access: Access, record: str, given: Mapping[int, Mapping[str, Any]]) -> dict[int, Blocked]:
    """Which of these rows a rule does not let be made; costs nothing while no rule blocks."""
    rules = rules_for(record)
    if all(rule.act != Act.BLOCK for rule in rules):
        return {}
    asking = [rule for rule in rules if rule.act == Act.BLOCK]
    return _judged(access, record, given, rules, asking)[0]


def judge_rows(
    access: Access, record: str, given: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[int, Blocked], dict[int, Warned]]:
    """Which of these rows a rule does not let be made, and of which one warns; see `note_warned`."""
    rules = rules_for(record)
    asking = [rule for rule in rules if rule.act != Act.ALLOW]
    return _judged(access, record, given, rules, asking) if asking else ({}, {})


def _judged(
    access: Access,
    record: str,
    given: Mapping[int, Mapping[str, Any]],
    rules: Sequence[DuplicateRule],
    asking: Sequence[DuplicateRule],
) -> tuple[dict[int, Blocked], dict[int, Warned]]:
    blocked: dict[int, Blocked] = {}
    warned: dict[int, Warned] = {}
    found = find_similar_rows(access, record, given, against=_against(asking), least=_least(asking))
    for number, some in found.items():
        suspects = suspected(rules, some)
        refusing = next((one for one in suspects if one[2].act == Act.BLOCK), None)
        if refusing is not None:
            similar, _scored, rule = refusing
            refusal = BlockedAsKnown(**_facts([similar], rule.name, Act.BLOCK))
            blocked[number] = Blocked(refusal.code, refusal.detail, similar.record, similar.id)
        elif suspects:
            words = "；".join(_shown(similar) for similar, _scored, _rule in suspects[:2])
            warned[number] = Warned(words, [(similar, scored) for similar, scored, _rule in suspects])
    return blocked, warned


def suspected(
    rules: Sequence[DuplicateRule], found: Sequence[tuple[Similar, Score]]
) -> list[tuple[Similar, Score, DuplicateRule]]:
    """What rules warn of or block, the likeliest first, each with the rule; what one allows is left out."""
    kept = []
    for similar, scored in found:
        meant = [rule for rule in rules if means(rule, similar, scored)]
        if meant and all(rule.act != Act.ALLOW for rule in meant):
            strictest = next((rule for rule in meant if rule.act == Act.BLOCK), meant[0])
            kept.append((similar, scored, strictest))
    return kept


def _against(rules: Sequence[DuplicateRule]) -> list[str]:
    return sorted({kind for rule in rules for kind in rule.against})


def _least(rules: Sequence[DuplicateRule]) -> float:
    """The evidence from which on a rule may mean a pair."""
    return LIKELY if not any(rule.compare or rule.at_least < 50 for rule in rules) else -100.0


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
