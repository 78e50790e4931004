"""The intents that an understanding ends in, with the words that go with each. Pure."""

from collections.abc import Mapping, Sequence

from agents.interpreter import questions, replies
from agents.interpreter.arguments import Filling
from agents.interpreter.hearing import Message
from agents.interpreter.judgement import Verdict
from agents.interpreter.sentences import sentence
from memory.model.intent import Alternative, Argument, Choice, Intent, IntentKind
from memory.model.value import JsonValue
from tools.contract import Capability

MOST_ALTERNATIVES = 3

Odds = Sequence[tuple[str, float]]
Call = tuple[Capability, Filling]


def called(message: Message, call: Call, confidence: float, considered: Odds = ()) -> Intent:
    """Return the call of a tool whose arguments are complete."""
    capability, filling = call
    return Intent(
        text=message.text,
        kind=IntentKind.TOOL,
        tool=capability.name,
        arguments=dict(filling.arguments),
        confidence=_rounded(confidence),
        alternatives=_alternatives(considered, capability.name),
    )


def asked(
    message: Message, call: Call, nearest: Sequence[str], confidence: float, considered: Odds = ()
) -> Intent:
    """Return the question about the most pressing gap of a call; `nearest` are names like an unknown one."""
    capability, filling = call
    question, choices = questions.about_a_gap(capability, filling, nearest)
    return _question(message, call, (question, choices), confidence, considered, missing=filling.gaps[0].name)


def confirmed(message: Message, call: Call, verdict: Verdict) -> Intent:
    """Return the question whether this is what was ordered, where not every word of it was understood."""
    return _question(message, call, questions.confirm(*call), verdict.confidence, verdict.considered)


def unsure(message: Message, calls: Sequence[Call], verdict: Verdict) -> Intent:
    """Return the question which of several calls is meant."""
    question, choices = questions.between(calls)
    return Intent(
        text=message.text,
        kind=IntentKind.CLARIFY,
        confidence=_rounded(verdict.confidence),
        alternatives=_alternatives(verdict.considered),
        question=question,
        choices=choices,
    )


def declined(message: Message, verdict: Verdict, refused: Call | None) -> Intent:
    """Return the honest no: what was asked is not ours, or `refused` was not ordered in so many words."""
    reply = replies.CANNOT
    if refused is not None:
        reason = replies.PASTED if message.pasted else replies.NOT_AN_ORDER.get(message.mood, replies.CANNOT)
        reply = f"{reason} {replies.TO_ORDER.format(sentence(refused[0], values(refused[1].arguments)))}"
    return Intent(
        text=message.text,
        kind=IntentKind.OUT_OF_SCOPE,
        confidence=_rounded(verdict.confidence),
        alternatives=_alternatives(verdict.considered),
        reply=reply,
    )


def chatted(message: Message, verdict: Verdict) -> Intent:
    """Return small talk."""
    return Intent(
        text=message.text,
        kind=IntentKind.SMALLTALK,
        confidence=_rounded(verdict.confidence),
        reply=replies.to_chatter(message.line.lower),
    )


def empty(message: Message) -> Intent:
    """Return the answer to a message without a word in it."""
    return Intent(text=message.text, kind=IntentKind.OUT_OF_SCOPE, confidence=1.0, reply=replies.NOTHING_SAID)


def values(arguments: Mapping[str, Argument]) -> dict[str, JsonValue]:
    """Return the arguments' values alone."""
    return {name: argument.value for name, argument in arguments.items()}


def _question(
    message: Message,
    call: Call,
    back: tuple[str, tuple[Choice, ...]],
    confidence: float,
    considered: Odds,
    missing: str = "",
) -> Intent:
    capability, filling = call
    question, choices = back
    return Intent(
        text=message.text,
        kind=IntentKind.CLARIFY,
        tool=capability.name,
        arguments=dict(filling.arguments),
        confidence=_rounded(confidence),
        alternatives=_alternatives(considered, capability.name),
        question=question,
        choices=choices,
        missing=missing,
    )


def _alternatives(considered: Odds, chosen: str = "") -> tuple[Alternative, ...]:
    others = [pair for pair in considered if pair[0] != chosen][:MOST_ALTERNATIVES]
    return tuple(Alternative(tool=tool, confidence=_rounded(odds)) for tool, odds in others)


def _rounded(odds: float) -> float:
    return round(min(1.0, odds), 4)
