"""JSON API of business lines: what the screens do, with the same services."""

import dataclasses
from typing import Any

from django.http import HttpResponse
from ninja import Router

from headwater.kernel.access import permit
from headwater.lines import queries, schemas, services
from headwater.lines.models import VERSIONS, CrossLineRule
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
)
from headwater.platform.versions import versions_of

rules = Router(tags=["Business lines"])
leads = Router(tags=["Business lines"])


def _rule(rule: CrossLineRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "name": rule.name,
        "is_active": rule.is_active,
        "version": rule.number,
        "content": rule.content,
    }


@rules.get(
    "", operation_id="line_rule_list", response=schemas.LineRulesOut, summary="Rules, the oldest first"
)
def list_rules(request: ApiRequest) -> HttpResponse:
    access = permit(request, "lines.configure")
    return json_response({"items": [_rule(rule) for rule in queries.all_rules(access)]})


@rules.post(
    "",
    operation_id="line_rule_create",
    response={201: schemas.LineRuleOut, 422: Problem},
    summary="Add a rule",
)
@idempotent
def create_rule(request: ApiRequest, body: schemas.LineRuleIn) -> HttpResponse:
    access = permit(request, "lines.configure")
    rule = services.create_rule(
        access, name=body.name, content=body.content.model_dump(), is_active=body.is_active, note=body.note
    )
    return created_response(
        _rule(rule), location=f"{request.path.rstrip('/')}/{rule.pk}", version=rule.number
    )


@rules.post(
    "/preview",
    operation_id="line_rule_preview",
    response={200: schemas.LinePreviewOut, 422: Problem},
    summary="How many of today's open leads a rule means; saves nothing",
)
def preview(request: ApiRequest, body: schemas.LinePreviewIn) -> HttpResponse:
    access = permit(request, "lines.configure")
    return json_response(dataclasses.asdict(queries.preview(access, body.content.model_dump())))


@rules.get(
    "/{rule_id}",
    operation_id="line_rule_get",
    response={200: schemas.LineRuleOut, 404: Problem},
    summary="A rule",
)
def show_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    rule = queries.get_rule(permit(request, "lines.configure"), rule_id)
    return json_response(_rule(rule), version=rule.number)


@rules.patch(
    "/{rule_id}",
    operation_id="line_rule_update",
    response={200: schemas.LineRuleOut, 404: Problem, 412: Problem, 422: Problem},
    summary="Save the next version of a rule, or switch it",
)
def update_rule(request: ApiRequest, rule_id: RecordId, body: schemas.LineRulePatch) -> HttpResponse:
    access = permit(request, "lines.configure")
    services.update_rule(
        access,
        rule_id,
        name=body.name,
        content=None if body.content is None else body.content.model_dump(),
        expected=check_version(request),
        note=body.note,
    )
    if body.is_active is not None:
        services.switch_rule(access, rule_id, on=body.is_active)
    rule = queries.get_rule(access, rule_id)
    return json_response(_rule(rule), version=rule.number)


@rules.delete(
    "/{rule_id}", operation_id="line_rule_archive", response={204: None}, summary="Take a rule out of use"
)
def archive_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    services.archive_rule(permit(request, "lines.configure"), rule_id)
    return empty_response()


@rules.get(
    "/{rule_id}/versions",
    operation_id="line_rule_versions",
    response={200: schemas.LineVersionsOut, 404: Problem},
    summary="Every version, the latest first",
)
def versions(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    queries.get_rule(permit(request, "lines.configure"), rule_id)
    names = ("number", "at", "author_id", "note", "content")
    found = versions_of(VERSIONS, rule_id)
    return json_response({"items": [{name: getattr(item, name) for name in names} for item in found]})


@rules.post(
    "/{rule_id}/restore",
    operation_id="line_rule_restore",
    response={200: schemas.LineRuleOut, 404: Problem, 412: Problem},
    summary="Let an old version apply again",
)
def restore(request: ApiRequest, rule_id: RecordId, body: schemas.RestoreIn) -> HttpResponse:
    access = permit(request, "lines.configure")
    rule = services.restore_version(access, rule_id, body.version, expected=check_version(request))
    return json_response(_rule(rule), version=rule.number)


@leads.get(
    "/{lead_id}/lines",
    operation_id="lead_lines",
    response={200: schemas.LeadLinesOut, 404: Problem},
    summary="Opportunities that the lead led to in other lines",
)
def lead_lines(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.view")
    return json_response({"items": queries.spawns_of(access, lead_id)})


@leads.post(
    "/{lead_id}/spawn",
    operation_id="lead_spawn",
    response={200: schemas.SpawnedOut, 201: schemas.SpawnedOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Start an opportunity for another line; the lead stays as it is",
)
@idempotent
def spawn(request: ApiRequest, lead_id: RecordId, body: schemas.SpawnIn) -> HttpResponse:
    access = permit(request, "leads.spawn")
    made = services.spawn_by_hand(
        access,
        lead_id,
        body.line,
        owner_id=body.owner_id,
        pipeline_id=body.pipeline_id,
        values={"name": body.name, "amount": body.amount, "note": body.note},
    )
    return json_response(dataclasses.asdict(made), status=201 if made.is_new else 200)


ROUTERS = [("/line-rules", rules), ("/leads", leads)]
