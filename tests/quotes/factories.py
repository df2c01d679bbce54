"""Quotes for tests of this room and those above it."""

from typing import Any

from headwater.organization.models import User
from headwater.quotes import services
from headwater.quotes.models import Quote
from headwater.sales.models import Opportunity
from tests.organization.factories import access, make_department, make_user
from tests.sales.factories import make_opportunity

LINES = [
    {"name": "用户许可", "quantity": 10, "unit": "用户", "unit_price": "128.50", "tax_rate": 13},
    {"name": "实施", "quantity": "2.5", "unit": "人天", "unit_price": 1800, "tax_rate": 6},
]


def make_quote(
    owner: User, *, opportunity: Opportunity | None = None, lines: Any = LINES, **draft: Any
) -> Quote:
    """A quote that `owner` wrote, a draft."""
    opportunity = opportunity or make_opportunity(owner=owner)
    made = services.create_quote(access(owner, "quotes.create"), {"opportunity": opportunity.pk})
    services.write_draft(access(owner, "quotes.edit"), made, {"lines": lines, **draft})
    return Quote.objects.get(pk=made)


def make_sent_quote(owner: User, **draft: Any) -> Quote:
    """The same, handed over to the customer; what approves it lies in the limits of its owner."""
    quote = make_quote(owner, **draft)
    services.send_quote(access(owner, "quotes.edit"), quote.pk)
    return Quote.objects.get(pk=quote.pk)


def make_line() -> tuple[User, User, User]:
    """A representative, their manager, and the administrator above both."""
    department = make_department()
    top = make_user("总经理", role="admin", department=department)
    manager = make_user("经理", role="manager", department=department, manager=top)
    rep = make_user("销售", role="rep", department=department, manager=manager)
    return rep, manager, top
