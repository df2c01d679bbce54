"""JSON API of recycling: rules, their preview and versions, progress, and the deadline of one lead."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from ninja import Router

from headwater.kernel.access import permit
from headwater.kernel.errors import NotFound
from headwater.leads import recycle_schemas as schemas
from headwater.leads.services.deadlines import Explained, explain_deadlines
from headwater.leads.services.previewing import Preview, preview_rule
from headwater.leads.services.protecting import protect_lead, unprotect_lead
from headwater.leads.services.recalculating import (
    archive_recycle_rule,
    latest_recalculation,
    order_recycle_rules,
    save_recycle_rule,
)
from headwater.platform.api import ApiRequest, RecordId, idempotent, json_response
from headwater.platform.versions import versions_of
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import KIND, content_of, get_rule, rules_in_order

rules = Router(tags=["recycle-rules"])
deadlines = Router(tags=["leads"])


def _values(body: schemas.SaveIn) -> dict[str, Any]:
    given = body.dict(exclude_unset=True)
    return {key: value for key, value in given.items() if key not in ("version", "note", "rule")}


def _rule(rule: RecycleRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "version": rule.version,
        "label": rule.label,
        "changed_at": rule.changed_at,
        "spares_until": rule.spares_until,
        "content": content_of(rule),
    }


@rules.get(
    "", operation_id="recycle_rules", response=schemas.RecycleRulesOut, summary="All rules, in their order"
)
def list_rules(request: ApiRequest) -> HttpResponse:
    permit(request, "pools.configure")
    return json_response({"items": [_rule(rule) for rule in rules_in_order()]})


@rules.post("", operation_id="recycle_rule_create", response=schemas.RecycleRuleOut, summary="Make a rule")
@idempotent
def create_rule(request: ApiRequest, body: schemas.SaveIn) -> HttpResponse:
    access = permit(request, "pools.configure")
    made = save_recycle_rule(access, _values(body), note=body.note)
    return json_response(_rule(made), status=201)


@rules.post("/preview", operation_id="recycle_rule_preview", response=schemas.RecyclePreviewOut,
            summary="Who would lose what and when; saves nothing")  # fmt: skip
def preview(request: ApiRequest, body: schemas.RecyclePreviewIn) -> HttpResponse:
    access = permit(request, "pools.configure")
    found = preview_rule(access, _values(body), rule_id=body.rule, version=body.version)
    return json_response(preview_json(found))


def preview_json(found: Preview) -> dict[str, Any]:
    return asdict(found) | {"losses": found.losses, "losses_before": found.losses_before}


@rules.post("/order", operation_id="recycle_rules_order", response=schemas.RecycleRulesOut,
            summary="Set the order in which rules are tried")  # fmt: skip
def order(request: ApiRequest, body: schemas.RecycleOrderIn) -> HttpResponse:
    access = permit(request, "pools.configure")
    order_recycle_rules(access, body.ids)
    return list_rules(request)


@rules.get("/progress", operation_id="recycle_rules_progress", response=schemas.ProgressOut,
           summary="How far the leads have been brought under the last change")  # fmt: skip
def progress(request: ApiRequest) -> HttpResponse:
    permit(request, "pools.configure")
    found = latest_recalculation()
    if found is None:
        raise NotFound(record="recalculation", id=None)
    names = ("id", "rule", "started_at", "finished_at", "total", "seen", "changed")
    return json_response({name: getattr(found, name) for name in names})


@rules.get("/{rule_id}", operation_id="recycle_rule", response=schemas.RecycleRuleOut, summary="One rule")
def one(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    permit(request, "pools.configure")
    return json_response(_rule(get_rule(rule_id)))


@rules.patch("/{rule_id}", operation_id="recycle_rule_change", response=schemas.RecycleRuleOut,
             summary="Change a rule; the leads follow in the background")  # fmt: skip
def change(request: ApiRequest, rule_id: RecordId, body: schemas.SaveIn) -> HttpResponse:
    access = permit(request, "pools.configure")
    saved = save_recycle_rule(access, _values(body), rule_id=rule_id, version=body.version, note=body.note)
    return json_response(_rule(saved))


@rules.delete("/{rule_id}", operation_id="recycle_rule_archive", response={204: None},
              summary="Take a rule away")  # fmt: skip
def archive(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    access = permit(request, "pools.configure")
    archive_recycle_rule(access, rule_id)
    return HttpResponse(status=204)


@rules.get("/{rule_id}/versions", operation_id="recycle_rule_versions", response=schemas.RecycleVersionsOut,
           summary="Every version with author, moment and note, the latest first")  # fmt: skip
def versions(request: ApiRequest, rule_id: RecordId) -> HttpResponse:
    permit(request, "pools.configure")
    get_rule(rule_id)
    found = versions_of(KIND, rule_id)
    names = ("number", "content", "author_id", "at", "note")
    return json_response({"items": [{name: getattr(item, name) for name in names} for item in found]})


@deadlines.get("/{lead_id}/deadline", operation_id="lead_deadline", response=schemas.DeadlineOut,
               summary="When the lead goes back to its pool, and why")  # fmt: skip
def deadline(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.view")
    return json_response(_explained(explain_deadlines(access, lead_id)))


@deadlines.post("/{lead_id}/protect", operation_id="lead_protect", response=schemas.DeadlineOut,
                summary="Keep the lead from being taken back until a day")  # fmt: skip
def protect(request: ApiRequest, lead_id: RecordId, body: schemas.ProtectIn) -> HttpResponse:
    access = permit(request, "leads.protect")
    protect_lead(access, lead_id, body.until, reason=body.reason)
    return json_response(_explained(explain_deadlines(access.also("leads.view"), lead_id)))


@deadlines.post("/{lead_id}/unprotect", operation_id="lead_unprotect", response=schemas.DeadlineOut,
                summary="Let the rules have the lead again")  # fmt: skip
def unprotect(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.protect")
    unprotect_lead(access, lead_id)
    return json_response(_explained(explain_deadlines(access.also("leads.view"), lead_id)))


def _explained(found: Explained) -> dict[str, Any]:
    known = found.deadlines
    always = {"protected_until": found.lead["protected_until"], "rounds": found.lead["rounds"]}
    if known is None:
        empty = ("rule", "base", "first_response_due_at", "follow_due_at", "recycle_due_at")
        flags = ("is_exempt", "protects", "spares")
        return always | dict.fromkeys(empty) | dict.fromkeys(flags, False) | {"cause": "", "periods": []}
    return always | {
        "rule": known.rule.label,
        "base": known.base,
        "cause": known.cause,
        "first_response_due_at": known.response_due_at,
        "follow_due_at": known.follow_due_at,
        "recycle_due_at": known.recycle_due_at,
        "is_exempt": known.is_exempt,
        "protects": known.protects,
        "spares": known.spares,
        "periods": [asdict(period) for period in known.periods],
    }
