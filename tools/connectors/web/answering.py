"""From an answer to an outcome: in our own words, with what the server said as evidence, which is untrusted."""

from memory.errors import ConnectorRejected
from memory.model.evidence import Evidence
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.connectors.web.asking import Answered, Asking
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.json_path import at, number, single
from tools.wording import named

LONGEST_TEXT = 4000


def outcome(asking: Asking, answered: Answered, context: CallContext, undo: Call | None = None) -> Outcome:
    """Return what an expected answer tells; raises `ConnectorRejected` for another."""
    endpoint = asking.endpoint
    if answered.status not in endpoint.expected:
        raise ConnectorRejected(
            f"expected {asking.source} to answer with {_statuses(endpoint.expected)}, found {answered.status}",
            status=answered.status,
            body=answered.text[:LONGEST_TEXT],
        )
    value = at(answered.json, endpoint.value) if endpoint.value else None
    summary = f"{endpoint.title}: {_said(answered, value)}."
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(evidence(asking, answered, context, summary, value),),
        value=number(value),
        undo=undo,
        data={"status": answered.status, "value": single(value)},
    )


def evidence(
    asking: Asking, answered: Answered, context: CallContext, summary: str, value: JsonValue = None
) -> Evidence:
    """Return an answer as evidence. The query is what was asked for, as the settings write it."""
    return Evidence(
        id=evidence_id(context, asking.source),
        source=asking.source,
        query=f"{asking.endpoint.method} {asking.endpoint.url}",
        summary=summary,
        observed_at=context.now,
        value=single(value),
        text=answered.text[:LONGEST_TEXT],
    )


def _said(answered: Answered, value: JsonValue) -> str:
    if isinstance(value, bool | int | float):
        return f"{value}".lower()
    if isinstance(value, str):
        return named(value, "a text")
    return f"answered with {answered.status}"


def _statuses(expected: tuple[int, ...]) -> str:
    return ", ".join(map(str, expected))
