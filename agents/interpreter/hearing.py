"""From a message as it came to a line of a person's own words, what it names, and whether it orders. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from agents.interpreter.clauses import LITERAL, ORDERS, Clause, Mood, clauses, denies, doubt, mood
from agents.interpreter.slots import Line, Mention, Vocabulary, Word, incidents, queries, quotations, read
from agents.interpreter.slots.identifiers import is_id
from agents.interpreter.spelling import Spelled, Speller
from agents.interpreter.utterance import Utterance
from tools.contract import Capability, Slot, slots


@dataclass(frozen=True)
class Message:
    """A message that was heard. `order` is the clause that orders something, where one does."""

    text: str
    line: Line
    spelled: Spelled
    mentions: tuple[Mention, ...]
    clauses: tuple[Clause, ...]
    mood: Mood
    order: Clause | None
    pasted: bool

    @property
    def orders(self) -> bool:
        """Return whether the person orders something themselves, here and now."""
        return self.mood in ORDERS and not self.pasted

    @property
    def denied(self) -> bool:
        """Return whether the order says that something is not so: "alice is not the scribe any more"."""
        return self.order is not None and denies(self.line, self.mentions, self.order)

    @property
    def empty(self) -> bool:
        """Return whether there is not one word in it, and no expression to evaluate."""
        said = (word.lower for word in self.line.words)
        named = any(
            mention.slot is not Slot.NUMBER and mention.slot is not Slot.IDENTIFIER for mention in self.mentions
        )
        return not named and not any(any(char.isalpha() for char in word) and not is_id(word) for word in said)

    def free_words(self) -> tuple[Word, ...]:
        """Return the words that are no part of a name or a value."""
        named = [mention for mention in self.mentions if mention.slot not in LITERAL]
        return tuple(w for w in self.line.words if not any(m.start < w.end and w.start < m.end for m in named))

    @property
    def opening(self) -> str:
        """Return the first word of the order, or an empty string where nothing is ordered."""
        return self.line.word_after(self.order.start) if self.order else ""

    def ordered(self) -> str:
        """Return the words of the order that are no part of a name or a value."""
        clause = self.order
        if clause is None:
            return ""
        return " ".join(w.lower for w in self.free_words() if clause.start <= w.start and w.end <= clause.end)


class Hearing:
    """Hears messages with the names of one tenant."""

    def __init__(
        self, vocabulary: Vocabulary, speller: Speller, verbs: Collection[str], everyday: Collection[str]
    ) -> None:
        """`verbs` are those with which people begin an order; `everyday` words are also plain English."""
        self._vocabulary = vocabulary
        self._speller = speller
        self.verbs = frozenset(verbs)
        self._everyday = everyday

    def hear(self, text: str, now: datetime | None, *, expects_text: bool) -> Message:
        """Return the message; `expects_text` says that the conversation is about logs or metric names."""
        utterance = Utterance.of(text)
        apart = _kept_apart(Line(utterance.own), cares=self._vocabulary.cares)
        spelled = self._speller.correct(utterance.own, apart)
        line = Line(spelled.text)
        mentions = self._without_verbs(line, read(line, self._vocabulary, now, expects_text=expects_text))
        parts = clauses(line, mentions)
        heard, order = mood(line, mentions, parts, self.verbs)
        if self._vocabulary.cares and order is None and parts and incidents.performs(line, mentions):
            order = Clause(parts[0].start, len(line.text), asks=False)
            heard = doubt(line, mentions, order) or Mood.ORDER
        return Message(text, line, spelled, mentions, parts, heard, order, utterance.pasted)

    def spelled(self, text: str) -> str:
        """Return the person's own words with their slips put right."""
        return self._speller.correct(Utterance.of(text).own).text

    def _without_verbs(self, line: Line, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """Return the mentions without a service called like the verb that opens a clause: "search auth logs"."""
        services = [m for m in mentions if m.slot is Slot.SERVICE]
        if len({m.value for m in services}) < 2:
            return mentions
        openings = {clause.start for clause in clauses(line, mentions)}
        verbs = [m for m in services if m.start in openings and m.quote.lower() in self._everyday]
        return tuple(m for m in mentions if m not in verbs)


def _kept_apart(line: Line, *, cares: bool) -> tuple[tuple[int, int], ...]:
    """Return the spans nobody's spelling is judged in: expressions, quotations, what is wrong in own words."""
    found = (*(incidents.matters(line) if cares else ()), *queries.expressions(line), *quotations.quoted(line))
    return tuple((mention.start, mention.end) for mention in found)


def expects_text(capability: Capability | None) -> bool:
    """Return whether free text can answer: the last call was one that takes some."""
    return capability is not None and Slot.TEXT in slots(capability).values()
