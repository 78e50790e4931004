"""What people and programs call the measures of a node, and how each is brought to our units. Pure.

Only plain names are known. What else is measured says nothing here and is left out, by name.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from agents.investigation.situation import Measure

PERCENT: Final = 100.0
USUAL: Final = "latency, failures, error_rate, availability, requests, traffic, saturation, cpu or memory"
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_UNITS: Final = {
    **dict.fromkeys(("ms", "millis", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "micros", "microseconds"), 1e-6),
    **dict.fromkeys(("ns", "nanos", "nanoseconds"), 1e-9),
    **dict.fromkeys(("s", "sec", "secs", "seconds"), 1.0),
    **dict.fromkeys(("percent", "percentage", "pct"), 1 / PERCENT),
}
_STATISTICS: Final = {  # the less the better known: averages add up along calls, the rest does so less and less
    **dict.fromkeys(("avg", "average", "mean", ""), 0),
    **dict.fromkeys(("p50", "50", "median", "sum", "total"), 1),
    **dict.fromkeys(("p75", "75", "p90", "90"), 2),
    **dict.fromkeys(("p95", "95"), 3),
    **dict.fromkeys(("p99", "99", "p999", "max", "maximum", "min", "minimum"), 4),
}
_LATENCY: Final = (
    "latency latencies response_time responsetime duration request_duration rt delay http_request_duration"
)
_SHARES: Final = (
    "failures failure failure_rate failure_ratio error_rate errors_rate error_ratio fault_rate fault_ratio"
)
_COUNTS: Final = (
    "errors error error_count errors_count failure_count faults fault_count 5xx http_5xx failed_requests"
)
_TRAFFIC: Final = (
    "requests traffic rps qps tps throughput request_count requests_count request_rate requests_per_second calls "
    "call_count load workload invocations hits"
)
_SATURATION: Final = (
    "saturation cpu cpu_usage cpu_utilization memory mem memory_usage mem_usage heap disk diskio disk_usage queue "
    "queue_length connections sockets socket threads"
)


@dataclass(frozen=True)
class Reading:
    """How a value is read: the measure it is of, what it is multiplied by, and whether it is what is left of one.

    Of several names of one measure the one of the lowest `rank` is read. `counted`: so many, to be divided by the
    calls of the same moment.
    """

    measure: Measure
    rank: int = 0
    factor: float = 1.0
    left: bool = False
    counted: bool = False
    highest: float | None = None


_KNOWN: Final[dict[str, Reading]] = {
    **{name: Reading(Measure.LATENCY) for name in _LATENCY.split()},
    **{name: Reading(Measure.FAILURES) for name in _SHARES.split()},
    **{name: Reading(Measure.FAILURES, rank=20, counted=True) for name in _COUNTS.split()},
    "availability": Reading(Measure.FAILURES, factor=1 / PERCENT, left=True, highest=PERCENT),
    **{name: Reading(Measure.FAILURES, rank=20, counted=True) for name in ("fault", "fault_request_count")},
    "success_rate": Reading(Measure.FAILURES, rank=10, left=True, highest=1.0),
    **{name: Reading(Measure.TRAFFIC) for name in _TRAFFIC.split()},
    **{name: Reading(Measure.SATURATION, rank=place) for place, name in enumerate(_SATURATION.split())},
}


_GLUED: Final = {name.replace("_", ""): name for name in _KNOWN}


def _name(parts: list[str]) -> str:
    """Return the known name of these words, which may be written as one: `requestcount`, `ErrorRate`."""
    said = "_".join(parts)
    return said if said in _KNOWN else _GLUED.get("".join(parts), said)


@cache
def reading(name: str, statistic: str = "") -> Reading | None:
    """Return how a metric of this name is read, None for one that nobody here knows."""
    parts = [part for part in _OTHER.split(name.strip().lower()) if part]
    rank, factor = _STATISTICS.get(statistic.strip().lower(), 1), 1.0
    if len(parts) > 1 and parts[0] in _STATISTICS and reading("_".join(parts[1:]), parts[0]) is not None:
        return reading("_".join(parts[1:]), parts[0])  # `p99_latency`, `avg_response_time`
    while parts and _name(parts) not in _KNOWN:
        last = parts.pop()
        if last in _UNITS:
            factor *= _UNITS[last]
        elif last in _STATISTICS:
            rank += _STATISTICS[last]
        else:
            return None
    found = _KNOWN.get(_name(parts))
    if found is None:
        return None
    return Reading(
        found.measure, found.rank * 10 + rank, found.factor * factor, found.left, found.counted, found.highest
    )


@cache
def parted(column: str) -> tuple[str, str] | None:
    """Return node and metric of a column such as `cart_latency-50` or `shop.requests`, None for any other."""
    for mark in re.finditer(r"[^A-Za-z0-9]+", column):
        node, metric = column[: mark.start()], column[mark.end() :]
        if node and reading(metric) is not None:
            return node, metric
    return None
