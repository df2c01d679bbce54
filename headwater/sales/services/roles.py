"""Who at the customer takes part in an opportunity."""

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales import picklists
from headwater.sales.models import OpportunityContact
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import is_id, lock_record


@transaction.atomic
def set_contact_role(access: Access, opportunity_id: int, contact_id: int, *, role: str | None) -> None:
    """Name a contact as taking part, with a role of the picklist or none; repeating changes the role."""
    lock_record(access, OPPORTUNITY, opportunity_id)
    view = access.also("contacts.view")
    if not is_id(contact_id) or contact_id not in listing.ids_within(
        view, record_type("contact"), [contact_id]
    ):
        raise Invalid.one(
            "contact", "relation.not_found", _("This record does not exist, or you may not see it.")
        )
    if role is not None and role not in {choice.value for choice in picklists.contact_roles()}:
        raise Invalid.one("role", "value.choice", _("This is not one of the choices."))
    known = OpportunityContact.objects.filter(opportunity_id=opportunity_id, contact_id=contact_id).first()
    if known is not None and known.role == role:
        return
    OpportunityContact.objects.update_or_create(
        opportunity_id=opportunity_id,
        contact_id=contact_id,
        defaults={"role": role},
        create_defaults={"role": role, "created_at": clock.now()},
    )
    before = None if known is None else {"contact": contact_id, "role": known.role}
    _tell(access, opportunity_id, before, {"contact": contact_id, "role": role})


@transaction.atomic
def remove_contact_role(access: Access, opportunity_id: int, contact_id: int) -> None:
    """A contact takes no part any more; nothing for one who did not."""
    lock_record(access, OPPORTUNITY, opportunity_id)
    known = OpportunityContact.objects.filter(opportunity_id=opportunity_id, contact_id=contact_id).first()
    if known is None:
        return
    known.delete()
    _tell(access, opportunity_id, {"contact": contact_id, "role": known.role}, None)


def _tell(access: Access, opportunity_id: int, before: object, after: object) -> None:
    changes = {"contacts": [before, after]}
    audit.record(access, "opportunity", opportunity_id, "update", changes)
    emit(OPPORTUNITY.changed(ids=[opportunity_id], fields=["contacts"], changes=changes), access)
