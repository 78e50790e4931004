"""Lines in, one object each out, whatever the line is."""

import json

import pytest

from agents.interpreter.interpreter import Interpreter
from agents.interpreter.lines import Lines
from tests.fakes.time import FakeClock

KEYS = {"text", "kind", "tool", "arguments", "confidence", "alternatives"}


@pytest.fixture(scope="session")
def lines(interpreter: Interpreter) -> Lines:
    return Lines(interpreter, FakeClock())


@pytest.mark.parametrize(
    ("line", "kind", "tool"),
    [
        (b"restart the mailer", "tool", "service.restart"),
        (b"scale the mailer", "clarify", "service.scale"),
        (b"what is the capital of France?", "out_of_scope", None),
        (b"good morning", "smalltalk", None),
        (b"", "out_of_scope", None),
    ],
)
def test_a_line_becomes_an_object_with_exactly_these_keys(
    lines: Lines, line: bytes, kind: str, tool: str | None
) -> None:
    found = lines.read(line)
    assert found.keys() == KEYS
    assert (found["kind"], found["tool"]) == (kind, tool)
    json.dumps(found)


def test_a_line_that_is_no_utf_8_says_so_and_the_next_is_read(lines: Lines) -> None:
    broken = lines.read(b"restart \xff")
    assert broken["kind"] == "out_of_scope"
    assert "0xff at position 8" in str(broken["error"])
    assert lines.read(b"restart the mailer")["kind"] == "tool"
