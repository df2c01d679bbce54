"""Making and changing leads."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock, listing
from headwater.kernel.access import Access, ActorKind, system_access
from headwater.kernel.catalogue import Cleaned, RecordType, clean, flatten, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import execute
from headwater.leads.dispatching import rules_take_new_leads
from headwater.leads.errors import Inactive
from headwater.leads.events import LeadsChanged, LeadsCreated
from headwater.leads.models import Lead
from headwater.leads.queries import lock_lead
from headwater.leads.services.books import lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.customers import Customer, customer_of, tell_owner
from headwater.leads.services.duplicates import duplicate, find_duplicates
from headwater.leads.services.indexing import index_leads, index_rows
from headwater.leads.services.storing import insert_lead, read_lead, write_lead
from headwater.leads.types import CONTACT_METHODS, IDENTITIES, Status, Why
from headwater.leads.unwanted import is_unwanted
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.models import Pool
from headwater.pools.queries import default_pool, get_pool

_TOUCH = ("keyword", "landing_page", "utm")
ORIGIN = ("source", "channel", "campaign")
CAPTURE = "leads.capture"


@transaction.atomic
def create_lead(
    access: Access, values: Mapping[str, Any], *, door: str = "manual", to_customer_owner: bool = False
) -> int:
    """Capture a lead; its id. `door` names where it came in (manual, api, import ...).

    With `owner` it is assigned (to others: `leads.assign`); `to_customer_owner` gives it to who owns the
    customer with its contact; else it lies in `pool`, else in the default pool, whose default assignee
    gets it. These two get it while there is room. Refuses with `Invalid`, `Duplicate`, `CapReached`.
    """
    kind = record_type("lead")
    flat = flatten(values)
    touch = touch_values(flat)
    placing = {key: flat.pop(key, None) for key in ("owner", "pool")}
    cleaned = clean(kind, flat, access)
    _needs_contact({key: cleaned.fields.get(key) for key in IDENTITIES})
    known_relations(kind, cleaned, access)
    owner_id, pool = _placing(access, placing)
    if to_customer_owner:
        _queue_up(cleaned.fields)
    matches = find_duplicates(access, _identities(cleaned.fields))
    if matches:
        raise duplicate(matches)

    fill_auto_numbers("lead", [cleaned.custom])
    moment = clock.now()
    customer = customer_of(cleaned.fields) if to_customer_owner and owner_id is None else None
    why, held = _place(access, owner_id, pool, customer)
    attributes = {
        "created_at": moment,
        "updated_at": moment,
        "created_by_id": access.user_id,
        "custom": cleaned.custom,
        "contact_as_typed": _as_typed(flat, cleaned.fields),
        "stage_at": moment,
        "status": (Status.POOLED if held is None else Status.ASSIGNED).value,
        "owner_id": held,
        "pool_id": pool.pk if held is None else None,
        "home_pool_id": pool.pk,
        "placed_at": moment,
        "assigned_at": None if held is None else moment,
        "claimable_at": moment + timedelta(hours=pool.hold_hours)
        if held is None and pool.hold_hours
        else None,
        **_attributes(cleaned.fields),
    }
    if is_unwanted(cleaned.fields.get("email")):  # said once it holds, also for a lead made later
        attributes["do_not_email"] = True
    made = insert_lead(attributes, why=why, door=door, touch=touch, actor_id=access.user_id)
    if made is None:  # a concurrent capture was first; the constraint knows
        raise _clash(access, cleaned.fields, IntegrityError("a lead was refused by a constraint"))
    audit.record(
        access, "lead", made, "create", {key: [None, to_json(v)] for key, v in cleaned.fields.items()}
    )
    emit(LeadsCreated(lead_ids=[made], door=door), access)
    index_rows([{"id": made, **attributes}])
    if customer is not None and held == customer.owner_id:
        tell_owner(customer, made, attributes["name"])
    return made


@transaction.atomic
def update_lead(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a lead's values; a stale `version` raises `Stale`. Place and stage have verbs of their own.

    Refuses with `NotFound`, `NotYours`, `Invalid`, `Duplicate`; converted leads are history (`Closed`).
    """
    snapshot = lock_lead(access, record_id)
    if version is not None and version != snapshot["version"]:
        raise Stale(version=snapshot["version"])
    _refuse_history(snapshot)
    kind = record_type("lead")
    flat = flatten(values)
    for key in ("owner", "pool", "status", "stage"):
        if key in flat:
            raise Invalid.one(key, "field.read_only", _("Use the action for this; it keeps the history."))
    cleaned = clean(kind, flat, access, partial=True)
    known_relations(kind, cleaned, access)
    attributes = _attributes(cleaned.fields)
    before = read_lead(record_id, [*attributes, *IDENTITIES, "custom", "contact_as_typed", "may_duplicate"])
    written = {name: value for name, value in attributes.items() if before[name] != value}
    keys = {_column(key).attname: key for key in cleaned.fields}
    changes = {keys[name]: [to_json(before[name]), to_json(value)] for name, value in written.items()}
    custom = {name: value for name, value in cleaned.custom.items() if before["custom"].get(name) != value}
    changes |= {f"custom.{name}": [before["custom"].get(name), value] for name, value in custom.items()}
    if not changes:
        return
    _needs_contact({key: written.get(key, before[key]) for key in IDENTITIES})
    touched = {key: written[key] for key in IDENTITIES if key in written}
    matches = find_duplicates(access, touched, but_not=record_id) if not before["may_duplicate"] else []
    if matches:
        raise duplicate(matches)
    if custom:
        written["custom"] = before["custom"] | custom
    typed = _as_typed(flat, cleaned.fields)
    if typed:
        written["contact_as_typed"] = before["contact_as_typed"] | typed
    try:
        # Only a contact method can meet a constraint, and only then is there something to go back to.
        with transaction.atomic() if touched else nullcontext():
            write_lead(record_id, written | {"updated_at": clock.now()})
    except IntegrityError as clash:
        raise _clash(access, touched, clash) from clash
    audit.record(access, "lead", record_id, "update", changes)
    emit(LeadsChanged(lead_ids=[record_id], fields=sorted(changes)), access)
    if changes.keys() & {"name", "company", *IDENTITIES}:
        index_leads([record_id])


def _refuse_history(snapshot: Mapping[str, Any]) -> None:
    from headwater.leads.errors import Closed

    if snapshot["status"] == Status.CONVERTED:
        raise Closed(id=snapshot["id"], status=snapshot["status"], label=Status.CONVERTED.label)


def _identities(fields: Mapping[str, Any]) -> dict[str, str | None]:
    return {key: fields.get(key) for key in IDENTITIES}


def _needs_contact(identities: Mapping[str, Any]) -> None:
    if not any(identities.values()):
        detail = _("Give at least one of mobile, phone, e-mail, WeChat or QQ.")
        raise Invalid(fields={key: {"code": "lead.no_contact", "detail": detail} for key in CONTACT_METHODS})


def touch_values(flat: dict[str, Any]) -> dict[str, Any]:
    """Take what belongs to a touch out of the values given; refuses `Invalid`."""
    given = {key: flat.pop(key) for key in _TOUCH if key in flat}
    given = {key: item for key, item in given.items() if item not in (None, "")}
    for key, limit in (("keyword", 200), ("landing_page", 500)):
        if key in given and (not isinstance(given[key], str) or len(given[key]) > limit):
            raise Invalid.one(key, "value.too_long", _("At most %(limit)s characters.") % {"limit": limit})
    utm = given.get("utm", {})
    if not isinstance(utm, dict) or len(utm) > 20 or any(len(str(v)) > 500 for v in utm.values()):
        raise Invalid.one("utm", "value.type", _("utm is an object of short texts."))
    return given


def known_relations(kind: RecordType, cleaned: Cleaned, access: Access) -> None:
    """Ids of other records must exist within the actor's sight."""
    complaints: dict[str, dict[str, str]] = {}
    for key, field in kind.all_fields.items():
        value = cleaned.custom.get(field.name) if field.is_custom else cleaned.fields.get(key)
        if not field.relation or value is None:
            continue
        target = record_type(field.relation)
        if not _may_point_to(access, key, target, value):
            complaints[key] = {"code": "value.record", "detail": _("There is no such record.")}
    if complaints:
        raise Invalid(fields=complaints)


def _queue_up(fields: Mapping[str, Any]) -> None:
    """Captures of one number go one after another: as mobile and as phone it meets no common constraint."""
    numbers = sorted({fields[key] for key in ("mobile", "phone") if fields.get(key)})
    if numbers:
        execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(x, 0)) FROM unnest(%s::text[]) WITH ORDINALITY"
            " AS x (x, place) ORDER BY place",
            (numbers,),
        )


def _may_point_to(access: Access, key: str, target: RecordType, record_id: int) -> bool:
    if access.permission == CAPTURE and key in ORIGIN:
        # A program's narrow token may say where somebody came from without the right to read all that.
        access = system_access("leads.origin")
    view = target.permission("view")
    if access.actor.kind == ActorKind.SYSTEM:
        return bool(listing.ids_within(access, target, [record_id]))
    return access.may(view) and bool(listing.ids_within(access.also(view), target, [record_id]))


def _placing(access: Access, placing: Mapping[str, Any]) -> tuple[int | None, Pool]:
    """The owner asked for and the pool that the lead belongs to."""
    ids: dict[str, int | None] = {}
    for key, raw in placing.items():
        raw = raw.get("id") if isinstance(raw, Mapping) else raw
        if raw in (None, ""):
            ids[key] = None
        elif raw == "@me" and key == "owner":
            ids[key] = access.user_id
        elif str(raw).isascii() and str(raw).isdigit() and int(raw) < 2**63:
            ids[key] = int(raw)
        else:
            raise Invalid.one(key, "value.record", _("This must be the id of a record."))
    owner_id, pool_id = ids["owner"], ids["pool"]
    if owner_id is not None and owner_id != access.user_id:
        access.also("leads.assign")
    try:
        if pool_id is None:
            return owner_id, default_pool(hold=True)
        return owner_id, get_pool(access.also("pools.view"), pool_id, hold=True)
    except NotFound:
        raise Invalid.one("pool", "value.record", _("There is no such record.")) from None


def _place(
    access: Access, owner_id: int | None, pool: Pool, customer: Customer | None
) -> tuple[Why, int | None]:
    """Who gets the new lead: the owner asked for; while there is room the customer's owner, then the pool's
    default assignee; nobody.

    Where rules look at new leads the default assignee gets what they leave.
    """
    if owner_id is not None:
        book = lock_books([owner_id]).get(owner_id)
        if book is None:
            raise Invalid.one("owner", "value.record", _("There is no such record."))
        if not book.is_active:
            raise Inactive(owner_id=owner_id, owner=book.name)
        full = cap_refusal(book, pool)
        if full is not None:
            raise full
        return Why.CREATED, owner_id
    wanted = [] if customer is None else [(Why.ASSIGNED, customer.owner_id)]
    if pool.default_assignee_id is not None and not rules_take_new_leads():
        wanted.append((Why.DEFAULT, pool.default_assignee_id))
    books = lock_books(user_id for _why, user_id in wanted) if wanted else {}
    for why, user_id in wanted:
        book = books.get(user_id)
        if book is not None and book.is_active and cap_refusal(book, pool) is None:
            return why, user_id
    return Why.CREATED, None


def _attributes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values under the model's attribute names; blank text is kept as the empty string."""
    attributes: dict[str, Any] = {}
    for key, value in fields.items():
        column = _column(key)
        if value is None and not column.null:
            value = column.get_default()
        attributes[column.attname] = value
    return attributes


def _column(key: str) -> Any:
    column = Lead._meta.get_field(key)
    assert isinstance(column, models.Field)
    return column


def _as_typed(flat: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    """What people typed where normalising changed it."""
    return {
        key: str(flat[key])[:80]
        for key in CONTACT_METHODS
        if fields.get(key) and str(flat.get(key)) != fields[key]
    }


def _clash(access: Access, fields: Mapping[str, Any], clash: IntegrityError) -> Exception:
    """The refusal for a constraint that a concurrent capture won; anything else is a fault of ours."""
    matches = find_duplicates(access, _identities(fields))
    return duplicate(matches) if matches else clash
