"""What a rule would do, on today's data, before it is saved. Counts in SQL; nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.criteria import Criteria, to_sql
from headwater.kernel.criteria.parse import Branch
from headwater.kernel.sql import FALSE, Fragment, any_of, rows
from headwater.leads.mailing.outbox import MAY_MAIL
from headwater.leads.mailing.words import Words
from headwater.leads.services import Book, read_books
from headwater.organization.queries import people_by_id, people_on_duty
from headwater.routing.content import Content, flaws, read_content
from headwater.routing.content.people import people_of_target
from headwater.routing.queries.rules import active_rules, get_rule
from headwater.routing.services.composing import example
from headwater.routing.services.facts import CUSTOMERS, Territories, fields_needed, read_territories
from headwater.routing.services.matching import gate_checks, rule_condition
from headwater.routing.types import Flaw, Strategy, StrategyKind, TargetKind
from headwater.ui.records.words import condition_words

DAYS = 30


@dataclass(slots=True)
class Expected:
    """What one person would get."""

    user_id: int
    name: str
    recent: int = 0  # of the leads of the last days, had the rule applied then
    now: int = 0  # of what lies in pools, with the room there is
    room: int = 0
    is_on_duty: bool = True


@dataclass(slots=True)
class Preview:
    """How a rule meets the leads in pools and those of the last days."""

    days: int
    considered: int = 0
    taken_before: int = 0
    matched: int = 0
    unmatched: int = 0
    passing: int = 0
    passing_now: int = 0  # of those that lie in a pool
    held: dict[str, int] = field(default_factory=dict)  # check of the gate -> leads
    missed: list[tuple[str, int]] = field(default_factory=list)  # condition -> leads that fail it
    people: list[Expected] = field(default_factory=list)
    nobody_now: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    mail: Words | None = None  # as a customer of the first person would read it
    may_mail_now: int = 0  # of those that pass and lie in a pool now

    def as_json(self) -> dict[str, Any]:
        return {
            "days": self.days,
            "considered": self.considered,
            "taken_before": self.taken_before,
            "matched": self.matched,
            "unmatched": self.unmatched,
            "passing": self.passing,
            "passing_now": self.passing_now,
            "held": self.held,
            "missed": [{"condition": text, "leads": count} for text, count in self.missed],
            "people": [
                {"id": one.user_id, "name": one.name, "recent": one.recent, "now": one.now, "room": one.room}
                for one in self.people
            ],
            "nobody_now": self.nobody_now,
            "mail": self.mail and {"subject": self.mail.subject, "text": self.mail.text},
            "may_mail_now": self.may_mail_now,
            "warnings": [{"code": flaw.code, "text": flaw.text} for flaw in self.flaws],
        }


def preview(access: Access, raw: Mapping[str, Any], *, rule_id: int | None = None) -> Preview:
    """What the rule `raw` would do at the place of `rule_id`, or at the end. Refuses with `Invalid`.

    Looks at leads that lie in pools and at all captured in the last 30 days, whoever has them now.
    """
    content = read_content(dict(raw))
    position = None if rule_id is None else get_rule(access, rule_id).position
    before = [
        where
        for rule, other in active_rules()
        if rule.pk != rule_id and (position is None or rule.position < position)
        if (where := rule_condition(other)) is not None
    ]
    found = Preview(DAYS, flaws=flaws(content))
    territories = read_territories()
    groups = _count(access, found, content, any_of(before), territories)
    if content.target.kind != TargetKind.POOL:
        _deal(found, content, groups, territories)
    if content.mail is not None:
        found.mail = example(content.mail, list(people_of_target(content.target)))
    return found


def _at_home(where: Fragment) -> Fragment:
    """The condition as it was when the lead came: what somebody owns now lay in its home pool then."""
    return Fragment(where.text.replace("t.pool_id", "COALESCE(t.pool_id, t.home_pool_id)"), where.params)


def _count(
    access: Access, found: Preview, content: Content, before: Fragment, territories: Territories
) -> list[dict[str, Any]]:
    """Fill in the counts; the leads that pass, in groups that every strategy treats alike."""
    base = Fragment(
        "t.archived_at IS NULL AND (t.status = 'pooled' OR t.created_at >= %s)",
        (clock.now() - timedelta(days=DAYS),),
    )
    mine, taken = _at_home(rule_condition(content) or FALSE), _at_home(before)
    misses = _parts(content, access) if content.when else []
    conditions = [taken, mine, *(part for _text, part in misses)]
    names = ["taken", "mine", *(f"p{place}" for place in range(len(misses)))]
    # OFFSET 0: each condition is tried once for each lead, however many counts ask for it.
    tried = ", ".join(
        f"({condition.text}) IS TRUE AS {name}" for condition, name in zip(conditions, names, strict=True)
    )
    counted = ", ".join(f"count(*) FILTER (WHERE NOT taken AND NOT {name}) AS {name}" for name in names[2:])
    (row,) = rows(
        "SELECT count(*) AS considered, count(*) FILTER (WHERE taken) AS taken,"
        f" count(*) FILTER (WHERE NOT taken AND mine) AS matched{', ' if counted else ''}{counted}"
        f" FROM (SELECT {tried} FROM leads_lead t WHERE {base.text} OFFSET 0) x",
        (*(param for condition in conditions for param in condition.params), *base.params),
    )
    found.considered, found.taken_before, found.matched = row["considered"], row["taken"], row["matched"]
    found.unmatched = found.considered - found.taken_before - found.matched
    found.missed = [(text, row[f"p{place}"]) for place, (text, _part) in enumerate(misses)]
    scope = Fragment(
        f"{base.text} AND ({taken.text}) IS NOT TRUE AND ({mine.text})",
        (*base.params, *taken.params, *mine.params),
    )
    return _groups(found, content, scope, territories)


def _groups(
    found: Preview, content: Content, scope: Fragment, territories: Territories
) -> list[dict[str, Any]]:
    checks = gate_checks(content.gate)
    fields = fields_needed([content], territories)
    keys = list(fields)
    columns = [Fragment(f"{fields[key].expression('t')} AS v{place}") for place, key in enumerate(keys)]
    columns += [
        Fragment(f"(({check.text}) IS TRUE) AS c{place}", check.params)
        for place, check in enumerate(checks.values())
    ]
    columns.append(
        Fragment(f"{'t.designated_rep_id' if content.uses(Strategy.DESIGNATED_REP) else 'NULL'} AS rep")
    )
    with_customers = content.uses(Strategy.CUSTOMER_OWNER)
    contacts = ", t.id, t.mobile, t.phone, t.email, t.wechat" if with_customers else ""
    owners = CUSTOMERS.replace("leads_lead l", "mine l").replace("{leads}", "TRUE")
    joined = (
        f", owners AS (SELECT DISTINCT ON (id) id, owner_id FROM ({owners}) x ORDER BY id, rank, record_id)"
        if with_customers
        else ""
    )
    names = [f"v{place}" for place in range(len(keys))] + [f"c{place}" for place in range(len(checks))]
    names = [f"m.{name}" for name in (*names, "rep", "pooled", "may_mail")] + (
        ["o.owner_id"] if with_customers else []
    )
    columns.append(Fragment("(t.status = 'pooled') AS pooled"))
    columns.append(Fragment(f"{MAY_MAIL.replace('l.', 't.') if content.mail else 'FALSE'} AS may_mail"))
    groups = rows(
        f"WITH mine AS MATERIALIZED (SELECT {', '.join(column.text for column in columns)}{contacts}"
        f" FROM leads_lead t WHERE {scope.text}){joined}"
        f" SELECT {', '.join(names)}, count(*) AS leads FROM mine m"
        f"{' LEFT JOIN owners o ON o.id = m.id' if with_customers else ''}"
        f" GROUP BY {', '.join(str(place + 1) for place in range(len(names)))}",
        (*(param for column in columns for param in column.params), *scope.params),
    )
    passing = []
    for group in groups:
        failed = [name for place, name in enumerate(checks) if not group[f"c{place}"]]
        for name in failed:
            found.held[name] = found.held.get(name, 0) + group["leads"]
        if not failed:
            found.passing += group["leads"]
            found.passing_now += group["leads"] if group["pooled"] else 0
            found.may_mail_now += group["leads"] if group["pooled"] and group["may_mail"] else 0
            group["values"] = {key: group[f"v{place}"] for place, key in enumerate(keys)}
            passing.append(group)
    return passing


def _parts(content: Content, access: Access) -> list[tuple[str, Fragment]]:
    """The conditions that stand side by side at the top, in words and SQL."""
    checked, given = content.criteria(), content.when.get("all", [content.when])
    parts = checked.root.parts if checked.root.word == "all" else (checked.root,)
    if len(parts) != len(given):
        parts, given = (checked.root,), [content.when]
    view = access.also("leads.view") if access.may("leads.view") else access
    found = []
    for part, said in zip(parts[:12], given, strict=False):
        root = part if isinstance(part, Branch) else Branch("all", (part,))
        where = _at_home(to_sql(Criteria(checked.kind, root, checked.access), "t"))
        found.append((condition_words(said, checked.kind, view), where))
    return found


def _deal(
    found: Preview, content: Content, groups: Iterable[dict[str, Any]], territories: Territories
) -> None:
    """Share the groups out as the strategies would: named people first, then by weight or room."""
    weights = people_of_target(content.target)
    named = {group["rep"] for group in groups} | {group.get("owner_id") for group in groups}
    everybody = set(weights) | {user_id for user_id in named if user_id is not None}
    there = people_on_duty(sorted(everybody))
    books = read_books(everybody)
    directory = people_by_id(everybody)
    expected = {
        user_id: Expected(user_id, directory[user_id].name, room=book.room, is_on_duty=user_id in there)
        for user_id, book in books.items()
    }
    levels = {user_id: person.level for user_id, person in directory.items()}
    for group in groups:
        fit = [user_id for user_id, weight in weights.items() if weight and user_id in there]
        left, left_now = group["leads"], group["leads"] if group["pooled"] else 0
        for step in content.steps:
            if step.strategy.kind == StrategyKind.NAMES:
                key = "rep" if step.strategy == Strategy.DESIGNATED_REP else "owner_id"
                user_id = group.get(key) if step.strategy != Strategy.FORMER_OWNER else None
                if user_id in there and left:
                    one = expected[user_id]
                    taken = min(left_now, one.room - one.now)
                    one.recent, one.now = one.recent + left, one.now + taken
                    left, left_now = 0, left_now - taken
            elif step.strategy == Strategy.TERRITORY:
                fit = [one for one in fit if territories.serves(one, group["values"])] or fit
            elif step.strategy == Strategy.GRADE_MATCH:
                lowest = step.levels.get(str(group["values"].get(step.field) or ""), 0)
                fit = [one for one in fit if levels.get(one, 0) >= lowest] or fit
            else:
                by = _by_room(fit, books) if step.strategy == Strategy.LEAST_LOADED else weights
                for user_id, count in _shares(left, {one: by[one] for one in fit}).items():
                    expected[user_id].recent += count
                left_now -= _fill(left_now, {one: by[one] for one in fit}, expected)
        found.nobody_now += left_now
    found.people = sorted(expected.values(), key=lambda one: (-one.recent, -one.now, one.user_id))


def _by_room(fit: Iterable[int], books: Mapping[int, Book]) -> dict[int, int]:
    return {user_id: max(books[user_id].room, 1) for user_id in fit}


def _shares(count: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Whole shares by weight, the largest remainders first."""
    total = sum(weights.values())
    if not total or not count:
        return {}
    exact = {one: count * weight / total for one, weight in weights.items()}
    shares = {one: int(share) for one, share in exact.items()}
    left = count - sum(shares.values())
    for one in sorted(exact, key=lambda one: (shares[one] - exact[one], one))[:left]:
        shares[one] += 1
    return shares


def _fill(count: int, weights: dict[int, int], expected: Mapping[int, Expected]) -> int:
    """Share out by weight as far as there is room; how many found a place."""
    placed = 0
    while placed < count:
        open_to = {one: weight for one, weight in weights.items() if expected[one].now < expected[one].room}
        if not open_to:
            break
        for one, share in _shares(count - placed, open_to).items():
            taken = min(share, expected[one].room - expected[one].now)
            expected[one].now += taken
            placed += taken
    return placed
