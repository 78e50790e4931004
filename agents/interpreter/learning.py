"""What the interpreter learns from the capabilities it is given: their phrasings, and the verbs of their orders."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from agents.interpreter.clauses import LITERAL
from agents.interpreter.elsewhere import CHATTER, NOT_OURS
from agents.interpreter.judgement import OUT_OF_SCOPE, SMALLTALK
from agents.interpreter.masking import filled, gaps
from agents.interpreter.retrieval import Learned, Retrieval, Sample
from agents.interpreter.slots import Line, Vocabulary, read
from agents.interpreter.vectors import embedded
from agents.interpreter.words import COURTESY, FUNCTION
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from tools.contract import Capability

LIGHT_VERBS = frozenset({"do", "get", "give", "go", "have", "let"})  # verbs, among the plain function words

KEPT = 4  # of what was learned, for whoever learns the same again

_DENIAL = re.compile(r"\b(?:not|no|nobody|never)\b")
_NOBODY = Vocabulary.of(Catalogue(), (), ())


def learned(
    capabilities: Sequence[Capability], embedder: Embedder, taught: Sequence[tuple[str, str]] = ()
) -> Retrieval:
    """Return the retrieval over the capabilities' examples and over what belongs to none of them.

    `taught` are further phrasings, each with the name of what it asks for; one of nothing that is known is left out.
    """
    labelled = [(example, capability.name) for capability in capabilities for example in capability.examples]
    known = {capability.name for capability in capabilities}
    labelled += [(phrasing, name) for phrasing, name in taught if name in known]
    labelled += [(phrasing, OUT_OF_SCOPE) for phrasing in NOT_OURS]
    labelled += [(phrasing, SMALLTALK) for phrasing in CHATTER]
    return Retrieval(_learned(_Lesson(tuple(labelled), embedder.identity, embedder)), embedder)


@dataclass(frozen=True)
class _Lesson:
    """Phrasings with their labels, and the model that compares them: embedders of one identity are one model."""

    labelled: tuple[tuple[str, str], ...]
    model: str
    embedder: Embedder = field(compare=False)


@lru_cache(maxsize=KEPT)
def _learned(lesson: _Lesson) -> Learned:
    samples = [sample(phrasing) for phrasing, _ in lesson.labelled]
    vectors = embedded([each.text for each in samples], lesson.embedder)
    return Learned(samples, [label for _, label in lesson.labelled], vectors)


def sample(example: str) -> Sample:
    """Return an example as phrasings are compared: gaps filled with stand-ins, slots named."""
    named = {mention.slot for mention in read(Line(example), _NOBODY) if mention.slot in LITERAL}
    return Sample(filled(example), frozenset({*gaps(example), *named}))


def texts(capabilities: Iterable[Capability]) -> list[str]:
    """Return every text whose vector is worth keeping."""
    phrasings = [example for capability in capabilities for example in capability.examples]
    return [sample(phrasing).text for phrasing in (*phrasings, *NOT_OURS, *CHATTER)]


def verbs(capability: Capability) -> frozenset[str]:
    """Return the words that open an order for an action: the first of its examples, plain function words left out."""
    opening = (example.split()[0].lower() for example in capability.examples)
    plain = (FUNCTION | COURTESY) - LIGHT_VERBS
    return frozenset(word for word in opening if word.isalpha() and word not in plain)


def may_deny(capability: Capability) -> bool:
    """Return whether people ask for it by saying that something is not so: "nobody is scribe"."""
    return any(_DENIAL.search(example) for example in capability.examples)
