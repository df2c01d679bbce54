"""What stands on the paper: both sides, the lines, the sums; in the language of the customer."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock, sql
from headwater.leads.mailing.house import company_name
from headwater.platform.files.services import files_of
from headwater.quotes import settings
from headwater.quotes.models import QuoteLine, QuoteVersion
from headwater.quotes.printing import numbers
from headwater.quotes.totals import unit_of
from headwater.quotes.types import OURS, PaperLanguage
from headwater.sales.types import Currency

LETTERHEAD = "quote_letterhead"  # what the logo is a file of
THE_ONE = 1
_KINDS = {"image/png": "png", "image/jpeg": "jpg"}
_TITLES = 200

Sides = dict[str, Any]

_CUSTOMER = """
SELECT a.name AS customer, COALESCE(a.address, '') AS address, COALESCE(c.name, '') AS contact,
  COALESCE(c.title, '') AS contact_title, COALESCE(u.name, '') AS seller,
  COALESCE(u.mobile, '') AS seller_mobile, COALESCE(u.email, '') AS seller_email
FROM sales_opportunity o JOIN sales_account a ON a.id = o.account_id
LEFT JOIN sales_contact c ON c.id = %s
LEFT JOIN organization_user u ON u.id = COALESCE(o.owner_id, %s)
WHERE o.id = %s
"""


def present_sides(version: QuoteVersion, seller_id: int | None) -> Sides:
    """Us and the customer as they are now; what is sent keeps them as they were."""
    found = sql.rows(_CUSTOMER, (version.contact_id, seller_id, version.quote.opportunity_id))[0]
    logo = next((one for one in files_of(LETTERHEAD, THE_ONE) if one.content_type in _KINDS), None)
    return found | {
        "date": clock.today().isoformat(),
        "logo": logo.sha256 if logo else "",
        "logo_kind": _KINDS[logo.content_type] if logo else "",
        "company": settings.COMPANY.get() or company_name(),
        "company_en": settings.COMPANY_ENGLISH.get(),
        "company_address": settings.ADDRESS.get(),
        "company_address_en": settings.ADDRESS_ENGLISH.get(),
        "phone": settings.PHONE.get(),
        "website": settings.WEBSITE.get(),
        "tax_id": settings.TAX_ID.get(),
        "bank": settings.BANK.get(),
        "bank_account": settings.BANK_ACCOUNT.get(),
    }


def paper_data(
    version: QuoteVersion, lines: Sequence[QuoteLine], sides: Sides, language: str
) -> dict[str, Any]:
    """All that the template shows, as text; sums come out of the version as they were kept."""
    with translation.override(language):
        return _paper(version, lines, sides, english=language == PaperLanguage.ENGLISH)


def _paper(
    version: QuoteVersion, lines: Sequence[QuoteLine], sides: Sides, *, english: bool
) -> dict[str, Any]:
    ours = (sides["company_en"] or sides["company"]) if english else sides["company"]
    number = f"{version.quote.number} · V{version.number}" if version.number > 1 else version.quote.number
    heading = pgettext("paper", "Quotation")
    return {
        "lang": "en" if english else "zh",
        "region": "US" if english else "CN",
        "title": f"{heading} {version.quote.number}"[:_TITLES],
        "heading": heading,
        "number": number,
        "company": ours,
        "letterhead": _letterhead(sides, english=english),
        "logo": "",
        "logo_kind": sides["logo_kind"],
        "mark": pgettext("paper", "Draft") if version.state in OURS else "",
        "customer": sides["customer"],
        "recipient": _recipient(sides),
        "facts": _facts(version, sides),
        "intro": version.intro,
        **_table(version, lines),
        "sums": _sums(version, lines),
        "total": [_total_label(version), _money(version.total, version.currency)],
        "words": _words(version, english=english),
        "terms": [row for row in version.terms.splitlines() if row.strip()],
        "bank": _bank(sides),
        "footer": " · ".join(part for part in (ours, version.quote.number) if part),
        "labels": {
            "to": pgettext("paper", "For"),
            "terms": _("Terms"),
            "bank": _("Bank details"),
            "ours": ours or pgettext("paper", "Supplier"),
            "theirs": sides["customer"],
            "signature": _("Signature, stamp, date"),
        },
    }


def _letterhead(sides: Sides, *, english: bool) -> list[str]:
    address = (sides["company_address_en"] if english else "") or sides["company_address"]
    reach = "  ".join(part for part in (sides["phone"], sides["website"]) if part)
    tax = _("Tax number: %(number)s") % {"number": sides["tax_id"]} if sides["tax_id"] else ""
    return [row for row in (address, reach, tax) if row]


def _recipient(sides: Sides) -> list[str]:
    who = " ".join(part for part in (sides["contact"], sides["contact_title"]) if part)
    attention = _("Attention: %(name)s") % {"name": who} if who else ""
    return [row for row in (attention, sides["address"]) if row]


def _facts(version: QuoteVersion, sides: Sides) -> list[list[str]]:
    facts = [[_("Date"), _day(date.fromisoformat(sides["date"]))]]
    if version.valid_until is not None:
        facts.append([_("Good until"), _day(version.valid_until)])
    facts.append([_("Currency"), f"{Currency(version.currency).label} ({version.currency})"])
    if sides["seller"]:
        facts.append([_("Your contact"), sides["seller"]])
        for label, value in ((_("Mobile"), sides["seller_mobile"]), (_("E-mail"), sides["seller_email"])):
            if value:
                facts.append([str(label), value])
    return facts


def _day(value: date) -> str:
    return date_format(value, "DATE_FORMAT")


def _table(version: QuoteVersion, lines: Sequence[QuoteLine]) -> dict[str, Any]:
    has_discount = any(line.discount_percent or line.discount_amount for line in lines)
    has_rates = len({line.tax_rate for line in lines}) > 1
    decimals = _decimals(version.currency)
    price = _("Unit price")
    columns = [
        {"label": "#", "wide": False, "number": False},
        {"label": pgettext("paper", "Item"), "wide": True, "number": False},
        {"label": _("Quantity"), "wide": False, "number": True},
        {"label": price, "wide": False, "number": True},
    ]
    if has_discount:
        columns.append({"label": pgettext("paper", "Discount"), "wide": False, "number": True})
    if has_rates:
        columns.append({"label": pgettext("paper", "Tax"), "wide": False, "number": True})
    columns.append({"label": pgettext("paper", "Amount"), "wide": False, "number": True})
    rows = []
    for line in lines:
        unit = f" {line.unit}" if line.unit else ""
        cells = [str(line.position), line.name, numbers.quantity(line.quantity) + unit]
        cells.append(numbers.price(line.unit_price))
        if has_discount:
            cells.append(_discount(line, decimals))
        if has_rates:
            cells.append(numbers.percent(line.tax_rate))
        cells.append(numbers.amount(line.amount, decimals))
        rows.append({"cells": cells, "note": line.description})
    return {"columns": columns, "rows": rows}


def _discount(line: QuoteLine, decimals: int) -> str:
    if line.discount_percent:
        return f"−{numbers.percent(line.discount_percent)}"
    return f"−{numbers.amount(line.discount_amount, decimals)}" if line.discount_amount else ""


def _decimals(currency: str) -> int:
    return 0 if unit_of(currency) == 1 else 2


def _money(value: Decimal, currency: str) -> str:
    return f"{currency} {numbers.amount(value, _decimals(currency))}"


def _sums(version: QuoteVersion, lines: Sequence[QuoteLine]) -> list[list[str]]:
    decimals = _decimals(version.currency)
    rows: list[list[str]] = []
    if version.discount:
        label = pgettext("paper", "Discount")
        if version.discount_percent:
            label = f"{label} {numbers.percent(version.discount_percent)}"
        rows.append([_("Subtotal"), numbers.amount(version.subtotal, decimals)])
        rows.append([label, f"−{numbers.amount(version.discount, decimals)}"])
    rows.append([_("Net of tax"), numbers.amount(version.net, decimals)])
    for rate, tax in taxes_of(lines).items():
        label = _("Tax %(rate)s") % {"rate": numbers.percent(rate)}
        rows.append([label, numbers.amount(tax, decimals)])
    return rows


def taxes_of(lines: Sequence[QuoteLine]) -> Mapping[Decimal, Decimal]:
    """Tax by rate, the rates in order."""
    taxes: dict[Decimal, Decimal] = {}
    for line in lines:
        taxes[line.tax_rate] = taxes.get(line.tax_rate, Decimal(0)) + line.tax
    return {rate: taxes[rate] for rate in sorted(taxes)}


def _total_label(version: QuoteVersion) -> str:
    return _("Total, tax included") if version.is_tax_included else _("Total with tax")


def _words(version: QuoteVersion, *, english: bool) -> str:
    """The total in financial characters, as Chinese papers have it."""
    if english or version.currency != Currency.CNY:
        return ""
    return f"人民币（大写）：{numbers.in_capitals(version.total)}"


def _bank(sides: Sides) -> list[str]:
    if not sides["bank_account"]:
        return []
    return [row for row in (sides["bank"], sides["bank_account"]) if row]
