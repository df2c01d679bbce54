"""Many leads of one person, quickly."""

from headwater.organization.models import User
from tests.leads.crowd import copies_of
from tests.leads.factories import make_lead


def many_leads(owner: User, number: int) -> list[int]:
    """So many open leads of `owner`, each with the transfer that brought it; their ids."""
    return copies_of(make_lead(owner=owner), number)
