"""Talk of incidents as it is typed: numbers and grades where nothing else can stand. Pure."""

import re
from typing import Final

_ABOUT_INCIDENTS: Final = re.compile(r"\bincidents?\b|\bdeclare\b|\bseverity\b")
_OF_RELEASES: Final = re.compile(r"\b(?:deploy|release|version|roll(?:ing)? back)\b")
_GRADE: Final = re.compile(
    r"\b(?:(?:sev|sef|s[\s-]?[fv])[\s.-]{0,2}|(?<=\bto )7\.|(?<=\bas )7\.|(?<=\ba )(?:7\.|(?:safe|set|self) ))"
    r"([1-5]|one)(?![.\d])"
)
_STUCK: Final = re.compile(r"(?<=\d)-(?=s[\s-]?e?[fv][\s.-]{0,2}[1-5])")  # "14-s-f1": two words
_OF_INCIDENT: Final = re.compile(
    r"\bincident (?:(?:to|too|number) )?(?:(?P<number>\d+)(?: ?a)?|(?P<word>for|to|too|free|tree|ate|date|well))"
    r"(?=\??$| (?:again|as|is|to|into|in order|with|and|now|please|has|was|back|doing|looking|an order)\b)"
)
_NUMBERED: Final = {
    "to": "2", "too": "2", "free": "3", "tree": "3", "for": "4", "ate": "8", "date": "8", "well": "12"
}  # fmt: skip


def of_incidents(text: str) -> str:
    """Return talk of incidents with their numbers and grades: "to 7.2" is "to sev2"; other text as it is."""
    if not _ABOUT_INCIDENTS.search(text):
        return text
    apart = _STUCK.sub(" ", text)
    numbered = _OF_INCIDENT.sub(lambda found: f"incident {found['number'] or _NUMBERED[found['word']]}", apart)
    if _OF_RELEASES.search(numbered):
        return numbered
    return _GRADE.sub(lambda found: f"sev{found[1].replace('one', '1')}", numbered)
