"""Versions of quotes, their lines, and what differs between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import Fragment
from headwater.quotes.models import Quote, QuoteApproval, QuoteLine, QuoteStep, QuoteVersion
from headwater.quotes.types import QuoteState

_HEAD = (
    "language",
    "contact_id",
    "currency",
    "price_book_id",
    "is_tax_included",
    "discount_percent",
    "discount_amount",
    "valid_until",
    "intro",
    "terms",
    "net",
    "tax",
    "total",
)
_OF_LINE = (
    "product_id",
    "name",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "discount_amount",
    "tax_rate",
    "amount",
)

# Quotes of a record, over the alias `t`.
OF = {
    "opportunity": "t.opportunity_id = %s",
    "account": "t.opportunity_id IN (SELECT o.id FROM sales_opportunity o WHERE o.account_id = %s)",
}


def accepted_version(opportunity_id: int) -> QuoteVersion | None:
    """What the customer of an opportunity accepted last; None while nothing was.

    The caller has seen the opportunity. Sums and lines are final.
    """
    accepted = QuoteVersion.objects.filter(
        quote__opportunity_id=opportunity_id, quote__archived_at=None, state=QuoteState.ACCEPTED
    )
    return accepted.select_related("quote").order_by("-settled_at", "-pk").first()


def versions_of(quote: Quote) -> list[QuoteVersion]:
    """All versions, the newest first."""
    found = list(QuoteVersion.objects.filter(quote=quote).select_related("contact").order_by("-number"))
    for one in found:
        one.quote = quote
    return found


def find_version(quote: Quote, number: int) -> QuoteVersion:
    """One version; refuses `NotFound`."""
    found = QuoteVersion.objects.filter(quote=quote, number=number).select_related("contact").first()
    if found is None:
        raise NotFound(record="quote_version", id=number)
    found.quote = quote
    return found


def lines_of(version: QuoteVersion) -> list[QuoteLine]:
    """Its lines in their order, with their products."""
    return list(QuoteLine.objects.filter(version=version).select_related("product").order_by("position"))


def approvals_of(quote: Quote) -> list[QuoteApproval]:
    """What was asked of whom, the latest first."""
    found = QuoteApproval.objects.filter(version__quote=quote).order_by("-asked_at", "-pk")
    return list(found.select_related("version", "asked_by", "approver", "decided_by"))


def steps_of(quote: Quote) -> list[QuoteStep]:
    """What happened, the latest first."""
    return list(
        QuoteStep.objects.filter(version__quote=quote).select_related("version").order_by("-at", "-pk")[:200]
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that was added (no before), taken out (no after) or changed."""

    mark: int
    before: QuoteLine | None
    after: QuoteLine | None
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """What the line is called, as it is now."""
        line = self.after or self.before
        return line.name if line else ""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs from one version to another; lines are told apart by their mark."""

    before: int
    after: int
    head: tuple[Change, ...]
    lines: tuple[LineChange, ...]

    @property
    def is_empty(self) -> bool:
        return not self.head and not self.lines


def differences(before: QuoteVersion, after: QuoteVersion) -> Differences:
    """What `after` says that `before` did not."""
    old, new = lines_of(before), lines_of(after)
    return Differences(before.number, after.number, _changes(_HEAD, before, after), _line_changes(old, new))


def _changes(names: Sequence[str], before: Any, after: Any) -> tuple[Change, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(Change(name.removesuffix("_id"), old, new) for name, old, new in pairs if old != new)


def _line_changes(old: Sequence[QuoteLine], new: Sequence[QuoteLine]) -> tuple[LineChange, ...]:
    before = {line.mark: line for line in old}
    after = {line.mark: line for line in new}
    found = []
    for mark, line in after.items():
        was = before.get(mark)
        changes = _changes(_OF_LINE, was, line) if was is not None else ()
        if was is None or changes:
            found.append(LineChange(mark, was, line, changes))
    found += [LineChange(mark, line, None) for mark, line in before.items() if mark not in after]
    return tuple(found)


def past_quotes(access: Access, column: str, record_id: int) -> list[dict[str, Any]]:
    """The three latest quotes of an opportunity or an account (`column`), within the reader's reach."""
    where = Fragment(OF[column], (record_id,))
    page = listing.fetch(
        access.also("quotes.view"),
        record_type("quote"),
        where=where,
        fields=["number", "name", "state", "total", "currency", "latest"],
        limit=3,
    )
    return page.rows
