"""The generic cell rate algorithm keeps its promise in every window, and wastes nothing of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.pacing.rate import SECOND, Passed, Rate, Wait, conform, pushed_back

RATES = st.builds(
    Rate,
    calls=st.integers(1, 50),
    per_s=st.sampled_from([0.5, 1.0, 10.0, 60.0]),
    burst=st.integers(1, 20),
)
GAPS = st.lists(st.sampled_from([0.0, 0.001, 0.02, 0.1, 0.5, 1.0, 7.0]), max_size=120)
BEGAN = 1_700_000_000 * SECOND


def passed(rate: Rate, gaps: list[float]) -> list[int]:
    """Return when calls were let through, of those that were tried after these gaps."""
    now, arrival, through = BEGAN, None, []
    for gap in gaps:
        now += round(gap * SECOND)
        said = conform(rate, arrival, now)
        if isinstance(said, Passed):
            arrival = said.arrival
            through.append(now)
    return through


@settings(deadline=None)
@given(RATES, GAPS)
def test_no_window_of_any_length_has_more_than_the_burst_and_what_the_rate_earns(
    rate: Rate, gaps: list[float]
) -> None:
    through = passed(rate, gaps)
    for first, began in enumerate(through):
        for last in range(first, len(through)):
            earned = (through[last] - began) // rate.interval()
            assert last - first + 1 <= rate.burst + earned


@settings(deadline=None)
@given(RATES, GAPS)
def test_a_call_that_waits_exactly_as_long_as_it_was_told_is_let_through(rate: Rate, gaps: list[float]) -> None:
    now, arrival = BEGAN, None
    for gap in gaps:
        now += round(gap * SECOND)
        said = conform(rate, arrival, now)
        if isinstance(said, Wait):
            assert said.seconds() * SECOND >= said.nanoseconds - 1 > -1
            now += said.nanoseconds
            said = conform(rate, arrival, now)
        assert isinstance(said, Passed)
        arrival = said.arrival


@settings(deadline=None)
@given(RATES)
def test_after_silence_a_whole_burst_is_let_through_at_once(rate: Rate) -> None:
    assert len(passed(rate, [0.0] * (rate.burst + 5))) == rate.burst


def test_a_target_that_asks_to_be_left_alone_is() -> None:
    rate = Rate(calls=10, per_s=1, burst=3)
    arrival = pushed_back(None, BEGAN, 30.0, rate)
    assert isinstance(conform(rate, arrival, BEGAN + 30 * SECOND - 1), Wait)
    assert isinstance(conform(rate, arrival, BEGAN + 30 * SECOND), Passed)
