"""A past turn as far as it teaches: what was said, what was understood, and what people made of it. Pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from memory.model.intent import Intent, IntentKind, Provenance
from memory.model.run import Run, RunStatus
from memory.model.talk import Exchange
from memory.model.value import Identifier, Moment, Value
from runbooks.outcomes.counting import outcome_records

_TAKEN_BACK = frozenset({RunStatus.DENIED, RunStatus.CANCELLED})


class Said(StrEnum):
    """What people made of what a turn understood."""

    RIGHT = "right"
    WRONG = "wrong"
    NOTHING = "nothing"


class PastTurn(Value):
    """One turn. `tool` is what it was understood to ask for, `thought_of` what else it may have asked for.

    `leans`: it took a value over from the talk before, and says little alone. `asked_back`: a question was put.
    `runbook` is the one that was found, `brain` who understood the words, `worked` what came of the plan, None
    where nobody can tell.
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
    runbook: str = ""
    brain: str = ""
    worked: bool | None = None


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
        runbook=_runbook(intent),
        brain=intent.brain,
        worked=_worked(run),
    )


def _runbook(intent: Intent) -> str:
    named = intent.arguments.get("runbook")
    return str(named.value).partition("@")[0] if named is not None else ""


def _worked(run: Run | None) -> bool | None:
    told = outcome_records(run) if run is not None else ()
    return all(each.worked for each in told) if told else None


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
