"""Amounts as the pages show them: in their own currency, and what that is in the company's."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.currencies.queries import company_currency, convert
from headwater.ui import formats


def equivalent(amount: Decimal | None, currency: str, on: date) -> str:
    """“≈ ¥48.2万” beside an amount of another currency, or that nobody knows; blank for the company's own."""
    company = company_currency()
    if amount is None or currency == company:
        return ""
    worth = convert(amount, currency, on)
    if worth is None:
        return _("No rate to %(company)s yet") % {"company": company}
    return f"≈ {formats.money(worth, company)}"


def left_out_words(count: int) -> str:
    """That a total is without some amounts; blank for none."""
    if not count:
        return ""
    words = ngettext(
        "%(count)s amount without a rate left out", "%(count)s amounts without a rate left out", count
    )
    return words % {"count": count}
