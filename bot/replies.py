"""From an answer to a reply, and what listeners are told of a turn. Pure."""

from datetime import datetime

from agents.answer import Answer
from agents.ports import Turn
from memory.model.record import Event, Topic
from memory.model.talk import Card, Message, Reply


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
