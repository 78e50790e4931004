"""Messages read against one set of capabilities.

It proposes only what was plainly ordered. Everything else is a question to look something up, a question back,
or left alone; it never acts and never decides whether something may be done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agents.interpreter import followups, intents
from agents.interpreter.arguments import Filler, Filling, Gap, Heard, Why
from agents.interpreter.elsewhere import CHATTER, NOT_OURS
from agents.interpreter.focus import Focus
from agents.interpreter.hearing import Hearing, Message, expects_text
from agents.interpreter.judgement import OUT_OF_SCOPE, SMALLTALK, Verdict, judge
from agents.interpreter.learning import learned, may_deny, verbs
from agents.interpreter.masking import gapped
from agents.interpreter.readings import readings, refers
from agents.interpreter.shorthand import LONG_FORMS
from agents.interpreter.slots import Vocabulary
from agents.interpreter.spelling import Speller
from agents.interpreter.unknown import unknown_names
from agents.interpreter.words import Lexicon
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Intent, Provenance
from memory.model.plan import Effect
from tools.contract import Capability, Slot

STRANGERS_IN_OURS = 2  # words nobody has used for it, in an order about our own records, easily taken back
PLAIN = 0.80  # below it, an order with any word that nobody has used for it is asked about
LIKELY_CALLS = 3  # of which one may be meant, when it is not clear which


class Reader:
    """Reads messages about one catalogue; `cares`: they may be about incidents.

    Building it learns the capabilities' examples, in about a second where their vectors are kept. What was
    `taught` besides says what a message may be about; what counts as an order, and its words, the examples alone do.
    """

    def __init__(
        self,
        capabilities: Sequence[Capability],
        catalogue: Catalogue,
        embedder: Embedder,
        people: Sequence[str] = (),
        *,
        cares: bool = False,
        taught: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._capabilities = {capability.name: capability for capability in capabilities}
        self._actions = {c.name: verbs(c) for c in capabilities if c.effect is not Effect.READ}
        self._affirmed = frozenset(c.name for c in capabilities if c.ours and not may_deny(c))
        self._lexicon = Lexicon(capabilities, (*NOT_OURS, *CHATTER))
        self._vocabulary = Vocabulary.of(catalogue, people, self._lexicon.asking, cares=cares)
        speller = Speller(self._lexicon.uses, self._vocabulary.names(), LONG_FORMS, embedder.knows)
        self._hearing = Hearing(
            self._vocabulary, speller, frozenset().union(*self._actions.values()), self._lexicon.asking
        )
        self._retrieval = learned(capabilities, embedder, taught)
        self._filler = Filler(catalogue)

    def interpret(self, text: str, focus: Focus | None = None, *, now: datetime | None = None) -> Intent:
        """Return what `text` means in a conversation about `focus`.

        `now` lets times of the clock be understood ("since 14:00"), in the zone it carries. Only the first
        2,000 characters are read.
        """
        held = focus or Focus()
        message = self._hearing.hear(text, now, expects_text=expects_text(self._capabilities.get(held.tool)))
        followed = self._answered(message, held, now) or self._repeated(message, held)
        if followed is not None:
            return followed
        return intents.empty(message) if message.empty else self._judged(message, held)

    def spelled(self, text: str) -> str:
        """Return the first words of `text` with their slips put right."""
        return self._hearing.spelled(text)

    def phrasing(self, text: str) -> str:
        """Return a message with a gap for each name and value in it; empty where part of it was pasted."""
        message = self._hearing.hear(text, None, expects_text=False)
        return "" if message.pasted else gapped(message.line.text, message.mentions)

    def _answered(self, message: Message, focus: Focus, now: datetime | None) -> Intent | None:
        """Return the intent that an answer to the pending question completes, or None where it is no answer."""
        pending = focus.pending
        capability = self._capabilities.get(pending.tool) if pending else None
        if pending is None or capability is None:
            return None
        message = followups.as_asked(capability, pending, message)
        direct = followups.answers(capability, pending, message)
        choice = followups.chosen(message.line, pending.choices, by_place=not direct)
        if choice is not None:
            meant = self.interpret(choice.says, focus.model_copy(update={"pending": None}), now=now)
            return meant.model_copy(update={"text": message.text})
        if not direct or not self._leans(message, capability):
            return None
        return self._changed(capability, message, focus, pending.arguments)

    def _repeated(self, message: Message, focus: Focus) -> Intent | None:
        """Return the last call with what the message puts in its place: "and yesterday?", "same for payments"."""
        capability = self._capabilities.get(focus.tool)
        if capability is None or capability.ours or not self._leans(message, capability):
            return None  # "make it sev1" after declaring changes the incident, and declares no other one
        return self._changed(capability, message, focus, focus.arguments)

    def _leans(self, message: Message, capability: Capability) -> bool:
        """Return whether a message makes sense only after the ones before it, and may go on with this capability."""
        is_action = capability.name in self._actions
        return followups.leans(message) and not (is_action and not followups.may_act(message))

    def _changed(
        self, capability: Capability, message: Message, focus: Focus, base: Mapping[str, Argument]
    ) -> Intent | None:
        """Return an earlier call with what the message says in its place, or None where it says nothing for it."""
        kept = {
            name: argument.model_copy(update={"provenance": argument.provenance.later()})
            for name, argument in base.items()
            if argument.provenance is not Provenance.CATALOGUE
        }
        heard = Heard(message.line, message.mentions, typed=message.spelled.typed)
        filling = self._filler.fill(capability, heard, focus, kept)
        said = any(argument.provenance is Provenance.SAID for argument in filling.arguments.values())
        if not (said or filling.gaps) or not followups.takes(capability, message.mentions):
            return None
        return self._intent(message, (capability, filling), 1.0)

    def _judged(self, message: Message, focus: Focus) -> Intent:
        found = readings(
            message,
            self._retrieval,
            everyday=self._lexicon.asking,
            referent=_referent(focus),
            unknown=unknown_names(message, self._lexicon),
        )
        verdict = judge(found, message, self._actions.keys(), self._affirmed if message.denied else ())
        if verdict.label == SMALLTALK:
            return intents.chatted(message, verdict)
        if verdict.label == OUT_OF_SCOPE:
            refused = self._call(verdict.refused, message, verdict, focus) if verdict.refused else None
            return intents.declined(message, verdict, refused)
        if not verdict.sure:
            likely = [name for name, _ in verdict.considered[:LIKELY_CALLS]]
            return intents.unsure(message, [self._call(name, message, verdict, focus) for name in likely], verdict)
        return self._understood(message, self._call(verdict.label, message, verdict, focus), verdict)

    def _understood(self, message: Message, call: tuple[Capability, Filling], verdict: Verdict) -> Intent:
        capability, filling = call
        is_action = capability.name in self._actions
        if is_action and not filling.gaps and not self._is_plain_order(message, capability, verdict.confidence):
            return intents.confirmed(message, call, verdict)
        return self._intent(message, call, verdict.confidence, verdict.considered)

    def _is_plain_order(self, message: Message, action: Capability, confidence: float) -> bool:
        """Return whether every word of the order is one that people use for this action, its verb first of all."""
        verb = message.opening
        fits = verb not in self._hearing.verbs or verb in self._actions[action.name]
        strangers = self._lexicon.strangers(message.ordered(), action.name)
        return fits and len(strangers) <= (STRANGERS_IN_OURS if action.ours and confidence >= PLAIN else 0)

    def _call(self, name: str, message: Message, verdict: Verdict, focus: Focus) -> tuple[Capability, Filling]:
        """Return a capability with its arguments as far as the message and the conversation give them."""
        reading = verdict.reading
        heard = Heard(
            message.line,
            reading.mentions,
            message.order if name in self._actions else reading.clause,
            reading.unknown,
            reading.refers or refers(message.line),
            message.spelled.typed,
        )
        capability = self._capabilities[name]
        return capability, self._filler.fill(capability, heard, focus)

    def _intent(
        self,
        message: Message,
        call: tuple[Capability, Filling],
        confidence: float,
        considered: Sequence[tuple[str, float]] = (),
    ) -> Intent:
        gaps = call[1].gaps
        if not gaps:
            return intents.called(message, call, confidence, considered)
        return intents.asked(message, call, self._nearest(gaps[0]), confidence, considered)

    def _nearest(self, gap: Gap) -> tuple[str, ...]:
        """Return the known names that are most like an unknown one."""
        known = {index.slot: index for index in self._vocabulary.indexes()}
        if gap.why is not Why.UNKNOWN or gap.slot not in known:
            return ()
        return known[gap.slot].nearest(gap.said)


def _referent(focus: Focus) -> Slot | None:
    """Return what kind of thing "it" is in this conversation."""
    if focus.tool.startswith("incident."):
        return Slot.INCIDENT
    if "flag" in focus.arguments:
        return Slot.FLAG
    return Slot.SERVICE if "service" in focus.about else None
