"""What a message means because of the ones before it: an answer to a question, or the last call with a change.

Pure. A message is only read so when it says nothing else: every word of it is a value or small change.
"""

import re
from collections.abc import Mapping, Sequence

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
_NO_ANSWER = frozenset("what which who when where why how is are was were do does did if not never".split())


def leans(message: Message) -> bool:
    """Return whether a message names values and holds no other word of weight, so that only the talk explains it."""
    named = [m for m in message.mentions if m.slot is not Slot.STATE or m.candidates]
    free = (w.lower for w in message.line.words if not any(m.start <= w.start and w.end <= m.end for m in named))
    return bool(named) and all(part in _SMALL for word in free for part in re.split(r"[-.+]", word))


def may_act(message: Message) -> bool:
    """Return whether a message that leans can make an action of it: nothing pasted, no question, no "not", no "if"."""
    words = {word.lower for word in message.line.words}
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
