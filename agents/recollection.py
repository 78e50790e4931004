"""What one person's thread remembers from turn to turn: small, bounded, and plain JSON in the checkpoint.

It keeps the last turn and the open offer. Transcripts, evidence and plans stand in the store; here are just enough
of them to follow up, to take up a suggestion, and to say why.
"""

from datetime import datetime, timedelta

from pydantic import ValidationError

from agents.answer import Answer
from agents.interpreter.focus import Focus
from memory.model.decision import Decision
from memory.model.evidence import Evidence
from memory.model.intent import Intent
from memory.model.plan import Call
from memory.model.value import Identifier, JsonValue, Moment, Value

OFFER_LIFETIME = timedelta(minutes=30)
TALK_LIFETIME = timedelta(hours=4)
MOST_FACTS = 10
MOST_CONSIDERED = 8
MOST_ALTERNATIVES = 5
LONGEST_TEXT = 500
LONGEST_LINK = 2000


class Offer(Value):
    """A suggestion nobody has taken up or dropped: the call, the evidence it rests on, and when it was made."""

    call: Call
    evidence: tuple[Identifier, ...] = ()
    at: Moment


class LastTurn(Value):
    """The turn before: what was understood, what was answered, what it rested on, what became of it."""

    intent: Intent
    kind: str
    evidence: tuple[Evidence, ...] = ()
    run: Identifier | None = None
    decision: Decision | None = None
    policies: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()


class Recollection(Value):
    """What a new turn may lean on. `message` is the turn's that left it, `at` when."""

    message: str = ""
    at: Moment | None = None
    focus: Focus = Focus()
    last: LastTurn | None = None
    offer: Offer | None = None

    def items(self) -> int:
        """Return how many things are remembered: the last call, an open question, the last turn, an offer."""
        focus = self.focus
        return sum((bool(focus.tool), focus.pending is not None, self.last is not None, self.offer is not None))

    def at_turn(self, now: datetime) -> "Recollection":
        """Return what is fresh enough to be meant: a follow-up hours later is a new conversation."""
        if self.at is not None and now - self.at > TALK_LIFETIME:
            return Recollection()
        if self.offer is not None and now - self.offer.at > OFFER_LIFETIME:
            focus = self.focus.model_copy(update={"suggestion": None})
            return self.model_copy(update={"offer": None, "focus": focus})
        return self


def recollected(kept: JsonValue) -> Recollection:
    """Return what a checkpoint kept. What another version kept in another form is forgotten, never an error."""
    try:
        return Recollection() if kept is None else Recollection.model_validate(kept)
    except ValidationError:
        return Recollection()


def remembered(answer: Answer) -> LastTurn:
    """Return what is kept of an answer: no series, no texts from outside, nothing long."""
    intent = answer.intent
    short = {"text": intent.text[:LONGEST_TEXT], "alternatives": intent.alternatives[:MOST_ALTERNATIVES]}
    return LastTurn(
        intent=intent.model_copy(update=short),
        kind=answer.kind,
        evidence=tuple(_slim(fact) for fact in answer.evidence[:MOST_FACTS]),
        run=answer.run.id if answer.run else None,
        decision=answer.run.decision if answer.run else None,
        policies=answer.policies,
        considered=tuple(line[:LONGEST_TEXT] for line in answer.considered[:MOST_CONSIDERED]),
    )


def _slim(fact: Evidence) -> Evidence:
    short = {"query": fact.query[:LONGEST_TEXT], "summary": fact.summary[:LONGEST_TEXT]}
    link = fact.link if len(fact.link) <= LONGEST_LINK else ""
    return fact.model_copy(update={**short, "link": link, "text": "", "series": (), "value": None})
