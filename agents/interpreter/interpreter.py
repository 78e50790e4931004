"""Words in, intent out: the embedded interpreter, which needs no language model, no network and no clock.

It proposes only what was plainly ordered. Everything else is a question to look something up, a question back,
or left alone; it never acts and never decides whether something may be done.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agents.interpreter import followups, questions, replies
from agents.interpreter.arguments import Filler, Filling, Gap, Heard, Why
from agents.interpreter.elsewhere import OUT_OF_SCOPE as NOT_OURS
from agents.interpreter.elsewhere import SMALLTALK as CHATTER
from agents.interpreter.focus import Focus, Pending
from agents.interpreter.hearing import Hearing, Message, expects_text
from agents.interpreter.judgement import OUT_OF_SCOPE, SMALLTALK, Verdict, judge
from agents.interpreter.masking import filled, gaps
from agents.interpreter.readings import readings, refers
from agents.interpreter.retrieval import Retrieval, Sample
from agents.interpreter.sentences import sentence
from agents.interpreter.shorthand import LONG_FORMS
from agents.interpreter.slots import Line, Mention, Vocabulary, Word, read
from agents.interpreter.spelling import Speller
from agents.interpreter.vectors import embedded
from agents.interpreter.words import FUNCTION, Lexicon
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.intent import Alternative, Argument, Intent, IntentKind, Provenance
from memory.model.plan import Effect
from tools.contract import Capability, Slot, slots

CERTAIN = 0.95  # from it, one unknown word is all that keeps a message from being understood
MOST_STRANGERS = 2  # unknown words; with more of them a message is about something else

_LITERAL = (Slot.SIGNAL, Slot.SEVERITY, Slot.STATE, Slot.SWITCH)


class Interpreter:
    """Interprets messages about one catalogue, with a fixed set of capabilities.

    Building it learns the capabilities' examples, in well under a second where their vectors are kept.
    """

    def __init__(
        self,
        capabilities: Sequence[Capability],
        catalogue: Catalogue,
        embedder: Embedder,
        people: Sequence[str] = (),
    ) -> None:
        self._capabilities = {capability.name: capability for capability in capabilities}
        self._actions = frozenset(c.name for c in capabilities if c.effect is not Effect.READ)
        self._lexicon = Lexicon(capabilities, (*NOT_OURS, *CHATTER))
        self._vocabulary = Vocabulary.of(catalogue, people, self._lexicon.asking)
        self._knows = embedder.knows
        self._hearing = Hearing(
            self._vocabulary,
            Speller(self._lexicon.every, self._vocabulary.names(), LONG_FORMS, embedder.knows),
            _verbs(self._capabilities[name] for name in self._actions),
            self._lexicon.asking,
        )
        self._retrieval = _learned(capabilities, embedder)
        self._filler = Filler(catalogue)

    def interpret(self, text: str, focus: Focus | None = None, *, now: datetime | None = None) -> Intent:
        """Return what `text` means in a conversation about `focus`.

        `now` lets times of the clock be understood ("since 14:00"), in the zone it carries. Only the first
        2,000 characters are read.
        """
        held = focus or Focus()
        message = self._hearing.hear(text, now, expects_text=expects_text(self._capabilities.get(held.tool)))
        followed = self._followed(message, held, now)
        if followed is not None:
            return followed
        return _nothing(text) if message.empty else self._judged(message, held)

    def _followed(self, message: Message, focus: Focus, now: datetime | None) -> Intent | None:
        """Return the intent of a message that only makes sense after the ones before it, or None."""
        if focus.pending is not None:
            answered = self._answered(message, focus, focus.pending, now)
            if answered is not None:
                return answered
        capability = self._capabilities.get(focus.tool)
        if capability is None or not followups.says_nothing_else(message.line, message.mentions):
            return None
        if capability.name in self._actions and (message.pasted or not followups.may_act(message.line)):
            return None
        return self._changed(capability, message, focus, focus.arguments)

    def _answered(self, message: Message, focus: Focus, pending: Pending, now: datetime | None) -> Intent | None:
        capability = self._capabilities.get(pending.tool)
        direct = capability is not None and followups.answers(capability, pending, message.mentions)
        choice = followups.chosen(message.line, pending.choices, by_place=not direct)
        if choice is not None:
            meant = self.interpret(choice.says, focus.model_copy(update={"pending": None}), now=now)
            return meant.model_copy(update={"text": message.text})
        if capability is None or not direct:
            return None
        if message.pasted or not followups.says_nothing_else(message.line, message.mentions):
            return None
        if capability.name in self._actions and not followups.may_act(message.line):
            return None
        return self._changed(capability, message, focus, pending.arguments)

    def _changed(
        self, capability: Capability, message: Message, focus: Focus, base: Mapping[str, Argument]
    ) -> Intent | None:
        """Return an earlier call with what the message says put in its place, or None where it says nothing for it."""
        kept = {
            name: argument.model_copy(update={"provenance": Provenance.CONVERSATION})
            for name, argument in base.items()
            if argument.provenance is not Provenance.CATALOGUE
        }
        heard = Heard(message.line, message.mentions, typed=message.spelled.typed)
        filling = self._filler.fill(capability, heard, focus, kept)
        said = [a for a in filling.arguments.values() if a.provenance is Provenance.SAID]
        if not (said or filling.gaps) or not followups.takes(capability, message.mentions):
            return None
        return self._intent(message, capability, filling, 1.0, ())

    def _judged(self, message: Message, focus: Focus) -> Intent:
        found = readings(
            message.line,
            message.mentions,
            self._retrieval,
            everyday=self._lexicon.asking,
            referent=_referent(focus),
        )
        verdict = judge(found, self._actions, may_act=message.orders)
        if verdict.label == SMALLTALK:
            return _chat(message, verdict)
        if verdict.label == OUT_OF_SCOPE:
            return self._stranger(message, focus) or self._declined(message, verdict, focus)
        if not verdict.sure:
            return self._unsure(message, verdict, focus)
        return self._understood(message, verdict, focus)

    def _stranger(self, message: Message, focus: Focus) -> Intent | None:
        """Return a question back where a message is plain but for one word, which would have to be a service.

        The word is read as a service's name; only if that makes the message certain is it asked about.
        """
        if message.pasted or any(mention.slot is Slot.SERVICE for mention in message.mentions):
            return None
        for word in self._unknown_words(message):
            named = Mention(Slot.SERVICE, None, word.start, word.end, word.lower)
            found = readings(
                message.line,
                (*message.mentions, named),
                self._retrieval,
                everyday=self._lexicon.asking,
                referent=_referent(focus),
            )
            verdict = judge(found, self._actions, may_act=message.orders)
            capability = self._capabilities.get(verdict.label)
            if capability is None or verdict.confidence < CERTAIN or not _needs_a_service(capability):
                continue
            heard = Heard(message.line, message.mentions, message.order, word.lower, typed=message.spelled.typed)
            filling = self._filler.fill(capability, heard, focus)
            if any(gap.why is Why.UNKNOWN for gap in filling.gaps):
                return self._intent(message, capability, filling, verdict.confidence, verdict.considered)
        return None

    def _unknown_words(self, message: Message) -> tuple[Word, ...]:
        """Return the words that stand where a name would, the last first: no tool and no slot knows them."""
        taken = message.mentions
        free = [
            word
            for word in message.line.words
            if word.lower not in self._lexicon.every
            and not any(mention.start <= word.start and word.end <= mention.end for mention in taken)
            and word.lower[0].isalpha()
        ]
        return tuple(reversed(free[-MOST_STRANGERS:])) if len(free) <= MOST_STRANGERS else ()

    def _understood(self, message: Message, verdict: Verdict, focus: Focus) -> Intent:
        capability = self._capabilities[verdict.label]
        filling = self._filled(capability, message, verdict, focus)
        if capability.name in self._actions and not filling.gaps:
            strangers = self._not_understood(message)
            if strangers:
                return self._confirmed(message, capability, filling, verdict)
        return self._intent(message, capability, filling, verdict.confidence, verdict.considered)

    def _filled(self, capability: Capability, message: Message, verdict: Verdict, focus: Focus) -> Filling:
        heard = Heard(
            message.line,
            verdict.reading.mentions,
            message.order if capability.name in self._actions else verdict.reading.clause,
            self._unknown_name(capability, message, verdict),
            verdict.reading.refers or refers(message.line),
            message.spelled.typed,
        )
        return self._filler.fill(capability, heard, focus)

    def _unknown_name(self, capability: Capability, message: Message, verdict: Verdict) -> str:
        """Return a word that stands where a name would and is none that is known, or an empty string."""
        if any(m.slot is Slot.SERVICE for m in verdict.reading.mentions):
            return ""
        wanted = next((name for name, slot in slots(capability).items() if slot is Slot.SERVICE), "")
        if not wanted:
            return ""
        required = capability.arguments.model_fields[wanted].is_required()
        free = [
            word
            for word in message.line.words
            if not any(m.start <= word.start and word.end <= m.end for m in verdict.reading.mentions)
            and word.lower not in self._lexicon.every
        ]
        if required:
            return free[-1].lower if free else ""
        placed = [
            w.lower for w in free if message.line.word_before(w.start) in ("for", "on", "of", "from", "about")
        ]
        return placed[0] if placed else ""

    def _not_understood(self, message: Message) -> tuple[str, ...]:
        """Return the words of the order that were not understood."""
        order = message.order
        if order is None:
            return ()
        text = message.line.text
        for mention in message.mentions:
            text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
        return self._lexicon.strangers(text[order.start : order.end])

    def _intent(
        self,
        message: Message,
        capability: Capability,
        filling: Filling,
        confidence: float,
        considered: Sequence[tuple[str, float]],
    ) -> Intent:
        shared = {
            "text": message.text,
            "tool": capability.name,
            "arguments": dict(filling.arguments),
            "confidence": round(confidence, 4),
            "alternatives": _alternatives(considered, capability.name),
        }
        if not filling.gaps:
            return Intent(kind=IntentKind.TOOL, **shared)
        gap = filling.gaps[0]
        question, choices = questions.about_a_gap(capability, filling, gap, self._nearest(gap))
        return Intent(kind=IntentKind.CLARIFY, question=question, choices=choices, missing=gap.name, **shared)

    def _nearest(self, gap: Gap) -> tuple[str, ...]:
        if gap.why is not Why.UNKNOWN:
            return ()
        index = {index.slot: index for index in self._vocabulary.indexes()}.get(gap.slot) if gap.slot else None
        return index.nearest(gap.said) if index else ()

    def _confirmed(self, message: Message, capability: Capability, filling: Filling, verdict: Verdict) -> Intent:
        question, choices = questions.confirm(capability, filling)
        return Intent(
            text=message.text,
            kind=IntentKind.CLARIFY,
            tool=capability.name,
            arguments=dict(filling.arguments),
            confidence=round(verdict.confidence, 4),
            alternatives=_alternatives(verdict.considered, capability.name),
            question=question,
            choices=choices,
        )

    def _unsure(self, message: Message, verdict: Verdict, focus: Focus) -> Intent:
        likely = [self._capabilities[name] for name, _ in verdict.considered[:3]]
        options = [
            (c, {n: a.value for n, a in self._filled(c, message, verdict, focus).arguments.items()})
            for c in likely
        ]
        question, choices = questions.between(options)
        return Intent(
            text=message.text,
            kind=IntentKind.CLARIFY,
            confidence=round(verdict.confidence, 4),
            alternatives=_alternatives(verdict.considered, ""),
            question=question,
            choices=choices,
        )

    def _declined(self, message: Message, verdict: Verdict, focus: Focus) -> Intent:
        reply = replies.CANNOT
        if verdict.refused:
            capability = self._capabilities[verdict.refused]
            values = {n: a.value for n, a in self._filled(capability, message, verdict, focus).arguments.items()}
            reason = replies.PASTED if message.pasted else replies.NOT_AN_ORDER.get(message.mood, replies.CANNOT)
            reply = reason + replies.TO_ORDER.format(sentence(capability, values))
        return Intent(
            text=message.text,
            kind=IntentKind.OUT_OF_SCOPE,
            confidence=round(verdict.confidence, 4),
            alternatives=_alternatives(verdict.considered, ""),
            reply=reply,
        )


def _learned(capabilities: Sequence[Capability], embedder: Embedder) -> Retrieval:
    """Return the retrieval over the capabilities' examples and over what belongs to none."""
    labelled = [(example, capability.name) for capability in capabilities for example in capability.examples]
    labelled += [(phrasing, OUT_OF_SCOPE) for phrasing in NOT_OURS] + [
        (phrasing, SMALLTALK) for phrasing in CHATTER
    ]
    samples = [sample(example) for example, _ in labelled]
    vectors = embedded([each.text for each in samples], embedder)
    return Retrieval(samples, [label for _, label in labelled], vectors, embedder)


def sample(example: str) -> Sample:
    """Return an example as phrasings are compared: gaps filled with stand-ins, slots named."""
    nothing = Vocabulary.of(Catalogue(), (), ())
    named = {mention.slot for mention in read(Line(example), nothing) if mention.slot in _LITERAL}
    return Sample(filled(example), frozenset({*gaps(example), *named}))


def _verbs(actions: Iterable[Capability]) -> frozenset[str]:
    """Return the words with which the examples of actions begin, plain function words left out."""
    first = (example.split()[0].lower() for action in actions for example in action.examples)
    return frozenset(
        word
        for word in first
        if word.isalpha() and word not in FUNCTION - {"do", "give", "get", "go", "have", "let"}
    )


def _needs_a_service(capability: Capability) -> bool:
    fields = capability.arguments.model_fields
    return any(slot is Slot.SERVICE and fields[name].is_required() for name, slot in slots(capability).items())


def _referent(focus: Focus) -> Slot | None:
    if "flag" in focus.arguments:
        return Slot.FLAG
    return Slot.SERVICE if "service" in focus.about else None


def _alternatives(considered: Sequence[tuple[str, float]], chosen: str) -> tuple[Alternative, ...]:
    others = [pair for pair in considered if pair[0] != chosen][:3]
    return tuple(Alternative(tool=tool, confidence=round(odds, 4)) for tool, odds in others)


def _nothing(text: str) -> Intent:
    return Intent(text=text, kind=IntentKind.OUT_OF_SCOPE, confidence=1.0, reply=replies.NOTHING_SAID)


def _chat(message: Message, verdict: Verdict) -> Intent:
    return Intent(
        text=message.text, kind=IntentKind.SMALLTALK, confidence=round(verdict.confidence, 4), reply=replies.CHAT
    )
