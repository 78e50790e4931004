"""What was heard, understood: each hypothesis normalised, its names found, read by the interpreter, weighed. Pure.

It proposes or asks, exactly as the interpreter does, and never acts. Nothing in it knows who spoke.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final

from agents.hearing.gaps import Gaps
from agents.hearing.heard import Heard, Hypothesis
from agents.hearing.names import Doubt, SpokenNames
from agents.hearing.normalising import normalised
from agents.hearing.phrasings import SpokenPhrasings
from agents.hearing.readings import NUMBERS, Reading
from agents.hearing.rescoring import Chosen, choose
from agents.hearing.sounds import sound
from agents.hearing.trigrams import Trigrams
from agents.interpreter.elsewhere import CHATTER, NOT_OURS
from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from agents.interpreter.learning import verbs
from agents.interpreter.slots import environments
from agents.interpreter.slots.numbers import WORDS
from agents.interpreter.words import Lexicon
from memory.model.catalogue import Catalogue
from memory.model.intent import Choice, Intent, IntentKind, Provenance
from memory.model.plan import Effect
from tools.contract import Capability

MOST_HYPOTHESES: Final = 10
SHORTEST_ORDER: Final = 3  # letters of a first word that may be another one that sounds the same
SHORTEST_WORD: Final = 5  # letters of a word of commands that is recognised by its sound
HEARD_IN_IT: Final = 0.56  # how alike a name and what was heard without suggestion have to be
NOTHING_HEARD: Final = "I heard nobody speak. Please say it again, or type it."
ANOTHER_LANGUAGE: Final = (
    "That sounded like another language. I understand English: please say it again, or type it."
)
ENGLISH: Final = "en"


@dataclass(frozen=True)
class Understood:
    """What was meant. `transcript` is what the recogniser wrote down; `text` is what to hand on in its place.

    `intent` is a call, or the question to ask before anything else is done. `why` names what was in doubt.
    """

    transcript: str
    text: str
    intent: Intent
    why: str = ""
    readings: tuple[Reading, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def asks(self) -> bool:
        """Return whether a question is due instead of an answer."""
        return self.intent.kind is IntentKind.CLARIFY


class SpokenReader:
    """Understands what was said about one catalogue."""

    def __init__(
        self,
        interpreter: Interpreter,
        capabilities: Sequence[Capability],
        catalogue: Catalogue,
        people: Iterable[str] = (),
    ) -> None:
        """`interpreter` has to know the same capabilities, catalogue and people."""
        self._interpreter = interpreter
        self._capabilities = {each.name: each for each in capabilities}
        lexicon = Lexicon(capabilities, (*NOT_OURS, *CHATTER))
        self._names = SpokenNames.of(catalogue, people, lexicon.every)
        named = {part for name in self._names.phrases for part in name.split()}
        asking = {word: () for word in lexicon.asking if len(word) >= SHORTEST_WORD and word.isalpha()}
        self._words = SpokenNames(asking, lexicon.every | named)
        places = environments.phrases(catalogue.environments())
        self._gaps = Gaps(lexicon.asking, self._names.phrases, places)
        self._orders: dict[str, set[str]] = {}
        acting = (each for each in capabilities if each.effect is not Effect.READ)
        for verb in chain.from_iterable(map(verbs, acting)):
            self._orders.setdefault(sound(verb), set()).add(verb)
        self._phrasings = SpokenPhrasings(capabilities, (*NOT_OURS, *CHATTER), interpreter.phrasing)
        examples = chain.from_iterable(each.examples for each in capabilities)
        self._asked = Trigrams((*examples, *NOT_OURS, *CHATTER))

    def understand(self, heard: Heard, focus: Focus | None = None, *, now: datetime | None = None) -> Understood:
        """Return what was meant in a conversation about `focus`; see `Interpreter.interpret` for `now`."""
        said = [each for each in heard.hypotheses[:MOST_HYPOTHESES] if normalised(each.text)]
        if heard.language != ENGLISH:
            return _unheard(heard.text, ANOTHER_LANGUAGE, "language")
        if not said:
            return _unheard(heard.text, NOTHING_HEARD, "silence")
        readings = self._weighed(self._readings(said, focus, now))
        chosen = choose(readings, self._capabilities, lambda intent: self._supported(intent, said))
        return self._named(heard, chosen, readings)

    def _readings(
        self, said: Sequence[Hypothesis], focus: Focus | None, now: datetime | None
    ) -> Iterator[Reading]:
        seen: dict[str, Intent] = {}

        def meant(text: str) -> Intent:
            if text not in seen:
                seen[text] = self._interpreter.interpret(text, focus, now=now)
            return seen[text]

        for each in said:
            yield self._reading(each, meant)
            yield from self._ordered(each, meant)

    def _weighed(self, readings: Iterable[Reading]) -> tuple[Reading, ...]:
        """Return the readings, each with how usual it is to ask like that."""
        read = tuple(readings)
        texts = dict.fromkeys(each.text for each in read)
        usual = {text: self._asked.usual(self._interpreter.phrasing(text)) for text in texts}
        return tuple(replace(each, usual=usual[each.text]) for each in read)

    def _ordered(self, said: Hypothesis, meant: Callable[[str], Intent]) -> Iterator[Reading]:
        """Yield what it would be, were its first word the order that sounds just like it: "and" may be "end"."""
        first, _, rest = self._names.put_in(self._plain(said)).text.partition(" ")
        orders = self._orders.get(sound(first), ()) if len(first) >= SHORTEST_ORDER else ()
        for text in (f"{order} {rest}" for order in orders if first not in orders):
            if meant(text).kind is IntentKind.TOOL:
                yield Reading(text, meant(text), said.log_probability, said.told, bold=True)

    def _plain(self, said: Hypothesis, *, commas: bool = False) -> str:
        return self._gaps.mended(normalised(said.text, commas=commas))

    def _reading(self, said: Hypothesis, meant: Callable[[str], Intent]) -> Reading:
        """Return a hypothesis read with care, or boldly where that says more."""
        plain = self._plain(said)
        careful = self._names.put_in(plain).text
        parted = self._plain(said, commas=True)
        ways = (careful, plain, parted, self._names.put_in(parted).text)
        text = next((way for way in ways if meant(way).kind is IntentKind.TOOL), careful)
        bold = self._names.put_in(plain, boldly=True).text
        for way in (bold, self._words.put_in(bold).text):
            if _is_fuller(meant(way), meant(text)):
                return Reading(way, meant(way), said.log_probability, said.told, bold=way != careful)
        phrased = self._phrasings.put_in(careful) if meant(text).kind is not IntentKind.TOOL else ""
        if phrased and meant(phrased).kind is IntentKind.TOOL:
            return Reading(phrased, meant(phrased), said.log_probability, said.told, bold=True)
        return Reading(text, meant(text), said.log_probability, said.told)

    def _supported(self, intent: Intent, said: Sequence[Hypothesis]) -> bool:
        """Return whether every name and number of a call was heard also where the names were not suggested."""
        unprompted = [normalised(each.text) for each in said if not each.told]
        if not unprompted:
            return True
        numbers = {number for each in intent.arguments.values() for number in NUMBERS.findall(each.quote)}
        if not numbers <= {number for text in unprompted for number in _numbers(text)}:
            return False
        named = (intent.arguments.get(slot) for slot in ("service", "flag", "environment"))
        return all(
            max(self._names.likeness(str(each.value), text) for text in unprompted) >= HEARD_IN_IT
            for each in named
            if each is not None and each.provenance is Provenance.SAID
        )

    def _named(self, heard: Heard, chosen: Chosen, readings: tuple[Reading, ...]) -> Understood:
        """Return what was chosen; a question about words that may be a name names what they may be."""
        doubts = self._names.put_in(normalised(heard.text)).doubts
        intent = chosen.intent
        if intent.kind is IntentKind.CLARIFY and doubts and intent.missing and not chosen.why:
            doubt = doubts[0]
            intent = intent.model_copy(
                update={
                    "question": f"I heard {doubt.said!r}. Which do you mean?",
                    "choices": tuple(Choice(label=name, says=name) for name in doubt.candidates),
                }
            )
        return Understood(heard.text, chosen.text, intent, chosen.why, readings, doubts)


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text, also those that are written as words."""
    return {*NUMBERS.findall(text), *(str(WORDS[word]) for word in text.split() if word in WORDS)}


def _is_fuller(bold: Intent, careful: Intent) -> bool:
    """Return whether everyday words taken for a name complete what was understood without them."""
    if bold.kind is not IntentKind.TOOL:
        return False
    return careful.kind is not IntentKind.TOOL or (
        bold.tool == careful.tool and bold.values().items() > careful.values().items()
    )


def _unheard(transcript: str, question: str, why: str) -> Understood:
    intent = Intent(text=transcript, kind=IntentKind.CLARIFY, question=question)
    return Understood(transcript, "", intent, why)
