"""A past turn as far as it teaches: what was said, what was understood, and what people made of it. Pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from memory.model.intent import IntentKind, Provenance
from memory.model.run import Run, RunStatus
from memory.model.talk import Exchange
from memory.model.value import Identifier, Moment, Value

_TAKEN_BACK = frozenset({RunStatus.DENIED, RunStatus.CANCELLED})


class Said(StrEnum):
    """What people made of what a turn understood."""

    RIGHT = "right"
    WRONG = "wrong"
    NOTHING = "nothing"


class PastTurn(Value):
    """One turn. `tool` is what it was understood to ask for, `thought_of` what else it may have asked for.

    `leans`: it took a value over from the talk before, and says little alone. `asked_back`: a question was put.
    """

    id: Identifier
    thread: Identifier
    sender: Identifier
    at: Moment
    text: str
    tool: str = ""
    thought_of: tuple[str, ...] = ()
    leans: bool = False
    asked_back: bool = False
    said: Said = Said.NOTHING


def past_turn(exchange: Exchange, run: Run | None, thumbs: Sequence[bool] = ()) -> PastTurn | None:
    """Return what is known of an exchange, with the plan it led to and its answer's thumbs; None: nothing."""
    message, reply = exchange.message, exchange.reply
    if reply is None or reply.understood is None:
        return None
    intent = reply.understood
    origins = {argument.provenance for argument in intent.arguments.values()}
    return PastTurn(
        id=message.id,
        thread=message.thread,
        sender=message.sender,
        at=message.at,
        text=message.text,
        tool=intent.tool,
        thought_of=tuple(each.tool for each in intent.alternatives if each.tool != intent.tool),
        leans=not origins.isdisjoint({Provenance.CONVERSATION, Provenance.UNTRUSTED, Provenance.MODEL}),
        asked_back=intent.kind is IntentKind.CLARIFY,
        said=_of_run(run) if run is not None else _of_thumbs(thumbs),
    )


def _of_run(run: Run) -> Said:
    """Return what people made of a plan. That it was agreed to counts, and not how it went."""
    if run.status in _TAKEN_BACK:
        return Said.WRONG
    return Said.RIGHT if any(record.grant is not None for record in run.steps) else Said.NOTHING


def _of_thumbs(thumbs: Collection[bool]) -> Said:
    if not thumbs:
        return Said.NOTHING
    ups = sum(thumbs)
    downs = len(thumbs) - ups
    return Said.NOTHING if ups == downs else Said.RIGHT if ups > downs else Said.WRONG
