"""Roles and permissions, the audit log, the company's settings."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.kernel.access import permissions, permit
from headwater.kernel.errors import NotFound
from headwater.organization import queries, services
from headwater.organization.queries import RoleSheet
from headwater.organization.schemas import (
    FieldRuleIn,
    PermissionOut,
    RoleCopyIn,
    RoleIn,
    RoleOut,
    RolePatch,
)
from headwater.platform import audit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
    page_response,
    read_object,
)
from headwater.platform.settings import set_setting, settings_list

router = Router(tags=["Roles"])
audit_router = Router(tags=["Audit"])
settings_router = Router(tags=["Settings"])


def _shown(sheet: RoleSheet) -> dict[str, Any]:
    granted = (
        {permission.code: "all" for permission in permissions()}
        if sheet.is_administrator
        else {code: scope.value for code, scope in sorted(sheet.grants.items())}
    )
    return {
        "id": sheet.role.pk,
        "key": sheet.role.key,
        "name": sheet.role.label,
        "description": sheet.role.note,
        "is_builtin": sheet.role.is_builtin,
        "people": sheet.people,
        "grants": granted,
        "field_rules": [
            {"record": record, "field": field, "rule": rule.value}
            for (record, field), rule in sorted(sheet.rules.items())
        ],
        "version": sheet.role.version,
    }


def _one(role_id: int) -> RoleSheet:
    found = queries.role_sheets(role_id)
    if not found:
        raise NotFound(record="role", id=role_id)
    return found[0]


def _rules(given: list[FieldRuleIn]) -> dict[tuple[str, str], str]:
    return {(rule.record, rule.field): rule.rule for rule in given}


@router.get("", operation_id="role_list", summary="List roles")
def list_roles(request: ApiRequest) -> HttpResponse:
    """All roles with their grants and field rules."""
    permit(request, "roles.view")
    return json_response({"items": [_shown(sheet) for sheet in queries.role_sheets()]})


@router.get(
    "/permissions",
    operation_id="permission_list",
    summary="What roles can be given",
    response={200: dict[str, list[PermissionOut]]},
)
def list_permissions(request: ApiRequest) -> HttpResponse:
    """Codes with labels in the caller's language; scoped ones take a data scope."""
    permit(request, "roles.view")
    items = [
        {"code": item.code, "label": str(item.label), "group": str(item.group), "scoped": item.scoped}
        for item in permissions()
    ]
    return json_response({"items": items})


@router.get(
    "/{role_id}", operation_id="role_get", summary="Get a role", response={200: RoleOut, 404: Problem}
)
def get_role(request: ApiRequest, role_id: RecordId) -> HttpResponse:
    """With the `ETag` to send back as `If-Match`."""
    permit(request, "roles.view")
    sheet = _one(role_id)
    return json_response(_shown(sheet), version=sheet.role.version)


@router.post(
    "",
    operation_id="role_create",
    summary="Create a role",
    response={201: RoleOut, 403: Problem, 422: Problem},
)
@idempotent
def create_role(request: ApiRequest, given: RoleIn) -> HttpResponse:
    """Nobody can grant more than they have themselves."""
    access = permit(request, "roles.configure")
    role = services.create_role(
        access,
        name=given.name,
        description=given.description,
        grants=given.grants,
        rules=_rules(given.field_rules),
    )
    return created_response(
        _shown(_one(role.pk)), location=f"{request.path.rstrip('/')}/{role.pk}", version=role.version
    )


@router.patch(
    "/{role_id}",
    operation_id="role_update",
    summary="Change a role",
    response={200: RoleOut, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
)
def update_role(request: ApiRequest, role_id: RecordId, given: RolePatch) -> HttpResponse:
    """`grants` and `field_rules`, where given, are the whole new set."""
    access = permit(request, "roles.configure")
    role = services.update_role(
        access,
        role_id,
        version=check_version(request),
        name=given.name,
        description=given.description,
        grants=given.grants,
        rules=None if given.field_rules is None else _rules(given.field_rules),
    )
    return json_response(_shown(_one(role_id)), version=role.version)


@router.post(
    "/{role_id}/copy",
    operation_id="role_copy",
    summary="Copy a role",
    response={201: RoleOut, 404: Problem, 422: Problem},
)
@idempotent
def copy_role(request: ApiRequest, role_id: RecordId, given: RoleCopyIn) -> HttpResponse:
    """A new role with the same grants and field rules."""
    role = services.copy_role(permit(request, "roles.configure"), role_id, name=given.name)
    return created_response(_shown(_one(role.pk)), version=role.version)


@router.delete(
    "/{role_id}",
    operation_id="role_delete",
    summary="Delete a role",
    response={204: None, 404: Problem, 409: Problem},
)
def delete_role(request: ApiRequest, role_id: RecordId) -> HttpResponse:
    """Only an own role that nobody has."""
    services.delete_role(permit(request, "roles.configure"), role_id)
    return empty_response()


class AuditParams(Schema):
    """What narrows the log."""

    record: str | None = Field(None, max_length=40)
    id: int | None = Field(None, ge=1, le=2**63 - 1)
    user: int | None = Field(None, ge=1, le=2**63 - 1)
    action: str | None = Field(None, max_length=40)
    limit: int = Field(50, ge=1, le=200)
    cursor: int | None = Field(None, ge=1, le=2**63 - 1)


@audit_router.get("", operation_id="audit_list", summary="Who did what, newest first")
def audit_log(request: ApiRequest, params: Query[AuditParams]) -> HttpResponse:
    """Acts with the values before and after."""
    access = permit(request, "audit.view")
    found = audit.entries(
        access,
        record_type=params.record,
        record_id=params.id,
        actor_id=params.user,
        action=params.action,
        before_id=params.cursor,
        limit=params.limit,
    )
    items = [
        {
            "id": entry.id,
            "at": entry.at,
            "by": {"id": entry.actor_id, "name": entry.actor_name, "kind": entry.actor_kind},
            "record": entry.record_type,
            "record_id": entry.record_id,
            "action": entry.action,
            "changes": entry.changes,
            "request_id": entry.request_id,
        }
        for entry in found.items
    ]
    return page_response(items, next=str(found.next) if found.next else None)


@settings_router.get("", operation_id="setting_list", summary="The company's settings")
def list_settings(request: ApiRequest) -> HttpResponse:
    """Every number and switch with its present value and default."""
    permit(request, "settings.configure")
    items = [
        {
            "key": item.setting.key,
            "label": str(item.setting.label),
            "group": str(item.setting.group),
            "type": str(item.setting.type),
            "value": item.value,
            "default": item.setting.default,
        }
        for item in settings_list()
    ]
    return json_response({"items": items})


@settings_router.patch(
    "",
    operation_id="setting_update",
    summary="Change settings",
    description='An object of keys and values: {"leads.private_cap": 80}. All of it or none.',
    response={204: None, 404: Problem, 422: Problem},
)
def update_settings(request: ApiRequest) -> HttpResponse:
    """Validated by the setting's type; audited."""
    access = permit(request, "settings.configure")
    with transaction.atomic():
        for key, value in read_object(request).items():
            set_setting(access, key, value)
    return empty_response()
