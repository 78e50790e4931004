"""Names, targets and rules of a real Prometheus."""

from memory.model.run import Outcome
from memory.model.value import JsonValue
from tests.fakes.http import FaultyServer, answer
from tests.servers import eventually
from tests.tools.connectors.calls import context
from tests.tools.connectors.conftest import LURE
from tools.capabilities.alerts import RuleFilter
from tools.capabilities.metrics import NameFilter, TargetHealth
from tools.connectors.prometheus import Prometheus
from tools.connectors.prometheus.names import MetricsNames
from tools.connectors.prometheus.rules import AlertsRules
from tools.connectors.prometheus.targets import TargetsList
from tools.contract import Arguments, Reader
from tools.http import HttpClient


async def scraped(hand: Reader, asked: Arguments, says: str) -> Outcome:
    return await eventually(
        lambda: hand.read(asked, context()), lambda seen: says in f"{seen.summary} {seen.missing}", says
    )


async def test_metric_names_are_found_in_any_case(prometheus: Prometheus) -> None:
    seen = await scraped(MetricsNames(prometheus), NameFilter(contains="HTTP_Requests"), "1 metric name")
    assert seen.data["names"] == ["http_requests_total"]


async def test_all_metric_names_are_counted(prometheus: Prometheus) -> None:
    await scraped(MetricsNames(prometheus), NameFilter(contains="http_requests_total"), "1 metric name")
    seen = await MetricsNames(prometheus).read(NameFilter(), context())
    assert seen.value is not None
    assert seen.value > 5
    assert "up" in seen.evidence[0].text.splitlines()


async def test_a_name_that_is_not_there_is_said_not_to_be(prometheus: Prometheus) -> None:
    seen = await MetricsNames(prometheus).read(NameFilter(contains="no such"), context())
    assert (seen.value, seen.summary) == (0, "No metric names contain the text.")


async def test_targets_say_how_many_are_up_and_which_is_down(prometheus: Prometheus) -> None:
    said = "3 of 4 scrape targets are up; down: payments."
    seen = await scraped(TargetsList(prometheus), TargetHealth(), said)
    assert seen.value == 4
    down = seen.evidence[0].text.splitlines()[0]
    assert down.startswith("down payments http://127.0.0.1:")
    assert "connection refused" in down


async def test_only_the_targets_of_the_health_that_was_asked_for_are_listed(prometheus: Prometheus) -> None:
    await scraped(TargetsList(prometheus), TargetHealth(), "3 of 4")
    seen = await TargetsList(prometheus).read(TargetHealth(health="down"), context())
    assert seen.value == 1
    assert "connection refused" in str(seen.data["targets"])


async def test_rules_are_listed_and_the_one_that_fails_is_named(prometheus: Prometheus) -> None:
    seen = await scraped(AlertsRules(prometheus, "service"), RuleFilter(), "rule Unsound fails")
    assert seen.value == 4
    assert seen.summary.startswith("Prometheus has 4 alerting rules: ")
    assert LURE not in seen.summary
    assert LURE in seen.evidence[0].text


async def test_the_rules_of_a_service_name_it_or_have_raised_an_alert_for_it(prometheus: Prometheus) -> None:
    hand = AlertsRules(prometheus, "service")
    named = await hand.read(RuleFilter(service="payments"), context())
    assert [row["name"] for row in rows(named)] == ["PaymentsDown"]
    raised = await scraped(hand, RuleFilter(service="checkout"), "1 alerting rule that names checkout: 1 firing")
    assert [row["name"] for row in rows(raised)] == ["HighErrorRate"]
    assert raised.summary.endswith("3 more may cover it without naming it.")


def rows(seen: Outcome) -> list[dict[str, JsonValue]]:
    found = seen.data["rules"]
    assert isinstance(found, list)
    return [row for row in found if isinstance(row, dict)]


async def told(targets: str) -> Outcome:
    body = f'{{"status": "success", "data": {{"activeTargets": [{targets}]}}}}'
    async with FaultyServer(answer(200, body.encode())) as server:
        prometheus = Prometheus(HttpClient(server.url, source="prometheus"), server.url)
        return await TargetsList(prometheus).read(TargetHealth(), context())


async def test_a_prometheus_without_targets_says_so() -> None:
    assert (await told("")).summary == "Prometheus scrapes nothing."


async def test_a_target_that_was_not_scraped_yet_is_neither_up_nor_down() -> None:
    seen = await told('{"labels": {"job": "new"}, "health": "unknown", "lastScrape": "0001-01-01T00:00:00Z"}')
    assert seen.summary == "0 of 1 scrape target are up; not scraped yet: 1."


async def test_many_targets_that_are_down_are_counted_and_the_first_are_named() -> None:
    target = '{{"labels": {{"job": "job{0:03}"}}, "health": "down", "scrapeUrl": "http://x/{0}"}}'
    seen = await told(",".join(target.format(number) for number in range(120)))
    assert seen.summary == (
        "0 of 120 scrape targets are up; down: job000, job001, job002, job003, job004 and 115 more."
    )
    assert seen.missing == ("prometheus: 20 of 120 targets are not shown",)
