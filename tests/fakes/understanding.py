"""An understanding of a dozen phrases, with follow-ups: enough to walk every path of the graph."""

import asyncio
import re

from agents.interpreter.focus import Focus
from agents.reading import Reading
from memory.model.intent import Argument, Choice, Intent, IntentKind, Provenance
from memory.model.value import JsonValue

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"how are things\??", "status.digest"),
    (r"what is wrong with (?P<service>[\w-]+)\??", "service.health"),
    (r"health of (?P<service>\w+) in (?P<environment>\w+)", "service.health"),
    (r"error rate of (?P<service>\w+)", "metrics.signal"),
    (r"query (?P<query>.+)", "metrics.query"),
    (r"what changed in (?P<service>\w+) today\??", "deploys.list"),
    (r"(list )?alerts", "alerts.list"),
    (r"flags", "flags.list"),
    (r"plans", "runs.list"),
    (r"roll back (?P<service>\w+)( in (?P<environment>\w+))?( to (?P<version>[\d.]+))?", "deploy.rollback"),
    (r"restart (?P<service>\w+)( in (?P<environment>\w+))?", "service.restart"),
    (r"do it|yes", "turn.accept"),
    (r"never mind|no", "turn.dismiss"),
    (r"why\??", "turn.explain"),
    (r"help", "turn.help"),
    (r"drop the database", "database.drop"),
)


class FakeUnderstanding:
    """Knows its phrases, asks for a missing environment, takes up an open question; `delay` is in seconds."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.heard: list[str] = []

    async def interpret(self, text: str, focus: Focus) -> Reading:
        self.heard.append(text)
        await asyncio.sleep(self.delay)
        return Reading(intent=_follow_up(text, focus) or _plain(text))


def _plain(text: str) -> Intent:
    for pattern, tool in _PHRASES:
        match = re.fullmatch(pattern, text.strip(), re.IGNORECASE)
        if match:
            said: dict[str, JsonValue] = {k: v for k, v in match.groupdict().items() if v is not None}
            return _complete(text, tool, {k: _said(v) for k, v in said.items()})
    if text.strip().lower() in {"hi", "thanks"}:
        return Intent(text=text, kind=IntentKind.SMALLTALK, reply="You are welcome.", confidence=0.99)
    return Intent(text=text, kind=IntentKind.OUT_OF_SCOPE)


def _follow_up(text: str, focus: Focus) -> Intent | None:
    if focus.pending is not None and text in {"production", "staging"}:
        known = _carried(focus.pending.arguments)
        return _complete(text, focus.pending.tool, {**known, "environment": _said(text)})
    if not focus.tool:
        return None
    if text == "and yesterday?":
        return _complete(text, focus.tool, {**_carried(focus.arguments), "window": _said("yesterday")})
    same = re.fullmatch(r"(?:and|same for) (\w+)\??", text)
    if same:
        return _complete(text, focus.tool, {**_carried(focus.arguments), "service": _said(same[1])})
    return None


def _carried(arguments: dict[str, Argument]) -> dict[str, Argument]:
    return {
        name: argument.model_copy(update={"provenance": Provenance.CONVERSATION})
        for name, argument in arguments.items()
    }


def _said(value: JsonValue) -> Argument:
    return Argument(value=value, provenance=Provenance.SAID, quote=str(value))


def _complete(text: str, tool: str, arguments: dict[str, Argument]) -> Intent:
    if tool == "metrics.signal":
        arguments.setdefault("signal", _said("error_rate"))
    if tool in {"deploy.rollback", "service.restart"} and "environment" not in arguments:
        return Intent(
            text=text,
            kind=IntentKind.CLARIFY,
            tool=tool,
            arguments=arguments,
            confidence=0.9,
            question="In which environment?",
            choices=tuple(Choice(label=each.title(), says=each) for each in ("production", "staging")),
            missing="environment",
        )
    return Intent(text=text, kind=IntentKind.TOOL, tool=tool, arguments=arguments, confidence=0.97)
