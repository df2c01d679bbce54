"""Many leads of a kind, quickly."""

from headwater.leads.models import Lead, Transfer


def copies_of(first: Lead, number: int) -> list[int]:
    """So many leads like `first` with it, each with the transfer that brought it; their ids."""
    values = {field.attname: getattr(first, field.attname) for field in Lead._meta.concrete_fields}
    taken = Lead.objects.count()
    copies = [
        Lead(**values | {"id": None, "mobile": f"+86188{taken + count:08d}", "name": f"批量{count}"})
        for count in range(number - 1)
    ]
    made = Lead.objects.bulk_create(copies, batch_size=2000)
    came = first.transfers.get()
    ledger = {field.attname: getattr(came, field.attname) for field in Transfer._meta.concrete_fields}
    Transfer.objects.bulk_create(
        [Transfer(**ledger | {"id": None, "lead_id": lead.pk}) for lead in made], batch_size=2000
    )
    return [first.pk, *(lead.pk for lead in made)]
