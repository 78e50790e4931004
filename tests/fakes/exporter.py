"""A real exporter whose counters grow at known rates, so that what is computed of them is known as well."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

CORES = 0.25
MEMORY = 512 * 1024 * 1024


class Steady(Collector):
    """A service with `traffic` requests a second, of which the share `failing` fails.

    Nine in ten requests take up to 0.1 s, the others up to 0.5 s.
    """

    def __init__(self, traffic: float, failing: float) -> None:
        self._began = time.monotonic()
        self._traffic = traffic
        self._failing = failing

    def collect(self) -> Iterator[Metric]:
        elapsed = time.monotonic() - self._began
        requests = self._traffic * elapsed
        codes = {"200": 1 - self._failing} | ({"500": self._failing} if self._failing else {})
        counted = CounterMetricFamily("http_requests", "Requests.", labels=["code"])
        for code, share in codes.items():
            counted.add_metric([code], requests * share)
        yield counted
        buckets = [("0.1", requests * 0.9), ("0.5", requests), ("+Inf", requests)]
        yield HistogramMetricFamily("http_request_duration_seconds", "Time.", buckets=buckets, sum_value=requests)
        yield CounterMetricFamily("process_cpu_seconds", "CPU.", value=CORES * elapsed)
        yield GaugeMetricFamily("process_resident_memory_bytes", "Memory.", value=MEMORY)


@contextmanager
def exporter(traffic: float, failing: float = 0.0) -> Iterator[str]:
    """Run an exporter; the value is its `host:port`."""
    registry = CollectorRegistry()
    registry.register(Steady(traffic, failing))
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
