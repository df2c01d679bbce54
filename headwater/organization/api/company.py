"""People and departments."""

from django.http import HttpResponse
from ninja import Router

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.organization import services
from headwater.organization.queries import department_tree
from headwater.organization.records import user_values
from headwater.organization.schemas import LeavingOut
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    created_response,
    idempotent,
    json_response,
    read_object,
    record_router,
    record_schema,
)

users = record_router("user", create=False, delete=False, tags=["Users"])
tree = Router(tags=["Departments"])  # stands before the records, whose /{id} would take its address
departments = record_router("department", tags=["Departments"])


def _user(request: ApiRequest, user_id: int) -> dict[str, object]:
    return listing.get(permit(request, "users.view"), record_type("user"), user_id)


@users.post(
    "",
    operation_id="user_create",
    summary="Invite or create a person",
    description="Without `password` the person is invited: the answer has the link as `invitation`, shown "
    "only now. With one they may sign in at once. `roles` are ids or built-in keys.",
    response={201: record_schema(record_type("user")), 403: Problem, 422: Problem},
)
def create_user(request: ApiRequest) -> HttpResponse:
    """Both ways of getting a person into the directory."""
    access = permit(request, "users.create")
    given = read_object(request)
    password = given.pop("password", None)
    if password is not None and not isinstance(password, str):
        raise Invalid.one("password", "value.type", "text")
    values = user_values(access, given)
    if password is not None:
        user = services.create_user(access, password=password, **values)
        row = _user(request, user.pk)
    else:
        user, link = services.invite_user(access, **values)
        row = _user(request, user.pk) | {"invitation": link}
    return created_response(row, location=f"{request.path.rstrip('/')}/{user.pk}", version=user.version)


@users.post(
    "/{user_id}/invitation",
    operation_id="user_invitation",
    summary="Make a new invitation link",
    response={201: dict[str, str], 404: Problem, 409: Problem},
)
def renew_invitation(request: ApiRequest, user_id: RecordId) -> HttpResponse:
    """The earlier link stops working."""
    _invited, link = services.renew_invitation(permit(request, "users.create"), user_id)
    return created_response({"invitation": link})


@users.post(
    "/{user_id}/deactivate",
    operation_id="user_deactivate",
    summary="Deactivate a person",
    description="Sessions, tokens and invitations end at once; `still_owns` counts what to hand over.",
    response={200: LeavingOut, 404: Problem, 409: Problem},
)
def deactivate(request: ApiRequest, user_id: RecordId) -> HttpResponse:
    """Repeating it does nothing."""
    leaving = services.deactivate_user(permit(request, "users.delete"), user_id)
    facts = {"sessions": leaving.sessions, "tokens": leaving.tokens, "still_owns": leaving.still_owns}
    return json_response({"id": user_id, **facts}, version=leaving.user.version)


@users.post(
    "/{user_id}/reactivate",
    operation_id="user_reactivate",
    summary="Let a person back in",
    response={200: record_schema(record_type("user")), 404: Problem, 409: Problem},
)
def reactivate(request: ApiRequest, user_id: RecordId) -> HttpResponse:
    """The old password works again, tokens stay ended."""
    user = services.reactivate_user(permit(request, "users.delete"), user_id)
    return json_response(_user(request, user_id), version=user.version)


@tree.get("", operation_id="department_tree", summary="The whole tree, depth first")
def department_nodes(request: ApiRequest) -> HttpResponse:
    """With the number of active people in and below each department."""
    permit(request, "departments.view")
    nodes = [
        {
            "id": node.id,
            "name": node.name,
            "parent": node.parent_id,
            "depth": node.depth,
            "leader": {"id": node.leader_id, "name": node.leader} if node.leader_id else None,
            "people": node.people,
            "people_below": node.people_below,
        }
        for node in department_tree()
    ]
    return json_response({"items": nodes})


@departments.post(
    "/{department_id}/restore",
    operation_id="department_restore",
    summary="Restore an archived department",
    response={200: record_schema(record_type("department")), 404: Problem, 409: Problem},
)
@idempotent
def restore(request: ApiRequest, department_id: RecordId) -> HttpResponse:
    """Its parent must be in use."""
    department = services.restore_department(permit(request, "departments.delete"), department_id)
    access = permit(request, "departments.view")
    row = listing.get(access, record_type("department"), department_id)
    return json_response(row, version=department.version)
