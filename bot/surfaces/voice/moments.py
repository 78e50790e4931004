"""Moments of a call that sound like a decision. Pure, and only a guess: a person says whether it was one."""

import re
from typing import Final

SHORTEST: Final = 3  # words

_WILL = r"(?:let's|let us|we should|we'll|we will|we're going to|we are going to|i'll|i will|i'm going to)"
_DO = (
    r"(?:roll|restart|scale|fail|switch|turn|disable|enable|stop|start|drain|revert|page|call|declare|close|wait|hold"
    r"|mitigate|deploy|freeze|escalate|silence|move|send|tell|keep|leave)"
)
_DOING = r"(?:rolling|restarting|failing|switching|closing|declaring|reverting|going with)"
_CUES: Final = (
    r"(?:we(?:'ve| have)?|i(?:'ve| have)?) (?:decided|agreed|chosen)",
    rf"{_WILL}(?: just| now| not)? {_DO}",
    r"(?:let's|let us) (?:do|go|not)",
    r"(?:the )?(?:decision|plan) is",
    rf"(?:we are|we're|i'm|i am) (?:not )?{_DOING}",
    r"(?:go|going) (?:ahead|with)",
    r"(?:that's|that is|it's|it is) (?:agreed|decided|approved|settled)",
    r"(?:i|we) (?:approve|call it)",
    r"(?:make|call) (?:it|this) (?:a )?sev(?:erity)?",
)
_SEARCHED: Final = tuple(re.compile(rf"\b{cue}\b", re.IGNORECASE) for cue in _CUES)
_CURLY: Final = "\u2019"


def cue_in(text: str) -> str:
    """Return the words that sound like a decision, empty where none do."""
    plain = text.replace(_CURLY, "'")
    if len(plain.split()) < SHORTEST or plain.rstrip().endswith("?"):
        return ""
    found = [match for cue in _SEARCHED if (match := cue.search(plain)) is not None]
    return min(found, key=lambda match: match.start()).group(0) if found else ""
