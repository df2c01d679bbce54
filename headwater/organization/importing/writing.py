"""Rows of a file to people: departments and managers found or made, roles given within one's own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.organization import services
from headwater.organization.mails import send_invitation
from headwater.organization.models import Department, Role, User
from headwater.organization.naming import sound_of
from headwater.organization.services.people import new_user
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Draft, Key
from headwater.platform.imports.rowwise import Known, RowSession
from headwater.platform.imports.types import Outcome, Policy, RowResult, Work

NEW = "create"
_BETWEEN = re.compile(r"[;；、,，|]")
_WORDS = ("department", "manager", "roles")  # read as they stand: what they name may come with another row
_PLAIN = ("name", "email", "mobile", "title")


def plain(pattern: str, word: str) -> bool:
    """Whether the whole word has the form."""
    return re.fullmatch(pattern, word) is not None


class PeopleSession(RowSession):
    """One pass over the rows."""

    needs = ("name", "email")

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        super().__init__(access, work, writes=writes)
        self.options = work.options
        self.departments: dict[str, int] | None = None
        self.roles = {
            text.fold(word): role.pk
            for role in Role.objects.all()
            for word in (role.key or "", role.name, role.label)
            if word
        }

    def label_of(self, key: str) -> str:
        field = record_type("user").all_fields.get(key)
        return str(field.label) if field is not None else super().label_of(key)

    def make_readers(self) -> Iterable[CellReader]:
        known = record_type("user").all_fields
        for plan in self.work.plans:
            if plan.target in _WORDS:
                field = Field(plan.target, known[plan.target].label if plan.target in known else _("Roles"),
                              FieldType.TEXT)  # fmt: skip
                place = "extra" if plan.target == "manager" else "columns"
                convert = cells.converter(field, pending=False)
                yield CellReader(
                    plan,
                    plan.target,
                    str(field.label),
                    convert,
                    attribute=plan.target,
                    place=place,
                    cached=True,
                )
            elif plan.target in _PLAIN:
                field = known[plan.target]
                yield cells.field_reader(
                    plan, field, cells.converter(field, pending=False), attribute=plan.target
                )

    def keys(self, values: Mapping[str, Any]) -> list[Key]:
        if values.get("email"):
            return [("email", text.fold(values["email"]))]
        return [("name", text.fold(values["name"]))] if values.get("name") else []

    def known(self, keys: Iterable[Key]) -> Iterable[Known]:
        wanted = set(keys)
        found: list[Known] = []
        names: dict[str, int] = {}
        for user in User.objects.order_by("pk").prefetch_related("roles"):
            by_email, by_name = ("email", text.fold(user.email)), ("name", text.fold(user.name))
            if user.deactivated_at is None:
                names[by_name[1]] = names.get(by_name[1], 0) + 1
            meant = [key for key in (by_email, by_name) if key in wanted]
            if meant:
                found.append(Known(user.pk, user.name, _values(user), meant))
        for one in found:
            if any(kind == "name" and names.get(word, 0) > 1 for kind, word in one.keys):
                one.id = None  # two people of the name: a row that says no more changes neither
        return found

    def resolve(self, values: dict[str, Any]) -> dict[str, Any]:
        given = dict(values)
        if given.get("department"):
            given["department"] = self._department(str(given["department"]))
        if given.get("roles"):
            given["roles"] = self._roles(str(given["roles"]))
        return given

    def forget(self) -> None:
        self.departments = None

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        given = dict(values)
        if given.get("name") and not given.get("email") and self.options["domain"]:
            given["email"] = address_for(given["name"], self.options["domain"])
        if not given.get("roles"):
            given["roles"] = [self.options["role"]] if self.options.get("role") else []
        return given

    def create(self, values: Mapping[str, Any]) -> int:
        access = self.access.also("users.create")
        given: Any = {key: value for key, value in values.items() if value is not None}
        if self.options["invite"] != "yes":
            return new_user(access, given).pk
        user, link = services.invite_user(access, **given)
        if self.writes:
            send_invitation(user, link, by=self.access.actor.name)
        return user.pk

    def update(self, record_id: int, values: Mapping[str, Any]) -> None:
        services.update_user(self.access.also("users.edit"), record_id, **dict(values))

    def _department(self, raw: str) -> int:
        """The department of a name, or of a path such as 销售部/华东组; made where that was chosen."""
        if self.departments is None:
            self.departments = _departments()
        parts = [part for part in (text.tidy(one) for one in re.split(r"[/>＞\\]", raw)) if part]
        folded = "/".join(text.fold(part) for part in parts)
        known = self.departments.get(folded)
        if known is not None:
            return known
        if self.options["department_unknown"] != NEW:
            words = _("“%(value)s” is not known here.") % {"value": raw[:80]}
            raise Invalid.one("department", "department.unknown", words)
        above: int | None = None
        for place in range(len(parts)):
            path = "/".join(text.fold(part) for part in parts[: place + 1])
            at = self.departments.get(path)
            if at is None:
                makes = self.access.also("departments.create")
                at = services.create_department(makes, name=parts[place], parent=above).pk
                self.departments[path] = at
            above = at
        if above is None:
            raise Invalid.one("department", "department.unknown", _("There is no such department."))
        return above

    def _roles(self, raw: str) -> list[int]:
        found = []
        for word in (part for part in _BETWEEN.split(raw) if part.strip()):
            role = self.roles.get(text.fold(word))
            if role is None:
                words = _("“%(value)s” is not known here.") % {"value": word.strip()[:80]}
                raise Invalid.one("roles", "role.unknown", words)
            found.append(role)
        return sorted(set(found))

    # --- who reports to whom

    def settle(self, drafts: Sequence[Draft], results: Sequence[RowResult]) -> None:
        by_number = {one.number: one for one in results}
        told = [draft for draft in drafts if draft.extra.get("manager")]
        if not told:
            return
        people = _people()
        for draft in told:
            result = by_number[draft.number]
            if result.record_id is None or result.outcome == Outcome.FAILED:
                continue
            problem = self._report(draft, result, people)
            if problem is not None and not result.code:
                result.field, result.code, result.detail = "manager", *problem

    def _report(
        self, draft: Draft, result: RowResult, people: dict[str, int | None]
    ) -> tuple[str, str] | None:
        """Have the person of a row report to whom it names; code and words where that cannot be."""
        raw = str(draft.extra["manager"])
        assert result.record_id is not None
        user = User.objects.get(pk=result.record_id)
        may_change = result.outcome == Outcome.CREATED or (
            self.policy is Policy.UPDATE or (self.policy is Policy.FILL and user.manager_id is None)
        )
        if not may_change:
            return None
        try:
            manager = self._manager(raw, user, people)
            if manager is None or manager == user.manager_id:
                return None
            services.update_user(self.access.also("users.edit"), user.pk, manager=manager)
        except DomainError as refusal:
            said = next(iter(refusal.fields.values())) if isinstance(refusal, Invalid) else None
            return (said["code"], said["detail"]) if said else (refusal.code, refusal.detail)
        if result.outcome == Outcome.SKIPPED:
            result.outcome, result.code, result.detail = Outcome.UPDATED, "", ""
        if result.outcome == Outcome.UPDATED:
            result.changes = {**(result.changes or {}), "manager": [user.manager_id, manager]}
        return None

    def _manager(self, raw: str, user: User, people: dict[str, int | None]) -> int | None:
        folded = text.fold(raw)
        if people.get(folded) is not None:
            return people[folded]
        unknown = _("“%(value)s” is not known here.") % {"value": raw[:80]}
        if folded in people or self.options["manager_unknown"] == "error":
            raise Invalid.one("manager", "user.unknown", unknown)
        if self.options["manager_unknown"] == "leave":
            return None
        email = text.email_address(raw)
        name = raw if email is None else raw.partition("@")[0]
        given: dict[str, Any] = {"name": name, "department": user.department_id}
        given["email"] = email or address_for(name, self.options["domain"] or user.email.rpartition("@")[2])
        lead = Role.objects.filter(key="manager").values_list("pk", flat=True).first()
        made = self.create(given | {"roles": [lead] if lead else []})
        people[folded] = made
        return made


def address_for(name: str, domain: str) -> str:
    """An address of a name that nobody has: zhangsan@example.com, anna.smith@example.com."""
    folded = text.fold(name)
    if folded.isascii():
        local = re.sub(r"[^a-z0-9]+", ".", folded).strip(".")
    else:
        local = re.sub(r"[^a-z0-9]+", "", sound_of(name).partition(" ")[0])
    local = local[:40] or "person"
    free, number = f"{local}@{domain}", 2
    while User.objects.filter(email__iexact=free).exists():
        free, number = f"{local}{number}@{domain}", number + 1
    return free


def _values(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "mobile": user.mobile,
        "title": user.title,
        "department": user.department_id,
        "roles": sorted(role.pk for role in user.roles.all()),
    }


def _departments() -> dict[str, int]:
    """Departments by folded path, and by name where only one has it."""
    rows = list(Department.objects.filter(archived_at=None).order_by("path").values("pk", "name", "path"))
    names = {row["pk"]: text.fold(row["name"]) for row in rows}
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    for row in rows:
        ids = [int(part) for part in row["path"].split("/") if part]
        found["/".join(names.get(one, "?") for one in ids)] = row["pk"]
        counts[names[row["pk"]]] = counts.get(names[row["pk"]], 0) + 1
    for row in rows:
        if counts[names[row["pk"]]] == 1:
            found.setdefault(names[row["pk"]], row["pk"])
    return found


def _people() -> dict[str, int | None]:
    """People by folded name and address; None for a name that two have."""
    found: dict[str, int | None] = {}
    rows = User.objects.filter(deactivated_at=None).order_by("pk").values_list("pk", "name", "email")
    for pk, name, email in rows:
        folded = text.fold(name)
        found[folded] = None if folded in found else pk
        found[text.fold(email)] = pk
    return found
