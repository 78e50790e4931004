"""Words in, intent out: the embedded interpreter, which needs no language model, no network and no clock.

Talk of incidents has words of its own, which mean other things elsewhere ("note", "raise", "call it"): a message is
read with them only where it, or the conversation, is about an incident.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from agents.interpreter.focus import Focus
from agents.interpreter.reader import Reader
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent
from tools.contract import Capability

ABOUT_INCIDENTS = "incident."
_CUE = re.compile(
    r"(?<!#)\b(?:incidents?|inc[\s#-]?\d+|timeline|chronology|mitigat\w*|false alarm|commander|scribe|note[- ]?taker|comms"
    r"|in command|(?:am|'?m|is|be|as|take|takes) (?:the )?ic|(?:take|takes|taking|over) command|communications? lead|tl_[0-9a-z]+|for the record|on record"
    r"|(?:sev(?:erity)?|prio(?:rity)?|p(?=[1-5]\b))[\s:#-]{0,2}(?:[1-5]|one|two|three|four|five)\b)\b"
    r"|\b(?:declare|report|raise|open|announce|call|log|have|there is|there's) (?:(?:an?|another|the|\w+) ){0,2}outage\b"
    r"|^\W*(?:please |pls |and |ok )*(?:note|take a note|make a note|add a note|jot|write down)\b[^?]*$",
    re.IGNORECASE,
)


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
        others = [each for each in capabilities if not each.name.startswith(ABOUT_INCIDENTS)]
        self._reader = Reader(others, catalogue, embedder, people)
        self._caring = self._reader
        if len(others) < len(capabilities):
            self._caring = Reader(capabilities, catalogue, embedder, people, cares=True)

    def interpret(self, text: str, focus: Focus | None = None, *, now: datetime | None = None) -> Intent:
        """Return what `text` means in a conversation about `focus`.

        `now` lets times of the clock be understood ("since 14:00"), in the zone it carries. Only the first
        2,000 characters are read.
        """
        reader = self._caring if _about_incidents(text, focus or Focus()) else self._reader
        return reader.interpret(text, focus, now=now)


def _about_incidents(text: str, focus: Focus) -> bool:
    """Return whether a message is about an incident, or answers a question that is."""
    asked = focus.pending.tool if focus.pending else focus.tool
    return asked.startswith(ABOUT_INCIDENTS) or _CUE.search(text) is not None
