"""What a demo service tells of itself: metrics under the names everybody uses, and one JSON log line a request."""

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

from bot.demo.shop import Route

LARGEST_LOG = 1_000_000  # bytes; one older file of the same size is kept beside it
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0)
_FIRST_CODES = ("200", "500", "502")


class Metrics:
    """The service's counters, as Prometheus scrapes them."""

    def __init__(self, service: str, version: str, routes: tuple[Route, ...]) -> None:
        labels = ("service", "method", "route")
        self._service = service
        self._requests = Counter("http_requests_total", "Requests answered.", (*labels, "code"))
        self._duration = Histogram(
            "http_request_duration_seconds", "Time to answer a request.", labels, buckets=_BUCKETS
        )
        Gauge("build_info", "The release that runs; always 1.", ("service", "version")).labels(
            service, version
        ).set(1)
        for route in routes:
            # A series that begins with the first error hides that error from rate().
            for code in _FIRST_CODES:
                self._requests.labels(service, route.method, route.path, code)

    def count(self, method: str, route: str, code: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(self._service, method, route, str(code)).inc()
        self._duration.labels(self._service, method, route).observe(seconds)

    def answered(self) -> float:
        """Return how many requests this process has answered."""
        samples = (sample for metric in self._requests.collect() for sample in metric.samples)
        return sum(sample.value for sample in samples if sample.name == "http_requests_total")


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how bad, who, what, and the facts given as `extra={"facts": …}`."""

    def __init__(self, **who: str) -> None:
        super().__init__()
        self._who = who

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), **self._who, "message": record.getMessage()}
        return json.dumps(line | getattr(record, "facts", {}))


def service_log(path: Path | None, **who: str) -> logging.Logger:
    """Return a logger that writes JSON lines to `path`, or to standard output where there is none."""
    handler: logging.Handler = (
        logging.handlers.RotatingFileHandler(path, maxBytes=LARGEST_LOG, backupCount=1)
        if path
        else logging.StreamHandler(sys.stdout)
    )
    handler.setFormatter(JsonLines(**who))
    log = logging.getLogger("bot.demo.service")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers = [handler]
    return log


__all__ = ["LARGEST_LOG", "REGISTRY", "JsonLines", "Metrics", "service_log"]
