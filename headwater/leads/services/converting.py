"""Conversion: a lead becomes an account, with a contact and an opportunity where wanted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.services import link_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.errors import Closed, NotOwned
from headwater.leads.events import LeadConverted
from headwater.leads.models import Conversion, Lead
from headwater.leads.queries import lock_lead
from headwater.leads.services.following import write_stage
from headwater.leads.services.moving import move
from headwater.leads.types import Place, Stage, Status, Why
from headwater.platform.events import emit
from headwater.sales.services import create_account, create_contact, create_opportunity, merge_consent

# What a lead hands on, by the key it has there. Custom fields of the same name go along.
_TO_ACCOUNT = {
    "industry": "industry",
    "region": "region",
    "address": "address",
    "website": "website",
    "company_size": "company_size",
}
_TO_CONTACT = {
    "name": "name",
    "title": "title",
    "mobile": "mobile",
    "phone": "phone",
    "email": "email",
    "wechat": "wechat",
    "qq": "qq",
    "do_not_call": "do_not_call",
    "do_not_email": "do_not_email",
}

Customer = tuple[int, int | None]  # account and contact


@dataclass(frozen=True, slots=True)
class Converted:
    """The records a lead became."""

    account_id: int
    contact_id: int | None
    opportunity_id: int | None
    is_new: bool  # False when the lead had been converted before


@transaction.atomic
def convert_lead(
    access: Access,
    lead_id: int,
    *,
    account: Mapping[str, Any] | None = None,
    account_id: int | None = None,
    contact: Mapping[str, Any] | bool | None = None,
    contact_id: int | None = None,
    opportunity: Mapping[str, Any] | None = None,
) -> Converted:
    """Make an account of the lead, or join the existing `account_id`; all in one transaction.

    `account`, `contact` and `opportunity` hold values that go before what the lead hands on; `contact`
    False makes none, `contact_id` joins an existing one; an opportunity is made when its values are given.
    Converting again answers with what was made the first time. Refuses with `NotFound`, `NotYours`,
    `NotOwned`, `Closed`, and what the sales services refuse.
    """
    snapshot = lock_lead(access, lead_id)
    known = Conversion.objects.filter(lead_id=lead_id).first()
    if known is not None:
        return Converted(known.account_id, known.contact_id, known.opportunity_id, is_new=False)
    status = Status(snapshot["status"])
    if status.is_closed:
        raise Closed(id=lead_id, status=status.value, label=status.label)
    if not status.is_owned:
        raise NotOwned(id=lead_id, status=status.value)
    lead = Lead.objects.get(id=lead_id)
    account_id, contact_id = _already(lead_id, account, account_id, contact, contact_id)
    account_id = customer_account(access, lead, account, account_id)
    contact_id = customer_contact(access, lead, contact, contact_id, account_id)
    opportunity_id = _opportunity(access, lead, opportunity, account_id, contact_id)

    Conversion.objects.create(
        lead=lead,
        account_id=account_id,
        contact_id=contact_id,
        opportunity_id=opportunity_id,
        at=clock.now(),
        actor_id=access.user_id,
    )
    if lead.stage in (Stage.UQL, Stage.MQL):
        write_stage(access, [snapshot], Stage.SQL)
    move({lead_id: Place.closed(Status.CONVERTED)}, access, why=Why.CONVERTED)
    for record, record_id in (
        ("account", account_id),
        ("contact", contact_id),
        ("opportunity", opportunity_id),
    ):
        if record_id is not None:
            link_history(access, RecordRef(record, record_id), source=RecordRef("lead", lead_id))
    emit(
        LeadConverted(
            lead_id=lead_id, account_id=account_id, contact_id=contact_id, opportunity_id=opportunity_id
        ),
        access,
    )
    return Converted(account_id, contact_id, opportunity_id, is_new=True)


def lead_to_hand_on(lead_id: int) -> Lead:
    """A lead, with all that it hands on to a customer; the caller has locked it."""
    return Lead.objects.get(id=lead_id)


def customer_became(lead_id: int) -> Customer | None:
    """Account and contact that a lead was converted into."""
    made = Conversion.objects.filter(lead_id=lead_id).first()
    return None if made is None else (made.account_id, made.contact_id)


# A room above that has made a customer of an open lead: (account, contact) by the lead's id.
_customers: list[Callable[[int], Customer | None]] = []


def register_customer_of_lead(find: Callable[[int], Customer | None]) -> None:
    """Have conversion join the customer that `find(lead_id)` knows; call it from `registrations.py`."""
    _customers.append(find)


def customer_of(lead_id: int) -> Customer | None:
    """Account and contact that a lead was converted into, or has led to while it is open."""
    return customer_became(lead_id) or _made_above(lead_id)


def _made_above(lead_id: int) -> Customer | None:
    return next((found for find in _customers if (found := find(lead_id)) is not None), None)


def _already(
    lead_id: int,
    account: Mapping[str, Any] | None,
    account_id: int | None,
    contact: Mapping[str, Any] | bool | None,
    contact_id: int | None,
) -> tuple[int | None, int | None]:
    """The chosen records, or those that an open lead has already led to, so that none is made twice."""
    known = _made_above(lead_id)
    if known is None or account_id not in (None, known[0]) or (account_id is None and account):
        return account_id, contact_id
    if contact_id is None and contact is not False:
        contact_id = known[1]
    return known[0], contact_id


def customer_account(
    access: Access, lead: Lead, values: Mapping[str, Any] | None, account_id: int | None
) -> int:
    """The account that a lead becomes: the existing one, or a new one with what the lead hands on."""
    if account_id is not None:
        return _existing(access, "account", account_id, field="account_id")
    handed = {"name": lead.company or lead.name} | _handed(lead, _TO_ACCOUNT, "account")
    return create_account(access.also("accounts.create"), _with_origin(lead, handed, values), why="converted")


def customer_contact(
    access: Access,
    lead: Lead,
    values: Mapping[str, Any] | bool | None,
    contact_id: int | None,
    account_id: int,
) -> int | None:
    """The contact that a lead becomes, or joins with its consent; None where none is wanted."""
    if contact_id is not None:
        found = _existing(access, "contact", contact_id, field="contact_id")
        merge_consent(  # an opt-out travels with the person, also into an existing contact
            access,
            found,
            do_not_call=lead.do_not_call,
            do_not_email=lead.do_not_email,
            consent_basis=lead.consent_basis or None,
            consent_at=lead.consent_at,
            consent_evidence=lead.consent_evidence or None,
        )
        return found
    if values is False:
        return None
    given = values if isinstance(values, Mapping) else {}
    handed = _handed(lead, _TO_CONTACT, "contact") | {"account": account_id}
    made = create_contact(access.also("contacts.create"), _with_origin(lead, handed, given), why="converted")
    if lead.consent_basis:
        merge_consent(
            access,
            made,
            consent_basis=lead.consent_basis,
            consent_at=lead.consent_at,
            consent_evidence=lead.consent_evidence,
        )
    return made


def _opportunity(
    access: Access,
    lead: Lead,
    values: Mapping[str, Any] | None,
    account_id: int,
    contact_id: int | None,
) -> int | None:
    if not values:
        return None
    handed: dict[str, Any] = {"name": lead.company or lead.name, "account": account_id}
    if contact_id is not None:
        handed["contact"] = contact_id
    if lead.budget is not None:
        handed["amount"] = lead.budget
    handed |= _custom(lead, "opportunity")
    return create_opportunity(
        access.also("opportunities.create"), _with_origin(lead, handed, values), why="converted"
    )


def _existing(access: Access, record: str, record_id: int, *, field: str) -> int:
    kind = record_type(record)
    try:
        found = listing.ids_within(access.also(kind.permission("view")), kind, [record_id])
    except OverflowError:
        found = set()
    if record_id not in found:
        raise Invalid.one(field, "value.record", _("There is no such record."))
    return record_id


def _handed(lead: Lead, mapping: Mapping[str, str], record: str) -> dict[str, Any]:
    plain = {there: getattr(lead, here) for here, there in mapping.items()}
    return {key: value for key, value in plain.items() if value not in (None, "")} | _custom(lead, record)


def _custom(lead: Lead, record: str) -> dict[str, Any]:
    known = record_type(record).all_fields
    same = {name: value for name, value in lead.custom.items() if f"custom.{name}" in known}
    return {"custom": same} if same else {}


def _with_origin(lead: Lead, handed: Mapping[str, Any], values: Mapping[str, Any] | None) -> dict[str, Any]:
    origin = {"owner": lead.owner_id, "source": lead.source_id, "campaign": lead.campaign_id}
    merged = {key: value for key, value in origin.items() if value is not None} | dict(handed)
    given = dict(values or {})
    if "custom" in given and "custom" in merged and isinstance(given["custom"], Mapping):
        given["custom"] = {**merged["custom"], **given["custom"]}
    return merged | given


def conversion_of(access: Access, lead_id: int) -> Conversion:
    """What a lead the actor sees became; `NotFound` when it was not converted."""
    listing.get(access, record_type("lead"), lead_id, fields=["name"])
    found = (
        Conversion.objects.select_related("account", "contact", "opportunity").filter(lead_id=lead_id).first()
    )
    if found is None:
        raise NotFound(record="lead", id=lead_id)
    return found
