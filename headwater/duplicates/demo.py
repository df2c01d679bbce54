"""The demo company's duplicates: leads typed again another way, found by a scan; one pair is merged."""

from collections.abc import Mapping
from typing import Any

from headwater.duplicates.models import Scan
from headwater.duplicates.services.scanning import run_scan
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import rows
from headwater.leads.services import create_lead, merge_leads

TWICE = 6  # leads that are there once more
_FORMS = ("股份有限公司", "有限责任公司", "有限公司")


def set_up_duplicates(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Look-alikes of leads in pools and in books, and the list that a scan makes of them."""
    access = system_access("demo")
    found = rows(
        "SELECT id, name, company, address, title FROM leads_lead WHERE archived_at IS NULL"
        " AND status IN ('pooled', 'following') AND company LIKE '%%公司'"
        " ORDER BY created_at DESC, id LIMIT %s",
        (TWICE,),
    )
    made = [create_lead(access, _again(number, lead)) for number, lead in enumerate(found)]
    if made:
        merge_leads(access, found[0]["id"], [made[0]])
    scan = Scan.objects.create(started_at=clock.now())
    run_scan(scan.pk)


def _again(number: int, lead: Mapping[str, Any]) -> dict[str, Any]:
    """The same person as somebody else would have typed them, with an address of their own."""
    company = lead["company"]
    for form in _FORMS:
        company = company.removesuffix(form)
    return {
        "name": lead["name"],
        "company": company,
        "title": lead["title"],
        "address": lead["address"],
        "email": f"contact{number}@mail.example",
    }
