"""When two calls mean the same: written forms are made equal, defaults and the only possible value left out."""

import re
from datetime import datetime

from memory.errors import InvalidWindow
from memory.model.intent import Intent, IntentKind
from memory.model.value import JsonValue
from memory.model.window import parse_duration
from tests.eval.catalogue import CATALOGUE
from tests.eval.sets import Outcome, Utterance
from tools.capabilities import EVERY, cost_watch, costs, savings
from tools.contract import Capability, Slot, slots

OFFERED = (*EVERY, *costs.EVERY, *cost_watch.EVERY, *savings.EVERY)  # a house that knows its bills
CAPABILITIES: dict[str, Capability] = {capability.name: capability for capability in OFFERED}


def same_outcome(outcome: Outcome, intent: Intent) -> bool:
    """Return whether the intent is of the outcome's kind and, when that is a tool, names the same tool."""
    if intent.kind is not outcome.kind:
        return False
    return outcome.kind is not IntentKind.TOOL or intent.tool == outcome.tool


def same_call(outcome: Outcome, intent: Intent) -> bool:
    """Return whether the intent is the outcome, arguments included. Only a tool's arguments are judged."""
    if not same_outcome(outcome, intent):
        return False
    if outcome.kind is not IntentKind.TOOL or outcome.arguments is None:
        return True
    return settled(outcome.tool, outcome.arguments) == settled(intent.tool, intent.values())


def right(utterance: Utterance, intent: Intent) -> bool:
    """Return whether the intent is one of the outcomes that count as right, arguments aside."""
    return any(same_outcome(outcome, intent) for outcome in utterance.accepted())


def exact(utterance: Utterance, intent: Intent) -> bool:
    """Return whether the intent is one of the outcomes that count as right, arguments included."""
    return any(same_call(outcome, intent) for outcome in utterance.accepted())


def settled(tool: str, arguments: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the arguments in one written form each, without those that say what holds anyway.

    Left out: None, the tool's default, and an optional environment that is the service's only one.
    """
    capability = CAPABILITIES[tool]
    fields, kinds = capability.arguments.model_fields, slots(capability)
    found: dict[str, JsonValue] = {}
    for name, value in arguments.items():
        kind = kinds.get(name)
        form = _form(value, kind)
        default = None if name not in fields or fields[name].is_required() else fields[name].default
        is_default = name in fields and not fields[name].is_required() and form == _form(default, kind)
        if value is not None and not is_default:
            found[name] = form
    if "environment" in found and not fields["environment"].is_required():
        service = CATALOGUE.find(str(found.get("service")))
        if service is not None and service.environments == (found["environment"],):
            del found["environment"]
    return found


def _form(value: JsonValue, kind: Slot | None) -> JsonValue:
    """Return one written form of a value: durations in seconds, versions without `v`, text without case.

    What a person says in their own words may end in a full stop or not.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if kind is Slot.VERSION:
        return text.removeprefix("v")
    if kind in {Slot.WINDOW, Slot.DURATION}:
        return _span(text)
    if kind is Slot.QUERY:
        return re.sub(r"\s+", " ", text)
    if kind is Slot.MATTER:
        return text.casefold().rstrip(" .!")
    return text.casefold() if kind in {Slot.TEXT, Slot.IDENTIFIER} else text


def _span(text: str) -> JsonValue:
    """Return a duration in seconds, an interval with its ends in one form each, and a named range as it is."""
    if "/" in text:
        return [datetime.fromisoformat(end).isoformat() for end in text.split("/")]
    try:
        return parse_duration(text).total_seconds()
    except InvalidWindow:
        return text
