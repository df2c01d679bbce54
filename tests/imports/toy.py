"""A record type of its own to try the engine with: a table of names and numbers."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from headwater.kernel import sql
from headwater.kernel.access import Access, register_permission
from headwater.kernel.errors import Invalid
from headwater.platform.imports.importers import register_importer
from headwater.platform.imports.types import (
    Column,
    ColumnPlan,
    Done,
    Outcome,
    RowResult,
    SourceRow,
    Target,
    Undone,
    Work,
)

register_permission("toys.import", "Import toys")


def make_table() -> None:
    sql.execute(
        "CREATE TABLE toy (id bigserial PRIMARY KEY, name text UNIQUE, number int CHECK (number < 1000))"
    )


class ToyImporter:
    record = "toy"
    permission = "toys.import"
    label = "Toy"
    label_plural = "Toys"
    fail_at: int | None = None  # raises once this row is met, as a killed process would

    def targets(self, access: Access) -> list[Target]:
        return [Target("name", "Name", "text", headers=("名称",)), Target("number", "Number", "number")]

    def example(self) -> list[list[str]]:
        return [["Name", "Number"], ["Ball", "1"]]

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        return {"policy": "skip"}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        if not any(plan.target == "name" for plan in work.plans):
            raise Invalid.one("mapping.name", "toy.no_name", "A toy needs a name.")
        return work.options

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return work.plans, {}

    def session(self, access: Access, work: Work, *, writes: bool) -> "ToySession":
        return ToySession(work, self)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        gone = set(
            sql.values(
                "DELETE FROM toy WHERE id = ANY(%s::bigint[]) AND number <> 7 RETURNING id",
                ([row.record_id for row in rows],),
            )
        )
        return [Undone(row.number, "" if row.record_id in gone else "toy.kept") for row in rows]


class ToySession:
    def __init__(self, work: Work, importer: ToyImporter) -> None:
        self.importer = importer
        self.places = {plan.target: plan.column for plan in work.plans if plan.target}

    def prepare(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        return rows

    def check(self, rows: Sequence[SourceRow]) -> list[RowResult]:
        return [
            RowResult(row.number, Outcome.FAILED, code="toy.no_name", field="name", detail="no name")
            if not row.cells[self.places["name"]]
            else RowResult(row.number, Outcome.CREATED)
            for row in rows
        ]

    def write(self, rows: Sequence[SourceRow]) -> list[RowResult]:
        results = self.check(rows)
        good = [row for row, one in zip(rows, results, strict=True) if one.outcome == Outcome.CREATED]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO toy (name, number) SELECT * FROM unnest(%s::text[], %s::int[]) RETURNING id",
                (
                    [row.cells[self.places["name"]] for row in good],
                    [int(row.cells[self.places["number"]] or 0) for row in good],
                ),
            )
            ids = [row[0] for row in cursor.fetchall()]
        if self.importer.fail_at is not None and any(row.number == self.importer.fail_at for row in rows):
            self.importer.fail_at = None
            raise KeyboardInterrupt
        made = dict(zip((row.number for row in good), ids, strict=True))
        for one in results:
            one.record_id = made.get(one.number)
        return results


TOYS = ToyImporter()
register_importer(TOYS)
