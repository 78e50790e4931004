"""The circuit: closed, open for a while, and closed or open again by what the next request finds."""

from datetime import UTC, datetime, timedelta

from tests.servers import until
from tools.http import Circuit


def opened(rest_s: float = 60.0) -> Circuit:
    circuit = Circuit("x", threshold=2, rest_s=rest_s)
    circuit.failed(ValueError())
    circuit.failed(ValueError())
    return circuit


def test_a_circuit_is_closed_below_its_threshold() -> None:
    circuit = Circuit("x", threshold=2)
    circuit.failed(ValueError())
    assert circuit.open_until() is None


def test_a_success_starts_the_count_again() -> None:
    circuit = Circuit("x", threshold=2)
    for _ in range(3):
        circuit.failed(ValueError())
        circuit.succeeded()
    assert circuit.open_until() is None


def test_a_circuit_opens_at_its_threshold_and_says_until_when() -> None:
    end = opened().open_until()
    assert end is not None
    assert timedelta(0) < end - datetime.now(UTC) <= timedelta(seconds=60)


def test_after_its_rest_one_failure_opens_it_again() -> None:
    circuit = opened(rest_s=0.05)
    until(lambda: circuit.open_until() is None, "the end of the rest")
    circuit.failed(ValueError())
    assert circuit.open_until() is not None


def test_after_its_rest_a_success_closes_it() -> None:
    circuit = opened(rest_s=0.05)
    until(lambda: circuit.open_until() is None, "the end of the rest")
    circuit.succeeded()
    circuit.failed(ValueError())
    assert circuit.open_until() is None


def test_a_request_that_was_given_up_leaves_the_question_open() -> None:
    circuit = opened(rest_s=0.05)
    until(lambda: circuit.open_until() is None, "the end of the rest")
    assert circuit.open_until() is None
