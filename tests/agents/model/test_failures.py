"""One taxonomy: every status of every provider is one of our errors, and every error one outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.model.failures import answered_with, of_the_provider, outcome, retry_after
from memory.errors import ModelOverBudget, ModelStopped, ModelUnavailable, every_error
from memory.model.model_call import CallOutcome

_NOT_COUNTED = {ModelUnavailable, ModelStopped, ModelOverBudget}  # a stopped call is a cancelled one


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "model.rejected"),
        (401, "model.denied"),
        (403, "model.denied"),
        (404, "model.rejected"),
        (408, "model.timed_out"),
        (413, "model.rejected"),
        (429, "model.rate_limited"),
        (500, "model.failing"),
        (502, "model.failing"),
        (503, "model.failing"),
        (504, "model.timed_out"),
        (529, "model.failing"),
    ],
)
def test_a_status_means_one_error(status: int, code: str) -> None:
    assert answered_with(status, {}).code == code


def test_every_error_of_a_model_is_counted_as_an_outcome_of_its_own() -> None:
    kinds = [kind for kind in every_error() if issubclass(kind, ModelUnavailable) and kind not in _NOT_COUNTED]
    outcomes = [outcome(kind("x")) for kind in kinds if kind.__module__.startswith("memory.errors.")]
    assert len(set(outcomes)) == len(outcomes) == len(CallOutcome) - 2  # all but an answer and a cancellation


def test_what_the_model_says_is_not_held_against_its_provider_but_a_bad_key_is() -> None:
    blamed = {
        kind.code for kind in every_error() if issubclass(kind, ModelUnavailable) and of_the_provider(kind("x"))
    }
    assert not blamed & {"model.refused", "model.unreadable", "model.rejected"}
    assert not blamed & {"model.stopped", "model.over_budget"}
    assert {"model.denied", "model.timed_out", "model.failing"} <= blamed


def test_a_wait_is_read_in_seconds_or_as_a_date_by_the_answers_own_clock() -> None:
    assert retry_after({"retry-after": "7"}) == 7
    assert retry_after({"retry-after": "0.5"}) == 0.5
    dated = {"retry-after": "Sat, 21 Nov 2026 03:00:30 GMT", "date": "Sat, 21 Nov 2026 03:00:00 GMT"}
    assert retry_after(dated) == 30
    assert retry_after({"retry-after": dated["retry-after"]}) is None
    assert retry_after({}) is None


@given(st.text())
def test_no_header_breaks_it(text: str) -> None:
    found = retry_after({"retry-after": text, "date": text})
    assert found is None or 0 <= found <= 3600
