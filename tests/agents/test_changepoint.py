"""Where a series changed its level, whatever its unit, its noise and its spikes."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.changepoint import MOST, MOST_POINTS, ChangePoint, change_points

STEP_S = 15.0
seeds = st.integers(min_value=0, max_value=10_000)


def series(values: list[float]) -> list[tuple[float, float]]:
    return [(number * STEP_S, value) for number, value in enumerate(values)]


def noisy(seed: int, *levels: tuple[int, float], spread: float = 1.0) -> list[float]:
    noise = random.Random(seed)  # noqa: S311  # a repeatable wiggle, no secret
    return [level + noise.gauss(0, spread) for count, level in levels for _ in range(count)]


def places(found: tuple[ChangePoint, ...]) -> list[int]:
    return [round(change.at / STEP_S) for change in found]


def test_a_step_is_found_where_it_is() -> None:
    (found,) = change_points(series([0.002] * 168 + [0.31] * 72))
    assert (found.at, found.before, found.after) == (168 * STEP_S, 0.002, 0.31)


def test_a_step_near_the_end_is_found_from_three_points_on() -> None:
    assert places(change_points(series([0.0] * 237 + [0.3] * 3))) == [237]
    assert change_points(series([0.0] * 238 + [0.3] * 2)) == ()


def test_a_bump_is_two_changes() -> None:
    found = change_points(series([1.0] * 100 + [9.0] * 50 + [1.0] * 90))
    assert places(found) == [100, 150]
    assert [(change.before, change.after) for change in found] == [(1.0, 9.0), (9.0, 1.0)]


def test_a_ramp_begins_where_the_old_level_is_left() -> None:
    ramp = [0.05, 0.1, 0.15, 0.2, 0.25]
    assert places(change_points(series([0.002] * 100 + ramp + [0.3] * 100)))[0] == 100


def test_single_spikes_are_no_change() -> None:
    values = [1.0] * 120
    values[30] = values[31] = values[80] = 50.0
    assert change_points(series(values)) == ()


def test_a_climb_in_steps_is_found_step_by_step() -> None:
    assert places(change_points(series([1.0] * 60 + [5.0] * 60 + [20.0] * 60))) == [60, 120]


@pytest.mark.parametrize("values", [[], [1.0], [3.0] * 240, [math.nan] * 50, [1.0, 2.0] * 3])
def test_little_or_nothing_has_no_change(values: list[float]) -> None:
    assert change_points(series(values)) == ()


def test_what_is_not_finite_is_passed_over() -> None:
    values = [0.0] * 60 + [1.0] * 60
    for index in range(0, 120, 7):
        values[index] = math.nan if index % 2 else math.inf
    found = change_points(series(values))
    assert [(change.before, change.after) for change in found] == [(0.0, 1.0)]
    assert abs(places(found)[0] - 60) <= 1


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_noise_without_a_change_has_almost_never_one(seed: int) -> None:
    found = change_points(series(noisy(seed, (120, 10.0))))
    assert all(change.shift < 4 for change in found)


@given(seeds, st.integers(min_value=12, max_value=108), st.sampled_from([-8.0, 8.0]))
@settings(max_examples=60, deadline=None)
def test_a_step_of_eight_times_the_noise_is_always_found_in_place(seed: int, at: int, step: float) -> None:
    found = change_points(series(noisy(seed, (at, 10.0), (120 - at, 10.0 + step))))
    assert any(abs(place - at) <= 2 for place in places(found))


@given(seeds, st.floats(min_value=0.001, max_value=1e6), st.floats(min_value=-1e3, max_value=1e3))
@settings(max_examples=60, deadline=None)
def test_neither_unit_nor_origin_matters(seed: int, scale: float, origin: float) -> None:
    values = noisy(seed, (60, 0.0), (60, 9.0))
    moved = [scale * (value + origin) for value in values]
    assert places(change_points(series(moved))) == places(change_points(series(values)))


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_upside_down_is_the_same_place(seed: int) -> None:
    values = noisy(seed, (60, 0.0), (60, 9.0))
    assert places(change_points(series([-value for value in values]))) == places(change_points(series(values)))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=300))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_the_answer_is_ordered_bounded_and_finite(values: list[float]) -> None:
    found = change_points(series(values))
    assert len(found) <= MOST
    assert list(found) == sorted(found, key=lambda change: change.at)
    assert all(math.isfinite(change.before) and math.isfinite(change.after) for change in found)


def test_a_long_series_is_taken_together_in_stretches() -> None:
    values = noisy(1, (40_000, 1.0), (10_000, 30.0))
    (place,) = places(change_points(series(values)))
    assert abs(place - 40_000) <= 2 * 50_000 / MOST_POINTS
