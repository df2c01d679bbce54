"""The five common endpoints of a record type, made from its description in the catalogue."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, record_type
from headwater.kernel.criteria import Criteria, parse
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.api.idempotent import idempotent
from headwater.platform.api.requests import ApiRequest, RecordId, check_version, read_object
from headwater.platform.api.responses import created_response, empty_response, json_response, page_response
from headwater.platform.api.schemas import Problem, body, input_schema, page_schema, record_schema

_MAX_FILTER = 100_000


class ListParams(Schema):
    """What every list takes."""

    filter: str | None = Field(
        None,
        description='Criteria as JSON: {"all": [{"field": "name", "op": "contains", "value": "x"}]}.',
        max_length=_MAX_FILTER,
    )
    sort: str | None = Field(
        None, description="Fields to sort by, `-` for descending: -created_at,name.", max_length=200
    )
    q: str = Field("", description="Search text: name, company, phone fragment, pinyin.", max_length=200)
    fields: str | None = Field(None, description="Only these fields, separated by commas.", max_length=4000)
    limit: int = Field(50, ge=1, le=listing.MAX_LIMIT)
    cursor: str | None = Field(None, description="`next` of the page before.", max_length=2000)
    total: bool | None = Field(None, description="Count the matches; by default on the first page.")


class OneParams(Schema):
    fields: str | None = Field(None, description="Only these fields, separated by commas.", max_length=4000)


def record_router(
    key: str,
    *,
    list_: bool = True,
    create: bool = True,
    get: bool = True,
    patch: bool = True,
    delete: bool = True,
    tags: list[str] | None = None,
) -> Router:
    """GET list, POST, GET, PATCH and DELETE of a registered record type; add further routes to it.

    The verbs come from the record type; what it does not have is not offered.
    """
    kind = record_type(key)
    router = Router(tags=tags or [kind.plural.replace("_", " ").title()])
    if list_:
        _add_list(router, kind)
    if create and kind.verbs.create is not None:
        _add_create(router, kind)
    if get:
        _add_get(router, kind)
    if patch and kind.verbs.update is not None:
        _add_patch(router, kind)
    if delete and kind.verbs.archive is not None:
        _add_delete(router, kind)
    return router


def _add_list(router: Router, kind: RecordType) -> None:
    @router.get(
        "",
        operation_id=f"{kind.key}_list",
        summary=f"List {_plain(kind.plural)}",
        description=f"{_title(kind)} within your data scope that meet `filter` and `q`, a page at a time.",
        response={200: page_schema(record_schema(kind)), 422: Problem},
    )
    def list_records(request: ApiRequest, params: Query[ListParams]) -> HttpResponse:
        access = permit(request, kind.permission("view"))
        return list_response(access, record_type(kind.key), params)


def list_response(access: Access, kind: RecordType, params: ListParams, **more: Any) -> HttpResponse:
    """A page of records for `ListParams`; `more` goes to `listing` (such as `where`)."""
    criteria = parse_filter(params.filter, kind, access)
    page = listing.fetch(
        access,
        kind,
        criteria=criteria,
        sort=params.sort or None,
        q=params.q,
        fields=parse_fields(params.fields),
        limit=params.limit,
        cursor=params.cursor or None,
        **more,
    )
    total: int | None = None
    if params.total or (params.total is None and not params.cursor):
        total = (
            len(page.rows)
            if page.next is None and not params.cursor
            else listing.count(access, kind, criteria=criteria, q=params.q, **more)
        )
    return page_response(page.rows, next=page.next, total=total, cap=listing.COUNT_CAP)


def parse_filter(raw: str | None, kind: RecordType, access: Access) -> Criteria | None:
    """`filter=` as checked criteria; refuses `Invalid`."""
    if not raw:
        return None
    try:
        decoded = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Invalid.one("filter", "filter.malformed", _("The filter is not valid JSON.")) from None
    return parse(decoded, kind, access)


def parse_fields(raw: str | None) -> list[str] | None:
    """`fields=` as a list; None for all."""
    return None if raw is None else [name.strip() for name in raw.split(",") if name.strip()]


def _add_create(router: Router, kind: RecordType) -> None:
    make = kind.verbs.create
    assert make is not None

    @router.post(
        "",
        operation_id=f"{kind.key}_create",
        summary=f"Create {_article(kind.key)}",
        description="Send an `Idempotency-Key` to be able to repeat the request safely.",
        response={201: record_schema(kind), 409: Problem, 422: Problem},
        openapi_extra=body(input_schema(kind, partial=False)),
    )
    @idempotent
    def create_record(request: ApiRequest) -> HttpResponse:
        access = permit(request, kind.permission("create"))
        record_id = make(access, read_object(request))
        row = _read_back(access, kind, record_id)
        return created_response(
            row, location=f"{request.path.rstrip('/')}/{record_id}", version=row.get("version")
        )


def _read_back(access: Access, kind: RecordType, record_id: int) -> dict[str, Any]:
    # What was made or changed may lie outside what its maker may see; then its id has to do.
    view = kind.permission("view")
    if access.may(view):
        try:
            return listing.get(access.also(view), record_type(kind.key), record_id)
        except NotFound:
            pass
    return {"id": record_id}


def _add_get(router: Router, kind: RecordType) -> None:
    @router.get(
        "/{record_id}",
        operation_id=f"{kind.key}_get",
        summary=f"Get {_article(kind.key)}",
        description="With the `ETag` to send back as `If-Match`.",
        response={200: record_schema(kind), 404: Problem},
    )
    def get_record(request: ApiRequest, record_id: RecordId, params: Query[OneParams]) -> HttpResponse:
        access = permit(request, kind.permission("view"))
        row = listing.get(access, record_type(kind.key), record_id, fields=parse_fields(params.fields))
        return json_response(row, version=row["version"])


def _add_patch(router: Router, kind: RecordType) -> None:
    change = kind.verbs.update
    assert change is not None

    @router.patch(
        "/{record_id}",
        operation_id=f"{kind.key}_update",
        summary=f"Change {_article(kind.key)}",
        description="Only the fields given are changed. With `If-Match` a newer version answers 412.",
        response={200: record_schema(kind), 404: Problem, 409: Problem, 412: Problem, 422: Problem},
        openapi_extra=body(input_schema(kind, partial=True)),
    )
    def change_record(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, kind.permission("edit"))
        change(access, record_id, read_object(request), version=check_version(request))
        row = _read_back(access, kind, record_id)
        return json_response(row, version=row.get("version"))


def _add_delete(router: Router, kind: RecordType) -> None:
    archive = kind.verbs.archive
    assert archive is not None

    @router.delete(
        "/{record_id}",
        operation_id=f"{kind.key}_delete",
        summary=f"Delete {_article(kind.key)}",
        description="It is archived and can be restored for 30 days.",
        response={204: None, 404: Problem, 409: Problem},
    )
    def delete_record(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, kind.permission("delete"))
        if not archive(access, [record_id]):
            raise NotFound(record=kind.key, id=record_id)
        return empty_response()


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _title(kind: RecordType) -> str:
    return _plain(kind.plural).capitalize()


def _article(key: str) -> str:
    word = _plain(key)
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
