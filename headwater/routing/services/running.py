"""Running the rules over the queue, a chunk a transaction.

A chunk takes its leads out of the queue, decides, gives them to people and writes a decision for each, all or
nothing. Any number of workers may run at once: a lead is in one chunk, a circle of turns under one lock.
"""

from collections.abc import Iterable

import orjson
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import execute
from headwater.leads.services.moving import move
from headwater.leads.types import Place, Why
from headwater.platform.events import emit
from headwater.routing.content import Content
from headwater.routing.events import LeadsDispatched, LeadsStranded
from headwater.routing.models import RoutingRule, WaitingLead
from headwater.routing.queries.rules import active_rules
from headwater.routing.services.deciding import Chunk, Verdict
from headwater.routing.services.mailing import queue_mails
from headwater.routing.types import Outcome

CHUNK = 1000
MOST_STEPS = 8  # pools a lead is sent through, and times it is looked at, for one event


def run_waiting(*, most: int | None = None) -> int:
    """Run the rules over all leads that are due, or about `most`; how many were looked at."""
    access = system_access("routing")
    looked_at = 0
    while most is None or looked_at < most:
        taken = run_chunk(access)
        if not taken:
            break
        looked_at += taken
    return looked_at


@transaction.atomic
def run_chunk(access: Access, *, size: int = CHUNK) -> int:
    """Take up to `size` due leads that no other worker has and finish with them; how many."""
    queue = WaitingLead.objects.select_for_update(skip_locked=True).filter(due_at__lte=clock.now())
    waiting = list(queue.order_by("due_at", "id")[:size])
    if not waiting:
        return 0
    execute("DELETE FROM routing_waitinglead WHERE id = ANY(%s::bigint[])", ([one.pk for one in waiting],))
    rules = active_rules()
    if rules:
        verdicts = Chunk(access, rules, waiting).decide()
        _place(access, verdicts)
        _record(verdicts)
        _queue_mails(rules, verdicts)
        _wait(verdicts)
    return len(waiting)


def _place(access: Access, verdicts: list[Verdict]) -> None:
    for outcome, why in ((Outcome.DISPATCHED, Why.DISPATCHED), (Outcome.FALLBACK, Why.DEFAULT)):
        for rule, group in _by_rule(verdicts, outcome):
            owners = {one.waiting.lead_id: one.owner_id for one in group if one.owner_id is not None}
            places = {lead_id: Place.of_owner(owner_id) for lead_id, owner_id in owners.items()}
            move(places, access, why=why, rule=rule.label if rule else "")
            _tell_dispatched(access, rule, owners)
    for rule, group in _by_rule(verdicts, Outcome.MOVED):
        pools = {one.waiting.lead_id: one.to_pool_id for one in group if one.to_pool_id is not None}
        move(
            {lead_id: Place.in_pool(pool_id) for lead_id, pool_id in pools.items()},
            access,
            why=Why.MOVED,
            rule=rule.label if rule else "",
        )
    for rule, group in _by_rule(verdicts, Outcome.NOBODY):
        by_pool: dict[int, list[int]] = {}
        for one in group:
            by_pool.setdefault(one.pool_id, []).append(one.waiting.lead_id)
        for pool_id, lead_ids in by_pool.items():
            emit(LeadsStranded(pool_id=pool_id, lead_ids=lead_ids, rule_id=rule.pk if rule else None), access)


def _tell_dispatched(access: Access, rule: RoutingRule | None, owners: dict[int, int]) -> None:
    emit(
        LeadsDispatched(
            lead_ids=list(owners),
            owner_ids=list(owners.values()),
            rule_id=rule.pk if rule else None,
            rule_version=rule.number if rule else None,
        ),
        access,
    )


def _queue_mails(rules: list[tuple[RoutingRule, Content]], verdicts: list[Verdict]) -> None:
    """The customers of leads that a person got hear of it, where the rule says so."""
    mails = {rule.pk: content.mail for rule, content in rules if content.mail}
    for rule, group in _by_rule(verdicts, Outcome.DISPATCHED):
        mail = mails.get(rule.pk) if rule else None
        if mail is not None:
            decided = [(one.waiting.lead_id, one.waiting.event_id, one.waiting.step) for one in group]
            queue_mails(mail, decided)


def _by_rule(verdicts: Iterable[Verdict], outcome: Outcome) -> list[tuple[RoutingRule | None, list[Verdict]]]:
    groups: dict[int, tuple[RoutingRule | None, list[Verdict]]] = {}
    for one in verdicts:
        if one.outcome == outcome:
            key = one.rule.pk if one.rule else 0
            groups.setdefault(key, (one.rule, []))[1].append(one)
    return list(groups.values())


_RECORD = """
INSERT INTO routing_decision (lead_id, event_id, step, at, trigger, outcome, rule_id, rule_name, rule_version,
  strategy, owner_id, pool_id, detail)
SELECT x.lead_id, x.event_id, x.step, %s, x.trigger, x.outcome, x.rule_id, x.rule_name, x.rule_version,
  x.strategy, x.owner_id, x.pool_id, x.detail
FROM jsonb_to_recordset(%s::jsonb)
  AS x (lead_id bigint, event_id bigint, step int, trigger text, outcome text, rule_id bigint, rule_name text,
        rule_version int, strategy text, owner_id bigint, pool_id bigint, detail jsonb)
"""


def _record(verdicts: list[Verdict]) -> None:
    """A decision for each verdict, in one statement."""
    if verdicts:
        execute(_RECORD, (clock.now(), orjson.dumps([_decision(one) for one in verdicts]).decode()))


def _decision(one: Verdict) -> dict[str, object]:
    rule, choice = one.rule, one.choice
    return {
        "lead_id": one.waiting.lead_id,
        "event_id": one.waiting.event_id,
        "step": one.waiting.step,
        "trigger": one.waiting.trigger,
        "outcome": one.outcome.value,
        "rule_id": rule.pk if rule else None,
        "rule_name": rule.name if rule else "",
        "rule_version": rule.number if rule else None,
        "strategy": choice.strategy.value if choice and choice.strategy else "",
        "owner_id": one.owner_id,
        "pool_id": one.to_pool_id or (None if one.owner_id else one.pool_id),
        "detail": _detail(one),
    }


def _detail(one: Verdict) -> dict[str, object]:
    detail: dict[str, object] = dict(one.detail)
    if one.failed:
        detail["gate"] = one.failed
    if one.choice is not None:
        detail["candidates"] = one.choice.as_json()
    if one.again_at is not None:
        detail["again_at"] = one.again_at.isoformat()
    return detail


def _wait(verdicts: list[Verdict]) -> None:
    """Those that stay wait for what they lack; those moved on are looked at again where they are now."""
    rows = []
    for one in verdicts:
        before, waits_for = one.waiting, one.waits_for
        if waits_for is None or before.step + 1 >= MOST_STEPS:
            continue
        moves_on = one.outcome == Outcome.MOVED
        applied = [part for part in before.applied.split(",") if part]
        if moves_on and one.rule is not None:
            applied.append(str(one.rule.pk))
        rows.append(
            WaitingLead(
                lead_id=before.lead_id,
                event_id=before.event_id,
                trigger=before.trigger,
                step=before.step + 1,
                applied=",".join(applied),
                waits_for=waits_for,
                since=before.since,
                due_at=clock.now() if moves_on else one.again_at,
                rule=one.rule,
                reasons=one.failed,
            )
        )
    WaitingLead.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
