"""A leaver's place in the company passes on: those who report to them, the departments they lead."""

from collections.abc import Collection, Mapping, Sequence

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, UNFIT, Gift, Given, Lent
from headwater.organization.events import DepartmentsChanged, UserChanged
from headwater.organization.models import Department, User
from headwater.organization.queries import active_ids
from headwater.organization.services.structure import take_turn
from headwater.platform import audit
from headwater.platform.events import emit

_LINE = """
WITH RECURSIVE line(start, id) AS (
    SELECT x, x FROM unnest(%s::bigint[]) AS x
    UNION
    SELECT line.start, u.manager_id FROM organization_user u JOIN line ON u.id = line.id
    WHERE u.manager_id IS NOT NULL
)
SELECT start, id FROM line
"""


def count_reports(user_ids: Collection[int]) -> Mapping[int, int]:
    """Active people by whom they report to."""
    found = sql.rows(
        "SELECT manager_id, count(*) AS held FROM organization_user"
        " WHERE manager_id = ANY(%s::bigint[]) AND is_active GROUP BY 1",
        (list(user_ids),),
    )
    return {row["manager_id"]: row["held"] for row in found}


def count_departments(user_ids: Collection[int]) -> Mapping[int, int]:
    """Departments in use by their leader."""
    found = sql.rows(
        "SELECT leader_id, count(*) AS held FROM organization_department"
        " WHERE leader_id = ANY(%s::bigint[]) AND archived_at IS NULL GROUP BY 1",
        (list(user_ids),),
    )
    return {row["leader_id"]: row["held"] for row in found}


def _lines_above(user_ids: Collection[int]) -> dict[int, set[int]]:
    """Everybody's line of managers, themselves included."""
    lines: dict[int, set[int]] = {}
    for row in sql.rows(_LINE, (list(user_ids),)):
        lines.setdefault(row["start"], set()).add(row["id"])
    return lines


class Reports:
    """People get another manager. Who stands below a report cannot lead them: they get the leaver's own."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.values(
            f"SELECT t.id FROM organization_user t WHERE t.manager_id = %s AND t.is_active AND ({where.text})"
            " ORDER BY t.id",
            (user_id, *where.params),
        )
        return [int(one) for one in found]

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        take_turn()
        own = User.objects.filter(pk=user_id).values_list("manager_id", flat=True).first()
        receivers = {gift.owner_id for gift in gifts if gift.owner_id is not None}
        active = active_ids(receivers | ({own} if own else set()))
        found = self._locked([gift.record_id for gift in gifts])
        given: list[Given] = []
        for gift in gifts:
            report = found.get(gift.record_id)
            if report is None or report.manager_id != user_id:
                given.append(Given(gift.record_id, MOVED))
                continue
            if gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
                continue
            # Each change moves the lines, so they are read anew; a person has few reports.
            above = _lines_above([gift.owner_id])[gift.owner_id]
            manager_id = own if report.pk in above else gift.owner_id
            if manager_id is None or manager_id not in active or manager_id == report.pk:
                given.append(Given(gift.record_id, UNFIT))
                continue
            self._set(access, report, manager_id)
            given.append(Given(gift.record_id, before={"manager": manager_id}))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        take_turn()
        above = _lines_above([user_id])[user_id]
        found = self._locked([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            report = found.get(one.record_id)
            if report is None or report.manager_id != one.before.get("manager"):
                results[one.record_id] = MOVED
            elif report.pk in above:
                results[one.record_id] = UNFIT
            else:
                self._set(access, report, user_id)
                results[one.record_id] = ""
        return results

    def _locked(self, ids: Sequence[int]) -> dict[int, User]:
        people = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        return {person.pk: person for person in people}

    def _set(self, access: Access, report: User, manager_id: int) -> None:
        before = report.manager_id
        report.manager_id = manager_id
        report.version += 1
        report.updated_at = clock.now()
        report.save(update_fields=["manager", "version", "updated_at"])
        audit.record(access, "user", report.pk, "update", {"manager": [before, manager_id]})
        emit(UserChanged(user_id=report.pk, fields=["manager"]), access)


class Departments:
    """Departments get another leader."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.values(
            "SELECT t.id FROM organization_department t WHERE t.leader_id = %s AND t.archived_at IS NULL"
            f" AND ({where.text}) ORDER BY t.id",
            (user_id, *where.params),
        )
        return [int(one) for one in found]

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        found = self._locked([gift.record_id for gift in gifts])
        given: list[Given] = []
        for gift in gifts:
            department = found.get(gift.record_id)
            if department is None or department.leader_id != user_id:
                given.append(Given(gift.record_id, MOVED))
            elif gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
            else:
                self._set(access, department, gift.owner_id)
                given.append(Given(gift.record_id))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        found = self._locked([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            department = found.get(one.record_id)
            if department is None or department.leader_id != one.owner_id:
                results[one.record_id] = MOVED
            else:
                self._set(access, department, user_id)
                results[one.record_id] = ""
        return results

    def _locked(self, ids: Sequence[int]) -> dict[int, Department]:
        living = Department.objects.select_for_update(no_key=True).filter(archived_at__isnull=True)
        return {one.pk: one for one in living.filter(pk__in=ids).order_by("pk")}

    def _set(self, access: Access, department: Department, leader_id: int) -> None:
        before = department.leader_id
        department.leader_id = leader_id
        department.version += 1
        department.updated_at = clock.now()
        department.save(update_fields=["leader", "version", "updated_at"])
        audit.record(access, "department", department.pk, "update", {"leader": [before, leader_id]})
        emit(DepartmentsChanged(department_ids=[department.pk]), access)
