"""What a turn writes into the ledger: one function a fact. Words go beside the log, never into it. Pure."""

from datetime import datetime

from agents.ports import Turn
from agents.reading import ModelExchange
from agents.recollection import Recollection
from memory.canonical import canonical
from memory.model.bodies import Answered, Body, Interpreted, MessageReceived, ModelCalled, Recalled
from memory.model.intent import Intent
from memory.model.record import Attachment, Record
from memory.model.talk import Message, Reply

THREAD = "thread"
"""The source of what a person's own thread remembers."""
LONGEST_NAME = 120


def received(message: Message, correlation: str, at: datetime) -> Record:
    """A message came in."""
    body = MessageReceived(message=message.id, thread=message.thread, surface=message.surface)
    return _record(body, message, correlation, at, _text("text", "message", message.text))


def recalled(turn: Turn, recollection: Recollection, at: datetime) -> Record:
    """Something was remembered, in the light of which the message was read."""
    body = Recalled(message=turn.message.id, source=THREAD, items=recollection.items())
    whole = Attachment(field="content", kind="recollection", content=canonical(recollection))
    return _record(body, turn.message, turn.correlation, at, whole)


def model_called(
    turn: Turn, number: int, exchange: ModelExchange, at: datetime, *, from_: tuple[str, ...] = ()
) -> Record:
    """A language model was asked; `number` counts the turn's calls from 1, `from_` names what it was told of."""
    body = ModelCalled(
        message=turn.message.id,
        number=number,
        purpose=exchange.purpose,
        model=exchange.model[:LONGEST_NAME],
        code=exchange.code,
        input_tokens=exchange.input_tokens,
        output_tokens=exchange.output_tokens,
        recalled=from_,
        provider=exchange.provider or None,
        model_version=exchange.version,
        template=exchange.template.id if exchange.template else None,
        template_version=exchange.template.version if exchange.template else None,
        template_digest=exchange.template.sha256 if exchange.template else None,
        cached=exchange.cached,
        arm=f"{exchange.assignment.experiment}/{exchange.assignment.arm}" if exchange.assignment else None,
    )
    prompt = _text("prompt", "prompt", exchange.prompt)
    output = (_text("output", "output", exchange.output),) if exchange.output else ()
    return _record(body, turn.message, turn.correlation, at, prompt, *output)


def interpreted(
    turn: Turn, intent: Intent, at: datetime, *, calls: int = 0, from_: tuple[str, ...] = ()
) -> Record:
    """A message was understood: names and origins, after so many calls of a model."""
    body = Interpreted(
        message=turn.message.id,
        meant=intent.kind,
        tool=intent.tool,
        brain=intent.brain[:LONGEST_NAME],
        confidence=round(intent.confidence, 4),
        provenance={name: argument.provenance for name, argument in intent.arguments.items()},
        model_calls=tuple(range(1, calls + 1)),
        recalled=from_,
    )
    whole = Attachment(field="content", kind="interpretation", content=canonical(intent))
    return _record(body, turn.message, turn.correlation, at, whole)


def answered(turn: Turn, given: Reply) -> Record:
    """A reply went out."""
    body = Answered(
        message=turn.message.id,
        reply=given.id,
        answer=given.kind,
        evidence=tuple(each.id for each in given.evidence),
        run=given.card.run if given.card else None,
    )
    return _record(body, turn.message, turn.correlation, given.at, _text("text", "reply", given.text))


def _text(field: str, kind: str, text: str) -> Attachment:
    """Attach a text. Half a surrogate pair, which a model may say, is kept as its escape."""
    return Attachment(field=field, kind=kind, content=text.encode("utf-8", "backslashreplace"))


def _record(body: Body, message: Message, correlation: str, at: datetime, *beside: Attachment) -> Record:
    return Record(
        tenant=message.tenant,
        at=at,
        actor=message.sender,
        correlation=correlation,
        body=body,
        attachments=beside,
    )
