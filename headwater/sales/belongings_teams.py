"""Places on teams of accounts and opportunities pass on when somebody leaves, and come back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.events import TeamChanged
from headwater.sales.models import AccountMember, OpportunityMember
from headwater.sales.services.sets import chunks
from headwater.sales.services.teams import TEAMS

Row = AccountMember | OpportunityMember
Told = list[tuple[int, dict[str, Any]]]  # (record, changes)


class Places:
    """Places on the teams of one record type.

    Who gets a place where they are on the team already, or own the record, needs none: it ends, and taking
    back makes it anew.
    """

    def __init__(self, record: str, living: str) -> None:
        self.team = TEAMS[record]
        self.record = record
        self.table = f"sales_{record}member"
        self.joined = (
            f"{self.table} t JOIN sales_{record} r ON r.id = t.{record}_id"
            f" AND r.archived_at IS NULL AND ({living})"
        )
        # A place is called by what the team is of.
        self.named = (
            f"(SELECT m.id, r.name FROM {self.table} m"
            f" JOIN sales_{record} r ON r.id = m.{record}_id) AS named"
        )

    def count(self, user_ids: Collection[int]) -> Mapping[int, int]:
        """Places of each on teams of what lives."""
        rows = sql.rows(
            f"SELECT t.user_id, count(*) AS held FROM {self.joined} WHERE t.user_id = ANY(%s::bigint[])"
            " GROUP BY t.user_id",
            (list(user_ids),),
        )
        return {row["user_id"]: row["held"] for row in rows}

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.values(
            f"SELECT t.id FROM {self.joined} WHERE t.user_id = %s AND ({where.text}) ORDER BY t.id",
            (user_id, *where.params),
        )
        return [int(one) for one in found]

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        rows = self._locked([gift.record_id for gift in gifts])
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        present = self._present([self._of(row) for row in rows.values()])
        given: list[Given] = []
        told: Told = []
        for gift in gifts:
            row = rows.get(gift.record_id)
            if row is None or row.user_id != user_id:
                given.append(Given(gift.record_id, MOVED))
            elif gift.owner_id is None or gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
            else:
                joins = (self._of(row), gift.owner_id) not in present
                present.add((self._of(row), gift.owner_id))
                told += self._pass(access, row, gift.owner_id, joins=joins)
                given.append(Given(gift.record_id, before=_kept(row, self._of(row), joins=joins)))
        self._tell(access, told)
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        rows = self._locked([one.record_id for one in lent])
        records = [int(one.before["record"]) for one in lent]
        alive = set(
            sql.values(
                f"SELECT id FROM sales_{self.record} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE",
                (records,),
            )
        )
        present = self._present(records)
        results: dict[int, str] = {}
        told: Told = []
        for one in lent:
            record_id, row = int(one.before["record"]), rows.get(one.record_id)
            moved = one.before["joined"] and (row is None or row.user_id != one.owner_id)
            if moved or record_id not in alive or (record_id, user_id) in present:
                results[one.record_id] = MOVED
                continue
            if row is not None:
                told += self._pass(access, row, user_id, joins=True)
            else:
                told += self._restore(access, user_id, one.before)
            results[one.record_id] = ""
        self._tell(access, told)
        return results

    def _locked(self, ids: Sequence[int]) -> dict[int, Row]:
        found = self.team.model.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
        return {row.pk: row for row in found}

    def _of(self, row: Row) -> int:
        return int(getattr(row, self.team.column))

    def _present(self, record_ids: Sequence[int]) -> set[tuple[int, int]]:
        """Who is on the teams of these records, or owns them."""
        rows = sql.rows(
            f"SELECT {self.record}_id AS record, user_id AS person FROM {self.table}"
            f" WHERE {self.record}_id = ANY(%s::bigint[])"
            f" UNION ALL SELECT id, owner_id FROM sales_{self.record}"
            " WHERE id = ANY(%s::bigint[]) AND owner_id IS NOT NULL",
            (list(record_ids), list(record_ids)),
        )
        return {(row["record"], row["person"]) for row in rows}

    def _pass(self, access: Access, row: Row, to: int, *, joins: bool) -> Told:
        """The place becomes that of `to`, or ends where they need none."""
        record_id, before = self._of(row), _said(row)
        told: Told = [(record_id, {"team": [before, None]})]
        self._emit(access, record_id, row.user_id, joined=False)
        if not joins:
            self.team.model.objects.filter(pk=row.pk).delete()
            return told
        row.user_id = to
        row.save(update_fields=["user_id"])
        self._emit(access, record_id, to, joined=True)
        return [*told, (record_id, {"team": [None, _said(row)]})]

    def _restore(self, access: Access, user_id: int, before: Mapping[str, Any]) -> Told:
        row = self.team.model.objects.create(
            **{self.team.column: before["record"]},
            user_id=user_id,
            role=before["role"],
            may_edit=before["may_edit"],
            added_by_id=before["added_by"],
            created_at=datetime.fromisoformat(before["since"]),
        )
        self._emit(access, self._of(row), user_id, joined=True)
        return [(self._of(row), {"team": [None, _said(row)]})]

    def _emit(self, access: Access, record_id: int, user_id: int, *, joined: bool) -> None:
        event = TeamChanged(
            record=self.record,
            record_id=record_id,
            user_id=user_id,
            joined=joined,
            left=not joined,
            by_handover=True,
        )
        emit(event, access)

    def _tell(self, access: Access, told: Told) -> None:
        audit.record_many(access, self.record, "update", told)
        ids = sorted({record_id for record_id, _changes in told})
        for piece in chunks(ids):
            emit(self.team.kind.changed(ids=piece, fields=["team"]), access)


def _said(row: Row) -> dict[str, Any]:
    return {"user": row.user_id, "role": row.role, "may_edit": row.may_edit}


def _kept(row: Row, record_id: int, *, joins: bool) -> dict[str, Any]:
    """What taking back needs. A place that was passed on is still there; of another this is all."""
    return {
        "record": record_id,
        "joined": joins,
        "role": row.role,
        "may_edit": row.may_edit,
        "added_by": row.added_by_id,
        "since": row.created_at.isoformat(),
    }


ACCOUNT_TEAMS = Places("account", "TRUE")
OPPORTUNITY_TEAMS = Places("opportunity", "r.status = 'open'")
