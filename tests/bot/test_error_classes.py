"""Every error means one thing to programs, and the manual says the same as the code."""

import re
from pathlib import Path

import pytest

from bot.error_classes import exit_code, http_status
from memory.errors import InvalidInput, QuarterdeckError, every_error

MANUAL = Path(__file__).parents[2] / "docs" / "errors.md"
_ROW = re.compile(r"^\| `(?P<code>[a-z._]+)` \|.*\| (?P<status>\d{3}) \| (?P<exit>\d+) \|$", re.MULTILINE)
EVERY: tuple[type[QuarterdeckError], ...] = (QuarterdeckError, *every_error())


def explained() -> dict[str, tuple[int, int]]:
    """Return what the manual says of each code: its HTTP status and its exit code."""
    return {row["code"]: (int(row["status"]), int(row["exit"])) for row in _ROW.finditer(MANUAL.read_text())}


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: str(kind.code))
def test_the_manual_gives_the_status_and_the_exit_code_of_each_error(kind: type[QuarterdeckError]) -> None:
    error = kind("expected one thing, found another")
    assert explained()[kind.code] == (http_status(error), exit_code(error))


def test_the_manual_explains_no_code_that_is_never_given_out() -> None:
    assert set(explained()) == {error.code for error in EVERY}


def test_no_error_ends_a_command_as_a_success_an_answer_of_no_or_an_interruption() -> None:
    assert {exit_code(error("x")) for error in EVERY}.isdisjoint({0, 1, 130})


def test_an_error_without_a_class_of_its_own_counts_as_the_nearest_above_it() -> None:
    class Odd(InvalidInput):
        """One more way to be wrong."""

    assert (http_status(Odd("x")), exit_code(Odd("x"))) == (400, 2)
