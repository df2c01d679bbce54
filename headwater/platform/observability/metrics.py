"""Counters of this process and gauges read from the database when Prometheus asks."""

from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "headwater_requests", "Requests answered.", ["method", "view", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "headwater_request_seconds",
    "Time to answer.",
    ["method", "view"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)

Reading = Callable[[], Iterable[tuple[dict[str, str], float]]]
_gauges: dict[str, tuple[str, Reading]] = {}


def register_gauge(name: str, text: str, read: Reading) -> None:
    """A figure worth watching, read at each scrape as (labels, value) pairs; keep it to an index scan."""
    _gauges[f"headwater_{name}"] = (text, read)


class _Gauges(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (text, read) in _gauges.items():
            try:
                readings = list(read())
            except DatabaseError:  # the counters of this process are worth having all the more
                continue
            names = sorted({label for labels, _value in readings for label in labels})
            family = GaugeMetricFamily(name, text, labels=names)
            for labels, value in readings:
                family.add_metric([labels.get(label, "") for label in names], value)
            yield family


REGISTRY.register(_Gauges())


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
