"""What becomes of each lead of a chunk, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import execute
from headwater.leads.queries import lock_leads
from headwater.leads.services import lock_books
from headwater.organization.queries import people_by_id, people_on_duty, working_time
from headwater.pools.queries import pools_by_id
from headwater.routing.content import Content
from headwater.routing.content.people import people_of_target
from headwater.routing.models import RoutingRule, Turn, WaitingLead
from headwater.routing.services.choosing import Choice, Chooser, People
from headwater.routing.services.facts import Facts, fields_needed, gather, read_territories
from headwater.routing.services.matching import Rules, first_rules, grouped, held_at_gate
from headwater.routing.types import Outcome, Strategy, TargetKind, Trigger, Unfit, Waits


@dataclass(slots=True)
class Verdict:
    """What one run comes to for one lead."""

    waiting: WaitingLead
    outcome: Outcome
    pool_id: int  # where it lies
    rule: RoutingRule | None = None
    choice: Choice | None = None
    owner_id: int | None = None
    to_pool_id: int | None = None
    failed: list[str] = field(default_factory=list)  # checks of the gate
    again_at: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def waits_for(self) -> Waits | None:
        """What a lead that stays in its pool waits for."""
        return {
            Outcome.CLOSED: Waits.OPENING,
            Outcome.HELD: Waits.GATE,
            Outcome.NOBODY: Waits.PERSON,
            Outcome.MOVED: Waits.TURN,
        }.get(self.outcome)


@dataclass(slots=True)
class _Deal:
    """The leads of one rule that are to be given to people."""

    rule: RoutingRule
    content: Content
    lead_ids: list[int]
    weights: dict[int, int] = field(default_factory=dict)


class Chunk:
    """One transaction's leads. Locks in the order of the house: rules, then books, then leads."""

    def __init__(self, access: Access, rules: Rules, waiting: Iterable[WaitingLead]) -> None:
        self.access = access
        self.rules = rules
        self.waiting = {one.lead_id: one for one in sorted(waiting, key=lambda one: one.event_id)}
        self.verdicts: list[Verdict] = []
        self.deals: list[_Deal] = []
        self.unmatched: list[int] = []
        self.facts: dict[int, Facts] = {}

    def decide(self) -> list[Verdict]:
        """A verdict for each lead that still lies in a pool."""
        contents = [content for _rule, content in self.rules]
        territories = read_territories()
        customers = any(content.uses(Strategy.CUSTOMER_OWNER) for content in contents)
        fields = fields_needed(contents, territories)
        self.facts = gather(list(self.waiting), fields, with_customers=customers)
        for lead_id, one in self.facts.items():
            one.is_woken = self.waiting[lead_id].trigger == Trigger.WOKEN
        places = first_rules(self.rules, (self.waiting[lead_id] for lead_id in self.facts))
        self.unmatched = [lead_id for lead_id in sorted(self.facts) if lead_id not in places]
        for place, lead_ids in grouped(places).items():
            self._sort(*self.rules[place], lead_ids)
        self._give(People({}, set(), {}, territories, {}))
        return self.verdicts

    def _sort(self, rule: RoutingRule, content: Content, lead_ids: list[int]) -> None:
        """Hold at the gate, keep for opening, move on, or give out."""
        held = held_at_gate(content.gate, lead_ids)
        for lead_id, failed in held.items():
            self._add(lead_id, Outcome.HELD, rule, failed=failed)
        rest = [lead_id for lead_id in lead_ids if lead_id not in held]
        if content.target.kind == TargetKind.POOL:
            for lead_id in rest:
                self._add(lead_id, Outcome.MOVED, rule, to_pool_id=content.target.pool_id)
            return
        if rest and content.window.working_time:
            calendar = working_time(content.window.calendar_id)
            if not calendar.is_open(clock.now()):
                opening = calendar.next_opening(clock.now())
                for lead_id in rest:
                    self._add(lead_id, Outcome.CLOSED, rule, again_at=opening)
                return
        if rest:
            self.deals.append(_Deal(rule, content, rest, people_of_target(content.target)))

    def _give(self, people: People) -> None:
        """Give out what is to be given; what nobody takes and what no rule wants falls to the default."""
        self.deals.sort(key=lambda deal: deal.rule.pk)
        circles = [deal.rule.pk for deal in self.deals if deal.content.uses(Strategy.ROUND_ROBIN)]
        circles_now = lock_turns(circles)
        people.pools = pools_by_id({one.pool_id for one in self.facts.values()})
        known = self._everybody(people)
        people.books = lock_books(known)
        people.on_duty = people_on_duty(sorted(known))
        people.levels = {person.id: person.level for person in people_by_id(known).values()}
        self._lock()
        for deal in self.deals:
            circle = circles_now.get(deal.rule.pk, {})
            chooser = Chooser(deal.content, deal.weights, people, circle)
            for lead_id in deal.lead_ids:
                if lead_id in self.facts:
                    self._dealt(lead_id, deal, chooser.choose(self.facts[lead_id]), people)
            if deal.rule.pk in circles:
                save_turns(deal.rule.pk, circle, chooser.given)
        for lead_id in self.unmatched:
            if lead_id in self.facts:
                self._by_default(lead_id, None, None, people, otherwise=Outcome.UNMATCHED)

    def _everybody(self, people: People) -> set[int]:
        known = [pool.default_assignee_id for pool in people.pools.values()]
        for deal in self.deals:
            known += deal.weights
            known += [
                self.facts[lead_id].former_owner for lead_id in deal.lead_ids if self.facts[lead_id].is_woken
            ]
            if deal.content.names_people:
                for lead_id in deal.lead_ids:
                    one = self.facts[lead_id]
                    known += [one.designated_rep, one.former_owner, *one.customer_owners]
        return {user_id for user_id in known if user_id is not None}

    def _lock(self) -> None:
        """Lock the leads; one that was claimed or moved meanwhile is nobody's to route any more."""
        found = lock_leads(self.access, list(self.facts))
        gone = {i for i, one in self.facts.items() if i not in found or found[i]["pool_id"] != one.pool_id}
        self.facts = {lead_id: one for lead_id, one in self.facts.items() if lead_id not in gone}
        self.verdicts = [verdict for verdict in self.verdicts if verdict.waiting.lead_id not in gone]

    def _dealt(self, lead_id: int, deal: _Deal, choice: Choice, people: People) -> None:
        if choice.user_id is None:
            self._by_default(lead_id, deal.rule, choice, people, otherwise=Outcome.NOBODY)
        else:
            self._add(lead_id, Outcome.DISPATCHED, deal.rule, choice=choice, owner_id=choice.user_id)

    def _by_default(
        self,
        lead_id: int,
        rule: RoutingRule | None,
        choice: Choice | None,
        people: People,
        *,
        otherwise: Outcome,
    ) -> None:
        """The pool's default assignee while there is room, else it stays with the pool's administrators."""
        one = self.facts[lead_id]
        assignee = people.pools[one.pool_id].default_assignee_id
        reason: Unfit | None = None
        if assignee is not None:
            reason = people.unfit(assignee, one)
            if reason is None:
                people.give(assignee, one)
                self._add(lead_id, Outcome.FALLBACK, rule, choice=choice, owner_id=assignee)
                return
        detail = {"default": {"user": assignee, "unfit": reason.value}} if reason else {}
        self._add(lead_id, otherwise, rule, choice=choice, detail=detail)

    def _add(self, lead_id: int, outcome: Outcome, rule: RoutingRule | None, **more: Any) -> None:
        verdict = Verdict(self.waiting[lead_id], outcome, self.facts[lead_id].pool_id, rule=rule, **more)
        self.verdicts.append(verdict)


def lock_turns(rule_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The circles of these rules: rule -> person -> credit. Locked by the rules' own rows, in order."""
    ids = sorted(rule_ids)
    list(
        RoutingRule.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk")
    )
    circles: dict[int, dict[int, int]] = {rule_id: {} for rule_id in ids}
    for rule_id, user_id, credit in Turn.objects.filter(rule__in=ids).values_list("rule", "user", "credit"):
        circles[rule_id][user_id] = credit
    return circles


def save_turns(rule_id: int, standing: Mapping[int, int], given: Mapping[int, int]) -> None:
    """Keep where everybody stands now."""
    people = sorted(standing)
    execute(
        "INSERT INTO routing_turn (rule_id, user_id, credit, given)"
        " SELECT %s, x.user_id, x.credit, x.given FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
        " AS x (user_id, credit, given)"
        " ON CONFLICT (rule_id, user_id) DO UPDATE SET credit = excluded.credit,"
        " given = routing_turn.given + excluded.given",
        (rule_id, people, [standing[one] for one in people], [given.get(one, 0) for one in people]),
    )
