"""How a demo service answers a request: its own work, its release's behaviour, and whom it asks in turn."""

import http.client
import logging
import math
import threading
import time
from dataclasses import dataclass

from bot.demo.registry import Registry
from bot.demo.shop import ROUTES, Route, Upstream, behaviours
from bot.demo.telemetry import Metrics

UPSTREAM_TIMEOUT_S = 3.0
SLOW_S = 0.5  # a request that took longer is worth a warning in the log
TRACE_HEADER = "X-Trace-Id"


class Failed(Exception):
    """A request came to nothing: the status to answer with, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class EvenShare:
    """Says yes to a given share of the times it is asked, evenly spread and the same in every run."""

    def __init__(self) -> None:
        self._asked = 0
        self._lock = threading.Lock()

    def falls(self, share: float) -> bool:
        """Return whether this time is one of them."""
        with self._lock:
            before = math.floor(self._asked * share)
            self._asked += 1
            return math.floor(self._asked * share) > before


@dataclass(frozen=True)
class Answer:
    """What goes back to the caller."""

    status: int
    message: str


class Service:
    """One replica's answers. Safe to use from many threads."""

    def __init__(self, name: str, version: str, registry: Registry, metrics: Metrics, log: logging.Logger) -> None:
        self.name = name
        self.version = version
        self._routes = {(route.method, route.path): route for route in ROUTES[name]}
        self._registry = registry
        self._metrics = metrics
        self._log = log
        self._failures = EvenShare()

    def answer(self, method: str, path: str, trace: str) -> Answer:
        """Answer one request; count it and log it."""
        began = time.monotonic()
        route = self._routes.get((method, path))
        answer = self._attempt(route, trace) if route else Answer(404, f"no such route: {path}")
        seconds = time.monotonic() - began
        label = route.path if route else "other"
        self._metrics.count(method, label, answer.status, seconds)
        facts = {"method": method, "route": label, "code": answer.status, "trace": trace}
        facts["duration_ms"] = round(seconds * 1000)
        self._log.log(_level(answer.status, seconds), "%s", answer.message, extra={"facts": facts})
        return answer

    def _attempt(self, route: Route, trace: str) -> Answer:
        try:
            self._work(route)
            for upstream in route.upstreams:
                self._ask(upstream, trace)
        except Failed as failure:
            return Answer(failure.status, failure.why)
        return Answer(200, f"{route.method} {route.path} done")

    def _work(self, route: Route) -> None:
        shaped = behaviours(self.name, self.version, self._registry.flags())
        time.sleep(max(0.0, route.delay_s + sum(behaviour.delay_s for behaviour in shaped)))
        for behaviour in shaped:
            if behaviour.error_share and self._failures.falls(behaviour.error_share):
                raise Failed(500, behaviour.complaint)

    def _ask(self, upstream: Upstream, trace: str) -> None:
        address = self._registry.endpoint(upstream.service)
        if address is None:
            raise Failed(502, f"{upstream.service} has no replica to ask")
        connection = http.client.HTTPConnection(address, timeout=UPSTREAM_TIMEOUT_S)
        try:
            connection.request(upstream.method, upstream.path, headers={TRACE_HEADER: trace})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Failed(502, f"{upstream.service} at {address} could not be reached: {error}") from error
        finally:
            connection.close()
        if status >= http.client.BAD_REQUEST:
            raise Failed(502, f"{upstream.service} at {address} answered {status}")


def _level(status: int, seconds: float) -> int:
    if status >= http.client.INTERNAL_SERVER_ERROR:
        return logging.ERROR
    return logging.WARNING if seconds > SLOW_S else logging.INFO
