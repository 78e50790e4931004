"""Published post-mortems as timelines with a checklist: what was known by the clock, and what was written later.

The files lie beside the repository and nothing of them is copied into it. A timeline is every line or heading that
begins with a time; the checklist is made of the rest by the rules of `checklist`, before any summary is looked at.
Files of fewer than three such lines say too little and are left out.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "incidents"
ABSENT = "the post-mortems are not there: expected the folder ../shared/data/incidents beside the repository"
LEAST_ENTRIES = 3
_CLOCK = r"~?\d{1,2}[:.]\d{2}(?:\s?[AP]M)?"
_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})"
_LINE = re.compile(
    rf"^\s*(?:[-*\u2013]\s+)?(?:\*\*)?((?:{_DATE}[ ,T]+)?{_CLOCK})(?:\*\*)?(?!\d|:\d)"
    r"\s*(?:[A-Z]{3,4}\b)?\s*[-\u2013:]?\s*(\S.*)$"
)
_HEADING = re.compile(r"^#{3,4}\s+(.*\d{1,2}[:.]\d{2}.*)$")
_KEY = re.compile(rf"^\s*-\s*(.+?):?\s+({_DATE})\s+({_CLOCK})\s*$")
_FIELD = re.compile(r"^-\s+\*\*([^*]+)\*\*:?\s*(.*)$")
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+(?:\[[ x]\]\s*)?(.*)$")


class Half(StrEnum):
    """Which half a file is in: the first is looked at while building, the other is not."""

    DEV = "dev"
    HELD_OUT = "held-out"


class Matter(StrEnum):
    """What a fact is about."""

    WHAT = "what it was"
    DETECTION = "how it was noticed"
    IMPACT = "impact"
    OUTCOME = "cause and resolution"
    NARRATIVE = "the summary people wrote"
    LESSON = "what went well or badly"
    ACTION = "action items"
    TIME = "key times"


@dataclass(frozen=True)
class Fact:
    """One line of the checklist. `time` is a time of day where that is asked for, `role` whose time it is."""

    matter: Matter
    text: str
    time: str = ""
    role: str = ""


@dataclass(frozen=True)
class PostMortem:
    """One file: the timeline as (time, text) pairs, and the checklist."""

    name: str
    half: Half
    timeline: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]


def present() -> bool:
    """Return whether the post-mortems lie beside the repository."""
    return FOLDER.is_dir()


def half(name: str) -> Half:
    """Return the half of a file: the first byte of the SHA-256 of its name, even or odd."""
    return Half.DEV if hashlib.sha256(name.encode()).digest()[0] % 2 == 0 else Half.HELD_OUT


def files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file."""
    for path in sorted(FOLDER.glob("*/*.md")):
        yield f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8")


def postmortems(which: Half) -> tuple[PostMortem, ...]:
    """Return the files of a half whose timeline is long enough."""
    read = (read_one(name, text) for name, text in files() if half(name) is which)
    return tuple(each for each in read if len(each.timeline) >= LEAST_ENTRIES)


def read_one(name: str, text: str) -> PostMortem:
    """Return a file as a timeline and a checklist."""
    sections = _sections(text)
    timeline = _headed(sections.get("timeline", "")) or _lined(
        sections.get("context", "") or sections.get("timeline", "")
    )
    return PostMortem(name=name, half=half(name), timeline=tuple(timeline), facts=tuple(checklist(text, sections)))


def checklist(text: str, sections: dict[str, str]) -> Iterator[Fact]:
    """Yield what people wrote down afterwards, a sentence or a list item each, and the key times."""
    title = re.search(r"^#\s+(.*)$", text, re.MULTILINE)
    if title is not None:
        yield from _facts(Matter.WHAT, re.sub(r"^(?:Incident on)?\s*[\d-]+\s*[-,:]*\s*", "", title[1]))
    for line in sections.get("key events", "").splitlines():
        found = _KEY.match(line)
        role = _role(found[1]) if found else ""
        if found and role:
            yield Fact(Matter.TIME, f"{role} {found[3]}", time=_clock(found[3]), role=role)
    for section, matter in _MATTERS.items():
        for name, body in sections.items():
            if name.startswith(section):
                for item in _items(body):
                    yield from _facts(matter, item)


_MATTERS = {
    "identified": Matter.DETECTION,
    "impact": Matter.IMPACT,
    "resolution": Matter.OUTCOME,
    "summary": Matter.NARRATIVE,
    "what went": Matter.LESSON,
    "where we got lucky": Matter.LESSON,
    "review action": Matter.ACTION,
    "actions following": Matter.ACTION,
    "action item": Matter.ACTION,
}


def _sections(text: str) -> dict[str, str]:
    """Return the bodies of a file's sections by their names in lower case, both families of files alike.

    A heading of the second level, a bold list item at the margin, or a heading of the third level that is no time
    begins a section; what stands below action items stays in them.
    """
    found: dict[str, list[str]] = {}
    current, major = "", ""
    for line in text.splitlines():
        heading, field = re.match(r"^(##|###)\s+(.*)$", line), _FIELD.match(line)
        if heading and not _HEADING.match(line):
            name = heading[2].strip().lower()
            if heading[1] == "##":
                major = name
            current = name if heading[1] == "##" or not major.startswith(("action", "timeline")) else major
        elif field is not None:
            current = field[1].strip().rstrip(":").lower()
            found.setdefault(current, []).append(field[2])
            continue
        found.setdefault(current, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _headed(body: str) -> list[tuple[str, str]]:
    """Return the entries whose times are headings."""
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        heading = _HEADING.match(line)
        if heading is not None:
            found.append((_time_of(heading[1]), []))
        elif found:
            found[-1][1].append(line)
    joined = [(time, "\n".join(lines).strip()) for time, lines in found]
    return [(time, text) for time, text in joined if text]


def _time_of(heading: str) -> str:
    found = re.search(rf"(?:{_DATE}[ ,]+)?{_CLOCK}", heading)
    return found[0] if found else heading


def _lined(body: str) -> list[tuple[str, str]]:
    """Return the entries whose times begin a line; a line without one goes on with the entry before it."""
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        entry = _LINE.match(line)
        if entry is not None:
            found.append((entry[1].lstrip("~"), [entry[2]]))
        elif found and re.match(r"^\s+[-*]?\s*\S", line) and not line.lstrip().startswith("```"):
            found[-1][1].append(line.strip())
    return [(time, "\n".join(lines).strip()) for time, lines in found]


def _items(body: str) -> Iterator[str]:
    """Yield the list items and paragraphs of a section."""
    kept: list[str] = []
    for line in re.sub(r"```.*?```", "", body, flags=re.DOTALL).splitlines():
        item = _ITEM.match(line)
        if item is not None or not line.strip():
            if kept:
                yield " ".join(kept)
            kept = [item[1]] if item is not None else []
        elif not line.startswith("#"):
            kept.append(line.strip())
    if kept:
        yield " ".join(kept)


def _facts(matter: Matter, text: str) -> Iterator[Fact]:
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    plain = re.sub(r"<?https?:\S+", "", plain).replace("**", "")
    for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", plain):
        if len(re.findall(r"[A-Za-z]{3,}", part)) >= 3:  # fewer words are no fact
            yield Fact(matter, part.strip())


def _role(event: str) -> str:
    lowered = event.lower()
    if "not declared" in lowered:
        return ""
    for role, marks in {
        "declared": ("declared",),
        "detected": ("detected", "fault occurs", "aware"),
        "repaired": ("repaired",),
        "resolved": ("resolved",),
    }.items():
        if any(mark in lowered for mark in marks) and not ("repaired" in lowered and role == "declared"):
            return role
    return ""


def _clock(text: str) -> str:
    return re.sub(r"^~?(\d):", r"0\1:", text.replace(".", ":"))
