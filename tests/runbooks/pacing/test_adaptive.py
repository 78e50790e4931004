"""Adaptive concurrency in a simulation: it finds a capacity it is not told, and never leaves its bounds."""

import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.pacing.adaptive import Sign, Window, learnt

EVENTS = st.lists(st.tuples(st.sampled_from(Sign), st.floats(0.001, 60.0), st.integers(1, 300)), max_size=300)


class Target:
    """Serves so many calls at once, each as fast as the others; what is more than twice as many it refuses."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity

    def answer(self, under_way: int) -> tuple[Sign, float]:
        if under_way > 2 * self.capacity:
            return Sign.OVERLOADED, 0.01
        return Sign.ANSWERED, 0.1 * max(1.0, under_way / self.capacity)


def simulated(target: Target, cap: int, calls: int) -> list[Window]:
    """Return the windows as they were after each of so many calls of a caller who always has more to do."""
    windows: list[Window] = []
    window, now = Window(cap=cap), 0.0
    under_way: list[tuple[float, float, Sign]] = []
    while len(windows) < calls:
        while len(under_way) < window.limit():
            sign, seconds = target.answer(len(under_way) + 1)
            heapq.heappush(under_way, (now + seconds, seconds, sign))
        busy = len(under_way)
        now, seconds, sign = heapq.heappop(under_way)
        window = learnt(window, sign, seconds, busy)
        windows.append(window)
    return windows


@settings(deadline=None)
@given(st.integers(1, 64), EVENTS)
def test_the_limit_is_never_less_than_one_nor_more_than_the_hard_cap(
    cap: int, events: list[tuple[Sign, float, int]]
) -> None:
    window = Window(cap=cap)
    for event in events:
        window = learnt(window, *event)
        assert 1 <= window.limit() <= cap
        assert window.size <= max(1.0, cap)


@pytest.mark.parametrize("capacity", [2, 5, 10, 20, 40])
def test_it_converges_under_a_hidden_capacity(capacity: int) -> None:
    settled = [window.limit() for window in simulated(Target(capacity), cap=200, calls=6000)[3000:]]
    mean = sum(settled) / len(settled)
    assert 0.8 * capacity <= mean <= 2.2 * capacity
    assert max(settled) <= 2 * capacity + 2


def test_a_target_that_shrinks_is_followed_down_and_up_again() -> None:
    target = Target(20)
    window, sizes = Window(cap=100), []
    for capacity in (20, 3, 20):
        target.capacity = capacity
        for _ in range(3000):
            sign, seconds = target.answer(window.limit())
            window = learnt(window, sign, seconds, window.limit())
        sizes.append(window.limit())
    assert sizes[1] <= 8
    assert sizes[0] >= 14
    assert sizes[2] >= 14


def test_what_is_not_used_does_not_grow() -> None:
    window = Window(cap=50, size=4.0)
    for _ in range(100):
        window = learnt(window, Sign.ANSWERED, 0.1, 1)
    assert window.limit() == 4


def test_calls_of_one_round_cut_once() -> None:
    window = Window(cap=50, size=40.0)
    for _ in range(20):
        window = learnt(window, Sign.OVERLOADED, 0.1, 40)
    assert window.size == pytest.approx(28.0)


def test_a_slow_kind_of_call_is_no_sign_of_load_beside_a_quick_one() -> None:
    window = Window(cap=50)
    for number in range(400):
        kind, seconds = ("restart", 5.0) if number % 2 else ("flag", 0.05)
        window = learnt(window, Sign.ANSWERED, seconds, window.limit(), kind)
    assert window.limit() > 20


def test_milliseconds_are_noise() -> None:
    window = Window(cap=20)
    for number in range(400):
        window = learnt(window, Sign.ANSWERED, 0.001 if number % 2 else 0.02, window.limit())
    assert window.limit() == 20
