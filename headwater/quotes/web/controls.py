"""The controls with which a draft is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.quotes.documents import HEAD
from headwater.quotes.models import QuoteVersion
from headwater.quotes.queries.products import offered
from headwater.quotes.types import PaperLanguage
from headwater.sales.types import Currency
from headwater.ui.pages import FieldControl, FieldGroup, Option


@dataclass(frozen=True, slots=True)
class LineForm:
    """A line as a row of controls."""

    index: int
    mark: str
    product: FieldControl
    name: FieldControl
    description: FieldControl
    quantity: FieldControl
    unit: FieldControl
    unit_price: FieldControl
    discount: FieldControl
    tax_rate: FieldControl
    amount: str
    errors: tuple[tuple[str, str], ...]  # (field, what is wrong)


def head(version: QuoteVersion) -> FieldGroup:
    """What stands above the lines."""
    contact = version.contact
    book = version.price_book
    return FieldGroup(
        (
            FieldControl(
                "contact",
                HEAD["contact"].label,
                kind="link",
                value=str(contact.pk) if contact else "",
                options=(Option(str(contact.pk), contact.name),) if contact else (),
                options_url="/options/contact.json",
                span=6,
            ),
            FieldControl(
                "valid_until",
                HEAD["valid_until"].label,
                kind="date",
                value=version.valid_until.isoformat() if version.valid_until else "",
                days=(14, 30, 60),
                span=6,
            ),
            FieldControl(
                "currency",
                HEAD["currency"].label,
                kind="select",
                value=version.currency,
                options=tuple(Option(item.value, item.label, note=item.value) for item in Currency),
                required=True,
                span=6,
            ),
            FieldControl(
                "price_book",
                HEAD["price_book"].label,
                kind="link",
                value=str(book.pk) if book else "",
                options=(Option(str(book.pk), book.name),) if book else (),
                options_url="/options/price_book.json",
                span=6,
            ),
            FieldControl(
                "language",
                HEAD["language"].label,
                kind="segments",
                value=version.language,
                options=tuple(Option(item.value, item.label) for item in PaperLanguage),
                span=6,
            ),
            FieldControl(
                "is_tax_included",
                HEAD["is_tax_included"].label,
                kind="switch",
                value=version.is_tax_included,
                span=6,
            ),
        )
    )


def texts(version: QuoteVersion) -> tuple[FieldControl, ...]:
    """What stands around them."""
    return (
        FieldControl("intro", HEAD["intro"].label, kind="long_text", value=version.intro, rows=2),
        FieldControl("terms", HEAD["terms"].label, kind="long_text", value=version.terms, rows=4),
    )


def line_forms(
    given: list[dict[str, str]], amounts: Mapping[int, str], complaints: Mapping[str, Mapping[str, str]]
) -> tuple[LineForm, ...]:
    """The rows as they were given, with what they come to and what is wrong with them."""
    ids = {
        int(line["product"]) for line in given if line["product"].isdecimal() and len(line["product"]) < 19
    }
    products = offered(ids)
    forms = []
    for index, line in enumerate(given):
        wrong = {
            key.split(".")[2]: told["detail"]
            for key, told in complaints.items()
            if key.startswith(f"lines.{index}.") and key.count(".") == 2
        }
        product = products.get(int(line["product"])) if line["product"].isdecimal() else None
        options = (Option(str(product.id), f"{product.code} {product.name}"),) if product else ()
        forms.append(
            LineForm(
                index=index,
                mark=line["mark"],
                product=FieldControl(
                    "line_product",
                    _("Product"),
                    kind="link",
                    value=line["product"] if product else "",
                    options=options,
                    options_url="/options/product.json",
                    placeholder=_("Product"),
                ),
                name=_text("name", pgettext("paper", "Item"), line, 200),
                description=_text("description", _("Description"), line, 2000),
                quantity=_text("quantity", _("Quantity"), line, 30, number=True),
                unit=_text("unit", _("Unit"), line, 20),
                unit_price=_text("unit_price", _("Unit price"), line, 30, number=True),
                discount=_text("discount", pgettext("paper", "Discount"), line, 30),
                tax_rate=_text("tax_rate", _("Tax rate (%)"), line, 10, number=True),
                amount=amounts.get(index, "—"),
                errors=tuple(
                    ("discount" if key.startswith("discount") else key, detail)
                    for key, detail in wrong.items()
                ),
            )
        )
    return tuple(forms)


def _text(
    key: str, label: str, line: Mapping[str, str], longest: int, *, number: bool = False
) -> FieldControl:
    return FieldControl(
        f"line_{key}",
        label,
        kind="number" if number else "text",
        value=line[key],
        max_length=longest,
        placeholder=label if key in ("name", "description") else "",
    )
