"""What operators see of a running Quarterdeck: JSON logs under one correlation id, and Prometheus metrics.

Neither ever carries a secret or a person's words: logs are redacted by name and by form, metrics only count.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from memory.model.node import Health, Node
from memory.model.usage import UsageFact, UsageKind

REDACTED = "[redacted]"
_SECRET_NAME = re.compile(r"secret|token|password|authorization|cookie|api_?key|session_key", re.IGNORECASE)
_SECRET_FORM = re.compile(
    r"\bqd_[\w-]{6,}"  # our own API keys
    r"|\bsk-[\w-]{10,}"  # those of model providers
    r"|\bbearer\s+[\w.~+/=-]{8,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password of an address
    r"|(?<=[?&]code=)[^&\s]+"  # sign-in links
    r"|\bhvs\.[\w-]{10,}"  # tokens of Vault
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    re.IGNORECASE,
)
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds


def begin_request(request: str) -> None:
    """Mark every log line of this context with the request's id. A turn adds its own `correlation`."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request)


def request_id() -> str:
    """Return the id of the request this context serves, empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request", ""))


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process, the libraries' too, as one JSON object a line to `stream` (stderr)."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.contextvars.merge_contextvars,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def redact(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what is named like a secret and what looks like one, at any depth."""
    return {name: REDACTED if _SECRET_NAME.search(name) else _clean(value) for name, value in line.items()}


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _SECRET_FORM.sub(REDACTED, value)
    if isinstance(value, dict):
        return redact(None, "", value)
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value if isinstance(value, int | float | None) else _clean(str(value))


class Metrics:
    """What is counted and timed, in a registry of its own. Labels come from closed sets, never from people."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._turns = self._histogram("turn_seconds", "Time from a message to its reply", "surface", "kind")
        self._requests = self._histogram("http_request_seconds", "Time of a request", "method", "route", "status")
        self._decisions = self._counter("decisions", "Decisions of the gate", "decision")
        self._approvals = self._counter("approvals", "People's answers to plans", "verdict", "result")
        self._runs = self._counter("runs_ended", "Plans that came to an end", "status")
        self._connectors = self._counter("connector_errors", "Failures of systems outside", "connector", "code")
        self._fallbacks = self._counter("model_fallbacks", "Turns the language model did not take", "reason")
        self._model_up = self._gauge(
            "model_up", "Whether a model's provider was up when last looked at", "provider"
        )
        self._model_probe = self._gauge("model_probe_seconds", "How long it took to say so", "provider")
        self._sign_ins = self._counter("sign_ins", "Attempts to sign in", "how", "result")
        self._streams = self._gauge("streams", "Live connections that are open", "surface")

        self._stopped = self._gauge("actions_stopped", "Whether the tenant's actions are stopped")
        self._policy_number = self._gauge("policy_number", "Number of the newest promoted policy seen here")
        self._policy_refused = self._gauge("policy_refused", "Whether that policy was refused here")
        self._breaches = self._counter("limit_breaches", "Times that a limit held something back", "limit")

        self._used = self._counter("usage_facts", "Turns, calls of models and of tools", "kind", "result")
        self._tokens = self._counter("usage_tokens", "Tokens of language models", "model", "direction")
        self._cost = self._counter("usage_cost", "What language models and tools cost", "kind", "currency")
        self._usage_budget = self._gauge("usage_budget_ratio", "Which share of the month's budget is spent")

        self._nodes = self._gauge("nodes", "Nodes that are there, by how they fare", "health")
        self._capacity = self._gauge("nodes_capacity", "Plans that all nodes can carry out at once")
        self._load = self._gauge("nodes_load", "Plans that all nodes carry out")

        self._log_size = self._gauge("log_size", "Entries of the log")
        self._log_published = self._gauge("log_published_size", "Entries of the log that are published")
        self._log_behind = self._gauge("log_unpublished_seconds", "Age of the oldest entry that is not published")
        self._log_witnesses = self._gauge(
            "log_witness_cosigned", "Whether a witness cosigned when it was asked last", "witness"
        )

    def turn(self, surface: str, kind: str, seconds: float) -> None:
        """A message was answered with a reply of this kind."""
        self._turns.labels(surface, kind).observe(seconds)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request ended. `route` is the route's template, never the path itself."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def decision(self, kind: str) -> None:
        """The gate decided: `allow`, `needs_approval` or `deny`."""
        self._decisions.labels(kind).inc()

    def approval(self, verdict: str, result: str) -> None:
        """A person answered a plan; `result` is `accepted` or the error's code."""
        self._approvals.labels(verdict, result).inc()

    def run_ended(self, status: str) -> None:
        """A plan came to an end."""
        self._runs.labels(status).inc()

    def connector_error(self, connector: str, code: str) -> None:
        """A system outside failed."""
        self._connectors.labels(connector, code).inc()

    def model_fallback(self, reason: str) -> None:
        """The embedded interpreter took a turn that the language model should have taken."""
        self._fallbacks.labels(reason).inc()

    def model_probe(self, provider: str, seconds: float, *, up: bool) -> None:
        """A provider of models, by its name in the settings, was asked whether it is up."""
        self._model_up.labels(provider).set(up)
        self._model_probe.labels(provider).set(seconds)

    def sign_in(self, how: str, result: str) -> None:
        """Somebody tried to sign in; `result` is `accepted` or the error's code."""
        self._sign_ins.labels(how, result).inc()

    def stopped(self, stopped: bool) -> None:
        """Actions are stopped, or let through."""
        self._stopped.set(stopped)

    def limit_breached(self, limit: str) -> None:
        """A limit, given as resource/scope, held something back."""
        self._breaches.labels(limit).inc()

    def used(self, fact: UsageFact) -> None:
        """Something was used."""
        self._used.labels(fact.kind.value, "ok" if fact.ok else "failed").inc()
        if fact.kind is UsageKind.MODEL:
            self._tokens.labels(fact.name, "input").inc(fact.input_tokens)
            self._tokens.labels(fact.name, "output").inc(fact.output_tokens)
        if fact.cost:
            self._cost.labels(fact.kind.value, fact.currency).inc(float(fact.cost))

    def usage_budget(self, share: float) -> None:
        """This share of what models may cost this month is spent."""
        self._usage_budget.set(share)

    def policy(self, number: int, *, refused: bool) -> None:
        """The policy promoted as this number came into force here, or was refused."""
        self._policy_number.set(number)
        self._policy_refused.set(refused)

    def log(self, size: int, published: int, behind_s: float) -> None:
        """The log was looked at: how many entries it has, how many are published, and how old the next one is."""
        self._log_size.set(size)
        self._log_published.set(published)
        self._log_behind.set(behind_s)

    def log_witnesses(self, cosigned: Mapping[str, bool]) -> None:
        """Witnesses were asked, each by the name in its key."""
        for witness, did in cosigned.items():
            self._log_witnesses.labels(witness).set(did)

    def nodes(self, present: Sequence[Node]) -> None:
        """The nodes of the house were counted; every node tells the same."""
        for health in Health:
            self._nodes.labels(health.value).set(sum(node.health is health for node in present))
        self._capacity.set(sum(node.capacity for node in present))
        self._load.set(sum(node.load for node in present))

    @contextmanager
    def stream(self, surface: str) -> Iterator[None]:
        """A live connection is open for as long as this lasts."""
        self._streams.labels(surface).inc()
        try:
            yield
        finally:
            self._streams.labels(surface).dec()

    def text(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"quarterdeck_{name}", help_text, labels, registry=self._registry)

    def _gauge(self, name: str, help_text: str, *labels: str) -> Gauge:
        return Gauge(f"quarterdeck_{name}", help_text, labels, registry=self._registry)

    def _histogram(self, name: str, help_text: str, *labels: str) -> Histogram:
        return Histogram(f"quarterdeck_{name}", help_text, labels, buckets=_QUICK, registry=self._registry)
