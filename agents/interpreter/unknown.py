"""Words that stand where a name would and name nothing that is known. Pure."""

from agents.interpreter.hearing import Message
from agents.interpreter.slots import Mention
from agents.interpreter.slots.mention import Word
from agents.interpreter.slots.reading import ABOUT_FLAGS
from agents.interpreter.words import Lexicon, words
from tools.contract import Slot

MOST_RUNS = 2  # with more unknown words than that, a message is about something else


def unknown_names(message: Message, lexicon: Lexicon) -> tuple[Mention, ...]:
    """Return what may be the name of a service or a flag nobody knows, as mentions without a value.

    Only where no known one is named, and where the message says more than that; the last words that no
    phrasing contains are the likeliest name.
    """
    named = {mention.slot for mention in message.mentions}
    runs = _runs(message, lexicon)
    if message.pasted or not 0 < len(runs) <= MOST_RUNS or len(message.line.words) <= len(runs):
        return ()
    kinds = [Slot.SERVICE] if Slot.SERVICE not in named else []
    if Slot.FLAG not in named and ABOUT_FLAGS & {word.lower for word in message.line.words}:
        kinds.append(Slot.FLAG)
    return tuple(message.line.mention(kind, None, runs[-1]) for kind in kinds)


def _runs(message: Message, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the spans of unknown words, neighbours joined."""
    runs: list[tuple[int, int]] = []
    for word in message.free_words():
        if not _may_name(word, lexicon):
            continue
        if runs and message.line.text[runs[-1][1] : word.start].isspace():
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return runs


def _may_name(word: Word, lexicon: Lexicon) -> bool:
    return word.lower[0].isalpha() and any(part not in lexicon.every for part in words(word.lower))
