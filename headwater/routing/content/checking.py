"""What is wrong with rules now: people who left, pools that closed, fields that went, circles."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from headwater.kernel.criteria.parse import Branch, Criteria, Leaf
from headwater.kernel.errors import Invalid
from headwater.leads.mailing.house import company_name, has_mail_server
from headwater.organization.queries import active_ids, names_of
from headwater.pools.queries import pools_by_id
from headwater.routing.content.parts import Content, CustomerMail
from headwater.routing.content.people import people_of_target, without_phone
from headwater.routing.content.wording import uses
from headwater.routing.types import Flaw, TargetKind
from headwater.ui.formats import enumerated


def flaws(content: Content) -> list[Flaw]:
    """What to warn of, the worst first."""
    found: list[Flaw] = []
    try:
        content.criteria()
    except Invalid as refused:
        detail = next(iter(refused.fields.values()))["detail"]
        found.append(Flaw("routing.when", str(detail), stops=True))
    if content.target.kind == TargetKind.POOL:
        pool = pools_by_id([content.target.pool_id or 0]).get(content.target.pool_id or 0)
        if pool is None or pool.archived_at is not None:
            text = _("The pool it sends leads to has been closed.")
            found.append(Flaw("routing.pool_closed", text, stops=True))
        return found
    people = people_of_target(content.target)
    if content.target.kind == TargetKind.PEOPLE:
        named = [share.user_id for share in content.target.people]
        there = active_ids(named)
        gone = [user_id for user_id in named if user_id not in there]
        if gone:
            names = names_of(gone)
            who = _enumerated([names.get(user_id, str(user_id)) for user_id in gone])
            found.append(Flaw("routing.gone", _("%(names)s can no longer sign in.") % {"names": who}))
    if not any(people.values()):
        # It still applies: leads go to the pool's default assignee or its administrators.
        found.append(Flaw("routing.nobody", _("Nobody is left who could get its leads.")))
    return found + (_mail_flaws(content.mail, list(people)) if content.mail else [])


def _mail_flaws(mail: CustomerMail, user_ids: list[int]) -> list[Flaw]:
    found, said = [], f"{mail.subject} {mail.text}"
    if not has_mail_server():
        text = _("No mail server is set up, so customers get no mail.")
        found.append(Flaw("mail.no_server", text))
    if uses(said, "company") and not company_name():
        found.append(Flaw("mail.no_company", no_company()))
    silent = without_phone(user_ids) if uses(said, "phone") else []
    if silent:
        text = _("The mail gives a phone number, and these people have none: %(names)s")
        found.append(Flaw("mail.no_phone", text % {"names": _enumerated(silent)}))
    return found


def unreached(rules: Iterable[tuple[int, Content]]) -> dict[int, int]:
    """Rules to which no lead ever comes, each with the one before it that takes all of theirs.

    `rules` are those that are on, in their order. A rule that moves leads on to a pool lets the next ones
    see them there; any other keeps what it is for, also when it has to wait or finds nobody.
    """
    found: dict[int, int] = {}
    before: list[tuple[int, Content]] = []
    for rule_id, content in rules:
        for other_id, other in before:
            if content.triggers <= other.triggers and other.when in ({}, content.when):
                found[rule_id] = other_id
                break
        if content.target.kind != TargetKind.POOL:
            before.append((rule_id, content))
    return found


def no_company() -> str:
    """Why a mail cannot name the company."""
    return _("The mail names {company}: set the name of the company in Settings → General first.")


def _enumerated(names: list[str]) -> str:
    return enumerated(names[:5]) + ("…" if len(names) > 5 else "")


def circles(rules: Iterable[tuple[int, Content]]) -> list[int] | None:
    """The pools round which leads would be sent by rules that name the pool they take from, or None.

    A rule without such a condition moves a lead once at most: a run applies no rule to a lead twice.
    """
    ways: dict[int, set[int]] = {}
    for _rule_id, content in rules:
        if content.target.kind != TargetKind.POOL or content.target.pool_id is None:
            continue
        try:
            sources = _pools_named(content.criteria())
        except Invalid:
            continue
        for source in sources:
            if source != content.target.pool_id:
                ways.setdefault(source, set()).add(content.target.pool_id)
    for start in ways:
        path = _back_to(start, ways)
        if path:
            return path
    return None


def _back_to(start: int, ways: Mapping[int, set[int]]) -> list[int] | None:
    waiting = [(start, [start])]
    seen: set[int] = set()
    while waiting:
        here, path = waiting.pop()
        for there in sorted(ways.get(here, ())):
            if there == start:
                return [*path, start]
            if there not in seen:
                seen.add(there)
                waiting.append((there, [*path, there]))
    return None


def _pools_named(checked: Criteria) -> set[int]:
    """The pools that every matching lead lies in one of; empty where the condition names none."""
    found: set[int] = set()
    waiting: list[Branch | Leaf] = [checked.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Branch):
            if node.word == "all" or len(node.parts) == 1:
                waiting.extend(node.parts if node.word != "not" else ())
        elif not node.path and node.field.key in ("pool", "home_pool") and node.op in ("eq", "in"):
            found |= set(node.value) if isinstance(node.value, tuple) else {node.value}
    return found
