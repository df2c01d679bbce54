"""How several records of one type become one, and for 30 days are taken apart again.

The way is the same for all: lock in the order of ids, choose values, put the others away, write, carry what
hung on them (`sales.merging`). What differs between leads, accounts and contacts is left open by `Merging`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.services import link_history, unlink_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import atomic_again, execute
from headwater.platform import audit
from headwater.platform.events import Event, emit
from headwater.sales.errors import MergeOver
from headwater.sales.merging import carry_all, carry_all_back, carry_late
from headwater.sales.models import Merge, MergedRecord
from headwater.sales.services.joining import Plan, Values, joined
from headwater.sales.types import MOST_MERGED, UNDO_DAYS


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was made, or undone."""

    id: int
    survivor_id: int
    merged_ids: list[int]


@dataclass(frozen=True, slots=True)
class Locked:
    """A record that is about to be merged."""

    version: int
    place: dict[str, Any] = field(default_factory=dict)  # where it is, for coming back


class Merging(ABC):
    """Merging of one record type."""

    record: ClassVar[str]
    fields: ClassVar[Mapping[str, str]]  # what stands side by side -> attribute
    plan: ClassVar[Plan]

    # --- what a record type says

    @abstractmethod
    def lock(self, access: Access, ids: Sequence[int]) -> dict[int, Locked]:
        """Living records, locked in the order of their ids; refuses what may not be merged."""

    @abstractmethod
    def read(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The attributes of the plan of locked records, in the order of `ids`."""

    @abstractmethod
    def write(self, access: Access, survivor_id: int, values: dict[str, Any]) -> None:
        """Write values of the survivor; refuses what a constraint refuses."""

    @abstractmethod
    def put_away(self, access: Access, ids: Sequence[int]) -> None:
        """Archive what went into another; its contact methods are free then."""

    @abstractmethod
    def take_out(self, access: Access, ids: Sequence[int]) -> None:
        """Bring back what was put away; refuses when its contact methods were taken since."""

    @abstractmethod
    def lock_for_undo(self, access: Access, survivor_id: int, merged: Sequence[MergedRecord]) -> Any:
        """Lock all of a merge; refuses when the survivor is not to be changed. What `come_back` needs."""

    @abstractmethod
    def event(self, merge: Merge, ids: list[int], *, undone: bool) -> Event:
        """What is told of it."""

    @abstractmethod
    def changed(self, survivor_id: int, changes: Mapping[str, list[Any]]) -> Event:
        """What is told of the survivor's values."""

    def settle(self, merge: Merge, read: Mapping[int, Values], after: Values) -> None:
        """What else a merge does, once everything is carried."""
        return

    def unsettle(self, merge: Merge, ids: Sequence[int]) -> None:
        """What else an undo does, before values go back."""
        return

    def come_back(self, access: Access, merge: Merge, merged: Sequence[MergedRecord], locked: Any) -> None:
        """What else an undo does, once everything is carried back."""
        return

    def joined(
        self, read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]
    ) -> dict[str, Any]:
        """What changes on the survivor."""
        return joined(self.plan, read, survivor_id, choices)

    # --- the acts

    @atomic_again
    def merge(
        self,
        access: Access,
        survivor_id: int,
        other_ids: Sequence[int],
        choices: Mapping[str, int] | None = None,
        *,
        versions: Mapping[int, int] | None = None,
    ) -> Merged:
        """Make one record of several. `choices` names per field the record whose value stays.

        Without a choice the survivor's value stays, or where it has none the first there is. `versions` are
        those that somebody looked at: refuses with `Stale` when one has changed since. Refuses with
        `NotFound` and `Invalid` too, and with what the record type refuses.
        """
        others = list(dict.fromkeys(one for one in other_ids if one != survivor_id))
        if not 1 <= len(others) < MOST_MERGED:
            detail = _("Choose 2 to %(most)s records.") % {"most": MOST_MERGED}
            raise Invalid.one("others", "merge.number", detail)
        every = [survivor_id, *others]
        locked = self.lock(access, every)
        for one, version in (versions or {}).items():
            if one in locked and locked[one].version != version:
                raise Stale(version=locked[one].version)
        read = self.read(every)
        after = self.joined(read, survivor_id, self._checked(choices or {}, read))
        before = {name: read[survivor_id][name] for name in after}
        made = Merge.objects.create(
            record_type=self.record,
            survivor_id=survivor_id,
            at=clock.now(),
            actor_id=access.user_id,
            before=plain(before),
            after=plain(after),
        )
        self.put_away(access, sorted(others))
        self.write(access, survivor_id, after)
        for one in sorted(others):
            carried = carry_all(access, self.record, one, survivor_id)
            MergedRecord.objects.create(
                merge=made,
                record_type=self.record,
                record_id=one,
                carried=[carried],
                place=locked[one].place,
            )
            link_history(access, self._ref(survivor_id), source=self._ref(one))
        self.settle(made, read, after)
        changes = {
            name: [before[name], value] for name, value in plain(after).items() if before[name] != value
        }
        audit.record(access, self.record, survivor_id, "merge", {"merged": [None, others]} | plain(changes))
        emit(self.event(made, others, undone=False), access)
        if changes:
            emit(self.changed(survivor_id, plain(changes)), access)
        return Merged(made.pk, survivor_id, others)

    @atomic_again
    def undo(self, access: Access, merge_id: int) -> Merged:
        """Take a merge apart again. What was added to the survivor since stays with it.

        Refuses with `NotFound`, `MergeOver`, `MergedOn`, and with what the record type refuses.
        """
        known = Merge.objects.filter(pk=merge_id, record_type=self.record).first()
        if known is None:
            raise NotFound(record="merge", id=merge_id)
        merged = list(MergedRecord.objects.filter(merge=known).order_by("record_id"))
        locked = self.lock_for_undo(access, known.survivor_id, merged)
        made = Merge.objects.select_for_update().get(pk=merge_id)
        moment = clock.now()
        if made.undone_at is not None or made.at < moment - timedelta(days=UNDO_DAYS):
            raise MergeOver(days=UNDO_DAYS)
        merged = list(MergedRecord.objects.filter(merge=made).order_by("record_id"))
        others = [item.record_id for item in merged]
        self.unsettle(made, others)
        self._give_back(access, made)
        self.take_out(access, others)
        for item in reversed(merged):
            unlink_history(access, source=self._ref(item.record_id), record=self._ref(made.survivor_id))
            carry_all_back(access, self.record, item.record_id, made.survivor_id, item.carried)
        self.come_back(access, made, merged, locked)
        made.undone_at, made.undone_by_id = moment, access.user_id
        made.save(update_fields=["undone_at", "undone_by_id"])
        audit.record(access, self.record, made.survivor_id, "unmerge", {"merged": [others, None]})
        emit(self.event(made, others, undone=True), access)
        return Merged(made.pk, made.survivor_id, others)

    def _ref(self, record_id: int) -> RecordRef:
        return RecordRef(self.record, record_id)

    def _checked(self, choices: Mapping[str, int], read: Mapping[int, Values]) -> dict[str, int]:
        """Choices by attribute; custom fields as `custom.<name>`."""
        checked: dict[str, int] = {}
        for key, record_id in choices.items():
            name = self.fields.get(key, key if key.startswith("custom.") else "")
            if not name:
                raise Invalid.one(key[:80], "field.unknown", _("There is no such field."))
            if record_id not in read:
                raise Invalid.one(key, "value.choice", _("This is not one of the choices."))
            checked[name] = record_id
        return checked

    def _give_back(self, access: Access, made: Merge) -> None:
        """The survivor's values of before, where nobody has changed them since."""
        if not made.after:
            return
        present = plain(self.read([made.survivor_id])[made.survivor_id])
        returned = {name: made.before[name] for name, value in made.after.items() if present[name] == value}
        if returned:
            self.write(access, made.survivor_id, dict(returned))
            changes = {name: [made.after[name], value] for name, value in returned.items()}
            emit(self.changed(made.survivor_id, changes), access)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it, so that what is kept compares with what was kept."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(dict(values), default=str))
    return found


@transaction.atomic
def gather_late(access: Access, merge_id: int) -> int:
    """Bring along what somebody hung on a record while it was being merged away; to how many it happened."""
    made = Merge.objects.select_for_update().filter(pk=merge_id, undone_at=None).first()
    if made is None:
        return 0
    found = 0
    for item in MergedRecord.objects.filter(merge=made).order_by("record_id"):
        late = carry_late(access, made.record_type, item.record_id, made.survivor_id)
        if late:
            found += 1
            item.carried = [*item.carried, late]
            item.save(update_fields=["carried"])
    return found


def lock_rows(table: str, ids: Sequence[int]) -> None:
    """Lock records, archived ones too, in the order of their ids: new rows that point to them wait too."""
    execute(f"SELECT id FROM {table} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", (list(ids),))
