"""A question as it stands in a request of OpenAI's protocol: lines, tools, the form of the answer. Pure."""

import json
from typing import Any

from agents.model.fleet import Model, Provider, Runtime
from agents.model.question import Question, Said, Speaker
from agents.prompts import body

_OF_OPENAI = frozenset({Runtime.OPENAI, Runtime.AZURE})
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}
_ROLES = {Speaker.SYSTEM: "system", Speaker.PERSON: "user", Speaker.MODEL: "assistant", Speaker.TOOL: "tool"}


def messages(question: Question, model: Model) -> list[dict[str, Any]]:
    """Return the lines as messages; a model that knows no form of answers is told of it in words."""
    told = [_message(line) for line in question.lines]
    if question.schema_ is not None and not model.json_schema and told:
        told[0]["content"] += body("schema").format(schema=json.dumps(question.schema_))
    return told


def asked(question: Question, provider: Provider, model: Model) -> dict[str, Any]:
    """Return what is asked besides the lines."""
    newer = provider.runtime in _OF_OPENAI
    wanted: dict[str, Any] = {"max_completion_tokens" if newer else "max_tokens": question.most_tokens}
    if question.schema_ is not None and model.json_schema:
        form = {"name": "reading", "strict": True, "schema": question.schema_}
        wanted["response_format"] = {"type": "json_schema", "json_schema": form}
    if question.tools:
        wanted["tools"] = [
            {
                "type": "function",
                "function": {"name": t.name, "description": t.description, "parameters": t.parameters},
            }
            for t in question.tools
        ]
        named = {"type": "function", "function": {"name": question.choice}}
        wanted["tool_choice"] = _CHOICES.get(question.choice, named)
    return wanted


def _message(line: Said) -> dict[str, Any]:
    told: dict[str, Any] = {"role": _ROLES[line.speaker], "content": line.text}
    if line.speaker is Speaker.TOOL:
        told["tool_call_id"] = line.to
    if line.requests:
        told["content"] = line.text or None
        told["tool_calls"] = [
            {
                "id": each.id,
                "type": "function",
                "function": {"name": each.name, "arguments": json.dumps(each.arguments, ensure_ascii=False)},
            }
            for each in line.requests
        ]
    return told
