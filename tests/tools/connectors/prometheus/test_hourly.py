"""Usage by the hour, from a real Prometheus with three days of history: what was put in comes out."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests import servers
from tools.connectors.prometheus import Prometheus, PrometheusRequests, SignalNames
from tools.connectors.prometheus.hourly import HourlyUsage
from tools.http import HttpClient

HOURS = 72
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
FIRST = NOW - timedelta(hours=HOURS)
PODS = ("shop", "checkout")
GIB = 2**30
STEP_S = 60
GAP = range(30, 34)  # hours in which nothing was scraped


def cores(pod: int, hour: int) -> float:
    return (0.5 if hour % 24 < 12 else 0.1) * (pod + 1)


def history() -> Iterator[str]:
    """Yield OpenMetrics: two pods with a sidecar each, requests, and what was requested."""
    samples = range(0, HOURS * 3600 + 1, STEP_S)
    kept = [(at, FIRST.timestamp() + at) for at in samples if at // 3600 not in GAP]
    series: dict[str, dict[str, list[str]]] = {}

    def put(name: str, labels: str, value: float, at: float) -> None:
        series.setdefault(name, {}).setdefault(labels, []).append(f"{name}{{{labels}}} {value} {at:.0f}")

    used, asked = [0.0, 0.0], 0.0
    for at, moment in kept:
        hour = at // 3600
        for pod in (0, 1):
            used[pod] += cores(pod, hour) * STEP_S
            where = f'namespace="shop",pod="checkout-7f9c5d-{pod}abcd"'
            put("container_cpu_usage_seconds_total", f'{where},container="app"', used[pod] * 0.75, moment)
            put("container_cpu_usage_seconds_total", f'{where},container="proxy"', used[pod] * 0.25, moment)
            put("container_memory_working_set_bytes", f'{where},container="app"', (pod + 1) * GIB, moment)
            put("kube_pod_container_resource_requests", f'{where},container="app",resource="cpu"', 0.5, moment)
        asked += (20 if hour % 2 else 4) * STEP_S
        put("http_requests_total", 'service="checkout",environment="production",code="200"', asked, moment)
        other = 'namespace="shop",pod="checkout-worker-7f9c5d-xyzab",container="app"'
        put("container_memory_working_set_bytes", other, 64.0 * GIB, moment)
    for name, by_labels in series.items():
        yield f"# TYPE {name.removesuffix('_total')} {'counter' if name.endswith('_total') else 'gauge'}"
        for lines in by_labels.values():
            yield from lines
    yield "# EOF"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "history").write_text("\n".join(history()) + "\n")
    promtool = servers.require("promtool")
    blocks = [
        promtool,
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        str(folder / "history"),
        str(folder / "prometheus"),
    ]
    subprocess.run(blocks, check=True, capture_output=True, timeout=60)
    with servers.prometheus(folder, scrape={}) as server:
        yield server


@pytest.fixture
async def usage(recorded: servers.Server) -> AsyncIterator[HourlyUsage]:
    http = HttpClient(recorded.url, source="prometheus")
    yield HourlyUsage(Prometheus(http, recorded.url), SignalNames())
    await http.close()


async def test_the_busiest_replica_counts_with_all_its_containers(usage: HourlyUsage) -> None:
    found = await usage.cpu("checkout", "production", PODS, FIRST, HOURS)
    for hour in (5, 17, 45):
        assert found[hour] == pytest.approx(cores(1, hour), rel=0.02)
    assert len(found) == HOURS


async def test_pods_of_another_deployment_whose_name_begins_alike_do_not_count(usage: HourlyUsage) -> None:
    found = await usage.memory("checkout", "production", PODS, FIRST, HOURS)
    assert {each for each in found if each is not None} == {2.0 * GIB}


async def test_an_hour_nobody_measured_is_none_and_not_zero(usage: HourlyUsage) -> None:
    found = await usage.load("checkout", "production", FIRST, HOURS)
    assert [found[hour] for hour in (31, 32)] == [None, None]
    assert found[7] == pytest.approx(20, rel=0.02)
    assert set(await usage.load("nobody", "production", FIRST, HOURS)) == {None}


async def test_what_was_requested_is_the_mean_of_each_day(usage: HourlyUsage) -> None:
    found = await usage.requested("cpu", PODS, FIRST, 3)
    assert found == pytest.approx((1.0, 1.0, 1.0))


async def test_nothing_that_ran_out_of_memory_is_none_that_did(usage: HourlyUsage) -> None:
    assert await usage.killed(PODS, NOW) == 0


async def test_requests_are_counted_over_any_time_for_what_one_of_them_costs(recorded: servers.Server) -> None:
    http = HttpClient(recorded.url, source="prometheus")
    requests = PrometheusRequests(Prometheus(http, recorded.url))
    day = await requests.counted("checkout", FIRST, FIRST + timedelta(days=1))
    assert day == pytest.approx(12 * (20 + 4) * 3600, rel=0.01)
    assert await requests.counted("nobody", FIRST, FIRST + timedelta(days=1)) is None
    assert await requests.counted("checkout", FIRST - timedelta(days=9), FIRST - timedelta(days=8)) is None
    await http.close()
