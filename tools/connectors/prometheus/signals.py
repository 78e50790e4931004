"""The signals every service has, as PromQL. Pure.

The table below is all there is to it; an estate that names its metrics otherwise says so in `SignalNames`.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

from memory.model.value import Value
from tools.connectors.prometheus.promql import quoted, selector
from tools.contract import Signal

Metric = Annotated[str, Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
Label = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]


class SignalNames(Value):
    """What metrics and labels are called in an estate. `errors` is a regular expression of failing codes."""

    requests: Metric = "http_requests_total"
    duration: Metric = "http_request_duration_seconds"
    cpu: Metric = "process_cpu_seconds_total"
    memory: Metric = "process_resident_memory_bytes"
    up: Metric = "up"
    service: Label = "service"
    environment: Label = "environment"
    code: Label = "code"
    errors: str = "5.."


class Recipe(NamedTuple):
    """How a signal is computed, and how it reads in a sentence."""

    promql: str
    says: str
    absent: str


_QUANTILE = "histogram_quantile({quantile}, sum by (le) (rate({duration}_bucket{which}[{range}])))"

# Without a failed request there is no series to count; 0 * all makes that a zero where there is traffic at all.
RECIPES = {
    Signal.ERROR_RATE: Recipe(
        "(sum(rate({requests}{failed}[{range}])) or 0 * sum(rate({requests}{which}[{range}])))"
        " / sum(rate({requests}{which}[{range}]))",
        "error rate",
        "no requests were counted",
    ),
    Signal.LATENCY_P50: Recipe(_QUANTILE, "median latency", "no requests were timed"),
    Signal.LATENCY_P95: Recipe(_QUANTILE, "95th percentile latency", "no requests were timed"),
    Signal.LATENCY_P99: Recipe(_QUANTILE, "99th percentile latency", "no requests were timed"),
    Signal.TRAFFIC: Recipe("sum(rate({requests}{which}[{range}]))", "traffic", "no requests were counted"),
    Signal.AVAILABILITY: Recipe("avg({up}{which})", "availability", "it is not scraped"),
    Signal.CPU: Recipe("sum(rate({cpu}{which}[{range}]))", "CPU use", "no process reports it"),
    Signal.MEMORY: Recipe("sum({memory}{which})", "memory use", "no process reports it"),
}

_QUANTILES = {Signal.LATENCY_P50: "0.5", Signal.LATENCY_P95: "0.95", Signal.LATENCY_P99: "0.99"}


def expression(names: SignalNames, signal: Signal, service: str, environment: str | None, rate_range: str) -> str:
    """Return the PromQL of a signal of one service, in one environment or in all of them together."""
    labels = {names.service: service}
    if environment is not None:
        labels[names.environment] = environment
    which = selector(**labels)
    return RECIPES[signal].promql.format(
        **names.model_dump(exclude={"service", "environment", "code", "errors"}),
        which=which,
        failed=f"{which[:-1]},{names.code}=~{quoted(names.errors)}}}",
        quantile=_QUANTILES.get(signal, ""),
        range=rate_range,
    )
