"""What the customer does not want any more."""

from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import values
from headwater.leads.events import LeadsChanged
from headwater.leads.queries import merged_into
from headwater.leads.services.converting import customer_of
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.services import merge_consent


@transaction.atomic
def stop_mail(access: Access, lead_id: int) -> bool:
    """Note that the customer wants no e-mail, whatever became of the lead; False when that was known.

    Unlike `update_lead` it refuses nothing: the wish of a customer holds for a converted lead too, and
    reaches the contact that came of it and the lead that this one was merged into.
    """
    told = [_note(access, one) for one in (lead_id, merged_into(lead_id)) if one is not None]
    return any(told)


def _note(access: Access, lead_id: int) -> bool:
    changed = values(
        "UPDATE leads_lead SET do_not_email = TRUE, updated_at = %s, version = version + 1"
        " WHERE id = %s AND NOT do_not_email RETURNING id",
        (clock.now(), lead_id),
    )
    _account_id, contact_id = customer_of(lead_id) or (None, None)
    if contact_id is not None:
        merge_consent(access, contact_id, do_not_email=True)
    if not changed:
        return False
    audit.record(access, "lead", lead_id, "opt_out", {"do_not_email": [False, True]})
    emit(LeadsChanged(lead_ids=[lead_id], fields=["do_not_email"]), access)
    return True
