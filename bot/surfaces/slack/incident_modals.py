"""What people are asked in a window about incidents: what is wrong, how bad it is, what matters. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.surfaces.incidents import MILDEST, USUAL_SEVERITY, WORST
from bot.surfaces.slack import limits
from bot.surfaces.slack.blocks import context, plain_text
from bot.surfaces.slack.modals import line, window
from bot.surfaces.slack.presses import Form, Subject
from bot.surfaces.slack.rich import Block
from memory.model.incident import IncidentStatus
from memory.model.value import JsonValue

TITLE, SEVERITY, SERVICES, STATUS, REASON, NOTE = "title", "severity", "services", "status", "reason", "note"
LONGEST_TITLE: Final = 300
_MEANS: Final = {1: "the worst", MILDEST: "the mildest"}


def declare(about: Subject, title: str = "", services: Sequence[str] = ()) -> Block:
    """Return the window in which somebody says what is wrong. What is filled in may be changed."""
    return window(
        Form.DECLARE,
        "Open an incident",
        "Open",
        about,
        [
            line(TITLE, "What is wrong?", limits.cut(title, LONGEST_TITLE)),
            _choice(SEVERITY, "How bad is it?", _severities(), str(USUAL_SEVERITY)),
            line(
                SERVICES, "Which services?", ", ".join(services), optional=True, hint="Names, with commas between."
            ),
        ],
    )


def note(about: Subject, text: str = "") -> Block:
    """Return the window in which somebody writes down what matters."""
    return window(Form.NOTE, "Add a note", "Add", about, [line(NOTE, "What matters?", text, long=True)])


def severity(about: Subject, now: int) -> Block:
    """Return the window in which somebody says how bad it is."""
    asked = [
        _choice(SEVERITY, "How bad is it?", _severities(), str(now)),
        line(REASON, "Why?", "", optional=True),
    ]
    return window(Form.SEVERITY, "Severity", "Set", about, asked)


def status(about: Subject, now: IncidentStatus) -> Block:
    """Return the window in which somebody says how far it is."""
    offered = [each for each in IncidentStatus if each is not IncidentStatus.MERGED]
    asked = [
        context("Mitigated: users are served again, and the cause is not yet mended."),
        _choice(STATUS, "How far is it?", {each.value: each.value.capitalize() for each in offered}, now.value),
        line(REASON, "Why?", "", optional=True),
    ]
    return window(Form.STATUS, "Status", "Set", about, asked)


def _severities() -> dict[str, str]:
    return {
        str(each): f"SEV{each}" + (f", {_MEANS[each]}" if each in _MEANS else "")
        for each in range(WORST, MILDEST + 1)
    }


def _choice(name: str, label: str, offered: dict[str, str], now: str) -> Block:
    choices: list[JsonValue] = [
        {"text": plain_text(words, limits.BUTTON), "value": value} for value, words in offered.items()
    ]
    chosen: JsonValue = next(each for each, value in zip(choices, offered, strict=True) if value == now)
    element: Block = {"type": "static_select", "action_id": "entered", "options": choices}
    element |= {"initial_option": chosen}
    return {
        "type": "input",
        "block_id": name,
        "element": element,
        "label": plain_text(label, limits.VALUE),
    }
