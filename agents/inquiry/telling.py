"""Our own answer with what a model adds to it: who says what is said, and what was left out. Pure."""

from agents.answer import Answer
from agents.case import Case
from agents.footnotes import Footnotes
from agents.inquiry.claims import Checked
from agents.inquiry.port import Inquired
from agents.interpreter.sentences import sentence as in_words
from agents.reading import ModelExchange
from agents.units import counted, sentence
from memory.model.plan import Call
from memory.model.talk import Button, ButtonAction


def unchanged(first: Answer, why: str, exchanges: tuple[ModelExchange, ...]) -> Inquired:
    """Return our own answer, and why a model added nothing."""
    return Inquired(
        answer=_noted(first, f"The model {why}; this is what our own rules found."), exchanges=exchanges
    )


def found(
    first: Answer,
    stands: Checked,
    offer: Call | None,
    case: Case,
    model: str,
    exchanges: tuple[ModelExchange, ...],
) -> Inquired:
    """Return our own answer, then what the model says under its name, then the change it would make."""
    left_out = f"left out: {counted(len(stands.dropped), 'sentence')} without support" if stands.dropped else ""
    if not stands.shown and offer is None:
        why = f"{model} said nothing that the facts show"
        return unchanged(first, f"{why} ({left_out})" if left_out else why, exchanges)
    notes = Footnotes()
    notes.cite(*first.evidence)
    said = [f"{sentence(each.text).removesuffix('.')}{notes.cite(*each.evidence)}." for each in stands.shown]
    parts = [first.text, f"{model} adds: {' '.join(said)}" if said else "", _offered(offer, case, model)]
    answer = first.model_copy(
        update={
            "text": "\n".join(filter(None, parts)),
            "evidence": notes.evidence,
            "suggestion": first.suggestion or offer,
            "buttons": (*_button(offer, case), *first.buttons),
            "considered": (*first.considered, *(f"{model} said more, but {why}" for why in stands.dropped)),
        }
    )
    note = f"Investigated with {model}" + (f"; {left_out}" if left_out else "")
    return Inquired(answer=_noted(answer, f"{note}."), exchanges=exchanges)


def _offered(offer: Call | None, case: Case, model: str) -> str:
    if offer is None:
        return ""
    words = in_words(case.capabilities[offer.tool], offer.arguments)
    return f'{model} would: {words}? Say "do it" and I make a plan of it that waits for approval.'


def _button(offer: Call | None, case: Case) -> tuple[Button, ...]:
    if offer is None:
        return ()
    label = in_words(case.capabilities[offer.tool], offer.arguments)
    return (Button(label=label, action=ButtonAction.SAY, value="do it"),)


def _noted(answer: Answer, note: str) -> Answer:
    noted = answer.intent.model_copy(update={"note": f"{answer.intent.note} {note}".strip()})
    return answer.model_copy(update={"intent": noted})
