"""What is counted of a witness's work, in the Prometheus text format. Labels are the logs it was told of."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from memory.witnessing import LastCosigned

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds


class WitnessMetrics:
    """Counters and timings in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._answers = Counter(
            "quarterdeck_witness_answers", "Requests to cosign", ["outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "quarterdeck_witness_seconds", "Time of a request", buckets=_QUICK, registry=self._registry
        )
        self._size = self._of_log("size", "Entries of the last tree cosigned")
        self._at = self._of_log("cosigned_at_seconds", "When it was cosigned, in seconds since 1970")

    def answered(self, outcome: str, seconds: float) -> None:
        """A request was answered; `outcome` is from a closed set."""
        self._answers.labels(outcome).inc()
        self._seconds.observe(seconds)

    def text(self, last: Mapping[str, LastCosigned]) -> bytes:
        """Return everything, with the last tree cosigned of each log."""
        for origin, seen in last.items():
            self._size.labels(origin).set(seen.tree.size)
            self._at.labels(origin).set(seen.at)
        return generate_latest(self._registry)

    def _of_log(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"quarterdeck_witness_{name}", help_text, ["log"], registry=self._registry)
