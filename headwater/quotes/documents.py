"""What somebody writes into a draft, checked: all complaints at once, each under the name of its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.kernel.catalogue import Choice, Choices, Field, FieldType
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.errors import Invalid
from headwater.quotes.totals import DiscountTooLarge, LineTerms, Sums, TooLarge, sums_of
from headwater.quotes.types import MOST_LINES, PaperLanguage
from headwater.sales.types import Currency

Complaints = dict[str, dict[str, str]]

_CURRENCIES = Choices(Choice(item.value, item.label) for item in Currency)
_LANGUAGES = Choices(Choice(item.value, item.label) for item in PaperLanguage)
_PERCENT: dict[str, Any] = {"minimum": 0, "maximum": 100, "decimals": 2}

HEAD = {
    one.key: one
    for one in (
        Field("language", gettext_lazy("Language"), FieldType.PICKLIST, choices=lambda: _LANGUAGES),
        Field("contact", gettext_lazy("For the attention of"), FieldType.LINK, relation="contact"),
        Field("currency", gettext_lazy("Currency"), FieldType.PICKLIST, choices=lambda: _CURRENCIES),
        Field("price_book", gettext_lazy("Price book"), FieldType.LINK, relation="price_book"),
        Field("is_tax_included", gettext_lazy("Prices include tax"), FieldType.BOOLEAN),
        Field("discount_percent", gettext_lazy("Discount on the whole (%)"), FieldType.PERCENT, **_PERCENT),
        Field("discount_amount", gettext_lazy("Discount on the whole (amount)"), FieldType.MONEY, minimum=0),
        Field("valid_until", gettext_lazy("Good until"), FieldType.DATE),
        Field("intro", gettext_lazy("Words before the lines"), FieldType.LONG_TEXT),
        Field("terms", gettext_lazy("Terms"), FieldType.LONG_TEXT),
    )
}
LINE = {
    one.key: one
    for one in (
        Field("product", gettext_lazy("Product"), FieldType.LINK, relation="product"),
        Field("name", gettext_lazy("Item"), FieldType.TEXT, max_length=200),
        Field("description", gettext_lazy("Description"), FieldType.TEXT, max_length=2000),
        Field("quantity", gettext_lazy("Quantity"), FieldType.NUMBER, decimals=4, maximum=9_999_999_999),
        Field("unit", gettext_lazy("Unit"), FieldType.TEXT, max_length=20),
        Field("unit_price", gettext_lazy("Unit price"), FieldType.NUMBER, decimals=4, minimum=0),
        Field("discount_percent", gettext_lazy("Discount (%)"), FieldType.PERCENT, **_PERCENT),
        Field("discount_amount", gettext_lazy("Discount (amount)"), FieldType.MONEY, minimum=0),
        Field("tax_rate", gettext_lazy("Tax rate (%)"), FieldType.PERCENT, **_PERCENT),
    )
}
_TEXTS = ("intro", "terms")
_TEXT_OF_LINE = ("description", "unit")


@dataclass(slots=True)
class Line:
    """A line as given; what a product can say may be open (None)."""

    mark: int | None = None
    product: int | None = None
    name: str | None = None
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: Decimal | None = None
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_rate: Decimal | None = None
    list_price: Decimal | None = None

    @property
    def terms(self) -> LineTerms:
        """For the sums; a price that is still open counts nothing."""
        return LineTerms(
            quantity=self.quantity,
            unit_price=self.unit_price or Decimal(0),
            tax_rate=self.tax_rate or Decimal(0),
            discount_percent=self.discount_percent,
            discount_amount=self.discount_amount,
            list_price=self.list_price,
        )


@dataclass(slots=True)
class Document:
    """A draft as a whole. `head` holds what was given of `HEAD`."""

    head: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] | None = None
    complaints: Complaints = field(default_factory=dict)

    def complain(self, place: str, code: str, detail: str) -> None:
        """Note what is wrong; the first complaint about a place counts."""
        self.complaints.setdefault(place, {"code": code, "detail": detail})

    def refuse_if_wrong(self) -> None:
        """Raise `Invalid` with all complaints."""
        if self.complaints:
            raise Invalid(fields=self.complaints)


def read_document(raw: Mapping[str, Any]) -> Document:
    """Read what was given; what is wrong stands in `complaints`, unknown names among it."""
    document = Document()
    for key, value in raw.items():
        if key == "lines":
            document.lines = _lines(document, value)
        elif key in HEAD:
            document.head[key] = _value(document, HEAD[key], key, value)
        else:
            document.complain(str(key)[:80], "field.unknown", _("There is no such field."))
    _check_head(document)
    return document


def _value(document: Document, kind: Field, place: str, raw: Any) -> Any:
    try:
        return parse(kind, raw)
    except BadValue as bad:
        document.complain(place, bad.code, bad.detail)
        return None


def _check_head(document: Document) -> None:
    head = document.head
    for key in _TEXTS:
        if key in head:
            head[key] = head[key] or ""
    for key in ("language", "currency", "is_tax_included"):
        if key in head and head[key] is None:
            del head[key]  # left as it is
    _one_discount(document, head.get("discount_percent"), head.get("discount_amount"), "discount_amount")
    last = head.get("valid_until")
    if isinstance(last, date) and last.year > 2100:
        document.complain("valid_until", "value.too_large", _("That is too far away."))


def _one_discount(document: Document, percent: Any, amount: Any, place: str) -> None:
    if percent is not None and amount is not None:
        document.complain(place, "quote.two_discounts", _("Give a percentage or an amount, not both."))


def _lines(document: Document, raw: Any) -> list[Line]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        document.complain("lines", "value.type", _("This must be a list."))
        return []
    if len(raw) > MOST_LINES:
        detail = _("At most %(limit)s lines; this has %(number)s.") % {
            "limit": MOST_LINES,
            "number": len(raw),
        }
        document.complain("lines", "quote.too_many_lines", detail)
        return []
    return [_line(document, index, one) for index, one in enumerate(raw)]


def _line(document: Document, index: int, raw: Any) -> Line:
    line = Line()
    if not isinstance(raw, Mapping):
        document.complain(f"lines.{index}", "value.type", _("This must be an object."))
        return line
    given: dict[str, Any] = {}
    for key, value in raw.items():
        place = f"lines.{index}.{key}"[:120]
        if key == "mark":
            is_mark = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
            line.mark = value if is_mark else None
        elif key in LINE:
            given[key] = _value(document, LINE[key], place, value)
        else:
            document.complain(place, "field.unknown", _("There is no such field."))
    for key, value in given.items():
        setattr(line, key, (value or "") if key in _TEXT_OF_LINE else value)
    number = given.get("quantity", line.quantity)
    if number is None or number <= 0:
        detail = _("Write how many: more than none.")
        document.complain(f"lines.{index}.quantity", "quote.quantity", detail)
        line.quantity = Decimal(1)
    _one_discount(document, line.discount_percent, line.discount_amount, f"lines.{index}.discount_amount")
    if not line.name and line.product is None:
        document.complain(f"lines.{index}.name", "value.required", _("Choose a product or name the item."))
    return line


def add_up(
    lines: Sequence[Line],
    *,
    currency: str,
    is_tax_included: bool,
    discount_percent: Decimal | None,
    discount_amount: Decimal | None,
) -> Sums:
    """The sums of checked lines; refuses `Invalid` at the place that is too large."""
    try:
        return sums_of(
            [line.terms for line in lines],
            currency=currency,
            is_tax_included=is_tax_included,
            discount_percent=discount_percent,
            discount_amount=discount_amount,
        )
    except DiscountTooLarge as wrong:
        place = "discount_amount" if wrong.line is None else f"lines.{wrong.line}.discount_amount"
        detail = _("The discount is more than the amount it is taken off.")
        raise Invalid.one(place, "quote.discount_too_large", detail) from None
    except TooLarge as wrong:
        place = "lines" if wrong.line is None else f"lines.{wrong.line}.unit_price"
        raise Invalid.one(place, "value.too_large", _("This number is too large.")) from None
