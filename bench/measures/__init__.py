"""What is measured. Each function gives lines of the table; goals are those of the product's quality page."""

from collections.abc import Callable, Iterator

from bench.measures.boarding import boards
from bench.measures.claiming import claims
from bench.measures.company_rule import company_rule
from bench.measures.doors import doors
from bench.measures.forecasting import forecasting
from bench.measures.hooking import hooks
from bench.measures.importing import imports
from bench.measures.insight import insight
from bench.measures.mailing import mails
from bench.measures.matching import matching
from bench.measures.memory import memory
from bench.measures.painting import paint
from bench.measures.reading import deep_page, lists, page, screen, search
from bench.measures.recycling import recycling
from bench.measures.routing import dispatch, routing_preview
from bench.measures.scanning import scanning
from bench.measures.tracking import tracking
from bench.measures.weighing import scripts
from bench.measures.writing import batch_assign, writes
from bench.timing import Result

MEASURES: dict[str, Callable[[], Iterator[Result]]] = {
    measure.__name__: measure
    for measure in (
        lists, deep_page, search, page, writes, screen, imports, claims, batch_assign, dispatch, routing_preview, recycling,
        doors, forecasting, hooks, company_rule, matching, mails, tracking, scanning, boards, insight, scripts, paint, memory,
    )
}  # fmt: skip


def run(only: list[str]) -> list[Result]:
    """All measurements, or those named."""
    found: list[Result] = []
    for name, measure in MEASURES.items():
        if only and name not in only:
            continue
        for result in measure():
            floor = "" if result.floor is None else f", floor {result.floor:,.2f}"
            print(f"{result.work}: {result.product:,.2f} {result.unit}{floor}", flush=True)
            found.append(result)
    return found
