"""Fair timing: product and floor alternate in one run; CPU is the minimum over many small batches."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is product / floor; no floor where the goal is a figure of its own."""

    work: str
    product: float
    floor: float | None
    unit: str
    goal: str
    met: bool
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.product / self.floor if self.floor else None


def cpu(run: Callable[[], object], times: int) -> float:
    """CPU milliseconds of this process per call."""
    began = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - began) * 1000 / times


def wall(run: Callable[[], object], times: int = 1) -> float:
    """Wall milliseconds per call."""
    began = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - began) * 1000 / times


def pair(
    measure: Callable[[Callable[[], object], int], float],
    product: Callable[[], object],
    floor: Callable[[], object],
    *,
    batches: int = 25,
    times: int = 8,
    pick: Callable[[list[float]], float] = min,
) -> tuple[float, float]:
    """Both, alternating batch by batch; `pick` is min for CPU and the median for wall."""
    product(), floor()
    mine, theirs = [], []
    for _ in range(batches):
        mine.append(measure(product, times))
        theirs.append(measure(floor, times))
    return pick(mine), pick(theirs)


median = statistics.median
