"""Who gets a lead: the strategies of a rule, over one lead after another, with everybody's book in hand."""

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.kernel.turns import next_turn
from headwater.leads.services import Book
from headwater.pools.models import Pool
from headwater.routing.content import Content, Step
from headwater.routing.services.facts import Facts, Territories, cooling
from headwater.routing.types import Strategy, StrategyKind, Unfit


@dataclass(slots=True)
class Choice:
    """The person, or nobody, and how it came to that."""

    user_id: int | None = None
    strategy: Strategy | None = None
    candidates: list[int] = field(default_factory=list)
    out: dict[Unfit, list[int]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    seed: int | None = None

    def as_json(self) -> dict[str, Any]:
        """What the decision keeps."""
        kept: dict[str, Any] = {
            "in": self.candidates,
            "out": {reason.value: people for reason, people in self.out.items() if people},
        }
        if self.steps:
            kept["steps"] = self.steps
        return kept | ({} if self.seed is None else {"seed": self.seed})


@dataclass(slots=True)
class People:
    """Everybody who may come into question within one transaction, their books locked."""

    books: dict[int, Book]
    on_duty: set[int]
    levels: Mapping[int, int]
    territories: Territories
    pools: Mapping[int, Pool]
    closings: int = 0  # books that came to be full

    def give(self, user_id: int, lead: Facts) -> None:
        """Count the lead in the person's book."""
        book = self.books[user_id]
        book.take(lead.pool_id)
        if not book.room:
            self.closings += 1

    def absent(self, user_id: int) -> Unfit | None:
        """Why the person can get no lead at all now."""
        book = self.books.get(user_id)
        if book is None or not book.is_active:
            return Unfit.GONE
        return None if user_id in self.on_duty else Unfit.OFF_DUTY

    def unfit(self, user_id: int, lead: Facts) -> Unfit | None:
        """Why the person cannot get the lead now."""
        reason = self.absent(user_id)
        if reason is not None:
            return reason
        book = self.books[user_id]
        if book.room == 0:
            return Unfit.FULL
        pool = self.pools[lead.pool_id]
        if not book.has_room(pool.pk, pool.private_cap):
            return Unfit.POOL_FULL
        return Unfit.COOLING if cooling(lead, user_id, pool.cooldown_days) else None


class Chooser:
    """One rule's strategies; `standing` are the standing of its circle and are brought up to date."""

    def __init__(
        self, content: Content, weights: Mapping[int, int], people: People, standing: dict[int, int]
    ) -> None:
        self.content = content
        self.weights = weights
        self.people = people
        self.standing = standing
        self.given: dict[int, int] = {}
        # What holds for the whole chunk is found out once: there may be hundreds of people for each lead.
        self.fit: list[int] = []
        self.out: dict[Unfit, list[int]] = {}
        for user_id, weight in weights.items():
            reason = people.absent(user_id) or (None if weight else Unfit.PAUSED)
            if reason is None:
                self.fit.append(user_id)
            else:
                self.out.setdefault(reason, []).append(user_id)
        self._look_who_has_room()

    def _look_who_has_room(self) -> None:
        """Those of the fit with room; it changes only when a book comes to be full."""
        self.closings = self.people.closings
        self.open_to = [one for one in self.fit if self.people.books[one].room]
        self.full = [one for one in self.fit if not self.people.books[one].room]

    def choose(self, lead: Facts) -> Choice:
        """Choose for one lead and count it in the chosen book."""
        choice = self._candidates(lead)
        if lead.is_woken and not any(step.strategy == Strategy.FORMER_OWNER for step in self.content.steps):
            self._named(Strategy.FORMER_OWNER, lead, choice)
            if choice.user_id is not None:
                self._chosen(Strategy.FORMER_OWNER, lead, choice)
                return choice
        for step in self.content.steps:
            self._take(step, lead, choice)
            if choice.user_id is not None:
                self._chosen(step.strategy, lead, choice)
                break
        return choice

    def _chosen(self, strategy: Strategy, lead: Facts, choice: Choice) -> None:
        assert choice.user_id is not None
        choice.strategy = strategy
        self.people.give(choice.user_id, lead)
        self.given[choice.user_id] = self.given.get(choice.user_id, 0) + 1

    def _candidates(self, lead: Facts) -> Choice:
        people = self.people
        if self.closings != people.closings:
            self._look_who_has_room()
        choice = Choice(candidates=self.open_to, out={reason: list(ids) for reason, ids in self.out.items()})
        if self.full:
            choice.out[Unfit.FULL] = list(self.full)
        if lead.given_up or people.pools[lead.pool_id].private_cap is not None:
            choice.candidates = []
            for user_id in self.open_to:
                reason = people.unfit(user_id, lead)
                if reason is None:
                    choice.candidates.append(user_id)
                else:
                    choice.out.setdefault(reason, []).append(user_id)
        return choice

    def _take(self, step: Step, lead: Facts, choice: Choice) -> None:
        match step.strategy.kind:
            case StrategyKind.NAMES:
                self._named(step.strategy, lead, choice)
            case StrategyKind.NARROWS:
                self._narrow(step, lead, choice)
            case StrategyKind.PICKS if choice.candidates:
                self._pick(step.strategy, choice)

    def _named(self, strategy: Strategy, lead: Facts, choice: Choice) -> None:
        named = {
            Strategy.DESIGNATED_REP: (lead.designated_rep,),
            Strategy.CUSTOMER_OWNER: lead.customer_owners,
            Strategy.FORMER_OWNER: (lead.former_owner,),
        }[strategy]
        for user_id in named:
            if user_id is None:
                continue
            reason = self.people.unfit(user_id, lead)
            if reason is None:
                choice.user_id = user_id
                return
            choice.steps.append({"key": strategy.value, "user": user_id, "unfit": reason.value})

    def _narrow(self, step: Step, lead: Facts, choice: Choice) -> None:
        people = self.people
        if step.strategy == Strategy.TERRITORY:
            if not people.territories.by_user:
                return
            reason = Unfit.TERRITORY
            kept = [one for one in choice.candidates if people.territories.serves(one, lead.values)]
        else:
            reason = Unfit.GRADE
            lowest = step.levels.get(str(lead.values.get(step.field) or ""), 0)
            kept = [one for one in choice.candidates if people.levels.get(one, 0) >= lowest]
        if kept and len(kept) < len(choice.candidates):
            choice.out[reason] = [one for one in choice.candidates if one not in kept]
            choice.candidates = kept
        elif not kept and choice.candidates:
            choice.steps.append({"key": step.strategy.value, "nobody": True})

    def _pick(self, strategy: Strategy, choice: Choice) -> None:
        weights = {one: self.weights[one] for one in choice.candidates}
        if strategy == Strategy.ROUND_ROBIN:
            choice.user_id = next_turn(self.standing, weights)
        elif strategy == Strategy.LEAST_LOADED:
            books = self.people.books
            choice.user_id = min(weights, key=lambda one: (books[one].held / max(books[one].cap, 1), one))
        else:
            choice.seed = secrets.randbits(32)
            choice.user_id = by_lot(choice.seed, weights)


def by_lot(seed: int, weights: Mapping[int, int]) -> int:
    """The person whom this seed draws: anybody can draw again and see."""
    order = sorted(weights)
    return random.Random(seed).choices(order, [weights[one] for one in order])[0]
