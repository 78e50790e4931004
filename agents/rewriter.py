"""A summary worded by a language model, section by section, under the citations it had, and checked by sentence.

The model sees sentences that our own rules made, and nothing from outside. Where it hangs, refuses, errs or
says more than what is cited, our own sentence stands, and the document says who worded it.
"""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.model.completion import Completion
from agents.model.endpoint import LanguageModel
from agents.model.exchanges import answered, failed
from agents.model.router import Breaker
from agents.prompts import body, prompt
from agents.reading import ModelExchange
from agents.summaries.document import Document, DocumentKind, Section, Sentence
from agents.summaries.rewording import LONGEST, amiss, may_be_reworded
from agents.summaries.source import Source
from agents.untrusted import stripped
from memory.errors import ModelRefused, ModelUnavailable, ModelUnreadable
from memory.model.value import Value

MOST_SENTENCES = 40  # of a document that are put to the model
_PURPOSE, _PROMPT = "summary", "summarise"
_EVERY_CALL = 20  # sentences a call at most

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"n": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["n", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}


class _Worded(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    n: int
    text: str = Field(max_length=10_000)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    sentences: list[_Worded] = Field(max_length=1000)


class Rewritten(Value):
    """A document as a model worded it, how many of its wordings were taken and thrown away, and what was asked."""

    document: Document
    taken: int = 0
    refused: int = 0
    exchanges: tuple[ModelExchange, ...] = ()


class Rewriter:
    """Has one model word summaries anew, as long as it behaves."""

    def __init__(self, model: LanguageModel, breaker: Breaker) -> None:
        self._model = model
        self._breaker = breaker

    async def rewritten(self, document: Document) -> Rewritten:
        """Return the document worded anew as far as that holds. What goes to people outside is never reworded."""
        if document.kind is DocumentKind.PUBLIC:
            return Rewritten(document=document)
        if self._breaker.open_until() is not None:
            return Rewritten(document=_kept(document, "failed several times and is left alone for now"))
        worded: dict[int, str] = {}
        exchanges: list[ModelExchange] = []
        by = self._model.name
        asked = list(_askable(document))[:MOST_SENTENCES]
        for start in range(0, len(asked), _EVERY_CALL):
            shown, said = _shown(asked[start : start + _EVERY_CALL]), Completion()
            try:
                said = await self._model.complete(body(_PROMPT), shown, SCHEMA)
                worded |= _said(said)
            except ModelUnavailable as error:
                self._breaker.failed(error)
                exchanges += self._failed(shown, said, error)
                return Rewritten(document=_kept(document, error.message), exchanges=tuple(exchanges))
            exchanges += answered(_PURPOSE, prompt(_PROMPT), _prompt(shown), said, self._model.name)
            by = said.model or by
        self._breaker.succeeded()
        return _applied(document, worded, by, tuple(exchanges))

    def _failed(self, shown: str, said: Completion, error: ModelUnavailable) -> tuple[ModelExchange, ...]:
        template = prompt(_PROMPT)
        if error.tried is not None:
            return failed(_PURPOSE, template, _prompt(shown), error.tried)
        return answered(_PURPOSE, template, _prompt(shown), said, self._model.name, code=error.code)


def _prompt(shown: str) -> str:
    return f"{body(_PROMPT)}\n\n{shown}"


def _askable(document: Document) -> Iterator[tuple[int, Sentence]]:
    """Yield the sentences that a model may see, by their numbers."""
    known = {source.id: source for source in document.sources}
    for number, sentence in enumerate(document.sentences()):
        if may_be_reworded([known[each] for each in sentence.citations]):
            yield number, sentence


def _shown(asked: list[tuple[int, Sentence]]) -> str:
    rows = [{"n": number, "text": sentence.text} for number, sentence in asked]
    return json.dumps({"sentences": rows}, ensure_ascii=False)


def _said(completion: Completion) -> dict[int, str]:
    """Return the wordings by their numbers; raises `ModelRefused`, or `ModelUnreadable` for what is none."""
    if completion.refusal:
        raise ModelRefused("refused to answer")
    try:
        said = completion.called if completion.called is not None else json.loads(_unfenced(completion.text))
        answer = _Answer.model_validate(said)
    except ValidationError as error:
        raise ModelUnreadable("answered with something that makes no sense here") from error
    except (ValueError, RecursionError) as error:
        raise ModelUnreadable("answered with something that is no JSON") from error
    return {each.n: stripped(each.text, LONGEST + 1) for each in answer.sentences}


def _unfenced(text: str) -> str:
    return text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")


def _applied(
    document: Document, worded: dict[int, str], model: str, exchanges: tuple[ModelExchange, ...]
) -> Rewritten:
    known = {source.id: source for source in document.sources}
    may = {number for number, _ in _askable(document)}
    new: list[Sentence] = []
    taken = refused = 0
    for number, sentence in enumerate(document.sentences()):
        text = worded.get(number, "") if number in may else ""
        changed = _worded(sentence, text, known, model) if text and text != sentence.text else sentence
        taken += changed is not sentence
        refused += bool(text) and text != sentence.text and changed is sentence
        new.append(changed)
    told = _told(document, new)
    update = {"sections": told, "brain": model if taken else document.brain}
    return Rewritten(
        document=Document.model_validate({**dict(document), **update}),
        taken=taken,
        refused=refused,
        exchanges=exchanges,
    )


def _worded(sentence: Sentence, text: str, known: dict[str, Source], model: str) -> Sentence:
    if amiss(sentence, text, [known[each] for each in sentence.citations]):
        return sentence
    return Sentence(text=text, citations=sentence.citations, derived=sentence.derived, brain=model)


def _told(document: Document, sentences: list[Sentence]) -> tuple[Section, ...]:
    """Return the sections with these sentences in the places of the ones before."""
    left = iter(sentences)
    return tuple(
        section.model_copy(update={"sentences": tuple(next(left) for _ in section.sentences)})
        for section in document.sections
    )


def _kept(document: Document, why: str) -> Document:
    return document.model_copy(update={"note": f"The model {why}; these are our own words."})
