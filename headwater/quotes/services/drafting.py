"""Writing a draft as a whole, and beginning another version."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.products.queries import price_of
from headwater.quotes import settings
from headwater.quotes.documents import Document, Line, add_up, read_document
from headwater.quotes.errors import Frozen, HasDraft
from headwater.quotes.models import QuoteApproval, QuoteLine, QuoteVersion
from headwater.quotes.queries.products import offered
from headwater.quotes.services.writing import close, lock_quote, move, note_step, version_of, wrong_state
from headwater.quotes.totals import Sums
from headwater.quotes.types import MOST_VERSIONS, OURS, Decision, Happening, QuoteState

_COPIED = (
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
)
_SUMS = ("subtotal", "discount", "net", "tax", "total", "reduction")
_OF_LINE = (
    "mark",
    "product_id",
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


@transaction.atomic
def write_draft(access: Access, quote_id: int, raw: Mapping[str, Any], *, version: int | None = None) -> None:
    """Write what the draft says: of its head what is given, of its lines all (`lines`), or none.

    Sums are ours. Refuses `NotFound`, `Stale` (somebody else wrote meanwhile), `Frozen`, and `Invalid` with
    all complaints at once.
    """
    quote = lock_quote(access, quote_id, version=version)
    draft = version_of(quote)
    if draft.state != QuoteState.DRAFT:
        raise Frozen(number=quote.number, version=draft.number)
    document = read_document(raw)
    before = {name: getattr(draft, name) for name in (*_COPIED, "total")}
    lines = kept_lines(draft) if document.lines is None else document.lines
    sums = complete(access, draft, document, lines)
    _save(draft, lines, sums)
    after = {name: getattr(draft, name) for name in (*_COPIED, "total")}
    changes = {
        name.removesuffix("_id"): [_plain(before[name]), _plain(after[name])]
        for name in after
        if before[name] != after[name]
    }
    if document.lines is not None:
        changes["lines"] = [None, len(lines)]
    if changes:
        close(access, quote, "update", changes)


def fill_draft(access: Access, draft: QuoteVersion, lines: Sequence[Mapping[str, Any]]) -> None:
    """The first lines of a draft that was just made, in the caller's transaction. Refuses `Invalid`."""
    document = read_document({"lines": lines})
    given = document.lines or []
    _save(draft, given, complete(access, draft, document, given))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def complete(access: Access, draft: QuoteVersion, document: Document, lines: list[Line]) -> Sums:
    """Fill in `draft` and `lines` what products and defaults say, in memory; the sums. Refuses `Invalid`."""
    _check_links(access, document)
    for key, value in document.head.items():
        setattr(draft, f"{key}_id" if key in ("contact", "price_book") else key, value)
    if document.head.get("discount_percent") is not None:
        draft.discount_amount = document.head.get("discount_amount")
    elif document.head.get("discount_amount") is not None:
        draft.discount_percent = None
    _check_book(draft, document)
    _fill(draft, document, lines)
    document.refuse_if_wrong()
    return add_up(
        lines,
        currency=draft.currency,
        is_tax_included=draft.is_tax_included,
        discount_percent=draft.discount_percent,
        discount_amount=draft.discount_amount,
    )


def _check_links(access: Access, document: Document) -> None:
    for key, kind in (("contact", "contact"), ("price_book", "price_book")):
        wanted = document.head.get(key)
        if wanted is None:
            continue
        of = record_type(kind)
        seen = access.may(of.permission("view")) and listing.ids_within(
            access.also(of.permission("view")), of, [wanted]
        )
        if not seen:
            document.complain(key, "relation.not_found", _("There is no such record."))


def _check_book(draft: QuoteVersion, document: Document) -> None:
    """A book of another currency says nothing about the prices of this quote."""
    if draft.price_book_id is None or "price_book" in document.complaints:
        return
    of = sql.value("SELECT currency FROM products_pricebook WHERE id = %s", (draft.price_book_id,))
    if of != draft.currency:
        detail = _("This price book is in %(currency)s.") % {"currency": of}
        document.complain("price_book", "quote.other_currency", detail)


def _fill(draft: QuoteVersion, document: Document, lines: Sequence[Line]) -> None:
    """Prices are those of the day; what a line says itself wins."""
    products = offered({line.product for line in lines if line.product is not None})
    known = set(QuoteLine.objects.filter(version=draft).values_list("product_id", flat=True))
    marks = [line.mark for line in lines if line.mark]
    following = max([*marks, *_used_marks(draft), 0])
    taken: set[int] = set()
    for index, line in enumerate(lines):
        if line.mark is None or line.mark in taken:
            following += 1
            line.mark = following
        taken.add(line.mark)
        product = products.get(line.product) if line.product is not None else None
        is_gone = product is None or (product.is_archived and product.id not in known)
        if line.product is not None and is_gone:
            document.complain(
                f"lines.{index}.product", "relation.not_found", _("This product is not on offer.")
            )
        elif product is not None:
            line.name = line.name or product.name
            line.unit = line.unit or product.unit
            line.tax_rate = product.tax_rate if line.tax_rate is None else line.tax_rate
            _price(draft, document, index, line)
        if line.unit_price is None and f"lines.{index}.unit_price" not in document.complaints:
            code, detail = "value.required", _("Write a price.")
            if product is not None:
                code = "quote.no_price"
                detail = _("There is no price in %(currency)s: write one.") % {"currency": draft.currency}
            document.complain(f"lines.{index}.unit_price", code, detail)
        if line.tax_rate is None:
            line.tax_rate = settings.TAX_RATE.get()


def _price(draft: QuoteVersion, document: Document, index: int, line: Line) -> None:
    assert line.product is not None
    line.list_price = price_of(
        line.product, quantity=line.quantity, currency=draft.currency, price_book_id=draft.price_book_id
    )
    if line.unit_price is None and f"lines.{index}.unit_price" not in document.complaints:
        line.unit_price = line.list_price


def _used_marks(draft: QuoteVersion) -> list[int]:
    """Marks of all versions: one that was taken out is not given to another line later."""
    found = QuoteLine.objects.filter(version__quote_id=draft.quote_id).order_by("-mark")
    return list(found.values_list("mark", flat=True)[:1])


def kept_lines(version: QuoteVersion) -> list[Line]:
    """The lines of a version as a document has them."""
    return [
        Line(
            mark=one.mark,
            product=one.product_id,
            name=one.name,
            description=one.description,
            quantity=one.quantity,
            unit=one.unit,
            unit_price=one.unit_price,
            discount_percent=one.discount_percent,
            discount_amount=one.discount_amount,
            tax_rate=one.tax_rate,
            list_price=one.list_price,
        )
        for one in QuoteLine.objects.filter(version=version).order_by("position")
    ]


def _save(draft: QuoteVersion, lines: Sequence[Line], sums: Sums) -> None:
    for name in _SUMS:
        setattr(draft, name, getattr(sums, name))
    draft.updated_at = clock.now()
    QuoteLine.objects.filter(version=draft).delete()
    draft.save()
    QuoteLine.objects.bulk_create(
        QuoteLine(
            version=draft,
            position=place,
            mark=line.mark or place,
            product_id=line.product,
            name=line.name or "",
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price or Decimal(0),
            list_price=line.list_price,
            discount_percent=line.discount_percent,
            discount_amount=line.discount_amount,
            tax_rate=line.tax_rate or Decimal(0),
            amount=one.amount,
            net=one.net,
            tax=one.tax,
            total=one.total,
        )
        for place, (line, one) in enumerate(zip(lines, sums.lines, strict=True), start=1)
    )


@transaction.atomic
def revise(access: Access, quote_id: int, *, version: int | None = None) -> int:
    """Begin the next version as a copy of the newest; its number.

    What is out stays good until the new one is sent. Refuses `HasDraft` while there is one in work, `Invalid`
    after the hundredth, and `WrongState` once the quote was accepted.
    """
    quote = lock_quote(access, quote_id, version=version)
    last = version_of(quote)
    if last.state in OURS:
        raise HasDraft(number=quote.number, version=last.number)
    if quote.latest >= MOST_VERSIONS:
        raise Invalid.one("version", "quote.too_many_versions", _("Make a new quote instead."))
    if quote.state == QuoteState.ACCEPTED:
        raise wrong_state(last)
    moment = clock.now()
    copied = {name: getattr(last, name) for name in (*_COPIED, *_SUMS)}
    made = QuoteVersion.objects.create(
        quote=quote,
        number=last.number + 1,
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        **copied,
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(version=made, position=one.position, **{name: getattr(one, name) for name in _OF_LINE})
        for one in QuoteLine.objects.filter(version=last).order_by("position")
    )
    quote.latest = made.number
    note_step(access, made, Happening.REVISED)
    close(access, quote, "revise", {"latest": [last.number, made.number]})
    return made.number


@transaction.atomic
def reopen(access: Access, quote_id: int, *, version: int | None = None) -> None:
    """Take what waits for approval, or has it, back to draft: an approval then counts no longer.

    Refuses `WrongState` for what is a draft, or out.
    """
    quote = lock_quote(access, quote_id, version=version)
    draft = version_of(quote)
    before = draft.state
    move(draft, QuoteState.DRAFT, among=(QuoteState.WAITING, QuoteState.APPROVED))
    take_back_approvals(access, draft)
    note_step(access, draft, Happening.REOPENED)
    close(access, quote, "reopen", {"state": [before, draft.state]})


def take_back_approvals(access: Access, version: QuoteVersion) -> None:
    """Nobody need decide about this version any more."""
    QuoteApproval.objects.filter(version=version, decision=None).update(
        decision=Decision.TAKEN_BACK, decided_at=clock.now(), decided_by_id=access.user_id
    )
