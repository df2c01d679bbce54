"""Rates from files: a day, a currency, a rate."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.currencies.services import archive_rates, problem_of, save_rates
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, Text
from headwater.platform.imports import cells
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.types import (
    Column,
    ColumnPlan,
    Done,
    Outcome,
    Policy,
    RowResult,
    SourceRow,
    Target,
    Undone,
    Work,
)

FIELDS = ("currency", "on_date", "rate")
_POLICIES = (Policy.SKIP, Policy.UPDATE)
Day = tuple[str, date]


class RateImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    record = "rate"
    permission = "rates.import"

    @property
    def label(self) -> Text:
        return record_type("rate").label

    @property
    def label_plural(self) -> Text:
        return record_type("rate").label_plural

    def targets(self, access: Access) -> list[Target]:
        return [
            Target(key, field.label, field.type, "", field.headers)
            for key, field in record_type("rate").all_fields.items()
            if key in FIELDS
        ]

    def example(self) -> list[list[str]]:
        labels = [str(record_type("rate").all_fields[key].label) for key in FIELDS]
        return [labels, ["USD", "2026-11-02", "7.1032"], ["JPY", "2026-11-02", "0.046215"]]

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        return {"policy": Policy.UPDATE.value}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        """The options checked; refuses a mapping without currency, day and rate."""
        complaints: dict[str, dict[str, str]] = {}
        policy = work.options.get("policy") or Policy.UPDATE.value
        if policy not in _POLICIES:
            complaints["options.policy"] = {"code": "import.policy", "detail": _("Choose skip or update.")}
        elif policy == Policy.UPDATE and not access.may("rates.edit"):
            policy = Policy.SKIP.value
        mapped = {plan.target for plan in work.plans}
        for key in FIELDS:
            if key not in mapped:
                label = record_type("rate").all_fields[key].label
                words = _("Map a column to “%(field)s”.") % {"field": label}
                complaints[f"mapping.{key}"] = {"code": "import.no_column", "detail": words}
        if complaints:
            raise Invalid(fields=complaints)
        kept = {key: work.options[key] for key in ("preset",) if work.options.get(key)}
        return {"policy": str(policy)} | kept

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return list(work.plans), {}

    def session(self, access: Access, work: Work, *, writes: bool) -> "RateSession":
        return RateSession(access, work)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        """Take new rates out and put corrected ones back, where nobody changed them since."""
        found = sql.rows(
            "SELECT id, rate, version, archived_at FROM currencies_rate WHERE id = ANY(%s::bigint[])"
            " ORDER BY id FOR NO KEY UPDATE",
            ([one.record_id for one in rows],),
        )
        known = {row["id"]: row for row in found}
        undone, out = [], []
        for one in rows:
            row = known.get(one.record_id)
            said = (one.changes or {}).get("rate")
            if row is None or row["archived_at"] is not None:
                undone.append(Undone(one.number, "import.archived_already" if row else "import.gone"))
            elif said is None or to_json(row["rate"].normalize()) != said[1]:
                undone.append(Undone(one.number, "import.changed_since"))
            elif one.outcome == Outcome.CREATED:
                out.append(one.record_id)
                undone.append(Undone(one.number))
            else:
                self._put_back(access, one.record_id, Decimal(str(said[0])))
                undone.append(Undone(one.number))
        if out:
            archive_rates(access, out)
        return undone

    def _put_back(self, access: Access, record_id: int, rate: Decimal) -> None:
        (row,) = sql.rows("SELECT currency, on_date, base FROM currencies_rate WHERE id = %s", (record_id,))
        save_rates(access, row["base"], {(row["currency"], row["on_date"]): rate})


class RateSession:
    """One pass over the rows of an import."""

    def __init__(self, access: Access, work: Work) -> None:
        known = record_type("rate").all_fields
        self.access, self.offset = access, work.offset
        self.policy = Policy(work.options["policy"])
        self.readers = [
            cells.field_reader(
                plan,
                known[plan.target],
                cells.converter(known[plan.target], pending=False),
                attribute=plan.target,
            )
            for plan in work.plans
            if plan.target
        ]

    def prepare(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        return rows

    def check(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """What would become of the rows."""
        return self._decide(prepared)[0]

    def write(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        results, wanted, company = self._decide(prepared)
        save_rates(self.access, company, {day: rate for day, (rate, _result) in wanted.items()})
        ids = _known(company, wanted)
        for day, (_rate, result) in wanted.items():
            result.record_id = ids[day][0]
        return results

    def _decide(
        self, given: Sequence[SourceRow]
    ) -> tuple[list[RowResult], dict[Day, tuple[Decimal, RowResult]], str]:
        company = company_currency()
        drafts = cells.read_columns(self.readers, given, Draft)
        for draft in drafts:
            _complete(draft, company)
        known = _known(company, {_day(draft): None for draft in drafts if not draft.problems})
        results: list[RowResult] = []
        wanted: dict[Day, tuple[Decimal, RowResult]] = {}
        for draft in drafts:
            result = self._one(draft, known, wanted)
            results.append(result)
            if result.outcome in (Outcome.CREATED, Outcome.UPDATED):
                wanted[_day(draft)] = (draft.columns["rate"], result)
        return results, wanted, company

    def _one(
        self,
        draft: Draft,
        known: Mapping[Day, tuple[int, Decimal]],
        wanted: Mapping[Day, tuple[Decimal, RowResult]],
    ) -> RowResult:
        if draft.problems:
            field, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field, detail=words)
        day, rate = _day(draft), draft.columns["rate"]
        if day in wanted:
            row = wanted[day][1].number + self.offset
            words = _("The same stands in row %(row)s of the file.") % {"row": row}
            return RowResult(draft.number, Outcome.SKIPPED, code="import.duplicate_in_file", detail=words)
        if day not in known:
            return RowResult(draft.number, Outcome.CREATED, changes={"rate": [None, to_json(rate)]})
        if known[day][1] == rate:
            words = _("Nothing new in the row.")
            return RowResult(draft.number, Outcome.SKIPPED, code="import.unchanged", detail=words)
        if self.policy == Policy.SKIP:
            words = _("There is a rate for this currency and day already.")
            return RowResult(draft.number, Outcome.SKIPPED, code="import.duplicate", detail=words)
        before = to_json(known[day][1].normalize())
        return RowResult(draft.number, Outcome.UPDATED, changes={"rate": [before, to_json(rate)]})


def _day(draft: Draft) -> Day:
    return draft.columns["currency"], draft.columns["on_date"]


def _complete(draft: Draft, company: str) -> None:
    """Complain about what is missing, and about what no rate may say."""
    if draft.problems:
        return
    for key in FIELDS:
        if draft.columns.get(key) is None:
            label = record_type("rate").all_fields[key].label
            words = _("This is required.")
            draft.problems = [(key, "value.required", f"{label}：{words}")]
            return
    problem = problem_of(*_day(draft), company)
    if problem:
        draft.problems = [problem]


def _known(company: str, days: Mapping[Day, Any]) -> dict[Day, tuple[int, Decimal]]:
    """The rates there are for these days."""
    found = sql.rows(
        "SELECT r.id, r.currency, r.on_date, r.rate FROM currencies_rate r"
        " JOIN unnest(%s::text[], %s::date[]) AS x (currency, on_date) USING (currency, on_date)"
        " WHERE r.base = %s AND r.archived_at IS NULL",
        ([one for one, _on in days], [on for _one, on in days], company),
    )
    return {(row["currency"], row["on_date"]): (row["id"], row["rate"]) for row in found}
