"""Expressions mean what was asked, whatever a service is called; grids and ranges fit the window."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.model.evidence import TimeRange
from tools.connectors.prometheus.promql import MOST_POINTS, Resolution, grid, quoted, selector
from tools.connectors.prometheus.signals import RECIPES, SignalNames, expression
from tools.contract import Signal

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOSTILE = st.text(alphabet=st.sampled_from('"\\{}[]()=~,\n $%a'), max_size=12) | st.text(max_size=12)


def outside_quotes(promql: str) -> str:
    """Return the expression with each string literal replaced by a mark, as a PromQL lexer would cut it."""
    found, inside, skip = [], False, False
    for character in promql:
        if skip:
            skip = False
        elif inside and character == "\\":
            skip = True
        elif character == '"':
            inside = not inside
            found.append('"')
        elif not inside:
            found.append(character)
    assert not inside
    return "".join(found)


@given(HOSTILE, st.sampled_from(Signal))
def test_no_name_gets_out_of_its_quotes(name: str, signal: Signal) -> None:
    hostile = expression(SignalNames(), signal, name, name, "60s")
    harmless = expression(SignalNames(), signal, "checkout", "production", "60s")
    assert outside_quotes(hostile) == outside_quotes(harmless)


@given(HOSTILE)
def test_a_quoted_value_reads_back_as_itself(value: str) -> None:
    assert json.loads(quoted(value)) == value
    assert "\n" not in quoted(value)


def test_a_selector_without_labels_is_empty_braces() -> None:
    assert selector() == "{}"


def test_every_signal_has_a_recipe() -> None:
    assert set(RECIPES) == set(Signal)


def test_an_error_rate_divides_the_failed_by_all_and_is_zero_without_failures() -> None:
    assert expression(SignalNames(), Signal.ERROR_RATE, "checkout", None, "60s") == (
        '(sum(rate(http_requests_total{service="checkout",code=~"5.."}[60s]))'
        ' or 0 * sum(rate(http_requests_total{service="checkout"}[60s])))'
        ' / sum(rate(http_requests_total{service="checkout"}[60s]))'
    )


def test_a_quantile_is_taken_over_all_buckets_of_the_service_in_its_environment() -> None:
    assert expression(SignalNames(), Signal.LATENCY_P95, "checkout", "staging", "60s") == (
        "histogram_quantile(0.95, sum by (le) (rate("
        'http_request_duration_seconds_bucket{service="checkout",environment="staging"}[60s])))'
    )


def test_an_estate_may_name_its_metrics_and_labels_otherwise() -> None:
    names = SignalNames(requests="requests", service="app", environment="env", code="status", errors="5..|429")
    assert expression(names, Signal.ERROR_RATE, "checkout", "live", "15s").startswith(
        '(sum(rate(requests{app="checkout",env="live",status=~"5..|429"}[15s]))'
    )


@pytest.mark.parametrize("name", ["", "a b", "a{", 'a"', "1a", "ä"])
def test_a_metric_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        SignalNames(requests=name)


@pytest.mark.parametrize(
    ("window", "scrape_s", "expected"),
    [
        (timedelta(seconds=30), 1, "15s"),
        (timedelta(hours=1), 1, "60s"),
        (timedelta(days=7), 1, "300s"),
        (timedelta(minutes=1), 15, "60s"),
        (timedelta(days=1), 120, "480s"),
    ],
)
def test_a_rate_spans_a_sixtieth_of_the_window_but_never_less_than_four_scrapes(
    window: timedelta, scrape_s: float, expected: str
) -> None:
    assert Resolution(scrape_interval_s=scrape_s).rate_range(window) == expected


@given(st.floats(min_value=0, max_value=400 * 86_400))
def test_a_grid_has_at_most_250_points_within_the_window_and_one_at_its_end(seconds: float) -> None:
    window = TimeRange(start=NOW - timedelta(seconds=seconds), end=NOW)
    span, step_s = grid(window)
    steps = (span.end - span.start).total_seconds() / step_s
    assert steps == int(steps)
    assert 1 <= steps + 1 <= MOST_POINTS
    assert span.end == window.end
    assert window.start <= span.start
    assert (span.start - window.start).total_seconds() < step_s


def test_a_grid_of_a_minute_has_a_point_each_second() -> None:
    assert grid(TimeRange(start=NOW - timedelta(minutes=1), end=NOW)).step_s == 1
