"""JSON API of pools."""

from django.http import HttpResponse

from headwater.kernel.access import permit
from headwater.platform.api import ApiRequest, RecordId, json_response, record_router
from headwater.pools import schemas, services
from headwater.pools.queries import get_pool, members_of

router = record_router("pool")


@router.get("/{pool_id}/members", operation_id="pool_members", response=schemas.MembersOut,
            summary="Who may see, claim and administer")  # fmt: skip
def members(request: ApiRequest, pool_id: RecordId) -> HttpResponse:
    access = permit(request, "pools.view")
    pool = get_pool(access, pool_id)
    return json_response(
        {
            "members": [
                {
                    "kind": item.kind,
                    "id": item.user_id or item.department_id or item.role_id,
                    "name": str(getattr(item, item.kind).name) if item.kind != "everyone" else "",
                    "is_admin": item.is_admin,
                }
                for item in members_of(pool.pk)
            ]
        }
    )


@router.put("/{pool_id}/members", operation_id="pool_set_members", response=schemas.MembersOut,
            summary="Set the members")  # fmt: skip
def set_members(request: ApiRequest, pool_id: RecordId, body: schemas.MembersIn) -> HttpResponse:
    access = permit(request, "pools.configure")
    services.update_pool(access, pool_id, {"members": [item.dict() for item in body.members]})
    return members(request, pool_id)


ROUTERS = [("/pools", router)]
