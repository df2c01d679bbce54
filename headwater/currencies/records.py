"""The rate as the catalogue speaks of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies import services
from headwater.currencies.choices import currency_choices
from headwater.currencies.types import LEAST_RATE, MOST_RATE, RATE_DECIMALS
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import TRUE, Fragment


def _present(access: Access, rows: list[dict[str, Any]]) -> None:
    """Rates without the zeros that the column fills up with."""
    for row in rows:
        rate = row.get("rate")
        if rate is not None:
            row["rate"] = rate.quantize(1) if rate == rate.to_integral() else rate.normalize()


def _search(access: Access, q: str, alias: str) -> Fragment:
    """By code or by name in the reader's language."""
    word = q.strip().lower()
    codes = [
        choice.value
        for choice in currency_choices()
        if word in choice.value.lower() or word in str(choice.label).lower()
    ]
    return Fragment(f"{alias}.currency = ANY(%s::text[])", (codes,)) if word else TRUE


RATE = RecordType(
    key="rate",
    plural="rates",
    label=_("Exchange rate"),
    label_plural=_("Exchange rates"),
    table="currencies_rate",
    icon="coins",
    name_sql="{t}.currency || ' ' || {t}.on_date",
    default_sort="-on_date,currency",
    search=_search,
    present=_present,
    verbs=Verbs(create=services.create_rate, update=services.update_rate, archive=services.archive_rates),
    fields=(
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            required=True,
            nullable=False,
            in_list=True,
            headers=("币种", "货币", "外币", "currency", "code"),
        ),
        Field(
            "on_date",
            pgettext_lazy("exchange rate", "From"),
            FieldType.DATE,
            required=True,
            nullable=False,
            in_list=True,
            help=_("It holds from this day until a later rate."),
            headers=("日期", "生效日期", "汇率日期", "date", "on date"),
        ),
        Field(
            "rate",
            pgettext_lazy("exchange rate", "Rate"),
            FieldType.NUMBER,
            required=True,
            nullable=False,
            minimum=float(LEAST_RATE),
            maximum=float(MOST_RATE),
            decimals=RATE_DECIMALS,
            in_list=True,
            help=_("What one unit is worth in the company's currency."),
            headers=("汇率", "rate", "exchange rate"),
        ),
        Field(
            "base",
            _("In"),
            FieldType.PICKLIST,
            choices=currency_choices,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
            in_list=True,
            help=_("The company's currency when the rate was written."),
        ),
        Field(
            "created_by",
            _("Created by"),
            FieldType.USER,
            relation="user",
            editable=False,
            in_form=False,
            importable=False,
            in_list=True,
        ),
        Field(
            "updated_at",
            _("Changed"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
            in_list=True,
        ),
        Field(
            "created_at",
            _("Created"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
        ),
    ),
)
