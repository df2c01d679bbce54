"""Versions, lines and approvals as plain data: what the API answers with."""

from collections.abc import Sequence
from typing import Any

from headwater.organization.models import User
from headwater.quotes.models import QuoteApproval, QuoteLine, QuoteVersion
from headwater.quotes.queries import Change, Differences, LineChange

_VERSION = (
    "number",
    "state",
    "language",
    "currency",
    "is_tax_included",
    "discount_percent",
    "discount_amount",
    "valid_until",
    "intro",
    "terms",
    "subtotal",
    "discount",
    "net",
    "tax",
    "total",
    "reduction",
    "sent_at",
    "opened_at",
    "settled_at",
    "settled_name",
    "settled_note",
)
_LINE = (
    "mark",
    "position",
    "name",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "list_price",
    "discount_percent",
    "discount_amount",
    "tax_rate",
    "amount",
    "net",
    "tax",
    "total",
)


def version_data(version: QuoteVersion, lines: Sequence[QuoteLine] | None = None) -> dict[str, Any]:
    """A version, with its lines where they are given."""
    contact = version.contact
    data = {name: getattr(version, name) for name in _VERSION} | {
        "contact": {"id": contact.pk, "name": contact.name} if contact is not None else None,
        "price_book": version.price_book_id,
    }
    return data if lines is None else data | {"lines": [line_data(line) for line in lines]}


def line_data(line: QuoteLine) -> dict[str, Any]:
    """A line."""
    product = line.product
    shown = {"id": product.pk, "name": product.name, "code": product.code} if product is not None else None
    return {"product": shown} | {name: getattr(line, name) for name in _LINE}


def approval_data(one: QuoteApproval) -> dict[str, Any]:
    """What was asked of whom, and how it ended."""
    return {
        "version": one.version.number,
        "asked_by": _person(one.asked_by),
        "asked_at": one.asked_at,
        "approver": _person(one.approver),
        "reasons": one.reasons,
        "note": one.note,
        "decision": one.decision,
        "decided_by": _person(one.decided_by),
        "decided_at": one.decided_at,
        "answer": one.answer,
    }


def _person(user: User | None) -> dict[str, Any] | None:
    return None if user is None else {"id": user.pk, "name": user.name}


def differences_data(found: Differences) -> dict[str, Any]:
    """What differs between two versions."""
    return {
        "before": found.before,
        "after": found.after,
        "head": [_change(one) for one in found.head],
        "lines": [_line_change(one) for one in found.lines],
    }


def _change(one: Change) -> dict[str, Any]:
    return {"field": one.field, "before": one.before, "after": one.after}


def _line_change(one: LineChange) -> dict[str, Any]:
    return {
        "mark": one.mark,
        "name": one.name,
        "before": line_data(one.before) if one.before else None,
        "after": line_data(one.after) if one.after else None,
        "changes": [_change(change) for change in one.changes],
    }
