"""Pieces that the room's screens share."""

from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.errors import Invalid
from headwater.ui.formats import money_full
from headwater.ui.pages import Cell


def chosen_ids(request: HttpRequest) -> list[int]:
    """The records that a form or an address names."""
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    found = [one for item in given if (one := text.whole(item)) is not None]
    if not found:
        raise Invalid.one("ids", "value.required", _("Choose at least one record."))
    return found


def version_of(request: HttpRequest) -> int | None:
    """The version that the form was drawn from."""
    return text.whole(request.POST.get("version", ""))


def price_cell(price: Decimal | None, currency: str) -> Cell:
    """A unit price to the last digit: nobody calculates with ¥6.12万."""
    if price is None:
        return Cell()
    exact = Decimal(price).normalize()
    finer = -int(exact.as_tuple().exponent) > 2
    words = f"{currency} {exact:f}" if finer else money_full(price, currency)
    return Cell("text", price, text=words)


def quantity_text(quantity: Decimal) -> str:
    """A quantity without needless zeros."""
    return f"{Decimal(quantity).normalize():f}"
