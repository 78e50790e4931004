"""PromQL as people write it, answered by a real Prometheus."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import QueryRejected
from memory.model.run import Outcome
from tests.fakes.http import FaultyServer, answer
from tests.servers import eventually
from tests.tools.connectors.calls import context
from tests.tools.connectors.conftest import LURE, Watched
from tools.capabilities.metrics import PromQL
from tools.connectors.prometheus import Prometheus
from tools.connectors.prometheus.promql import quoted, selector
from tools.connectors.prometheus.query import MOST_SERIES, MetricsQuery
from tools.http import Deadline, HttpClient


async def ask(prometheus: Prometheus, query: str, window: str | None = None) -> Outcome:
    return await MetricsQuery(prometheus).read(PromQL(query=query, window=window), context())


async def test_a_scalar_is_its_value(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, "1 + 1")
    assert (seen.value, seen.summary) == (2.0, "The query gives 2 now.")


async def test_a_vector_of_one_is_its_value(prometheus: Prometheus) -> None:
    seen = await eventually(
        lambda: ask(prometheus, 'up{service="checkout"}'), lambda seen: seen.value == 1.0, "a scrape"
    )
    assert 'service="checkout"' in seen.evidence[0].text
    assert seen.evidence[0].series == ()


async def test_a_vector_of_several_has_no_one_value_and_shows_each(prometheus: Prometheus) -> None:
    seen = await eventually(lambda: ask(prometheus, "up"), lambda seen: "4 series" in seen.summary, "scrapes")
    assert seen.value is None
    assert seen.summary == "The query gives 4 series now, between 0 and 1."
    assert len(seen.evidence[0].text.splitlines()) == 4


async def test_a_window_gives_lines_for_a_chart(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, "vector(3)", "5m")
    (line,) = seen.evidence[0].series
    assert line.points[-1][1] == seen.value == 3.0
    assert seen.summary == "The query gives 3 now, between 3 and 3 over 5m."


async def test_nothing_is_said_to_be_nothing_and_not_zero(prometheus: Prometheus) -> None:
    for window in (None, "5m"):
        seen = await ask(prometheus, "no_such_metric", window)
        assert seen.ok
        assert seen.value is None
        assert "which is not the same as zero" in seen.summary


async def test_a_number_that_is_none_is_no_value(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, "vector(0) / 0")
    assert seen.value is None
    assert seen.summary == "The query gives 1 series now, and not one number."


async def test_a_syntax_error_is_shown_in_prometheuss_own_words(prometheus: Prometheus) -> None:
    with pytest.raises(QueryRejected) as raised:
        await ask(prometheus, "sum(rate(up[5m])")
    assert raised.value.message == (
        "prometheus could not evaluate the query: "
        'invalid parameter "query": 1:17: parse error: unclosed left parenthesis'
    )
    assert "line:column" in raised.value.hint


async def test_an_error_of_evaluation_is_shown_in_prometheuss_own_words(prometheus: Prometheus) -> None:
    await eventually(lambda: ask(prometheus, "up"), lambda seen: "4 series" in seen.summary, "scrapes")
    with pytest.raises(QueryRejected, match="found duplicate series for the match group"):
        await ask(prometheus, "up * on (job) up", "1m")


async def test_more_series_than_a_person_reads_are_counted_as_left_out(prometheus: Prometheus) -> None:
    many = " or ".join(f'label_replace(vector({n}), "n", "{n}", "", "")' for n in range(MOST_SERIES + 5))
    seen = await ask(prometheus, many)
    assert len(seen.evidence[0].text.splitlines()) == MOST_SERIES
    assert seen.missing == (f"prometheus: 5 of {MOST_SERIES + 5} series are not shown",)


async def test_a_label_from_outside_is_never_in_the_summary(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, f'label_replace(vector(1), "note", "{LURE}", "", "")')
    assert LURE in seen.evidence[0].text
    assert LURE not in seen.summary + seen.evidence[0].summary


async def test_a_text_is_shown_and_is_no_value(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, f'"{LURE}"')
    assert seen.value is None
    assert seen.summary == "The query gives a text."
    assert seen.evidence[0].text == LURE


async def test_the_link_opens_the_same_query_over_the_same_range(prometheus: Prometheus) -> None:
    seen = await ask(prometheus, 'up{service="checkout"}', "1h")
    shown = parse_qs(urlsplit(seen.evidence[0].link).query)
    assert shown["g0.expr"] == ['up{service="checkout"}']
    assert shown["g0.range_input"] == ["3600s"]
    assert seen.evidence[0].range is not None
    assert shown["g0.end_input"] == [f"{seen.evidence[0].range.end:%Y-%m-%d %H:%M:%S}"]


async def test_what_prometheus_warns_of_is_said() -> None:
    body = (
        b'{"status":"success","warnings":["shard 2 did not answer"],"infos":["x may be no counter"],'
        b'"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"4"]}]}}'
    )
    async with FaultyServer(answer(200, body)) as server:
        seen = await ask(Prometheus(HttpClient(server.url, source="prometheus"), server.url), "x")
    assert seen.missing == ("prometheus: shard 2 did not answer", "prometheus: x may be no counter")


async def test_native_histograms_are_said_to_be_left_out() -> None:
    body = (
        b'{"status":"success","data":{"resultType":"vector","result":'
        b'[{"metric":{},"histogram":[1,{"count":"4","sum":"2","buckets":[]}]}]}}'
    )
    async with FaultyServer(answer(200, body)) as server:
        seen = await ask(Prometheus(HttpClient(server.url, source="prometheus"), server.url), "x")
    assert seen.missing == ("prometheus: native histograms are not shown",)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(alphabet=st.sampled_from('"\\{}[](),\n\t\x00$%aü'), max_size=12) | st.text(max_size=12))
async def test_prometheus_reads_a_quoted_value_as_what_it_was(watched: Watched, value: str) -> None:
    http = HttpClient(watched.prometheus.url, source="prometheus")
    prometheus = Prometheus(http, watched.prometheus.url)
    now = context().now
    text = await prometheus.instant(quoted(value), now, Deadline(5.0))
    assert text.data.result[1] == value
    none = await prometheus.instant(f"up{selector(service=value)}", now, Deadline(5.0))
    assert none.data.result == ()
    await http.close()
