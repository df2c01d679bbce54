"""JSON API of currencies: the company's, rates, what an amount is worth."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from headwater.currencies import queries, schemas, services
from headwater.currencies.types import Currency
from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.errors import Invalid
from headwater.platform.api import ApiRequest, Problem, json_response, record_router

rates = record_router("rate")
currencies = Router(tags=["Currencies"])
_AMOUNT = Field("amount", "", FieldType.MONEY, decimals=2)


class ConvertParams(Schema):
    amount: str
    currency: str
    on: date | None = None


def _listed() -> dict[str, Any]:
    company = Currency(queries.company_currency())
    items = [
        {
            "code": state.currency.value,
            "name": str(state.currency.label),
            "rate": state.known and str(state.known.rate),
            "since": state.known and state.known.on_date,
            "amounts": state.amounts,
        }
        for state in queries.currency_states()
    ]
    return {"company": company.value, "items": items}


@currencies.get("", operation_id="currency_list", response=schemas.CurrenciesOut,
                summary="The company's currency, and what the others are worth")  # fmt: skip
def currency_list(request: ApiRequest) -> HttpResponse:
    permit(request, "rates.view")
    return json_response(_listed())


@currencies.put(
    "/company",
    operation_id="company_currency_change",
    response={200: schemas.CurrenciesOut, 409: Problem, 422: Problem},
    summary="Count in another currency from now on",
    description="Nothing that was written changes. Where amounts or rates exist it wants `confirm`.",
)
def change_company(request: ApiRequest, body: schemas.CompanyCurrencyIn) -> HttpResponse:
    services.change_company_currency(
        permit(request, "currencies.configure"), body.currency, confirm=body.confirm
    )
    return json_response(_listed())


@currencies.get(
    "/convert",
    operation_id="currency_convert",
    response={200: schemas.ExchangedOut, 422: Problem},
    summary="What an amount is worth in the company's currency",
)
def convert(request: ApiRequest, params: Query[ConvertParams]) -> HttpResponse:
    permit(request, "rates.view")
    if params.currency not in Currency.values:
        raise Invalid.one("currency", "value.choice", _("This is not one of the choices."))
    try:
        amount = parse(_AMOUNT, params.amount)
    except BadValue as bad:
        raise Invalid.one("amount", bad.code, bad.detail) from None
    if amount is None:
        raise Invalid.one("amount", "value.required", _("This is required."))
    on = params.on or clock.today()
    company, known = queries.company_currency(), queries.rate_on(params.currency, on)
    worth = queries.convert(amount, params.currency, on)
    return json_response(
        {
            "currency": company,
            "amount": None if worth is None else str(worth),
            "rate": known and str(known.rate),
            "since": known and known.on_date,
        }
    )


@rates.post(
    "/bulk/write",
    operation_id="rate_bulk_write",
    response={200: schemas.RatesWrittenOut, 422: Problem},
    summary="Write many rates; a day that has one is corrected",
)
def write_many(request: ApiRequest, body: schemas.RatesIn) -> HttpResponse:
    access = permit(request, "rates.create")
    permit(request, "rates.edit")
    done = services.write_rates(access, body.items)
    return json_response({"created": done.created, "updated": done.updated})


ROUTERS = {"/rates": rates, "/currencies": currencies}
