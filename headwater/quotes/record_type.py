"""The quote in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType, Verbs, record_type
from headwater.kernel.sql import Fragment, any_of
from headwater.quotes import services
from headwater.quotes.types import HUES, QuoteState
from headwater.sales.record_types.scopes import searched
from headwater.sales.types import Currency

_STATES = Choices(Choice(item.value, item.label, HUES[item]) for item in QuoteState)
_CURRENCIES = Choices(Choice(item.value, item.label) for item in Currency)
# Who is asked to approve a quote sees it, wherever it lies.
_ASKED = frozenset({"quotes.view", "quotes.approve"})


def scope(access: Access, alias: str) -> Fragment:
    """Quotes of opportunities within reach, and those one was asked to approve."""
    of = record_type("opportunity").scope(access, "qo")
    if of.text == "TRUE":
        return of
    reached = Fragment(
        f"EXISTS (SELECT 1 FROM sales_opportunity qo WHERE qo.id = {alias}.opportunity_id AND ({of.text}))",
        of.params,
    )
    if access.permission not in _ASKED or access.user_id is None:
        return reached
    asked = Fragment(
        "EXISTS (SELECT 1 FROM quotes_quoteapproval qa JOIN quotes_quoteversion qv ON qv.id = qa.version_id"
        f" WHERE qv.quote_id = {alias}.id AND qa.approver_id = %s)",
        (access.user_id,),
    )
    return any_of([reached, asked])


def _of_opportunity(column: str) -> str:
    return f"(SELECT qo.{column} FROM sales_opportunity qo WHERE qo.id = {{t}}.opportunity_id)"


def _shown(key: str, label: object, kind: FieldType, **options: object) -> Field:
    """What the house writes by itself."""
    return Field(key, label, kind, editable=False, in_form=False, importable=False, **options)  # type: ignore[arg-type]


QUOTE = RecordType(
    key="quote",
    plural="quotes",
    label=_("Quote"),
    label_plural=_("Quotes"),
    table="quotes_quote",
    url="/quotes/{id}",
    icon="file-text",
    name_sql="{t}.number",
    is_customizable=True,
    scope=scope,
    search=searched("quote"),
    verbs=Verbs(create=services.create_quote, update=services.update_quote, archive=services.archive_quotes),
    fields=(
        _shown("number", pgettext_lazy("quote", "Number"), FieldType.TEXT, nullable=False, in_list=True),
        Field(
            "name",
            pgettext_lazy("quote", "Subject"),
            FieldType.TEXT,
            max_length=200,
            help=_("Left empty, it is called like the opportunity"),
        ),
        Field(
            "opportunity",
            _("Opportunity"),
            FieldType.LINK,
            relation="opportunity",
            required=True,
            nullable=False,
        ),
        _shown(
            "account",
            _("Account"),
            FieldType.LINK,
            relation="account",
            sql=_of_opportunity("account_id"),
            in_list=True,
        ),
        _shown(
            "state",
            pgettext_lazy("quote", "State"),
            FieldType.PICKLIST,
            choices=lambda: _STATES,
            nullable=False,
            in_list=True,
        ),
        _shown("total", pgettext_lazy("quote", "Total"), FieldType.MONEY, decimals=2, in_list=True),
        _shown("currency", _("Currency"), FieldType.PICKLIST, choices=lambda: _CURRENCIES, nullable=False),
        _shown("latest", pgettext_lazy("quote", "Version"), FieldType.NUMBER, decimals=0, nullable=False),
        _shown("valid_until", _("Good until"), FieldType.DATE, in_list=True),
        _shown(
            "owner",
            _("Owner"),
            FieldType.USER,
            relation="user",
            sql=_of_opportunity("owner_id"),
            in_list=True,
        ),
        _shown("sent_at", pgettext_lazy("quote", "Sent"), FieldType.DATETIME),
        _shown("settled_at", pgettext_lazy("quote", "Answered"), FieldType.DATETIME),
        _shown("created_at", _("Created"), FieldType.DATETIME, nullable=False),
        _shown("updated_at", _("Changed"), FieldType.DATETIME, nullable=False),
        _shown("created_by", _("Created by"), FieldType.USER, relation="user"),
    ),
)
