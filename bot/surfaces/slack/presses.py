"""The names of buttons and modals, and what they carry: which plan, and the digest that was seen. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from memory.errors import InvalidInput
from memory.model.arrival import Arrival
from memory.model.value import JsonValue


class Press(StrEnum):
    """Buttons that only Slack has, by their action id. Those of a reply or card are named after their action."""

    ASK = "ask_more"
    EDIT = "edit"
    MORE = "more"
    STANDING = "standing"
    REVOKE = "revoke"
    COMMAND = "incident_command"
    NOTE = "incident_note"
    SEVERITY = "incident_severity"
    STATUS = "incident_status"
    RESOLVE = "incident_resolve"
    STOP = "stop"


class Form(StrEnum):
    """Modals, by their callback id."""

    DENY = "qd_deny"
    ASK = "qd_ask"
    BREAK_GLASS = "qd_break_glass"
    EDIT = "qd_edit"
    RUNBOOK = "qd_runbook"
    DECLARE = "qd_incident"
    NOTE = "qd_incident_note"
    SEVERITY = "qd_incident_severity"
    STATUS = "qd_incident_status"


class Shortcut(StrEnum):
    """Shortcuts on a message, by their callback id."""

    EXPLAIN = "explain_alert"
    INCIDENT = "open_incident"
    NOTE = "note_message"


@dataclass(frozen=True)
class Subject:
    """What a click or modal is about: a plan as it was seen, and where."""

    run: str
    digest: str = ""
    channel: str = ""
    thread: str = ""

    def packed(self) -> str:
        """Return it as a modal carries it."""
        return json.dumps(asdict(self), separators=(",", ":"))


def pressed_on(run: str, digest: str = "") -> str:
    """Return the value of a button about a plan."""
    return f"{run} {digest}".strip()


def clicked(arrival: Arrival) -> Subject:
    """Return what a button that was pressed is about; raises `InvalidInput` for one that names nothing."""
    run, _, digest = value_of(arrival).partition(" ")
    if not run:
        raise InvalidInput("expected a button that names a plan, found one that names none", hint="Ask again.")
    return Subject(run=run, digest=digest, channel=arrival.channel, thread=arrival.thread)


def value_of(arrival: Arrival) -> str:
    """Return the value of the button that was pressed, empty where it has none."""
    return str(_first(arrival.payload.get("actions")).get("value") or "")


def submitted(arrival: Arrival) -> Subject:
    """Return what a modal that was sent is about; raises `InvalidInput` for one that is not ours."""
    try:
        return Subject(**json.loads(str(view_of(arrival).get("private_metadata", ""))))
    except (TypeError, ValueError):
        raise InvalidInput("expected a form of ours, found another", hint="Open it again.") from None


def view_of(arrival: Arrival) -> Mapping[str, JsonValue]:
    """Return the view of a modal that was sent."""
    return mapping(arrival.payload.get("view"))


def filled(arrival: Arrival) -> dict[str, str]:
    """Return what was entered, trimmed, by the block it was entered in."""
    state = mapping(view_of(arrival).get("state"))
    return {
        block: next((entered(each) for each in mapping(fields).values()), "")
        for block, fields in mapping(state.get("values")).items()
    }


def entered(field: JsonValue) -> str:
    """Return what one field of a modal holds: words, or the choice that was made."""
    given = mapping(field)
    chosen = mapping(given.get("selected_option")).get("value")
    return str(chosen or given.get("value") or "").strip()


def mapping(value: JsonValue | None) -> Mapping[str, JsonValue]:
    """Return a JSON object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def _first(value: JsonValue | None) -> Mapping[str, JsonValue]:
    return mapping(value[0]) if isinstance(value, list) and value else {}
