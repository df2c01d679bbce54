"""People and departments as the catalogue knows them: for links, pickers, filters and the API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
from headwater.kernel.sql import FALSE, Fragment
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


def _create_user(access: Access, values: Mapping[str, Any]) -> int:
    from headwater.organization.services import create_user

    cleaned = clean(record_type("user"), values, access)
    return create_user(access, **_typed(cleaned.fields)).pk


def _update_user(access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    from headwater.organization.services import update_user

    cleaned = clean(record_type("user"), values, access, partial=True)
    update_user(access, record_id, version=version, **_typed(cleaned.fields))


def _typed(fields: dict[str, Any]) -> Any:
    """Cleaned values under the types of the services: no None for text, numbers for levels and caps."""
    for key in ("mobile", "title"):
        if key in fields:
            fields[key] = fields[key] or ""
    for key in ("level", "private_cap"):
        if fields.get(key) is not None:
            fields[key] = int(fields[key])
    return fields


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
    verbs=Verbs(create=_create_department, update=_update_department),
    fields=(
        Field("name", _("Name"), FieldType.TEXT, required=True, max_length=100, in_list=True),
        Field("parent", _("Parent department"), FieldType.DEPARTMENT, relation="department", in_list=True),
        Field("leader", _("Leader"), FieldType.USER, relation="user", in_list=True),
        Field("position", pgettext_lazy("order", "Position"), FieldType.NUMBER, decimals=0, minimum=0),
        Field("path", _("Path"), FieldType.TEXT, editable=False, in_form=False, importable=False),
        Field("created_at", _("Created"), FieldType.DATETIME, editable=False, in_form=False),
    ),
)


def register() -> None:
    """Make both known to the catalogue."""
    register_record_type(USER)
    register_record_type(DEPARTMENT)
