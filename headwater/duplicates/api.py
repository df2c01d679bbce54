"""JSON API of duplicates: what the screens do, with the same services."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router
from ninja import Schema as NinjaSchema

from headwater.duplicates import queries, schemas, services
from headwater.duplicates.models import DuplicateRule, Scan
from headwater.duplicates.services.scanning import progress
from headwater.duplicates.types import State
from headwater.kernel.access import permit
from headwater.kernel.catalogue import clean, flatten, record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.text import whole
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
    limit_rate,
)

rules = Router(tags=["Duplicates"])
router = Router(tags=["Duplicates"])


def _rule(rule: DuplicateRule) -> dict[str, Any]:
    names = ("name", "record", "against", "compare", "at_least", "act", "is_active", "version")
    return {"id": rule.pk} | {name: getattr(rule, name) for name in names}


def _scan(scan: Scan) -> dict[str, Any]:
    names = ("started_at", "finished_at", "step", "record", "seen", "compared", "found")
    return {"id": scan.pk, "progress": progress(scan)} | {name: getattr(scan, name) for name in names}


@rules.get("", operation_id="duplicate_rule_list", response=schemas.DuplicateRulesOut, summary="Rules")
def list_rules(request: ApiRequest) -> HttpResponse:
    access = permit(request, "duplicates.configure")
    return json_response({"items": [_rule(rule) for rule in services.all_rules(access)]})


@rules.post(
    "",
    operation_id="duplicate_rule_create",
    response={201: schemas.DuplicateRuleOut, 409: Problem, 422: Problem},
    summary="Add a rule",
)
@idempotent
def create_rule(request: ApiRequest, body: schemas.DuplicateRuleIn) -> HttpResponse:
    rule = services.create_rule(permit(request, "duplicates.configure"), body.dict())
    location = f"{request.path.rstrip('/')}/{rule.pk}"
    return created_response(_rule(rule), location=location, version=rule.version)


@rules.get(
    "/{rule_id}",
    operation_id="duplicate_rule_get",
    response={200: schemas.DuplicateRuleOut, 404: Problem},
    summary="A rule",
)
def show_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    rule = services.get_rule(permit(request, "duplicates.configure"), rule_id)
    return json_response(_rule(rule), version=rule.version)


@rules.patch(
    "/{rule_id}",
    operation_id="duplicate_rule_update",
    response={200: schemas.DuplicateRuleOut, 404: Problem, 412: Problem, 422: Problem},
    summary="Change a rule",
)
def update_rule(request: ApiRequest, rule_id: RecordId, body: schemas.DuplicateRulePatch) -> HttpResponse:
    access = permit(request, "duplicates.configure")
    given = body.dict(exclude_unset=True, exclude_none=True)
    rule = services.update_rule(access, rule_id, given, version=check_version(request))
    return json_response(_rule(rule), version=rule.version)


@rules.delete(
    "/{rule_id}",
    operation_id="duplicate_rule_archive",
    response={204: None, 404: Problem},
    summary="Take a rule out of use",
)
def archive_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    services.archive_rule(permit(request, "duplicates.configure"), rule_id)
    return empty_response()


class SuggestionParams(NinjaSchema):
    record: schemas.RecordKind | None = None
    state: State = State.OPEN
    of: int | None = None
    import_id: int | None = None
    cursor: str = ""
    limit: int = queries.PAGE


@router.get(
    "",
    operation_id="duplicate_list",
    response={200: schemas.LookAlikesOut},
    summary="Pairs that may be the same, the likeliest first",
    description="Only pairs of which you see both records.",
)
def list_suggestions(request: ApiRequest, params: Query[SuggestionParams]) -> HttpResponse:
    access = permit(request, "duplicates.view")
    limit = max(1, min(params.limit, 200))
    found = queries.visible_suggestions(
        access,
        record=params.record or "",
        state=params.state,
        of=params.of,
        import_id=params.import_id,
        after=after(params.cursor),
        limit=limit,
    )
    following = f"{found[-1].percent}.{found[-1].pk}" if len(found) == limit else None
    return json_response({"items": [pair.as_json() for pair in found], "next": following})


class GroupParams(NinjaSchema):
    record: schemas.RecordKind = "lead"
    cursor: str = ""
    limit: int = queries.PAGE


@router.get(
    "/groups",
    operation_id="duplicate_groups",
    response={200: schemas.LookAlikeGroupsOut},
    summary="Open pairs as groups of which every two may be the same",
    description="Up to ten records each, to be merged into one in one step.",
)
def list_groups(request: ApiRequest, params: Query[GroupParams]) -> HttpResponse:
    access = permit(request, "duplicates.view").also(record_type(params.record).permission("view"))
    limit = max(1, min(params.limit, 100))
    groups, following = queries.visible_groups(access, params.record, after=after(params.cursor), limit=limit)
    items = [
        {
            "record": params.record,
            "percent": group.pairs[0].percent,
            "ids": group.ids,
            "records": [
                {"id": side.id, "name": side.name, "owner": side.owner, "created_at": side.created_at}
                for side in group.sides
            ],
        }
        for group in groups
    ]
    cursor = f"{following[0]}.{following[1]}" if following else None
    return json_response({"items": items, "next": cursor})


def after(cursor: str) -> tuple[int, int] | None:
    """Where the page before ended; a cursor that is none begins anew."""
    percent, _dot, pk = cursor.partition(".")
    at = (whole(percent), whole(pk))
    return None if at[0] is None or at[1] is None or at[0] > 100 else (at[0], at[1])


@router.post(
    "/find",
    operation_id="duplicate_find",
    response={200: schemas.SimilarsOut, 422: Problem},
    summary="Which known records look like these values; saves nothing",
)
def find(request: ApiRequest, body: schemas.FindIn) -> HttpResponse:
    kind = record_type(body.record)
    access = permit(request, kind.permission("create"))
    limit_rate("duplicates.find", str(access.user_id), 60)
    cleaned = clean(kind, flatten(body.values), access, partial=True)
    found = services.find_similar(access, body.record, cleaned.fields, against=body.against)
    return json_response({"matches": [similar.as_json() for similar, _score in found[:10]]})


@router.post(
    "/dismiss",
    operation_id="duplicate_dismiss",
    response={200: schemas.DecidedOut, 404: Problem},
    summary="Say that pairs are not the same",
)
def dismiss(request: ApiRequest, body: schemas.SuggestionIds) -> HttpResponse:
    access = permit(request, "duplicates.edit")
    return json_response({"changed": services.dismiss(access, body.ids)})


@router.post(
    "/reopen",
    operation_id="duplicate_reopen",
    response={200: schemas.DecidedOut, 404: Problem},
    summary="Take a dismissal back",
)
def reopen(request: ApiRequest, body: schemas.SuggestionIds) -> HttpResponse:
    access = permit(request, "duplicates.edit")
    return json_response({"changed": services.reopen_suggestions(access, body.ids)})


@router.post(
    "/scan",
    operation_id="duplicate_scan",
    response={202: schemas.ScanOut},
    summary="Look through all records in the background",
)
def scan(request: ApiRequest) -> HttpResponse:
    return json_response(_scan(services.start_scan(permit(request, "duplicates.configure"))), status=202)


@router.get(
    "/scan",
    operation_id="duplicate_scan_get",
    response={200: schemas.ScanOut, 404: Problem},
    summary="How far the latest scan is",
)
def show_scan(request: ApiRequest) -> HttpResponse:
    permit(request, "duplicates.view")
    latest = services.latest_scan()
    if latest is None:
        raise NotFound(record="scan", id=None)
    return json_response(_scan(latest))


ROUTERS = [("/duplicates", router), ("/duplicate-rules", rules)]
