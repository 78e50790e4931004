"""From a tool's result to an outcome: in our own words, what the server said as evidence, which is untrusted."""

from mcp_types import CallToolResult, TextContent

from memory.canonical import canonical
from memory.errors import ConnectorRejected, InvalidInput
from memory.model.evidence import Evidence
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.contract import CallContext, Capability
from tools.hands import evidence_id
from tools.json_path import at, number, single

LONGEST_TEXT = 8000


def outcome(
    capability: Capability, result: CallToolResult, path: str, context: CallContext, undo: Call | None = None
) -> Outcome:
    """Return what a result tells."""
    value = at(result.structured_content, path) if path else None
    if result.is_error:
        summary, code = f"{capability.title}: the server says that it failed.", ConnectorRejected.code
    else:
        summary, code = f"{capability.title}: done.", ""
    evidence = Evidence(
        id=evidence_id(context, capability.name),
        source=capability.name,
        query=capability.name,
        summary=summary,
        observed_at=context.now,
        value=single(value),
        text=text(result),
    )
    return Outcome(
        ok=not result.is_error,
        summary=summary,
        evidence=(evidence,),
        value=number(value),
        undo=None if result.is_error else undo,
        error_code=code,
        data={"value": single(value)},
    )


def text(result: CallToolResult) -> str:
    """Return what a result says as a text, cut to a length; pictures and sounds are only named."""
    parts = [each.text if isinstance(each, TextContent) else f"[{each.type}]" for each in result.content]
    if not parts and result.structured_content is not None:
        parts = [_written(result.structured_content)]
    return "\n".join(parts)[:LONGEST_TEXT]


def _written(value: JsonValue) -> str:
    try:
        return canonical(value).decode()
    except InvalidInput:  # a number that not every reader keeps exact
        return "[structured]"
