"""What the model is told: the rules, the tools, the catalogue, the conversation so far. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agents.interpreter.focus import Focus
from agents.model.completion import Completion
from agents.prompts import body
from agents.untrusted import quoted
from memory.errors import ModelUnavailable
from memory.model.catalogue import Catalogue, Service
from memory.model.intent import Argument, IntentKind
from tools.contract import Capability

EXAMPLES = 2
_PLAIN = re.compile(r"[\w.:/@+-]{1,80}")
LONGEST_SAID = 1000  # characters of a reading that did not hold, shown to whoever gave it


def listed(capabilities: Iterable[Capability]) -> str:
    """Return the tools as the system prompt lists them, which stays the same from turn to turn."""
    return "\n".join(_tool(capability) for capability in capabilities)


def instructions(tools: str, catalogue: Catalogue, focus: Focus, now: datetime) -> str:
    """Return the system prompt: our own words, names of the catalogue, and what the person said before."""
    return body("interpret").format(
        tools=tools,
        services="\n".join(_service(service) for service in catalogue.services),
        flags=", ".join(catalogue.flags()) or "none",
        now=now.strftime("%Y-%m-%dT%H:%MZ"),
        conversation=_conversation(focus),
    )


def _service(service: Service) -> str:
    aliases = ", ".join(service.aliases) or "no other names"
    return f"- {service.name} ({aliases}): {', '.join(service.environments)}"


def _tool(capability: Capability) -> str:
    fields = capability.arguments.model_fields.items()
    arguments = ", ".join(name if field.is_required() else f"[{name}]" for name, field in fields)
    examples = "; ".join(capability.examples[:EXAMPLES])
    return (
        f"- {capability.name}({arguments}): {capability.summary}{f' For example: {examples}' if examples else ''}"
    )


def _conversation(focus: Focus) -> str:
    told = []
    if focus.tool:
        told.append(f"the last request was {focus.tool}({_arguments(focus.arguments)}).")
    if focus.pending is not None:
        known = _arguments(focus.pending.arguments)
        told.append(f"I asked back for {focus.pending.missing or 'more'} of {focus.pending.tool}({known}).")
    if focus.suggestion is not None:
        offered = _arguments(focus.suggestion.arguments)
        told.append(f"I suggested {focus.suggestion.tool}({offered}); taking that up is turn.accept.")
    return " ".join(told) or "nothing was said before."


def _arguments(arguments: dict[str, Argument]) -> str:
    """Return values said before, a word as it is, all else as one quoted line: some were pasted."""
    return ", ".join(f"{name}={_value(str(argument.value))}" for name, argument in arguments.items())


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quoted(text)


def repair(error: ModelUnavailable, said: Completion) -> str:
    """Return what follows the instructions where a reading did not hold, so that it can be mended."""
    return body("repair").format(why=error.message, hint=error.hint, said=said.said()[:LONGEST_SAID])


def schema(capabilities: Iterable[Capability]) -> dict[str, Any]:
    """Return the JSON schema of a reading, in the subset that strict structured outputs allow."""
    tools = tuple(capabilities)
    names = sorted({name for tool in tools for name in tool.arguments.model_fields})
    value = {"type": ["string", "number", "boolean", "null"]}
    arguments = {
        "type": "object",
        "properties": dict.fromkeys(names, value),
        "required": names,
        "additionalProperties": False,
    }
    properties = {
        "kind": {"type": "string", "enum": [kind.value for kind in IntentKind]},
        "tool": {"type": "string", "enum": ["", *(tool.name for tool in tools)]},
        "arguments": arguments,
        "question": {"type": "string"},
        "confidence": {"type": "number"},
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
