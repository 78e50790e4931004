"""From an answer to a reply, and what the ledger and the listeners are told of it. Pure."""

from datetime import datetime

from agents.answer import Answer
from agents.ports import Turn
from memory.model.intent import Intent
from memory.model.record import Entry, EntryKind, Event, Topic
from memory.model.talk import Card, Message, Reply
from memory.model.value import JsonValue


def reply(turn: Turn, answer: Answer, shown: Card | None, *, id_: str, at: datetime) -> Reply:
    """Return the reply to a turn. Charts are named after the message, so that they can be found again."""
    message = turn.message
    charts = tuple(
        chart.model_copy(update={"id": f"{message.id}:{number}"})
        for number, chart in enumerate(answer.charts, start=1)
    )
    return Reply(
        id=id_,
        thread=message.thread,
        to=message.id,
        kind=answer.kind.value,
        text=answer.text,
        evidence=answer.evidence,
        charts=charts,
        card=shown,
        buttons=answer.buttons,
        missing=answer.missing,
        brain=answer.brain,
        note=answer.note,
        understood=answer.intent,
        considered=answer.considered,
        correlation=turn.correlation,
        at=at,
    )


def received(message: Message, correlation: str, at: datetime) -> Entry:
    """Return the ledger's entry of a message that came in."""
    return _entry(
        EntryKind.MESSAGE,
        message,
        correlation,
        at,
        {"message": message.id, "thread": message.thread, "surface": message.surface.value},
    )


def interpreted(turn: Turn, intent: Intent, at: datetime) -> Entry:
    """Return the ledger's entry of how a message was understood: names and origins, never its words."""
    body: dict[str, JsonValue] = {
        "message": turn.message.id,
        "kind": intent.kind.value,
        "tool": intent.tool,
        "brain": intent.brain,
        "confidence": round(intent.confidence, 4),
        "provenance": {name: argument.provenance.value for name, argument in intent.arguments.items()},
    }
    return _entry(EntryKind.INTERPRETATION, turn.message, turn.correlation, at, body)


def answered(turn: Turn, given: Reply) -> Entry:
    """Return the ledger's entry of a reply that went out."""
    body: dict[str, JsonValue] = {
        "message": turn.message.id,
        "reply": given.id,
        "kind": given.kind,
        "evidence": [each.id for each in given.evidence],
        "run": given.card.run if given.card else None,
    }
    return _entry(EntryKind.REPLY, turn.message, turn.correlation, given.at, body)


def heard(message: Message, correlation: str, at: datetime) -> Event:
    """Return what listeners hear of a message that came in."""
    return Event(
        topic=Topic.MESSAGE,
        tenant=message.tenant,
        thread=message.thread,
        correlation=correlation,
        at=at,
        body={"message": message.id, "sender": message.sender},
    )


def event(turn: Turn, given: Reply) -> Event:
    """Return what listeners hear of a reply."""
    return Event(
        topic=Topic.REPLY,
        tenant=turn.message.tenant,
        thread=given.thread,
        correlation=given.correlation,
        at=given.at,
        body={"message": given.to, "reply": given.id, "kind": given.kind},
    )


def _entry(kind: EntryKind, message: Message, correlation: str, at: datetime, body: dict[str, JsonValue]) -> Entry:
    return Entry(kind=kind, tenant=message.tenant, at=at, actor=message.sender, correlation=correlation, body=body)
