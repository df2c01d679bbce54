"""JSON API of routing: what the screens do, with the same services."""

import dataclasses
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.leads.dispatching import suggestions
from headwater.leads.mailing.words import sentence as mail_sentence
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
from headwater.routing import schemas, services
from headwater.routing.content import flaws, read_content
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.queries import decisions as decided
from headwater.routing.queries.fairness import fairness
from headwater.routing.queries.rules import all_rules, get_rule
from headwater.routing.services.facts import read_territories
from headwater.routing.wording import sentence

rules = Router(tags=["Routing"])
decisions = Router(tags=["Routing"])
routing = Router(tags=["Routing"])


def _rule(rule: RoutingRule) -> dict[str, Any]:
    try:
        warnings = [{"code": flaw.code, "text": flaw.text} for flaw in flaws(read_content(rule.content))]
    except Invalid as refused:
        warnings = [{"code": item["code"], "text": item["detail"]} for item in refused.fields.values()]
    return {
        "id": rule.pk,
        "name": rule.name,
        "position": rule.position,
        "is_active": rule.is_active,
        "version": rule.number,
        "content": rule.content,
        "warnings": warnings,
    }


def _content(body: schemas.RoutingRuleContent) -> dict[str, Any]:
    return {key: value for key, value in body.model_dump().items() if value is not None}


@rules.get(
    "", operation_id="routing_rule_list", response=schemas.RoutingRulesOut, summary="Rules in their order"
)
def list_rules(request: ApiRequest) -> HttpResponse:
    access = permit(request, "routing.configure")
    return json_response({"items": [_rule(rule) for rule in all_rules(access)]})


@rules.post(
    "",
    operation_id="routing_rule_create",
    response={201: schemas.RoutingRuleOut, 422: Problem},
    summary="Add a rule at the end",
)
@idempotent
def create_rule(request: ApiRequest, body: schemas.RoutingRuleIn) -> HttpResponse:
    access = permit(request, "routing.configure")
    rule = services.create_rule(
        access, name=body.name, content=_content(body.content), is_active=body.is_active, note=body.note
    )
    return created_response(
        _rule(rule), location=f"{request.path.rstrip('/')}/{rule.pk}", version=rule.number
    )


@rules.post("/order", operation_id="routing_rule_order", response={204: None}, summary="Put rules in order")
def order_rules(request: ApiRequest, body: schemas.RoutingOrderIn) -> HttpResponse:
    services.order_rules(permit(request, "routing.configure"), body.ids)
    return empty_response()


@rules.get(
    "/{rule_id}",
    operation_id="routing_rule_get",
    response={200: schemas.RoutingRuleOut, 404: Problem},
    summary="A rule",
)
def show_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    rule = get_rule(permit(request, "routing.configure"), rule_id)
    return json_response(_rule(rule), version=rule.number)


@rules.patch(
    "/{rule_id}",
    operation_id="routing_rule_update",
    response={200: schemas.RoutingRuleOut, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
    summary="Save the next version of a rule, or switch it",
)
def update_rule(request: ApiRequest, rule_id: RecordId, body: schemas.RoutingRulePatch) -> HttpResponse:
    access = permit(request, "routing.configure")
    services.update_rule(
        access,
        rule_id,
        name=body.name,
        content=None if body.content is None else _content(body.content),
        expected=check_version(request),
        note=body.note,
    )
    if body.is_active is not None:
        services.switch_rule(access, rule_id, on=body.is_active)
    rule = get_rule(access, rule_id)
    return json_response(_rule(rule), version=rule.number)


@rules.delete(
    "/{rule_id}",
    operation_id="routing_rule_delete",
    response={204: None, 404: Problem},
    summary="Take a rule out of use",
)
def archive_rule(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    services.archive_rule(permit(request, "routing.configure"), rule_id)
    return empty_response()


@rules.get(
    "/{rule_id}/versions",
    operation_id="routing_rule_versions",
    response={200: schemas.RoutingVersionsOut, 404: Problem},
    summary="Every version of a rule",
)
def rule_versions(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    rule = get_rule(permit(request, "routing.configure"), rule_id)
    return json_response({"items": [dataclasses.asdict(item) for item in versions_of(VERSIONS, rule.pk)]})


@rules.post(
    "/{rule_id}/restore",
    operation_id="routing_rule_restore",
    response={200: schemas.RoutingRuleOut, 404: Problem, 412: Problem},
    summary="Let an old version apply again, as a new one",
)
def restore_rule(request: ApiRequest, rule_id: RecordId, body: schemas.RestoreIn) -> HttpResponse:
    access = permit(request, "routing.configure")
    rule = services.restore_version(access, rule_id, body.version, expected=check_version(request))
    return json_response(_rule(rule), version=rule.number)


@decisions.get(
    "", operation_id="decision_list", response=schemas.DecisionsOut, summary="Decisions, newest first"
)
def list_decisions(request: ApiRequest, params: Query[schemas.DecisionParams]) -> HttpResponse:
    access = permit(request, "leads.view")
    found = decided.decisions(access, lead_id=params.lead, rule_id=params.rule, before=params.before)
    more = found[-1]["id"] if len(found) == decided.PAGE else None
    return json_response({"items": [_decision(row) for row in found], "next": more})


@decisions.get(
    "/{decision_id}",
    operation_id="decision_get",
    response={200: schemas.DecisionOut, 404: Problem},
    summary="Why a lead went where it went",
)
def show_decision(request: ApiRequest, decision_id: RecordId) -> HttpResponse:
    return json_response(_decision(decided.get_decision(permit(request, "leads.view"), decision_id)))


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: item for key, item in row.items() if key in schemas.DecisionOut.model_fields}
    mail = row["mail"] and row["mail"] | {"sentence": mail_sentence(row["mail"])}
    return kept | {"sentence": sentence(row), "mail": mail}


@routing.post(
    "/preview",
    operation_id="routing_preview",
    response={200: schemas.RoutingPreviewOut, 422: Problem},
    summary="What a rule would do on today's leads, before it is saved",
)
def preview(request: ApiRequest, body: schemas.RoutingPreviewIn) -> HttpResponse:
    access = permit(request, "routing.configure")
    return json_response(services.preview(access, _content(body.content), rule_id=body.rule).as_json())


@routing.post(
    "/dispatch",
    operation_id="routing_dispatch",
    response=schemas.AskedOut,
    summary="Have the rules look at pooled leads now",
)
def dispatch(request: ApiRequest, body: schemas.LeadsIn) -> HttpResponse:
    access = permit(request, "leads.assign")
    return json_response({"asked": services.ask_dispatch(access, _sane(body.ids))})


@routing.post(
    "/suggestions",
    operation_id="routing_suggestions",
    response=schemas.SuggestionsOut,
    summary="The best three people for these leads, with reasons",
)
def suggest(request: ApiRequest, body: schemas.LeadsIn) -> HttpResponse:
    access = permit(request, "leads.assign")
    found = suggestions(access, _sane(body.ids))
    return json_response(
        {
            "items": [
                {
                    "id": one.user_id,
                    "name": one.name,
                    "reasons": list(one.reasons),
                    "held": one.held,
                    "cap": one.cap,
                }
                for one in found
            ]
        }
    )


def _sane(ids: list[int]) -> list[int]:
    return [item for item in ids if 0 < item < 2**63]


@routing.get("/territories", operation_id="territory_list", response=schemas.TerritoriesOut,
             summary="Who serves what")  # fmt: skip
def list_territories(request: ApiRequest) -> HttpResponse:
    permit(request, "routing.configure")
    found = read_territories().by_user
    return json_response(
        {"items": [_territory(user_id, fields) for user_id, fields in sorted(found.items())]}
    )


@routing.put(
    "/territories/{user_id}",
    operation_id="territory_set",
    response={200: schemas.TerritoryOut, 404: Problem, 422: Problem},
    summary="Say what a person serves",
)
def put_territory(request: ApiRequest, user_id: RecordId, body: schemas.TerritoryIn) -> HttpResponse:
    services.set_territory(permit(request, "routing.configure"), user_id, body.fields)
    return json_response(_territory(user_id, read_territories([user_id]).by_user.get(user_id, {})))


def _territory(user_id: int, fields: Any) -> dict[str, Any]:
    return {"user_id": user_id, "fields": {key: sorted(values) for key, values in fields.items()}}


@routing.get(
    "/waiting",
    operation_id="routing_waiting",
    response=schemas.WaitingsOut,
    summary="Leads that wait for opening, completion or a person",
)
def list_waiting(request: ApiRequest) -> HttpResponse:
    access = permit(request, "routing.configure").also("leads.view")
    return json_response({"items": [dataclasses.asdict(one) for one in decided.waiting_leads(access)]})


@routing.get(
    "/fairness",
    operation_id="routing_fairness",
    response=schemas.FairnessOut,
    summary="Share, grade mix, first response and result of each person under each rule",
)
def fairness_report(request: ApiRequest, params: Query[schemas.FairnessParams]) -> HttpResponse:
    access = permit(request, "routing.configure")
    until = clock.now()
    found = fairness(access, until - timedelta(days=params.days), until, rule_id=params.rule)
    return json_response({"items": [dataclasses.asdict(one) for one in found]})


ROUTERS = [("/routing-rules", rules), ("/decisions", decisions), ("/routing", routing)]
