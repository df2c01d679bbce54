"""What can be done with rates and with the company's currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.currencies.errors import CurrencyInUse
from headwater.currencies.events import CompanyCurrencyChanged, RatesChanged
from headwater.currencies.models import Company, Rate
from headwater.currencies.queries import rates_to
from headwater.currencies.types import DAYS_AHEAD, MOST_AT_ONCE, Currency
from headwater.currencies.uses import uses
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit


@dataclass(frozen=True, slots=True)
class Written:
    """How many rates were new, and how many said something else before."""

    created: int
    updated: int


def problem_of(currency: str, on_date: date, company: str) -> tuple[str, str, str] | None:
    """(field, code, words) of what is wrong with a rate, if anything is."""
    if currency == company:
        words = _("The company counts in this currency: it needs no rate.")
        return "currency", "rate.own_currency", words
    if on_date > clock.today() + timedelta(days=DAYS_AHEAD):
        return "on_date", "rate.too_far_ahead", _("A rate may be dated a year ahead at most.")
    return None


def _checked(currency: str, on_date: date, company: str) -> None:
    problem = problem_of(currency, on_date, company)
    if problem:
        raise Invalid.one(*problem)


def _company() -> str:
    """The company's currency, held until the transaction ends: no rate is written to a former one."""
    found = sql.values("SELECT currency FROM currencies_company FOR SHARE")
    return str(found[0])


@transaction.atomic
def create_rate(access: Access, values: Mapping[str, Any]) -> int:
    """Write what a currency is worth from a day on; its id.

    Refuses with `Invalid` the company's own currency, a second rate for the same day, and a day more than a
    year ahead.
    """
    fields = clean(record_type("rate"), values, access).fields
    company, moment = _company(), clock.now()
    _checked(fields["currency"], fields["on_date"], company)
    rate = Rate(**fields, base=company, created_at=moment, updated_at=moment, created_by_id=access.user_id)
    _save(rate)
    audit.record(access, "rate", rate.pk, "create", {key: [None, value] for key, value in fields.items()})
    emit(RatesChanged(ids=[rate.pk]), access)
    return rate.pk


@transaction.atomic
def update_rate(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Correct a rate; the audit keeps what it was. Refuses as `create_rate`, and with `Stale`."""
    rate = Rate.objects.select_for_update(no_key=True).filter(pk=record_id, archived_at=None).first()
    if rate is None:
        raise NotFound(record="rate", id=record_id)
    if version is not None and version != rate.version:
        raise Stale(version=rate.version)
    fields = clean(record_type("rate"), values, access, partial=True).fields
    changes = {
        key: [getattr(rate, key), value] for key, value in fields.items() if getattr(rate, key) != value
    }
    if not changes:
        return
    for key, (_before, after) in changes.items():
        setattr(rate, key, after)
    _checked(rate.currency, rate.on_date, rate.base)
    rate.version += 1
    rate.updated_at = clock.now()
    _save(rate)
    audit.record(access, "rate", rate.pk, "update", changes)
    emit(RatesChanged(ids=[rate.pk]), access)


def _save(rate: Rate) -> None:
    try:
        with transaction.atomic():
            rate.save()
    except IntegrityError as clash:
        name = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "")
        if name == "rate_once_a_day":
            words = _("There is a rate for this currency and day already: correct that one.")
            raise Invalid.one("on_date", "rate.taken", words) from clash
        raise


@transaction.atomic
def archive_rates(access: Access, ids: Sequence[int]) -> int:
    """Take rates out: the one before them holds again. How many."""
    living = Rate.objects.select_for_update(no_key=True).filter(pk__in=ids, archived_at=None)
    found = list(living.order_by("pk").values_list("pk", flat=True))
    moment = clock.now()
    Rate.objects.filter(pk__in=found).update(archived_at=moment, updated_at=moment)
    audit.record_many(access, "rate", "archive", audit.same_changes(found, {"archived": [False, True]}))
    if found:
        emit(RatesChanged(ids=found), access)
    return len(found)


@transaction.atomic
def write_rates(access: Access, given: Sequence[Mapping[str, Any]]) -> Written:
    """Write many rates as one: a day that has one already is corrected. All or nothing.

    Refuses with `Invalid` naming each row (`items.<number>.<field>`), and more than `MOST_AT_ONCE` rows.
    """
    if len(given) > MOST_AT_ONCE:
        words = _("At most %(limit)s rates at once.") % {"limit": MOST_AT_ONCE}
        raise Invalid.one("items", "rate.too_many", words)
    company = _company()
    complaints: dict[str, dict[str, str]] = {}
    wanted: dict[tuple[str, date], Decimal] = {}
    for number, values in enumerate(given):
        try:
            fields = clean(record_type("rate"), values, access).fields
            _checked(fields["currency"], fields["on_date"], company)
        except Invalid as refusal:
            complaints |= {f"items.{number}.{key}": words for key, words in refusal.fields.items()}
            continue
        wanted[fields["currency"], fields["on_date"]] = fields["rate"]
    if complaints:
        raise Invalid(fields=complaints)
    return save_rates(access, company, wanted)


def save_rates(access: Access, company: str, wanted: Mapping[tuple[str, date], Decimal]) -> Written:
    """Checked rates in one statement; the caller's transaction holds the company's currency."""
    if not wanted:
        return Written(0, 0)
    moment = clock.now()
    columns = ([one for one, _day in wanted], [day for _one, day in wanted], list(wanted.values()))
    given = "unnest(%s::text[], %s::date[], %s::numeric[]) AS x (currency, on_date, rate)"
    before = {
        row["id"]: row["rate"]
        for row in sql.rows(
            f"SELECT r.id, r.rate FROM currencies_rate r JOIN {given} USING (currency, on_date)"
            " WHERE r.base = %s AND r.archived_at IS NULL ORDER BY r.id FOR NO KEY UPDATE OF r",
            (*columns, company),
        )
    }
    written = sql.rows(
        "INSERT INTO currencies_rate AS r (currency, base, on_date, rate, created_at, updated_at,"
        " created_by_id, version, custom)"
        f" SELECT x.currency, %s, x.on_date, x.rate, %s, %s, %s::bigint, 1, '{{}}' FROM {given}"
        " ON CONFLICT (base, currency, on_date) WHERE archived_at IS NULL"
        " DO UPDATE SET rate = excluded.rate, version = r.version + 1, updated_at = excluded.updated_at"
        " WHERE r.rate <> excluded.rate"
        " RETURNING r.id, r.currency, r.on_date, r.rate, r.version = 1 AS is_new",
        (company, moment, moment, access.user_id, *columns),
    )
    new = [row for row in written if row["id"] not in before and row["is_new"]]
    corrected = [row for row in written if row["id"] in before or not row["is_new"]]
    audit.record_many(
        access,
        "rate",
        "create",
        [(row["id"], {key: [None, row[key]] for key in ("currency", "on_date", "rate")}) for row in new],
    )
    audit.record_many(
        access,
        "rate",
        "update",
        [(row["id"], {"rate": [before.get(row["id"]), row["rate"]]}) for row in corrected],
    )
    if written:
        emit(RatesChanged(ids=[row["id"] for row in written]), access)
    return Written(len(new), len(corrected))


@transaction.atomic
def change_company_currency(access: Access, currency: str, *, confirm: bool = False) -> None:
    """Count in another currency from now on.

    Nothing that was written changes: amounts keep their currency, rates to the former one stay and hold
    again should the company return to it. Rates to the new one are worked out of those there are, day by
    day, as far as the new currency itself had one. Where amounts or rates exist it wants a `confirm`, else
    `CurrencyInUse`.
    """
    if currency not in Currency.values:
        raise Invalid.one("currency", "value.choice", _("This is not one of the choices."))
    (company,) = Company.objects.select_for_update().all()
    before = company.currency
    if currency == before:
        return
    amounts, rates = uses().total(), rates_to(before)
    if not confirm and (amounts or rates):
        raise CurrencyInUse(before=before, after=currency, amounts=amounts, rates=rates)
    company.currency = currency
    company.save()
    made = _take_over(access, before, currency)
    audit.record(access, "company_currency", None, "change", {"currency": [before, currency]})
    emit(CompanyCurrencyChanged(before=before, after=currency), access)
    if made:
        audit.record_many(access, "rate", "create", [(one, {"base": [None, currency]}) for one in made])
        emit(RatesChanged(ids=made), access)


def _take_over(access: Access, before: str, after: str) -> list[int]:
    """Rates to the new currency out of those to the former one: x → old over new → old, of the same day."""
    moment = clock.now()
    made: list[int] = sql.values(
        """
        WITH old AS (
            SELECT currency, on_date, rate FROM currencies_rate
            WHERE base = %(before)s AND archived_at IS NULL
            UNION ALL
            SELECT %(before)s, on_date, 1 FROM currencies_rate
            WHERE base = %(before)s AND currency = %(after)s AND archived_at IS NULL
        ), worked_out AS (
            SELECT o.currency, o.on_date, round(o.rate / n.rate, 8) AS rate FROM old o CROSS JOIN LATERAL (
                SELECT r.rate FROM currencies_rate r WHERE r.base = %(before)s AND r.currency = %(after)s
                AND r.on_date <= o.on_date AND r.archived_at IS NULL ORDER BY r.on_date DESC LIMIT 1
            ) n WHERE o.currency <> %(after)s
        )
        INSERT INTO currencies_rate
            (currency, base, on_date, rate, created_at, updated_at, created_by_id, version, custom)
        SELECT currency, %(after)s, on_date, rate, %(moment)s, %(moment)s, %(by)s::bigint, 1, '{}'
        FROM worked_out WHERE rate > 0 AND rate <= 9999999999
        ON CONFLICT (base, currency, on_date) WHERE archived_at IS NULL DO NOTHING RETURNING id
        """,
        {"before": before, "after": after, "moment": moment, "by": access.user_id},  # type: ignore[arg-type]
    )
    return made
