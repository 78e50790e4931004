"""Slot filling: the typed values that words name, each with the place it was read from.

One module a kind of thing; `read` puts them in order of certainty, so that what one has claimed no other reads
again. Pure: no clock, no I/O, and text is only ever looked at.
"""

from agents.interpreter.slots.mention import Line, Mention, Word
from agents.interpreter.slots.reading import read
from agents.interpreter.slots.vocabulary import Vocabulary

__all__ = ["Line", "Mention", "Vocabulary", "Word", "read"]
