"""The Beta distribution is the textbook's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.outcomes.beta import cumulative, quantile

SHAPES = st.floats(min_value=0.2, max_value=400)


@pytest.mark.parametrize(
    ("x", "a", "b", "expected"),
    [(0.3, 1, 1, 0.3), (0.5, 2, 2, 0.5), (0.25, 1, 3, 1 - 0.75**3), (0.9, 5, 1, 0.9**5), (0.5, 0.5, 0.5, 0.5)],
)
def test_it_agrees_with_closed_forms(x: float, a: float, b: float, expected: float) -> None:
    assert cumulative(x, a, b) == pytest.approx(expected, abs=1e-10)


@given(n=st.integers(min_value=1, max_value=60), k=st.integers(min_value=0, max_value=59), x=st.floats(0.01, 0.99))
def test_it_is_the_tail_of_a_binomial(n: int, k: int, x: float) -> None:
    k = min(k, n - 1)
    tail = sum(math.comb(n, i) * x**i * (1 - x) ** (n - i) for i in range(k + 1, n + 1))
    assert cumulative(x, k + 1, n - k) == pytest.approx(tail, abs=1e-9)


@given(a=SHAPES, b=SHAPES, p=st.floats(0.01, 0.99))
def test_a_quantile_leaves_that_much_below_it(a: float, b: float, p: float) -> None:
    assert cumulative(quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-6)


@pytest.mark.parametrize(("x", "expected"), [(-1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)])
def test_outside_of_nought_and_one_there_is_nothing(x: float, expected: float) -> None:
    assert cumulative(x, 2, 3) == expected
