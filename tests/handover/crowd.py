"""Many leads of one person, quickly."""

from headwater.leads.models import Lead, Transfer
from headwater.organization.models import User
from tests.leads.factories import make_lead


def many_leads(owner: User, number: int) -> list[int]:
    """So many open leads of `owner`, each with the transfer that brought it; their ids."""
    first = make_lead(owner=owner)
    values = {field.attname: getattr(first, field.attname) for field in Lead._meta.concrete_fields}
    copies = [
        Lead(**values | {"id": None, "mobile": f"+86188{count:08d}", "name": f"批量{count}"})
        for count in range(number - 1)
    ]
    made = Lead.objects.bulk_create(copies, batch_size=2000)
    came = first.transfers.get()
    ledger = {field.attname: getattr(came, field.attname) for field in Transfer._meta.concrete_fields}
    Transfer.objects.bulk_create(
        [Transfer(**ledger | {"id": None, "lead_id": lead.pk}) for lead in made], batch_size=2000
    )
    return [first.pk, *(lead.pk for lead in made)]
