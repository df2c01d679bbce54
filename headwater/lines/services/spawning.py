"""A lead of one line leads to an opportunity of another: once, with its own owner, the lead as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.services import link_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Invalid
from headwater.leads.errors import Closed
from headwater.leads.models import Lead
from headwater.leads.queries import lock_lead, lock_leads
from headwater.leads.services.converting import (
    customer_account,
    customer_became,
    customer_contact,
    lead_to_hand_on,
)
from headwater.leads.types import CONTACT_METHODS, Status
from headwater.lines.content import business_lines
from headwater.lines.errors import SameLine
from headwater.lines.events import LineSpawned
from headwater.lines.models import CrossLineRule, LineSpawn
from headwater.lines.queries import active_rules, leads_meant, line_label
from headwater.lines.services.choosing import choose_owner
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.duplicates import accounts_for_match, find_duplicates
from headwater.sales.queries.pipelines import pipelines
from headwater.sales.services import create_opportunity


@dataclass(frozen=True, slots=True)
class Spawned:
    """The opportunity, and the customer it belongs to."""

    id: int
    opportunity_id: int
    account_id: int
    contact_id: int | None
    owner_id: int
    is_new: bool  # False when the lead had led to one in this line before


@transaction.atomic
def spawn_by_hand(
    access: Access,
    lead_id: int,
    line: str,
    *,
    owner_id: int | None = None,
    pipeline_id: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Spawned:
    """Start an opportunity for another line from a lead that the actor works on.

    Without an owner the rules of that line name one, else the actor. Once more answers with the first one,
    unless that has been archived.
    Refuses with `NotFound`, `NotYours`, `Closed` (invalid leads), `SameLine` and `Invalid`.
    """
    lock_lead(access, lead_id)
    lead = lead_to_hand_on(lead_id)
    if line not in {str(choice.value) for choice in business_lines()}:
        raise Invalid.one("line", "value.choice", _("Choose a business line."))
    before = LineSpawn.objects.select_related("opportunity").filter(lead_id=lead_id, line=line).first()
    if before is not None and before.opportunity.archived_at is None:
        return _told(before)
    _may_spawn(lead, line)
    if pipeline_id is not None and pipeline_id not in {one.id for one in pipelines()}:
        raise Invalid.one("pipeline_id", "value.record", _("There is no such pipeline."))
    if owner_id is not None and not active_ids([owner_id]):
        raise Invalid.one("owner_id", "value.record", _("There is no such person, or they have left."))
    if owner_id is None:
        owner_id = _owner_by_rules(lead, line) or access.user_id
    if owner_id is None:
        raise Invalid.one("owner_id", "value.required", _("This is required."))
    return _spawn(access, lead, line, owner_id, pipeline_id, values=values, before=before)


@transaction.atomic
def spawn_by_rule(lead_id: int, rule_id: int, activity_ids: Sequence[int] = ()) -> Spawned | None:
    """What a rule does with a lead it means; None when it no longer means it.

    The lead is locked before it is looked at again, so of several workers one spawns.
    """
    access = system_access("lines")
    found = lead_to_hand_on(lead_id) if lock_leads(access, [lead_id]) else None
    rule = (
        CrossLineRule.objects.select_for_update(no_key=True)
        .filter(pk=rule_id, is_active=True, archived_at__isnull=True)
        .first()
    )
    content = next((content for one, content in active_rules() if one.pk == rule_id), None)
    if found is None or rule is None or content is None or not leads_meant(content, [lead_id], activity_ids):
        return None
    owner_id = choose_owner(rule, content, found)
    return _spawn(access, found, content.line, owner_id, content.pipeline_id, rule=rule)


def _owner_by_rules(lead: Lead, line: str) -> int | None:
    for rule, content in active_rules():
        if content.line == line:
            locked = CrossLineRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
            return choose_owner(locked, content, lead)
    return None


def _told(one: LineSpawn) -> Spawned:
    return Spawned(one.pk, one.opportunity_id, one.account_id, one.contact_id, one.owner_id, is_new=False)


def _may_spawn(lead: Lead, line: str) -> None:
    if lead.business_line == line:
        raise SameLine(line=line_label(line))
    if lead.status == Status.INVALID:
        raise Closed(id=lead.pk, status=lead.status, label=Status.INVALID.label)


def _spawn(
    access: Access,
    lead: Lead,
    line: str,
    owner_id: int,
    pipeline_id: int | None,
    *,
    rule: CrossLineRule | None = None,
    values: Mapping[str, Any] | None = None,
    before: LineSpawn | None = None,
) -> Spawned:
    # Who starts it need not be able to create records of people in another line: the house does.
    house = system_access("lines")
    account_id, contact_id = _customer(house, lead, owner_id)
    name = f"{lead.company or lead.name} · {line_label(line)}"[:200]
    origin = {"source": lead.source_id, "campaign": lead.campaign_id, "contact": contact_id}
    given = {key: value for key, value in (values or {}).items() if value not in (None, "")}
    opportunity_id = create_opportunity(
        house,
        {"name": name}
        | {key: value for key, value in origin.items() if value is not None}
        | given
        | {
            "account": account_id,
            "owner": owner_id,
            "business_line": line,
            "pipeline": _pipeline(pipeline_id, line),
        },
    )
    spawn = LineSpawn(
        pk=None if before is None else before.pk,  # in the place of one that was put away
        lead=lead,
        line=line,
        opportunity_id=opportunity_id,
        account_id=account_id,
        contact_id=contact_id,
        owner_id=owner_id,
        rule=rule,
        rule_version=None if rule is None else rule.number,
        at=clock.now(),
        actor_id=access.user_id,
    )
    spawn.save()
    source = RecordRef("lead", lead.pk)
    for record, record_id in (
        ("account", account_id),
        ("contact", contact_id),
        ("opportunity", opportunity_id),
    ):
        if record_id is not None:
            link_history(access, RecordRef(record, record_id), source=source)
    changes: dict[str, list[Any]] = {"opportunity": [None, opportunity_id], "business_line": [None, line]}
    if rule is not None:
        changes["rule"] = [None, f"{rule.name} v{rule.number}"]
    audit.record(access, "lead", lead.pk, "spawn", changes)
    emit(
        LineSpawned(
            spawn_id=spawn.pk,
            lead_id=lead.pk,
            line=line,
            opportunity_id=opportunity_id,
            account_id=account_id,
            owner_id=owner_id,
            rule_id=None if rule is None else rule.pk,
        ),
        access,
    )
    return Spawned(spawn.pk, opportunity_id, account_id, contact_id, owner_id, is_new=True)


def _pipeline(pipeline_id: int | None, line: str) -> int:
    """The chosen pipeline while it is in use, else that of the line, else the default one."""
    known = pipelines()
    chosen = [one.id for one in known if one.id == pipeline_id]
    return (chosen or [one.id for one in known if one.business_line == line] or [known[0].id])[0]


def customer_of_lead(lead_id: int) -> tuple[int, int | None] | None:
    """Account and contact that an open lead has led to already, as far as they are in use."""
    spawns = LineSpawn.objects.select_related("contact").filter(lead_id=lead_id, account__archived_at=None)
    spawn = spawns.order_by("id").first()
    if spawn is None:
        return None
    is_known = spawn.contact is not None and spawn.contact.archived_at is None
    return spawn.account_id, spawn.contact_id if is_known else None


def _customer(house: Access, lead: Lead, owner_id: int) -> tuple[int, int | None]:
    """What the lead became, or led to before, or a known customer with its numbers or name; else a new one.

    A person known by a number is taken only together with their account, so nobody changes company here.
    """
    before = customer_became(lead.pk) or customer_of_lead(lead.pk)
    if before is not None:
        return before
    methods = {key: value for key in CONTACT_METHODS if (value := getattr(lead, key, None))}
    account_id: int | None = None
    contact_id: int | None = None
    for match in find_duplicates(house, methods=methods):
        if match.record == "contact" and match.account_id is not None and match.similarity >= 100:
            account_id, contact_id = match.account_id, match.id
            break
    if account_id is None:
        alike = accounts_for_match(house, company=lead.company or None, methods=methods)
        sure = [one for one in alike if one.record == "account" and one.similarity >= 100]
        account_id = sure[0].id if sure else None
    owner = {"owner": lead.owner_id or owner_id}
    account_id = customer_account(house, lead, owner, account_id)
    contact_id = customer_contact(house, lead, owner, contact_id, account_id)
    return account_id, contact_id
