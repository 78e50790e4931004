"""What a message means because of the ones before it: an answer to a question, or the last call with a change.

Pure. A message is only read so when it says nothing else: every word of it is a value or small change.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.interpreter.clauses import Mood
from agents.interpreter.focus import Pending
from agents.interpreter.hearing import Message
from agents.interpreter.slots import Line, Mention
from agents.interpreter.words import COURTESY, FUNCTION, KINDS
from memory.model.intent import Choice
from tools.contract import Capability, Slot, slots

_CHANGE = frozenset(
    "same what about how also too instead meant mean sorry rather make that only just ones one those these again last past"
    " next say use take prefer change switch show see but except first well not latter former try number lets given"
    " show me tell graph plot no nope name names actually oh wait sorry meant".split()
)
_SMALL = FUNCTION | COURTESY | KINDS | _CHANGE
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "former": 0, "latter": 1, "last": -1}
_ORDINAL = re.compile(
    r"(?:(?:the|that|take|use|go with|let's (?:take|use)|i mean|i meant|please|option|choice|number|no\.?|#|yes|ok|,)\W*)*"
    r"(?:(?P<word>first|second|third|fourth|former|latter|last)|(?P<digit>[1-4]))"
    r"(?:\W+(?:one|option|choice|please|thanks))*\W*"
)
_YES = frozenset(
    {"yes", "yep", "yeah", "y", "that one", "correct", "exactly", "yes please", "right", "yes that one"}
)
_COUNTED = frozenset({Slot.GRADE, Slot.TARGET, Slot.INCIDENT})
_DROPPING = frozenset(
    "forget cancel stop drop nothing none nevermind nope no leave skip wait help why show what".split()
)
_NO_ANSWER = frozenset("what which who when where why how is are was were do does did if not never".split())


def leans(message: Message) -> bool:
    """Return whether a message names values and holds no other word of weight, so that only the talk explains it."""
    named = [m for m in message.mentions if m.slot is not Slot.STATE or m.candidates]
    free = (w.lower for w in message.line.words if not any(m.start <= w.start and w.end <= m.end for m in named))
    return bool(named) and all(part in _SMALL for word in free for part in re.split(r"[-.+]", word))


def may_act(message: Message) -> bool:
    """Return whether a message that leans can make an action of it: nothing pasted, no question, no "not", no "if"."""
    own = [mention for mention in message.mentions if mention.slot is Slot.MATTER]
    words = {w.lower for w in message.line.words if not any(m.start <= w.start and w.end <= m.end for m in own)}
    return not message.pasted and "?" not in message.line.text and not words & _NO_ANSWER


def chosen(line: Line, choices: Sequence[Choice], *, by_place: bool) -> Choice | None:
    """Return the choice that the words pick: by its label, by what it says, or, if wanted, by its place."""
    text = line.lower.strip(" .!?")
    for choice in choices:
        if text in (choice.label.lower(), choice.says.lower()):
            return choice
    if len(choices) == 1 and text in _YES:
        return choices[0]
    match = _ORDINAL.fullmatch(text)
    if not by_place or match is None:
        return None
    place = _ORDINALS[match["word"]] if match["word"] else int(match["digit"]) - 1
    return choices[place] if -len(choices) <= place < len(choices) else None


def as_asked(capability: Capability, pending: Pending, message: Message) -> Message:
    """Return the message with its only number, or all of its words, as the value that was asked for."""
    slot = slots(capability).get(pending.missing)
    found = [mention for mention in message.mentions if mention.slot is Slot.NUMBER]
    if slot in _COUNTED and len(found) == 1 and len(message.mentions) == 1:
        number = found[0]
        value = number.value if slot is Slot.GRADE else str(number.value)
        return replace(message, mentions=(replace(number, slot=slot, value=value),))
    words = message.line.text.strip()
    if slot is not Slot.MATTER or not _tells(message) or any(m.slot is Slot.MATTER for m in message.mentions):
        return message
    return replace(message, mentions=(message.line.mention(slot, words, (0, len(message.line.text))),))


def _tells(message: Message) -> bool:
    """Return whether a message may be what was asked for in their own words: no question, no order, nothing pasted."""
    first = message.line.word_after(0)
    told = len(message.line.words) > 1 and first not in _NO_ANSWER | COURTESY | _DROPPING
    return told and message.mood is not Mood.ORDER and not message.pasted and "?" not in message.line.text


def answers(capability: Capability, pending: Pending, message: Message) -> bool:
    """Return whether the message names a value for the argument that was asked for."""
    slot = slots(capability).get(pending.missing)
    return any(slot in _kinds_of(mention) for mention in message.mentions)


def takes(capability: Capability, mentions: Sequence[Mention]) -> bool:
    """Return whether the tool has an argument for every kind of value that is named."""
    kinds = set(slots(capability).values())
    return all(_kinds_of(mention) & kinds for mention in mentions)


def _kinds_of(mention: Mention) -> frozenset[Slot]:
    return _ALSO.get(mention.slot, frozenset({mention.slot}))


_ALSO: Mapping[Slot, frozenset[Slot]] = {Slot.DURATION: frozenset({Slot.DURATION, Slot.WINDOW})}
