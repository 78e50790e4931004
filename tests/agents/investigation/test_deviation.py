"""How far a measure is from its normal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.investigation.deviation import CLEAR, Deviation, deviation
from agents.investigation.situation import Measure, Normal, Track

STEADY = (1.0, 1.02, 0.98, 1.01, 0.99, 1.0, 1.03, 0.97, 1.0, 1.01)


def of(
    *values: float | None,
    normal: tuple[float, ...] = STEADY,
    known: Normal = Normal.OWN,
    measure: Measure = Measure.LATENCY,
) -> Deviation:
    found = deviation(Track(values, normal), measure, known)
    assert found is not None
    return found


def test_what_was_never_measured_deviates_in_no_way() -> None:
    assert deviation(Track((None, None)), Measure.LATENCY, Normal.OWN) is None


def test_a_level_of_its_own_normal_is_the_level_whatever_the_window_holds() -> None:
    assert of(5.0, 5.0, 5.0).level == pytest.approx(1.0)


def test_one_odd_sample_of_the_normal_does_not_move_the_level() -> None:
    assert of(1.0, normal=(*STEADY, 900.0)).level == pytest.approx(1.0, abs=0.02)


def test_a_borrowed_normal_gives_the_spread_and_the_window_the_level() -> None:
    found = of(10.0, 10.0, 10.1, 30.0, known=Normal.BORROWED)
    assert found.level == pytest.approx(10.0)
    assert found.noise == pytest.approx(0.5, rel=0.3)  # five per cent, as of the normal


def test_without_a_normal_the_calmer_half_of_the_window_is_the_level() -> None:
    found = of(1.0, 1.0, 4.0, 4.0, 1.1, normal=(), known=Normal.NONE)
    assert found.level == pytest.approx(1.0)
    assert found.peak > CLEAR


def test_what_never_varied_has_noise_all_the_same() -> None:
    found = of(0.0, 0.0, normal=(0.0,) * 20, measure=Measure.FAILURES)
    assert found.noise > 0
    assert found.peak == 0


def test_a_normal_of_a_few_samples_is_no_normal() -> None:
    assert of(3.0, 3.0, normal=(1.0, 1.0)).level == 3.0


def test_one_failed_call_of_a_few_is_noise() -> None:
    track = Track((0.0, 0.0, 1 / 20, 0.0), (0.0,) * 20)
    few, many = (deviation(track, Measure.FAILURES, Normal.OWN, (count,) * 4) for count in (20.0, 20_000.0))
    assert few is not None
    assert many is not None
    assert few.peak < CLEAR < many.peak


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e9)), min_size=1, max_size=40),
    st.lists(st.floats(0, 1e9), max_size=30),
    st.sampled_from(list(Normal)),
    st.sampled_from(list(Measure)),
)
def test_noise_is_never_nought(
    values: list[float | None], normal: list[float], known: Normal, measure: Measure
) -> None:
    found = deviation(Track(tuple(values), tuple(normal)), measure, known, [10.0] * len(values))
    assert found is None or found.noise > 0
