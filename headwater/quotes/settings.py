"""What an administrator sets: our side of the paper, how quotes are numbered, how long they hold."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import Setting, SettingType, register_setting

QUOTES = pgettext_lazy("group of settings", "Quotes")
LETTERHEAD = _("Letterhead of quotes")


def _text(key: str, label: object, help_: object = "", default: str = "") -> Setting[str]:
    return register_setting(
        f"quotes.{key}",
        default,
        type=SettingType.TEXT,
        label=label,  # type: ignore[arg-type]
        group=LETTERHEAD,
        help=help_,  # type: ignore[arg-type]
    )


PREFIX = register_setting(
    "quotes.number_prefix",
    "Q",
    type=SettingType.TEXT,
    label=_("Numbers begin with"),
    group=QUOTES,
    help=_("Then the year and the number in it: Q2026-00001."),
)
VALID_DAYS = register_setting(
    "quotes.valid_days",
    30,
    type=SettingType.NUMBER,
    label=_("Days a new quote is good for"),
    group=QUOTES,
    minimum=1,
    maximum=3650,
)
TAX_RATE = register_setting(
    "quotes.tax_rate",
    Decimal(13),
    type=SettingType.DECIMAL,
    label=_("Tax rate of lines without a product (%)"),
    group=QUOTES,
    minimum=0,
    maximum=100,
)
TAX_INCLUDED = register_setting(
    "quotes.tax_included",
    True,
    type=SettingType.FLAG,
    label=_("Prices of new quotes include tax"),
    group=QUOTES,
)
SETS_AMOUNT = register_setting(
    "quotes.sets_amount",
    True,
    type=SettingType.FLAG,
    label=_("An accepted quote sets the amount of its open opportunity"),
    group=QUOTES,
)
TERMS: Setting[list[str]] = register_setting(
    "quotes.terms",
    [],
    type=SettingType.TEXT_LIST,
    label=_("Terms of new quotes"),
    group=QUOTES,
)
TERMS_ENGLISH: Setting[list[str]] = register_setting(
    "quotes.terms_en",
    [],
    type=SettingType.TEXT_LIST,
    label=_("Terms of new quotes in English"),
    group=QUOTES,
)
PUBLIC_PER_MINUTE = register_setting(
    "quotes.answers_per_minute",
    60,
    type=SettingType.NUMBER,
    label=_("Times a minute that one address may open quotes"),
    group=QUOTES,
    help=_("0 means no limit."),
    minimum=0,
    maximum=100_000,
)

COMPANY = _text("company", _("Company"), _("Empty: the name in mails to customers."))
COMPANY_ENGLISH = _text("company_en", _("Company in English"))
ADDRESS = _text("address", pgettext_lazy("letterhead", "Address"))
ADDRESS_ENGLISH = _text("address_en", _("Address in English"))
PHONE = _text("phone", pgettext_lazy("letterhead", "Phone"))
WEBSITE = _text("website", pgettext_lazy("letterhead", "Website"))
TAX_ID = _text("tax_id", _("Tax number"))
BANK = _text("bank", _("Bank"))
BANK_ACCOUNT = _text("bank_account", _("Bank account"))
