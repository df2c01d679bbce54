"""Making, naming and putting away quotes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.products.queries import price_book_for
from headwater.quotes import settings
from headwater.quotes.errors import OpportunityLost, QuoteInUse
from headwater.quotes.events import QuotesChanged
from headwater.quotes.models import Quote, QuoteVersion
from headwater.quotes.services.drafting import fill_draft
from headwater.quotes.services.writing import lock_quote, lock_quotes, mirror, note_step
from headwater.quotes.types import MOST_LINES, Happening, PaperLanguage, QuoteState
from headwater.sales.models import Opportunity
from headwater.sales.queries.lines import LineView
from headwater.sales.queries.lines import lines_of as opportunity_lines
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import lock_records

_NEXT = """
INSERT INTO quotes_quotecounter AS kept (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = kept.last + 1 RETURNING last
"""


@transaction.atomic
def create_quote(access: Access, values: Mapping[str, Any]) -> int:
    """Begin a quote for an opportunity within reach: version 1, a draft with the opportunity's lines. Its id.

    Its name is the opportunity's unless given. Refuses `Invalid` out of reach and `OpportunityLost`.
    """
    cleaned = clean(record_type("quote"), values, access)
    fields = dict(cleaned.fields)
    opportunity = _opportunity(access, fields["opportunity"])
    moment = clock.now()
    quote = Quote.objects.create(
        number=_next_number(),
        name=fields.get("name") or opportunity.name,
        opportunity=opportunity,
        currency=opportunity.currency,
        valid_until=clock.today() + timedelta(days=settings.VALID_DAYS.get()),
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        custom={key: value for key, value in cleaned.custom.items() if value is not None},
    )
    version = QuoteVersion.objects.create(
        quote=quote,
        number=1,
        contact_id=opportunity.contact_id,
        price_book_id=price_book_for(opportunity.account_id, currency=opportunity.currency),
        currency=quote.currency,
        valid_until=quote.valid_until,
        is_tax_included=settings.TAX_INCLUDED.get(),
        terms=standard_terms(PaperLanguage.CHINESE),
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
    )
    lines = [line for line in opportunity_lines(opportunity.pk) if not line.is_archived]
    if lines:
        fill_draft(access, version, [_taken_over(line) for line in lines[:MOST_LINES]])
        mirror(quote)
        quote.save(update_fields=["total"])
    note_step(access, version, Happening.CREATED)
    changes: dict[str, list[Any]] = {"number": [None, quote.number], "opportunity": [None, opportunity.pk]}
    audit.record(access, "quote", quote.pk, "create", changes | {"name": [None, quote.name]})
    emit(QuotesChanged(ids=[quote.pk]), access)
    return quote.pk


def _taken_over(line: LineView) -> dict[str, Any]:
    return {
        "product": line.product_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount_percent": line.discount or None,
    }


def standard_terms(language: str) -> str:
    """The terms that new quotes begin with."""
    english = language == PaperLanguage.ENGLISH
    lines = settings.TERMS_ENGLISH.get() if english else settings.TERMS.get()
    return "\n".join(lines)


def _next_number() -> str:
    year = clock.today().year
    prefix = " ".join(settings.PREFIX.get().split())[:20]
    return f"{prefix}{year}-{sql.value(_NEXT, (year,)):05}"


def _opportunity(access: Access, opportunity_id: int) -> Opportunity:
    """The opportunity, kept from going away meanwhile."""
    found: list[Opportunity] = lock_records(access, OPPORTUNITY, [opportunity_id])
    if not found:
        raise Invalid.one("opportunity", "relation.not_found", _("There is no such opportunity."))
    if found[0].status == "lost":
        raise OpportunityLost(name=found[0].name)
    return found[0]


@transaction.atomic
def update_quote(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Give a quote another name. What is offered is written with `write_draft`.

    Refuses `NotFound`, `Stale` and `Invalid` (it stays with its opportunity).
    """
    quote = lock_quote(access, record_id, version=version)
    cleaned = clean(record_type("quote"), values, access, partial=True)
    if cleaned.fields.get("opportunity", quote.opportunity_id) != quote.opportunity_id:
        detail = _("A quote stays with its opportunity; make another one.")
        raise Invalid.one("opportunity", "quote.stays", detail)
    changes: dict[str, list[Any]] = {}
    name = cleaned.fields.get("name")
    if name and name != quote.name:
        changes["name"] = [quote.name, name]
        quote.name = name
    for key, value in cleaned.custom.items():
        if quote.custom.get(key) != value:
            changes[f"custom.{key}"] = [quote.custom.get(key), value]
            quote.custom = {**quote.custom, key: value}
    if not changes:
        return
    quote.version += 1
    quote.updated_at = clock.now()
    quote.save(update_fields=["name", "custom", "version", "updated_at"])
    audit.record(access, "quote", quote.pk, "update", changes)
    emit(QuotesChanged(ids=[quote.pk]), access)


@transaction.atomic
def archive_quotes(access: Access, ids: Sequence[int]) -> int:
    """Put quotes away; a version that is out can no longer be accepted. How many.

    Refuses `QuoteInUse` for one that was accepted.
    """
    found = lock_quotes(access, ids)
    for quote in found:
        if quote.state == QuoteState.ACCEPTED:
            raise QuoteInUse(number=quote.number)
    return _shelve(access, found, archived=True)


@transaction.atomic
def restore_quotes(access: Access, ids: Sequence[int]) -> int:
    """Take archived quotes up again. How many."""
    return _shelve(access, lock_quotes(access, ids, archived=True), archived=False)


def _shelve(access: Access, found: Sequence[Quote], *, archived: bool) -> int:
    moment = clock.now()
    for quote in found:
        quote.archived_at = moment if archived else None
        quote.updated_at = moment
        quote.version += 1
    Quote.objects.bulk_update(found, ["archived_at", "updated_at", "version"])
    ids = [quote.pk for quote in found]
    changes = audit.same_changes(ids, {"archived": [not archived, archived]})
    audit.record_many(access, "quote", "archive" if archived else "restore", changes)
    if ids:
        emit(QuotesChanged(ids=ids), access)
    return len(ids)


def get_quote(access: Access, quote_id: int) -> Quote:
    """A living quote within reach; refuses `NotFound`."""
    scope = record_type("quote").scope(access, "t")
    found = list(
        Quote.objects.raw(
            f"SELECT t.* FROM quotes_quote t WHERE t.id = %s AND t.archived_at IS NULL AND ({scope.text})",
            (quote_id, *scope.params),
        )
    )
    if not found:
        raise NotFound(record="quote", id=quote_id)
    return found[0]
