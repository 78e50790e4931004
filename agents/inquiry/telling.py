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


def grown(first: Answer, stands: Checked, model: str) -> str:
    """Return all that stands of an answer while the rest still comes: ours, then what the model says so far."""
    return _added(first, stands, model, Footnotes())


def broken_off(
    first: Answer, stands: Checked, case: Case, model: str, why: str, exchanges: tuple[ModelExchange, ...]
) -> Inquired:
    """Return what stands of an answer that did not come to its end, and why it did not."""
    if not stands.shown:
        return unchanged(first, why, exchanges)
    inquired = found(first, stands, None, case, model, exchanges)
    noted = _noted(inquired.answer, f"It {why} before it came to an end.")
    return inquired.model_copy(update={"answer": noted})


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
    said = _added(first, stands, model, notes)
    answer = first.model_copy(
        update={
            "text": "\n".join(filter(None, (said, _offered(offer, case, model)))),
            "evidence": notes.evidence,
            "suggestion": first.suggestion or offer,
            "buttons": (*_button(offer, case), *first.buttons),
            "considered": (*first.considered, *(f"{model} said more, but {why}" for why in stands.dropped)),
        }
    )
    note = f"Investigated with {model}" + (f"; {left_out}" if left_out else "")
    return Inquired(answer=_noted(answer, f"{note}."), exchanges=exchanges)


def _added(first: Answer, stands: Checked, model: str, notes: Footnotes) -> str:
    notes.cite(*first.evidence)
    said = [f"{sentence(each.text).removesuffix('.')}{notes.cite(*each.evidence)}." for each in stands.shown]
    return "\n".join(filter(None, (first.text, f"{model} adds: {' '.join(said)}" if said else "")))


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
