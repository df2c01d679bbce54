"""People and departments as the catalogue knows them: for links, pickers, filters and the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import (
    Choice,
    Field,
    FieldType,
    Mask,
    RecordType,
    Verbs,
    clean,
    record_type,
    register_record_type,
)
from headwater.kernel.catalogue.records import Row
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import FALSE, Fragment
from headwater.organization.models import Calendar, Role, User
from headwater.organization.types import Level, Standing

_STANDING = (
    "CASE WHEN {t}.deactivated_at IS NOT NULL THEN 'deactivated'"
    " WHEN {t}.is_active THEN 'active' ELSE 'invited' END"
)


def _levels() -> list[Choice]:
    return [Choice(str(value), label) for value, label in Level.choices]


def _standings() -> list[Choice]:
    return [Choice(value, label) for value, label in Standing.choices]


def _search_people(access: Access, q: str, alias: str) -> Fragment:
    wanted = text.fold(q)[:60]
    if not wanted:
        return FALSE
    like = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return Fragment(
        f"({alias}.name ILIKE %s OR {alias}.name_pinyin LIKE %s OR {alias}.email LIKE %s)",
        (like, like.replace(" ", ""), like),
    )


def _present_users(access: Access, rows: list[Row]) -> None:
    """Add each person's roles and version, in one query."""
    people = User.objects.filter(pk__in=[row["id"] for row in rows])
    versions: dict[int, int] = {}
    roles: dict[int, list[dict[str, Any]]] = {}
    found = people.order_by("roles__position").values_list(
        "pk", "version", "roles__id", "roles__key", "roles__name"
    )
    for pk, version, role_id, key, name in found:
        versions[pk] = version
        if role_id is not None:
            label = Role(key=key, name=name).label
            roles.setdefault(pk, []).append({"id": role_id, "key": key, "name": label})
    for row in rows:
        row["roles"] = roles.get(row["id"], [])
        row["version"] = versions.get(row["id"], 1)


def _create_user(access: Access, values: Mapping[str, Any]) -> int:
    from headwater.organization.services import create_user

    return create_user(access, **user_values(access, values)).pk


def _update_user(access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    from headwater.organization.services import update_user

    update_user(access, record_id, version=version, **user_values(access, values, partial=True))


def user_values(access: Access, values: Mapping[str, Any], *, partial: bool = False) -> Any:
    """Raw values, with `roles` as ids, built-in keys or `{"id": ..}`, as the services take them.

    No None for text, whole numbers for level and cap. Raises `Invalid`.
    """
    given = dict(values)
    roles = given.pop("roles", None)
    fields = clean(record_type("user"), given, access, partial=partial).fields
    for key in ("mobile", "title"):
        if key in fields:
            fields[key] = fields[key] or ""
    for key in ("level", "private_cap"):
        if fields.get(key) is not None:
            fields[key] = int(fields[key])
    if roles is not None:
        fields["roles"] = _role_keys(roles)
    return fields


def _role_keys(raw: Any) -> list[int | str]:
    if not isinstance(raw, list) or len(raw) > 100:
        raise Invalid.one("roles", "value.type", gettext("This must be a list of roles."))
    keys = [item.get("id") if isinstance(item, dict) else item for item in raw]
    known = [key for key in keys if isinstance(key, int | str) and not isinstance(key, bool)]
    if len(known) < len(keys):
        raise Invalid.one("roles", "value.type", gettext("This must be a list of roles."))
    return known


USER = RecordType(
    key="user",
    plural="users",
    label=_("Person"),
    label_plural=_("People"),
    table="organization_user",
    url="/settings/people/{id}",
    icon="user",
    default_sort="name_pinyin",
    is_archivable=False,
    search=_search_people,
    present=_present_users,
    verbs=Verbs(create=_create_user, update=_update_user),
    fields=(
        Field(
            "name",
            pgettext_lazy("person", "Name"),
            FieldType.TEXT,
            required=True,
            max_length=60,
            in_list=True,
        ),
        Field("email", _("E-mail"), FieldType.EMAIL, required=True, in_list=True, is_personal=True),
        Field("mobile", _("Mobile"), FieldType.PHONE, mask=Mask.PHONE, is_personal=True),
        Field("title", pgettext_lazy("person", "Job title"), FieldType.TEXT, max_length=80, in_list=True),
        Field("department", _("Department"), FieldType.DEPARTMENT, relation="department", in_list=True),
        Field("manager", _("Reports to"), FieldType.USER, relation="user"),
        Field("level", _("Level"), FieldType.PICKLIST, sql="{t}.level::text", choices=_levels),
        Field("private_cap", _("Private cap"), FieldType.NUMBER, decimals=0, minimum=0, maximum=1_000_000),
        Field("is_on_duty", _("On duty"), FieldType.BOOLEAN),
        Field(
            "standing",
            pgettext_lazy("person", "Status"),
            FieldType.PICKLIST,
            sql=_STANDING,
            choices=_standings,
            editable=False,
            in_form=False,
            in_list=True,
        ),
        Field("last_seen_at", _("Last seen"), FieldType.DATETIME, editable=False, in_form=False),
        Field("joined_at", _("Joined"), FieldType.DATETIME, editable=False, in_form=False),
        Field("created_at", _("Created"), FieldType.DATETIME, editable=False, in_form=False),
        Field("name_pinyin", _("Pinyin"), FieldType.TEXT, editable=False, in_form=False, importable=False),
    ),
)


def _create_department(access: Access, values: Mapping[str, Any]) -> int:
    from headwater.organization.services import create_department

    cleaned = clean(record_type("department"), values, access)
    return create_department(access, **_positioned(cleaned.fields)).pk


def _archive_departments(access: Access, ids: Sequence[int]) -> int:
    from headwater.organization.services import archive_department

    for department_id in ids:
        archive_department(access, department_id)
    return len(ids)


def _update_department(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None
) -> None:
    from headwater.organization.services import update_department

    cleaned = clean(record_type("department"), values, access, partial=True)
    update_department(access, record_id, version=version, **_positioned(cleaned.fields))


def _positioned(fields: dict[str, Any]) -> Any:
    if fields.get("position") is not None:
        fields["position"] = int(fields["position"])
    else:
        fields.pop("position", None)
    return fields


DEPARTMENT = RecordType(
    key="department",
    plural="departments",
    label=_("Department"),
    label_plural=_("Departments"),
    table="organization_department",
    url="/settings/departments?open={id}",
    icon="building",
    default_sort="position",
    verbs=Verbs(create=_create_department, update=_update_department, archive=_archive_departments),
    fields=(
        Field("name", _("Name"), FieldType.TEXT, required=True, max_length=100, in_list=True),
        Field("parent", _("Parent department"), FieldType.DEPARTMENT, relation="department", in_list=True),
        Field("leader", _("Leader"), FieldType.USER, relation="user", in_list=True),
        Field("position", pgettext_lazy("order", "Position"), FieldType.NUMBER, decimals=0, minimum=0),
        Field("calendar", _("Working calendar"), FieldType.LINK, relation="calendar"),
        Field("path", _("Path"), FieldType.TEXT, editable=False, in_form=False, importable=False),
        Field("created_at", _("Created"), FieldType.DATETIME, editable=False, in_form=False),
    ),
)


def _present_calendars(access: Access, rows: list[Row]) -> None:
    """Add the hours per weekday and the version, in one query."""
    known = Calendar.objects.in_bulk([row["id"] for row in rows])
    for row in rows:
        if (calendar := known.get(row["id"])) is not None:
            row["hours"] = calendar.hours
            row["version"] = calendar.version


CALENDAR = RecordType(
    key="calendar",
    plural="calendars",
    label=_("Working calendar"),
    label_plural=_("Working calendars"),
    table="organization_calendar",
    url="/settings/calendars/{id}",
    icon="calendar-clock",
    default_sort="name",
    is_archivable=False,
    present=_present_calendars,
    fields=(
        Field("name", _("Name"), FieldType.TEXT, required=True, nullable=False, max_length=60, in_list=True),
        Field("time_zone", _("Time zone"), FieldType.TEXT, nullable=False, max_length=60, in_list=True),
        Field(
            "is_default",
            _("Default calendar"),
            FieldType.BOOLEAN,
            nullable=False,
            editable=False,
            in_form=False,
        ),
        Field(
            "follows_statutory",
            _("Follows the public holidays of China"),
            FieldType.BOOLEAN,
            nullable=False,
            in_list=True,
        ),
        Field("created_at", _("Created"), FieldType.DATETIME, editable=False, in_form=False),
    ),
)


def register() -> None:
    """Make them known to the catalogue."""
    register_record_type(USER)
    register_record_type(DEPARTMENT)
    register_record_type(CALENDAR)
