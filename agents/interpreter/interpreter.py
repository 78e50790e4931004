"""Words in, intent out: the embedded interpreter, which needs no language model, no network and no clock.

Talk of incidents has words of its own, which mean other things elsewhere ("note", "raise", "call it"): a message is
read with them only where it, or the conversation, is about an incident.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from agents.interpreter import bills, watched_costs
from agents.interpreter.focus import Focus
from agents.interpreter.reader import Reader
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent, IntentKind
from tools.contract import Capability

ABOUT_INCIDENTS = "incident."
_CUE = re.compile(
    r"(?<!#)\b(?:incidents?|incs?|inc[\s#-]?\d+|timeline|chronology|mitigat\w*|false alarm|commander|scribe|note[- ]?taker|comms"
    r"|in command|ic|(?:take|takes|taking|over|up|back|hand|hands|handing) command|communications? lead|tl_[0-9a-z]+|for the record|on record"
    r"|(?:sev(?:erity)?|prio(?:rity)?|p(?=[1-5]\b))[\s:#-]{0,2}(?:[1-5]|one|two|three|four|five)\b)\b"
    r"|\b(?:declare|report|raise|open|announce|call|log|have|there is|there's) (?:(?:an?|another|the|\w+) ){0,2}outage\b"
    r"|^\W*(?:please |pls |and |ok )*(?:not(?:e|ing)|jot|scribble|(?:document|record|log|logging) (?:that|this)"
    r"|(?:take|make|add|leave|put|drop|stick|write|append|enter)\b(?: \w+){0,3}? (?:notes?|entry|line|comment|down))\b[^?]*$"
    r"|^\W*(?:please |pls |and |ok )*(?:(?:change|set|update) (?:the )?title\b|(?:(?:a|the|new|better|right|correct) )*title should\b"
    r"|(?:(?:a|the|new|better|right|correct) )*title(?: (?:for|of) (?:it|this))?(?=:)|retitle\b)(?! of (?!this|it))"
    r"|\b(?:change|set|raise|lower|update|bump|drop) (?:the )?severity\b",
    re.IGNORECASE,
)


class Interpreter:
    """Interprets messages about one catalogue, with a fixed set of capabilities.

    Building it learns the capabilities' examples, in a second or two where their vectors are kept.
    """

    def __init__(
        self,
        capabilities: Sequence[Capability],
        catalogue: Catalogue,
        embedder: Embedder,
        people: Sequence[str] = (),
        *,
        taught: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`taught` are phrasings besides the capabilities' own, each with the name of the one it asks for."""
        self._bills = any(each.name == bills.TOOL for each in capabilities)
        self._watches = any(each.name == watched_costs.EXPECT for each in capabilities)
        capabilities = [each for each in capabilities if each.name not in watched_costs.SAID_ALONE]
        others = [each for each in capabilities if not each.name.startswith(ABOUT_INCIDENTS)]
        self._reader = Reader(others, catalogue, embedder, people, taught=taught)
        self._caring = self._reader
        if len(others) < len(capabilities):
            self._caring = Reader(capabilities, catalogue, embedder, people, cares=True, taught=taught)

    def interpret(self, text: str, focus: Focus | None = None, *, now: datetime | None = None) -> Intent:
        """Return what `text` means in a conversation about `focus`.

        `now` lets times of the clock be understood ("since 14:00"), in the zone it carries. Only the first
        2,000 characters are read.
        """
        if self._watches and (said := watched_costs.heard(text, focus or Focus())) is not None:
            return said
        if self._bills and bills.about_costs(text, focus or Focus()):
            return bills.asked(text, focus or Focus())
        if not self._bills and bills.about_costs(text, focus or Focus()):
            return Intent(text=text, kind=IntentKind.OUT_OF_SCOPE, confidence=1.0)
        cares = _about_incidents(text, focus or Focus()) or _CUE.search(self._caring.spelled(text)) is not None
        intent = (self._caring if cares else self._reader).interpret(text, focus, now=now)
        return bills.asked(text, focus or Focus()) if intent.tool == bills.TOOL else intent

    def phrasing(self, text: str) -> str:
        """Return a message with a gap for each name and value in it; empty where part of it was pasted."""
        cares = _CUE.search(self._caring.spelled(text)) is not None
        return (self._caring if cares else self._reader).phrasing(text)


def _about_incidents(text: str, focus: Focus) -> bool:
    """Return whether a message is about an incident, or answers a question that is."""
    asked = focus.pending.tool if focus.pending else focus.tool
    return asked.startswith(ABOUT_INCIDENTS) or _CUE.search(text) is not None
