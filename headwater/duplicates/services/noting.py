"""What rules warn of at doors where nobody is there to ask: taken, put on the work-list at once, and told."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.duplicates.matching.scoring import Score
from headwater.duplicates.services.checking import rules_for, suspected
from headwater.duplicates.services.finding import find_similar_rows
from headwater.duplicates.services.suggestions import join_groups, save_suggestions
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import Act, Similar
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import rows
from headwater.organization.queries import administrators
from headwater.platform.notifications import notify_each
from headwater.platform.notifications.sending import NoticeTuple
from headwater.pools.queries import people_of
from headwater.sales.checking import Warned

Suspects = Sequence[tuple[Similar, Score]]
ASKED = frozenset({"manual", "card", "paste"})  # doors at which a person saw it before saving
CHUNK = 200
SINGLY = 3  # so many for one person are told one by one; more as a count


def note_warned(access: Access, record: str, made: Mapping[int, Warned]) -> None:
    """Rows of an import that were made although a rule warns, by their ids."""
    _note(record, {one: warned.suspects for one, warned in made.items()})
    if record == "lead":
        _tell({one: warned.suspects for one, warned in made.items()}, but_not=access.user_id)


def look_at_new(ids: Sequence[int], *, door: str) -> int:
    """Compare leads that have just come in with what is there, by the rules; how many are suspected."""
    rules = rules_for("lead")
    asking = [rule for rule in rules if rule.act != Act.ALLOW]
    if not asking:
        return 0
    against = sorted({kind for rule in asking for kind in rule.against})
    house = system_access("duplicates")
    number = 0
    for start in range(0, len(ids), CHUNK):
        read = SOURCES["lead"].read(ids[start : start + CHUNK])
        found = find_similar_rows(house, "lead", read, against=against, known=True)
        suspects = {
            one: [(similar, scored) for similar, scored, _rule in kept]
            for one, some in found.items()
            if (kept := suspected(rules, some))
        }
        _note("lead", suspects)
        if door not in ASKED:
            _tell(suspects)
        number += len(suspects)
    return number


def _note(record: str, found: Mapping[int, Suspects]) -> None:
    """Onto the work-list: pairs of one kind; what somebody has decided before stays decided."""
    pairs = {
        (min(one, similar.id), max(one, similar.id)): scored
        for one, some in found.items()
        for similar, scored in some
        if similar.record == record
    }
    save_suggestions(record, pairs)
    join_groups(record, list(pairs))


def _tell(found: Mapping[int, Suspects], *, but_not: int | None = None) -> None:
    """Who has the lead, or administers its pool, hears that it may be known already."""
    placed = rows(
        "SELECT id, name, owner_id, COALESCE(pool_id, home_pool_id) AS pool_id FROM leads_lead"
        " WHERE id = ANY(%s::bigint[])",
        (list(found),),
    )
    wanted: dict[int, list[dict[str, Any]]] = {}
    for lead in placed:
        people = [lead["owner_id"]] if lead["owner_id"] else None
        if people is None:
            people = sorted(people_of(lead["pool_id"], admins_only=True) if lead["pool_id"] else ())
        for person in people or sorted(administrators()):
            if person != but_not:
                wanted.setdefault(person, []).append(lead)
    single = [
        _notice(person, lead, found[lead["id"]])
        for person, leads in wanted.items()
        if len(leads) <= SINGLY
        for lead in leads
    ]
    many: list[NoticeTuple] = [
        (
            person,
            {"count": len(leads)},
            "lead",
            None,
            "/duplicates?record=lead",
            f"duplicate.suspected:{min(lead['id'] for lead in leads)}:{len(leads)}:{person}",
        )
        for person, leads in wanted.items()
        if len(leads) > SINGLY
    ]
    if single:
        notify_each(single, "duplicate.suspected")
    if many:
        notify_each(many, "duplicate.suspected_many")


def _notice(person: int, lead: Mapping[str, Any], suspects: Suspects) -> NoticeTuple:
    best = suspects[0][0]
    # The list shows pairs of leads; what looks like a customer is told of on the lead itself.
    url = f"/duplicates?record=lead&of={lead['id']}" if best.record == "lead" else f"/leads/{lead['id']}"
    return (
        person,
        {"name": lead["name"], "percent": best.percent},
        "lead",
        lead["id"],
        url,
        f"duplicate.suspected:{lead['id']}:{person}",
    )
