"""A written post-mortem as something remembered: its title, its day, what it says was the cause and what fixed it.

Pure. Sections are told by their headings, or by what stands in bold before a colon; where there is none, the first
sentence that says so counts. Nothing is concluded: what a file does not say stays empty.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.recall.shelf import shortened
from memory.model.memory import Memory, MemoryKind
from memory.recall.reading import entry_of

LONGEST_TEXT = 200_000
LONGEST_SAID = 300  # characters of a cause or a fix

_LABEL = re.compile(
    r"^(?:#{1,6}\s+(?P<heading>.+?)\s*#*|\s*(?:[-*]\s+)?\*\*(?P<bold>[^*\n]{2,60}?):?\*\*:?\s*(?P<said>.*))$"
)
_CAUSE = re.compile(r"(?i)(the )?(root |underlying )?causes?\b|why (did|it)\b|contributing (factor|cause)s?\b")
_FIX = re.compile(r"(?i)(the )?(resolution|fix(es)?|mitigations?|remediation|solution|recovery|what fixed it)\b")
_SAYS_CAUSE = re.compile(r"(?i)\broot cause\b|\b(was|were|is) (caused by|due to|because)\b|\bturned out\b")
_HINTS_CAUSE = re.compile(r"(?i)\b(due to|because of|as a result of|led to)\b|\b(introduced|had) a bug\b")
_SAYS_FIX = re.compile(r"(?i)\b(fixed|resolved|mitigated|solved) (it|the|by) |\brolled back\b|\breverted\b")
_UNSURE = re.compile(
    r"(?i)\b(unknown|unclear|not clear|investigat\w+|might|may be|perhaps|exclude|to ensure|did ?n.?t help)\b"
    r"|\bidentify the\b|\?"
)
_SENTENCES = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)|(?<=[.!?])\s+")
_MARK = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+(?:\[[ x]\]\s*)?")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def of_postmortem(file: str, text: str, tenant: str, *, read_at: datetime, keep: timedelta) -> Memory:
    """Return the memory of a file. It is of the day its name or title says, else of the day it is read."""
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    entry = entry_of(Path(file).stem, text)
    sections = list(_sections(_FRONT.sub("", text)))
    return Memory(
        id=f"mem:file:{hashlib.sha256(file.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}",
        tenant=tenant,
        kind=MemoryKind.INCIDENT,
        subject=f"file:{Path(file).name}"[:300],
        title=entry.title,
        text=text,
        services=tuple(each for each in entry.services if re.fullmatch(r"[A-Za-z0-9][\w.:/@+-]{0,119}", each)),
        cause=_section(sections, _CAUSE) or _sentence(sections, _SAYS_CAUSE) or _suspected(sections),
        fix=_section(sections, _FIX) or _sentence(sections, _SAYS_FIX),
        at=_day(f"{Path(file).stem} {entry.title}") or read_at,
        until=read_at + keep,
    )


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every label with the lines below it, those before the first one under none."""
    label, lines = "", list[str]()
    for line in text.split("\n"):
        found = _LABEL.match(line)
        if found is None:
            lines.append(line)
            continue
        yield label, lines
        label, lines = found["heading"] or found["bold"], [found["said"] or ""]
    yield label, lines


def _section(sections: list[tuple[str, list[str]]], called: re.Pattern[str]) -> str:
    for label, lines in sections:
        said = _said(lines) if called.match(label) else ""
        if said:
            return said
    return ""


def _suspected(sections: list[tuple[str, list[str]]]) -> str:
    found = _sentence(sections, _HINTS_CAUSE)
    return f"Suspected: {found}" if found else ""


def _sentence(sections: list[tuple[str, list[str]]], says: re.Pattern[str]) -> str:
    """Return the first sentence that says so, of those that are sure of it."""
    told = (_said([each]) for _, lines in sections for each in _SENTENCES.split("\n".join(lines)))
    return next((each for each in told if says.search(each) and not _UNSURE.search(each)), "")


def _said(lines: list[str]) -> str:
    """Return lines as one: the items of a list apart, links as their words."""
    text = "".join(f"{'; ' if _MARK.match(line) else ' '}{_MARK.sub('', line).strip(' .;')}" for line in lines)
    return shortened(_LINK.sub(r"\1", text).strip("; "), LONGEST_SAID)


def _day(text: str) -> datetime | None:
    for year, month, day in _DAY.findall(text):
        try:
            return datetime(int(year), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue
    return None
