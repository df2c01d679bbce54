"""People as the import engine meets them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.kernel.access import Access
from headwater.kernel.catalogue import FieldType, record_type
from headwater.kernel.errors import DomainError, Invalid, Text
from headwater.organization import services
from headwater.organization.belongings import belongings_of
from headwater.organization.errors import MoreThanYourOwn
from headwater.organization.importing.writing import NEW, PeopleSession, plain
from headwater.organization.models import Role, User
from headwater.organization.services.rights import grants_of, require_within_own
from headwater.platform.imports.types import Column, ColumnPlan, Done, Outcome, Policy, Target, Undone, Work

POLICIES = (Policy.SKIP, Policy.FILL, Policy.UPDATE)
_OPTIONS = frozenset(
    {"policy", "role", "invite", "domain", "department_unknown", "manager_unknown", "preset"}
)
_DOMAIN = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"


class PeopleImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    record = "user"
    permission = "users.import"

    @property
    def label(self) -> Text:
        return record_type("user").label

    @property
    def label_plural(self) -> Text:
        return record_type("user").label_plural

    def targets(self, access: Access) -> list[Target]:
        known = record_type("user").all_fields
        return [
            Target(
                "name", known["name"].label, FieldType.TEXT, "",
                ("姓名", "员工姓名", "名字", "销售", "sales agent", "sales rep", "employee", "full name"),
            ),
            Target(
                "email", known["email"].label, FieldType.EMAIL, "",
                ("邮箱", "电子邮箱", "工作邮箱", "email", "e-mail", "email address"), is_contact=True,
            ),
            Target(
                "mobile", known["mobile"].label, FieldType.PHONE, "",
                ("手机", "手机号", "手机号码", "电话", "mobile", "phone"), is_contact=True,
            ),
            Target(
                "title", known["title"].label, FieldType.TEXT, "",
                ("职位", "职务", "岗位", "title", "job title"),
            ),
            Target(
                "department", known["department"].label, FieldType.DEPARTMENT, "",
                ("部门", "所属部门", "团队", "department", "team", "office", "regional office", "region"),
            ),
            Target(
                "manager", known["manager"].label, FieldType.USER, "",
                ("上级", "直属上级", "主管", "经理", "manager", "reports to", "supervisor"),
            ),
            Target("roles", gettext_lazy("Roles"), FieldType.TEXT, "", ("角色", "权限角色", "role", "roles"),
                   choices=_role_choices),
        ]  # fmt: skip

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        keys = ("name", "email", "mobile", "title", "department", "manager")
        known = record_type("user").all_fields
        role = Role.objects.filter(key="rep").first()
        row = ["王芳", "wangfang@example.com", "13800138000", "客户经理", "销售部/华东组", "李雷"]
        return [
            [*(str(known[key].label) for key in keys), _("Roles")],
            [*row, role.label if role else ""],
        ]

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        mapped = {plan.target for plan in plans}
        found: dict[str, Any] = {"policy": Policy.SKIP.value, "role": _usual_role()}
        if "email" not in mapped and access.user_id is not None:
            own = User.objects.filter(pk=access.user_id).values_list("email", flat=True).first() or ""
            found["domain"] = own.rpartition("@")[2]  # a list without addresses: they are made of the names
        return found

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        """The options checked and filled with defaults; refuses a mapping that cannot work."""
        found: dict[str, dict[str, str]] = {}

        def complain(key: str, code: str, detail: str) -> None:
            found.setdefault(key, {"code": code, "detail": detail})

        given, mapped = work.options, {plan.target for plan in work.plans if plan.target}
        for key in given.keys() - _OPTIONS:
            complain(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))
        options = _choices(access, given, complain)
        options["role"] = _role(access, given, complain)
        domain = str(given.get("domain") or "").strip().lower().removeprefix("@")
        if domain and not plain(_DOMAIN, domain):
            complain("options.domain", "value.pattern", _("This is not a domain such as example.com."))
        options["domain"] = domain
        if "name" not in mapped and not (options["policy"] != Policy.SKIP and "email" in mapped):
            complain("mapping.name", "import.no_name_column", _("Map a column to the name."))
        if not mapped & {"email"} and not domain:
            words = _("Map a column to the e-mail address, or give the domain that addresses are made with.")
            complain("mapping.email", "import.no_column", words)
        if any(plan.makes_field for plan in work.plans):
            complain("mapping", "import.new_field", _("People have no fields of their own making."))
        if not access.may("users.create"):
            complain("mapping", "access.forbidden", _("Your role does not allow this."))
        if found:
            raise Invalid(fields=found)
        return options

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return list(work.plans), {}

    def session(self, access: Access, work: Work, *, writes: bool) -> PeopleSession:
        return PeopleSession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return [_undo(access, one) for one in rows]


def _choices(access: Access, given: Mapping[str, Any], complain: Any) -> dict[str, Any]:
    policy = given.get("policy") or Policy.SKIP.value
    if policy not in POLICIES:
        complain("options.policy", "import.policy", _("Choose skip, fill or update."))
    elif policy != Policy.SKIP and not access.may("users.edit"):
        complain("options.policy", "access.forbidden", _("Your role does not allow this."))
    options = {"policy": str(policy)}
    may_make = access.may("departments.create")
    for key, known in (
        ("invite", ("no", "yes")),
        ("department_unknown", (NEW, "error") if may_make else ("error",)),
        ("manager_unknown", (NEW, "error", "leave")),
    ):
        chosen = str(given.get(key) or known[0])
        if chosen not in known:
            complain(f"options.{key}", "value.choice", _("This is not one of the choices."))
        options[key] = chosen
    if given.get("preset"):
        options["preset"] = str(given["preset"])[:40]
    return options


def _usual_role() -> int | None:
    return Role.objects.filter(key="rep").values_list("pk", flat=True).first()


def _role(access: Access, given: Mapping[str, Any], complain: Any) -> int | None:
    """What people get whose row names no role; nobody gives more than they hold."""
    raw = given.get("role")
    if raw in (None, ""):
        return None
    role = Role.objects.filter(pk=int(raw)).first() if str(raw).isdecimal() and len(str(raw)) < 19 else None
    if role is None:
        complain("options.role", "role.unknown", _("There is no such role."))
        return None
    try:
        require_within_own(access, grants_of([role]))
    except MoreThanYourOwn as refusal:
        complain("options.role", refusal.code, refusal.detail)
    return role.pk


def _role_choices() -> list[tuple[str, Text]]:
    return [(role.key or role.name, role.label) for role in Role.objects.order_by("position", "id")]


def _undo(access: Access, done: Done) -> Undone:
    """Take one row back: who never joined and owns nothing is deactivated; nobody is ever deleted."""
    user = User.objects.filter(pk=done.record_id).first()
    if user is None or user.deactivated_at is not None:
        return Undone(done.number, "import.archived_already")
    if done.outcome == Outcome.CREATED:
        if user.joined_at is not None or any(belongings_of(user.pk).values()):
            return Undone(done.number, "import.touched_since")
        try:
            services.deactivate_user(access.also("users.delete"), user.pk)
        except DomainError:
            return Undone(done.number, "import.touched_since")
        return Undone(done.number)
    held = {"department": user.department_id, "name": user.name, "email": user.email, "mobile": user.mobile,
            "title": user.title}  # fmt: skip
    back: dict[str, Any] = {}
    code = ""
    for key, (before, after) in (done.changes or {}).items():
        if key in held and held[key] == after:
            back[key] = before
        else:
            code = "import.changed_since"
    try:
        services.update_user(access.also("users.edit"), user.pk, **back)
    except DomainError:
        return Undone(done.number, "import.value_taken")
    return Undone(done.number, code)
