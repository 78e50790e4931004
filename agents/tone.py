"""How replies sound: plain, or with a word of courtesy before what is said. What is said stays the same. Pure."""

from enum import StrEnum

from agents.answer import AnswerKind


class Tone(StrEnum):
    """How replies sound."""

    PLAIN = "plain"
    WARM = "warm"


_BEFORE = {
    AnswerKind.ANSWER: "Here is what I see.",
    AnswerKind.CLARIFY: "Happy to help.",
    AnswerKind.PLAN: "Gladly.",
    AnswerKind.REFUSAL: "I am sorry.",
    AnswerKind.ERROR: "I am sorry about this.",
}


def toned(kind: AnswerKind, text: str, tone: Tone) -> str:
    """Return the text in this tone: every word, number and citation of it, in order, whatever the tone."""
    before = _BEFORE.get(kind) if tone is Tone.WARM else None
    return f"{before} {text}" if before else text
