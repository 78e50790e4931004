"""Signals of services whose rates are known, read from a real Prometheus."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from memory.errors import InvalidInput
from memory.model.run import Outcome
from tests.fakes.exporter import CORES, MEMORY
from tests.fakes.http import FaultyServer, answer
from tests.servers import eventually
from tests.tools.connectors.calls import context
from tools.capabilities.metrics import PromQL, SignalOverTime
from tools.connectors.prometheus import Prometheus, Resolution, SignalNames, hands
from tools.connectors.prometheus.signal import MetricsSignal
from tools.contract import Signal
from tools.http import HttpClient
from tools.readings import UNITS

RESOLUTION = Resolution(scrape_interval_s=1.0, shortest_s=4.0)


class Reading:
    """Reads a signal, waiting for the first scrapes."""

    def __init__(self, prometheus: Prometheus) -> None:
        self._hand = MetricsSignal(prometheus, SignalNames(), RESOLUTION)

    async def now(self, service: str, signal: Signal, window: str = "1m", environment: str = "") -> Outcome:
        asked = SignalOverTime(service=service, signal=signal, window=window, environment=environment or None)
        return await self._hand.read(asked, context())

    async def known(self, service: str, signal: Signal, window: str = "1m") -> Outcome:
        return await eventually(
            lambda: self.now(service, signal, window), lambda seen: seen.value is not None, f"{signal}"
        )


@pytest.fixture
def reading(prometheus: Prometheus) -> Reading:
    return Reading(prometheus)


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (Signal.ERROR_RATE, 0.05),
        (Signal.LATENCY_P50, 0.1 * 0.5 / 0.9),
        (Signal.LATENCY_P95, 0.3),
        (Signal.LATENCY_P99, 0.46),
        (Signal.TRAFFIC, 100.0),
        (Signal.AVAILABILITY, 1.0),
        (Signal.CPU, CORES),
        (Signal.MEMORY, MEMORY),
    ],
)
async def test_each_signal_is_what_the_exporter_says(reading: Reading, signal: Signal, expected: float) -> None:
    seen = await eventually(
        lambda: reading.now("checkout", signal),
        lambda seen: seen.value == pytest.approx(expected, rel=0.1),
        f"{signal} of {expected}",  # a rate is too low until the whole range is scraped
    )
    (evidence,) = seen.evidence
    assert (evidence.value, evidence.unit) == (seen.value, UNITS[signal])
    assert evidence.series[0].points[-1][1] == seen.value
    assert evidence.range is not None
    assert evidence.series[0].points[-1][0] == pytest.approx(evidence.range.end.timestamp(), abs=0.01)


async def test_the_evidence_says_in_a_sentence_what_is_and_was(reading: Reading) -> None:
    seen = await reading.known("checkout", Signal.MEMORY)
    assert seen.summary == (
        "checkout's memory use is 512 MiB now (1m: lowest 512 MiB, mean 512 MiB, highest 512 MiB)."
    )
    assert seen.data == {"step_s": 1, "latest": MEMORY, "min": MEMORY, "mean": MEMORY, "max": MEMORY}


@pytest.mark.parametrize("window", ["30s", "1m", "6h", "today", "30d"])
async def test_any_window_gives_a_number_and_at_most_250_points(reading: Reading, window: str) -> None:
    seen = await reading.known("checkout", Signal.TRAFFIC, window)
    assert 1 <= len(seen.evidence[0].series[0].points) <= 250


async def test_what_is_measured_since_a_moment_ago_is_a_line_in_an_hour_too(reading: Reading) -> None:
    seen = await eventually(
        lambda: reading.now("checkout", Signal.TRAFFIC, "1h"),
        lambda seen: bool(seen.evidence[0].series) and len(seen.evidence[0].series[0].points) > 4,
        "a line",
    )
    (line,), span = seen.evidence[0].series, seen.evidence[0].range
    assert span is not None
    assert span.start.timestamp() <= line.points[0][0]
    assert span.end - span.start < timedelta(minutes=15)


async def test_a_service_that_never_fails_has_an_error_rate_of_zero(reading: Reading) -> None:
    seen = await reading.known("storefront", Signal.ERROR_RATE)
    assert seen.value == 0.0


async def test_a_service_that_is_never_asked_has_no_error_rate_which_is_not_zero(reading: Reading) -> None:
    await reading.known("idle", Signal.MEMORY)
    seen = await reading.now("idle", Signal.ERROR_RATE)
    assert seen.value is None
    assert seen.evidence[0].series == ()
    assert seen.summary == "There is no data on idle's error rate (1m): no requests were counted."
    assert seen.missing == ("prometheus: no current data on the error rate of idle",)


async def test_a_target_that_is_down_has_an_availability_of_zero(reading: Reading) -> None:
    assert (await reading.known("payments", Signal.AVAILABILITY)).value == 0.0


async def test_another_environment_has_no_data(reading: Reading) -> None:
    await reading.known("checkout", Signal.TRAFFIC)
    assert (await reading.now("checkout", Signal.TRAFFIC, environment="production")).value is not None
    assert (await reading.now("checkout", Signal.TRAFFIC, environment="staging")).value is None


async def test_a_window_that_lies_before_the_first_scrape_has_no_data(reading: Reading) -> None:
    seen = await reading.now("checkout", Signal.TRAFFIC, "2020-01-01T00:00:00Z/2020-01-01T01:00:00Z")
    assert seen.ok
    assert seen.value is None
    assert "no requests were counted" in seen.summary


async def test_every_number_is_finite(reading: Reading) -> None:
    await reading.known("idle", Signal.MEMORY)
    seen = await reading.now("idle", Signal.LATENCY_P99)
    points = [value for series in seen.evidence[0].series for _, value in series.points]
    assert all(math.isfinite(value) for value in points)


async def test_the_same_call_at_the_same_moment_has_the_same_evidence(prometheus: Prometheus) -> None:
    hand = MetricsSignal(prometheus, SignalNames(), RESOLUTION)
    asked, when = SignalOverTime(service="checkout", signal=Signal.TRAFFIC), context()
    first, second = await hand.read(asked, when), await hand.read(asked, when)
    assert first.evidence[0].id == second.evidence[0].id
    assert first.evidence[0].link == second.evidence[0].link
    assert "/graph?g0.expr=sum" in first.evidence[0].link


async def canned(body: str, window: str = "1m") -> Outcome:
    asked = SignalOverTime(service="checkout", signal=Signal.TRAFFIC, window=window)
    async with FaultyServer(answer(200, body.encode())) as server:
        prometheus = Prometheus(HttpClient(server.url, source="prometheus"), server.url)
        return await MetricsSignal(prometheus, SignalNames(), RESOLUTION).read(asked, context())


def matrix(points: str) -> str:
    result = f'[{{"metric": {{}}, "values": [{points}]}}]'
    return f'{{"status": "success", "data": {{"resultType": "matrix", "result": {result}}}}}'


async def test_a_line_that_ends_early_is_no_current_value_and_says_when_it_ended() -> None:
    seen = await canned(matrix('[1700000000, "3"], [1700000001, "5"]'))
    assert seen.value is None
    assert seen.evidence[0].value is None
    assert seen.summary == (
        "checkout's traffic has no data since 2023-11-14 22:13 UTC, when it was 5 req/s "
        "(1m: lowest 3 req/s, mean 4 req/s, highest 5 req/s)."
    )
    assert seen.missing == ("prometheus: no current data on the traffic of checkout",)


async def test_what_has_no_number_is_left_out_of_the_line() -> None:
    seen = await canned(matrix('[1, "NaN"], [2, "+Inf"], [3, "4"], [4, "-Inf"]'))
    assert seen.evidence[0].series[0].points == ((3.0, 4.0),)


async def test_a_window_in_the_past_is_told_in_the_past(reading: Reading) -> None:
    await reading.known("checkout", Signal.MEMORY)
    end = datetime.now(UTC) - timedelta(seconds=1)
    seen = await reading.now(
        "checkout", Signal.MEMORY, f"{(end - timedelta(hours=1)).isoformat()}/{end.isoformat()}"
    )
    assert seen.summary.startswith("checkout's memory use was 512 MiB at ")


async def test_arguments_of_another_hand_are_refused(prometheus: Prometheus) -> None:
    with pytest.raises(InvalidInput, match="expected SignalOverTime as arguments, found PromQL"):
        await MetricsSignal(prometheus, SignalNames(), RESOLUTION).read(PromQL(query="up"), context())


def test_prometheus_has_five_hands_of_its_own(prometheus: Prometheus) -> None:
    assert [hand.capability.name for hand in hands(prometheus)] == [
        "metrics.signal",
        "metrics.query",
        "metrics.names",
        "targets.list",
        "alerts.rules",
    ]
