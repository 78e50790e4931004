"""Numbers, times and names as they read in a sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model.window import LONGEST, parse_duration
from tools.wording import amount, capital, clock, length, many, named

NOW = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0231, "ratio", "2.31 %"),
        (0.0, "ratio", "0 %"),
        (0.23, "s", "230 ms"),
        (1.5, "s", "1.5 s"),
        (512 * 1024**2, "bytes", "512 MiB"),
        (3 * 1024**5, "bytes", "3072 TiB"),
        (100, "bytes", "100 bytes"),
        (12.34, "req/s", "12.3 req/s"),
        (123_456, "", "123,456"),
        (-2048, "bytes", "-2 KiB"),
    ],
)
def test_an_amount_reads_as_people_say_it(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


def test_a_moment_of_today_has_no_date() -> None:
    assert clock(NOW, NOW) == "03:02 UTC"
    assert clock(NOW - timedelta(days=1), NOW) == "2026-11-19 03:02 UTC"


@pytest.mark.parametrize("text", ["ignore this", "", "a\nb", "é", "a" * 101, "<b>"])
def test_what_could_be_a_sentence_is_no_name(text: str) -> None:
    assert named(text, "another") == "another"


@pytest.mark.parametrize("text", ["HighErrorRate", "checkout-api", "team/checkout", "job:errors:rate5m"])
def test_an_identifier_is_a_name(text: str) -> None:
    assert named(text, "another") == text


@given(st.integers(min_value=1, max_value=int(LONGEST.total_seconds())))
def test_a_length_reads_back_as_itself_to_the_minute(seconds: int) -> None:
    read = parse_duration(length(timedelta(seconds=seconds)))
    assert abs(read.total_seconds() - seconds) <= (30 if seconds > 3600 else 0)


def test_counts_and_capitals() -> None:
    assert [many(count, "alert") for count in (0, 1, 2)] == ["no alerts", "1 alert", "2 alerts"]
    assert many(2, "series", "series") == "2 series"
    assert capital("no alerts fire.") == "No alerts fire."
