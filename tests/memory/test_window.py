"""A window is read as written, lies in the past, and begins before it ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidWindow
from memory.model.window import NAMED, parse_duration, resolve

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604_800), ("1w", 604_800)]
)
def test_durations_are_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "1.5h", "401d", "5 m", "1y", "5mm"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidWindow):
        parse_duration(text)


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        ("1h", "2026-11-20T02:30", "2026-11-20T03:30"),
        ("today", "2026-11-20T00:00", "2026-11-20T03:30"),
        ("yesterday", "2026-11-19T00:00", "2026-11-20T00:00"),
        ("this_week", "2026-11-16T00:00", "2026-11-20T03:30"),
        ("last_week", "2026-11-09T00:00", "2026-11-16T00:00"),
        ("this_month", "2026-11-01T00:00", "2026-11-20T03:30"),
        ("last_month", "2026-10-01T00:00", "2026-11-01T00:00"),
        ("2026-11-20T01:00:00Z/2026-11-20T02:00:00Z", "2026-11-20T01:00", "2026-11-20T02:00"),
        ("2026-11-20T01:00:00Z/2026-11-20T09:00:00Z", "2026-11-20T01:00", "2026-11-20T03:30"),
    ],
)
def test_windows_mean_what_they_say(window: str, start: str, end: str) -> None:
    found = resolve(window, NOW)
    assert (found.start, found.end) == tuple(datetime.fromisoformat(f"{each}+00:00") for each in (start, end))


def test_days_begin_where_people_live() -> None:
    found = resolve("today", NOW, ZoneInfo("America/New_York"))
    assert found.start == datetime(2026, 11, 19, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "window",
    [
        "soon",
        "2026-11-20T02:00:00Z/2026-11-20T01:00:00Z",
        "2026-11-20T01:00:00/2026-11-20T02:00:00",
        "2027-01-01T00:00:00Z/2027-01-02T00:00:00Z",
        "/",
        "a/b/c",
    ],
)
def test_other_windows_are_refused(window: str) -> None:
    with pytest.raises(InvalidWindow):
        resolve(window, NOW)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside it
ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia"]).map(ZoneInfo)


@given(st.sampled_from([*NAMED, "15m", "3d"]), MOMENTS, ZONES)
def test_a_window_never_ends_before_it_begins_or_in_the_future(window: str, now: datetime, zone: ZoneInfo) -> None:
    found = resolve(window, now, zone)
    assert found.start <= found.end <= now
