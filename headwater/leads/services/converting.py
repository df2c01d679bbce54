"""Conversion: a lead becomes an account, with a contact and opportunities where wanted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.services import link_history
from headwater.engagement.types import RecordRef
from headwater.kernel import clock, listing
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import flatten, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import rows
from headwater.leads.errors import Closed, NotOwned
from headwater.leads.events import LeadConverted
from headwater.leads.models import Conversion, Lead
from headwater.leads.other_lines import start_in_line
from headwater.leads.queries import Snapshot, lock_lead
from headwater.leads.services.following import write_stage
from headwater.leads.services.handing_on import Baggage, LeftOut
from headwater.leads.services.hanging import hanging
from headwater.leads.services.moving import move
from headwater.leads.types import CONTACT_METHODS, Place, Stage, Status, Why
from headwater.platform.events import emit
from headwater.sales.duplicates import find_duplicates
from headwater.sales.services import (
    account_of_contact,
    create_account,
    create_contact,
    create_opportunity,
    join_account,
    merge_consent,
)

Customer = tuple[int, int | None]  # account and contact
MOST_OPPORTUNITIES = 10


@dataclass(frozen=True, slots=True)
class Converted:
    """The records a lead became."""

    account_id: int
    contact_id: int | None
    opportunity_id: int | None  # the lead's own
    opportunity_ids: tuple[int, ...] = ()  # with those of other lines
    is_new: bool = True  # False when the lead had been converted before
    left_out: tuple[LeftOut, ...] = ()  # mapped values that did not fit


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
    opportunities: Sequence[Mapping[str, Any]] = (),
) -> Converted:
    """Make an account of the lead, or join the existing `account_id`; all in one transaction.

    `account`, `contact` and each of `opportunities` (`opportunity` is the first) hold values that go before
    what the lead hands on; `contact` False makes none, `contact_id` joins an existing one. An opportunity of
    another `business_line` than the lead's goes by the rules of that line. Converting again answers with
    what was made the first time. Refuses with `NotFound`, `NotYours`, `NotOwned`, `Closed`, `Invalid`, and
    what the sales services refuse.
    """
    snapshot = lock_lead(access, lead_id)
    known = Conversion.objects.filter(lead_id=lead_id).first()
    if known is not None:
        return _before(known)
    status = Status(snapshot["status"])
    if status.is_closed:
        raise Closed(id=lead_id, status=status.value, label=status.label)
    if not status.is_owned:
        raise NotOwned(id=lead_id, status=status.value)
    lead = Lead.objects.get(id=lead_id)
    given = [opportunity, *opportunities] if opportunity else opportunities
    wanted = _by_line(lead, [flatten(one) for one in given])
    was = _as_it_was(snapshot, lead)
    baggage = Baggage(access, lead)
    account_id, contact_id = _already(was["customer"], account, account_id, contact, contact_id)
    if contact_id is not None and account_id is None and not account:
        account_id = account_of_contact(contact_id)
    is_known = {"account": account_id is not None, "contact": contact_id is not None}
    account_id = _account(access, baggage, account, account_id)
    contact_id = _contact(access, baggage, contact, contact_id, account_id)
    own = [values for values in wanted if not _is_of_another_line(lead, values, wanted)]
    made = [_opportunity(access, baggage, values, account_id, contact_id) for values in own]

    conversion = Conversion.objects.create(
        lead=lead,
        account_id=account_id,
        contact_id=contact_id,
        opportunity_id=made[0] if made else None,
        opportunity_ids=made,
        before=was,
        left_out=[one.as_json() for one in baggage.left_out],
        at=clock.now(),
        actor_id=access.user_id,
    )
    if lead.stage in (Stage.UQL, Stage.MQL):
        write_stage(access, [snapshot], Stage.SQL)
    move({lead_id: Place.closed(Status.CONVERTED)}, access, why=Why.CONVERTED)
    became = [("account", account_id), ("contact", contact_id), *(("opportunity", one) for one in made)]
    for record, record_id in became:
        if record_id is not None:
            link_history(access, RecordRef(record, record_id), source=RecordRef("lead", lead_id))
    everywhere = list(made)
    for values in wanted:
        if values not in own:
            found = _in_another_line(access, lead_id, values)
            if found is not None:
                everywhere.append(found[0])
                made += [found[0]] if found[1] else []
    fresh = [("account", account_id)] if not is_known["account"] else []
    fresh += [("contact", contact_id)] if contact_id is not None and not is_known["contact"] else []
    _remember(conversion, everywhere, [*fresh, *(("opportunity", one) for one in made)])
    emit(
        LeadConverted(
            lead_id=lead_id,
            account_id=account_id,
            contact_id=contact_id,
            opportunity_id=conversion.opportunity_id,
            opportunity_ids=everywhere,
        ),
        access,
    )
    return Converted(
        account_id, contact_id, conversion.opportunity_id, tuple(everywhere), left_out=tuple(baggage.left_out)
    )


def _before(known: Conversion) -> Converted:
    ids = tuple(known.opportunity_ids)
    return Converted(known.account_id, known.contact_id, known.opportunity_id, ids, is_new=False)


def _as_it_was(snapshot: Snapshot, lead: Lead) -> dict[str, Any]:
    """The lead's state, to which an undo brings it back."""
    customer = _made_above(lead.pk)
    return {
        "status": snapshot["status"],
        "stage": snapshot["stage"],
        "owner": snapshot["owner_id"],
        "home_pool": snapshot["home_pool_id"],
        "next_follow_at": None if lead.next_follow_at is None else lead.next_follow_at.isoformat(),
        "customer": None if customer is None else list(customer),
    }


def _remember(conversion: Conversion, everywhere: list[int], fresh: Sequence[tuple[str, int]]) -> None:
    """What was made, with what hangs on each now: an undo tells by it what has come since."""
    refs = [RecordRef(record, record_id) for record, record_id in fresh]
    hangs = hanging(refs)
    versions = {
        RecordRef(record, row["id"]): row["version"]
        for record in {ref.record_type for ref in refs}
        for row in rows(
            f"SELECT id, version FROM {record_type(record).table} WHERE id = ANY(%s::bigint[])",
            ([ref.record_id for ref in refs if ref.record_type == record],),
        )
    }
    conversion.opportunity_ids = everywhere
    conversion.made = [
        {"record": ref.record_type, "id": ref.record_id, "version": versions[ref], "hangs": hangs[ref]}
        for ref in refs
    ]
    conversion.save(update_fields=["opportunity_ids", "made"])


def _by_line(lead: Lead, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The opportunities asked for: one for each business line, no more."""
    if len(wanted) > MOST_OPPORTUNITIES:
        raise Invalid.one(
            "opportunities",
            "batch.too_large",
            _("At most %(limit)s opportunities of one lead.") % {"limit": MOST_OPPORTUNITIES},
        )
    lines = [str(values.get("business_line") or lead.business_line or "") for values in wanted]
    if len(set(lines)) < len(lines):
        raise Invalid.one(
            "opportunities", "conversion.line_twice", _("One opportunity for each business line.")
        )
    return wanted


def _is_of_another_line(lead: Lead, values: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it is for others to sell: the lead's own line is known, or another one stands first."""
    line = values.get("business_line")
    if not line or line == lead.business_line:
        return False
    return bool(lead.business_line) or values is not wanted[0]


def _in_another_line(access: Access, lead_id: int, values: Mapping[str, Any]) -> tuple[int, bool] | None:
    kind = record_type("opportunity")
    given = {key: value for key, value in values.items() if key not in ("business_line", "owner", "pipeline")}
    ids = {key: values.get(key) for key in ("owner", "pipeline")}
    for key, raw in ids.items():
        if isinstance(raw, str) and raw.isascii() and raw.isdigit():
            ids[key] = int(raw)
        elif raw in (None, ""):
            ids[key] = None
        elif not isinstance(raw, int):
            raise Invalid.one(key, "value.record", _("This must be the id of a record."))
    unknown = [key for key in given if key not in kind.all_fields]
    if unknown:
        raise Invalid.one(unknown[0][:80], "field.unknown", _("There is no such field."))
    return start_in_line(
        access,
        lead_id,
        str(values["business_line"]),
        owner_id=ids["owner"],
        pipeline_id=ids["pipeline"],
        values=given,
    )


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
    known: Sequence[int | None] | None,
    account: Mapping[str, Any] | None,
    account_id: int | None,
    contact: Mapping[str, Any] | bool | None,
    contact_id: int | None,
) -> tuple[int | None, int | None]:
    """The chosen records, or those that an open lead has already led to, so that none is made twice."""
    if known is None or account_id not in (None, known[0]) or (account_id is None and account):
        return account_id, contact_id
    if contact_id is None and contact is not False:
        contact_id = known[1]
    return known[0], contact_id


def customer_account(
    access: Access, lead: Lead, values: Mapping[str, Any] | None, account_id: int | None
) -> int:
    """The account that a lead becomes: the existing one, or a new one with what the lead hands on."""
    return _account(access, Baggage(access, lead), values, account_id)


def customer_contact(
    access: Access,
    lead: Lead,
    values: Mapping[str, Any] | bool | None,
    contact_id: int | None,
    account_id: int,
) -> int | None:
    """The contact that a lead becomes, or joins with its consent; None where none is wanted."""
    return _contact(access, Baggage(access, lead), values, contact_id, account_id)


def _account(
    access: Access, baggage: Baggage, values: Mapping[str, Any] | None, account_id: int | None
) -> int:
    if account_id is not None:
        return _existing(access, "account", account_id, field="account_id")
    lead = baggage.lead
    given = baggage.values("account", values, named=lead.company or lead.name)
    return create_account(access.also("accounts.create"), given, why="converted")


def _contact(
    access: Access,
    baggage: Baggage,
    values: Mapping[str, Any] | bool | None,
    contact_id: int | None,
    account_id: int,
) -> int | None:
    lead = baggage.lead
    if contact_id is not None:
        found = _existing(access, "contact", contact_id, field="contact_id")
        join_account(access, found, account_id)
        _bring_consent(access, lead, found)
        return found
    if values is False:
        _stop_known_contacts(access, lead)
        return None
    given = baggage.values("contact", values if isinstance(values, Mapping) else {}, named=lead.name)
    given |= {"account": account_id}
    made = create_contact(access.also("contacts.create"), given, why="converted")
    _bring_consent(access, lead, made)
    return made


def _bring_consent(access: Access, lead: Lead, contact_id: int) -> None:
    """Consent and opt-out travel with the person, also into an existing contact: the stricter one holds."""
    merge_consent(
        access,
        contact_id,
        do_not_call=lead.do_not_call,
        do_not_email=lead.do_not_email,
        consent_basis=lead.consent_basis or None,
        consent_at=lead.consent_at,
        consent_evidence=lead.consent_evidence or None,
    )


def _stop_known_contacts(access: Access, lead: Lead) -> None:
    """Nobody wants a contact made; who said no is not called or written to as a known contact either."""
    if not (lead.do_not_call or lead.do_not_email):
        return
    methods = {key: value for key in CONTACT_METHODS if (value := getattr(lead, key, None))}
    for match in find_duplicates(system_access("leads.consent"), methods=methods):
        if match.record == "contact":
            merge_consent(access, match.id, do_not_call=lead.do_not_call, do_not_email=lead.do_not_email)


def _opportunity(
    access: Access, baggage: Baggage, values: Mapping[str, Any], account_id: int, contact_id: int | None
) -> int:
    lead = baggage.lead
    given = baggage.values("opportunity", None, named=lead.company or lead.name) | {"account": account_id}
    if contact_id is not None:
        given["contact"] = contact_id
    return create_opportunity(access.also("opportunities.create"), given | dict(values), why="converted")


def _existing(access: Access, record: str, record_id: int, *, field: str) -> int:
    kind = record_type(record)
    try:
        found = listing.ids_within(access.also(kind.permission("view")), kind, [record_id])
    except OverflowError:
        found = set()
    if record_id not in found:
        raise Invalid.one(field, "value.record", _("There is no such record."))
    return record_id


def conversion_of(access: Access, lead_id: int) -> Conversion:
    """What a lead the actor sees became; `NotFound` when it was not converted."""
    listing.get(access, record_type("lead"), lead_id, fields=["name"])
    found = (
        Conversion.objects.select_related("account", "contact", "opportunity").filter(lead_id=lead_id).first()
    )
    if found is None:
        raise NotFound(record="lead", id=lead_id)
    return found
