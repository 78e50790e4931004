"""One short question back, with buttons whose words are understood when they are sent. Pure."""

from collections.abc import Callable, Mapping, Sequence

from agents.interpreter.arguments import Filling, Gap, Why
from agents.interpreter.sentences import sentence, spoken
from memory.model.intent import Choice
from memory.model.value import JsonValue
from tools.contract import Capability, Signal, Slot

MOST_CHOICES = 4

_ASKED = {
    Slot.SERVICE: "Which service",
    Slot.ENVIRONMENT: "In which environment",
    Slot.VERSION: "Which version",
    Slot.WINDOW: "Over what time",
    Slot.DURATION: "For how long",
    Slot.NUMBER: "How many",
    Slot.MONEY: "How much money",
    Slot.PERSON: "Who",
    Slot.FLAG: "Which flag",
    Slot.SWITCH: "On or off",
    Slot.SIGNAL: "Which signal",
    Slot.SEVERITY: "Which severity",
    Slot.STATE: "In which state",
    Slot.QUERY: "Which PromQL expression",
    Slot.TEXT: "Which text",
    Slot.IDENTIFIER: "Which id",
    Slot.INCIDENT: "Which incident",
    Slot.TARGET: "Into which incident",
    Slot.GRADE: "How bad, from sev1 to sev5",
    Slot.DUTY: "Which duty",
    Slot.MATTER: "In which words",
}
_USUAL: Mapping[Slot, tuple[JsonValue, ...]] = {
    Slot.DURATION: ("30m", "1h", "4h", "1d"),
    Slot.WINDOW: ("1h", "6h", "today", "1d"),
    Slot.SWITCH: (True, False),
    Slot.GRADE: (1, 2, 3),
    Slot.DUTY: ("commander", "communications", "scribe"),
    Slot.SIGNAL: (Signal.ERROR_RATE.value, Signal.LATENCY_P95.value, Signal.TRAFFIC.value, Signal.CPU.value),
}


Question = tuple[str, tuple[Choice, ...]]


def about_a_gap(capability: Capability, filling: Filling, nearest: Sequence[str]) -> Question:
    """Return the question about the first gap, and likely answers; `nearest` are known names like an unknown one."""
    gap = filling.gaps[0]
    known = _values(filling)
    likely: Sequence[JsonValue] = _likely(gap, nearest)
    choices = tuple(
        Choice(label=spoken(value, gap.slot), says=sentence(capability, {**known, gap.name: value}))
        for value in likely[:MOST_CHOICES]
    )
    return _question(capability, gap, known), choices


def _likely(gap: Gap, nearest: Sequence[str]) -> Sequence[JsonValue]:
    if gap.candidates:
        return gap.candidates
    if gap.why is Why.UNKNOWN and nearest:
        return tuple(nearest)
    return _USUAL.get(gap.slot, ()) if gap.slot else ()


def _question(capability: Capability, gap: Gap, known: Mapping[str, JsonValue]) -> str:
    asked = _ASKED.get(gap.slot, "Which") if gap.slot else "Which"
    told: Mapping[Why, Callable[[], str]] = {
        Why.UNKNOWN: lambda: f"I do not know {gap.said!r}. {asked} do you mean?",
        Why.AMBIGUOUS: lambda: f"{gap.said!r} fits {_listed(gap.candidates)}. Which one?",
        Why.SEVERAL: lambda: f"One at a time: {_listed(gap.candidates, 'or')}?",
        Why.ELSEWHERE: lambda: f"{known.get('service')} does not run in {gap.said}. {asked}?",
        Why.UNREADABLE: lambda: f"I cannot tell which time {gap.said!r} means. {asked}?",
        Why.MISSING: lambda: f"{sentence(capability, known)}: {asked[0].lower()}{asked[1:]}?",
    }
    return told[gap.why]()


def between(calls: Sequence[tuple[Capability, Filling]]) -> Question:
    """Return the question which of several calls is meant."""
    choices = tuple(
        Choice(label=capability.title, says=sentence(capability, _values(filling)))
        for capability, filling in calls[:MOST_CHOICES]
    )
    return "What do you mean?", choices


def confirm(capability: Capability, filling: Filling) -> Question:
    """Return the question whether this was ordered, for an order that was not understood to the last word."""
    said = sentence(capability, _values(filling))
    return f"I did not understand all of that. {said}?", (Choice(label=said, says=said),)


def _values(filling: Filling) -> dict[str, JsonValue]:
    return {name: argument.value for name, argument in filling.arguments.items()}


def _listed(names: Sequence[str], joined_by: str = "and") -> str:
    *most, last = names
    return f"{', '.join(most)} {joined_by} {last}" if most else last
