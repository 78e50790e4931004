"""The story that the entries of a pack tell, for people: what was asked, decided, done and measured. Pure.

It says only what the entries and the texts beside them say, and of each line which entry it is from.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field, ValidationError

from bot.audit.telling import says, texts_of
from memory.model.bodies import EntryKind
from memory.model.evidence import Evidence
from memory.model.record import SYSTEM, Blob, Recorded
from memory.model.value import Index, Moment, Value
from memory.scrubbing import ERASED


class Part(StrEnum):
    """A part of the story, in the order in which it is told."""

    ASKED = "What was asked"
    UNDERSTOOD = "How it was understood"
    SEEN = "What was looked at"
    PROPOSED = "What was proposed"
    DECIDED = "What policy said"
    APPROVED = "Who agreed, and who did not"
    DONE = "What was done"
    MEASURED = "What was measured"
    UNDONE = "What was taken back"
    REFUSED = "What was refused"
    ANSWERED = "What was answered"
    BESIDE = "What belongs to it"


_PARTS: dict[EntryKind, Part] = {
    EntryKind.MESSAGE: Part.ASKED,
    EntryKind.RECALL: Part.UNDERSTOOD,
    EntryKind.MODEL: Part.UNDERSTOOD,
    EntryKind.INTERPRETATION: Part.UNDERSTOOD,
    EntryKind.EVIDENCE: Part.SEEN,
    EntryKind.PLAN: Part.PROPOSED,
    EntryKind.DECISION: Part.DECIDED,
    EntryKind.APPROVAL: Part.APPROVED,
    EntryKind.DECIDED: Part.DONE,
    EntryKind.OUTCOME: Part.DONE,
    EntryKind.END: Part.DONE,
    EntryKind.CHECK: Part.MEASURED,
    EntryKind.MEASUREMENT: Part.MEASURED,
    EntryKind.UNDO: Part.UNDONE,
    EntryKind.DENIAL: Part.REFUSED,
    EntryKind.DEAD_LETTER: Part.REFUSED,
    EntryKind.REPLY: Part.ANSWERED,
}


class Line(Value):
    """One entry in words: what it says, and the texts beside it, or `ERASED` in their place."""

    index: Index
    at: Moment
    kind: EntryKind
    who: str
    says: str
    texts: tuple[str, ...] = ()


class Picture(Value):
    """A measured line as points in a box of 600 by 120."""

    title: str
    points: str
    lowest: str
    highest: str
    began: Moment
    ended: Moment
    source: str


class Report(Value):
    """The story of one turn, or of several that belong together."""

    subject: str
    tenant: str
    origin: str
    prepared_at: Moment
    prepared_by: str
    log_size: Index
    correlations: tuple[str, ...]
    people: dict[str, str] = Field(default_factory=dict)
    policies: tuple[str, ...] = ()
    parts: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What is known beside the entries: texts by their digest, names by pseudonym."""

    blobs: Mapping[str, Blob]
    people: Mapping[str, str]


def lines(entries: Sequence[Recorded], beside: Beside) -> dict[str, tuple[Line, ...]]:
    """Return the entries in words, by the part of the story they belong to, each part in the order of the log."""
    told: dict[Part, list[Line]] = defaultdict(list)
    for each in entries:
        told[_PARTS.get(each.entry.kind, Part.BESIDE)].append(_line(each, beside))
    return {part.value: tuple(told[part]) for part in Part if part in told}


def pictures(blobs: Sequence[Blob]) -> tuple[Picture, ...]:
    """Return the measured lines that evidence holds."""
    return tuple(
        picture
        for blob in blobs
        if blob.kind == "evidence" and (evidence := _evidence(blob.content)) is not None
        for picture in _pictures(evidence)
    )


def page(report: Report) -> bytes:
    """Return the report as one HTML file that needs no other."""
    environment = Environment(
        loader=PackageLoader("bot.audit", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html").render(report=report, erased=ERASED).encode()


def _line(recorded: Recorded, beside: Beside) -> Line:
    entry = recorded.entry
    who = "Quarterdeck" if entry.actor == SYSTEM else beside.people.get(entry.actor, f"{entry.actor[:10]}…")
    texts = tuple(
        _readable(blob) if (blob := beside.blobs.get(digest)) else ERASED for digest in texts_of(entry.body)
    )
    return Line(
        index=recorded.receipt.index, at=entry.at, kind=entry.kind, who=who, says=says(entry.told()), texts=texts
    )


def _readable(blob: Blob) -> str:
    text = blob.content.decode(errors="replace")
    if blob.kind == "evidence" and (evidence := _evidence(blob.content)) is not None:
        return " · ".join(
            part for part in (evidence.summary, evidence.source, evidence.query, evidence.text) if part
        )
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _evidence(content: bytes) -> Evidence | None:
    try:
        return Evidence.model_validate_json(content)
    except ValidationError:
        return None


_WIDTH, _HEIGHT = 600, 120


def _pictures(evidence: Evidence) -> list[Picture]:
    return [_picture(evidence, series.name, series.points) for series in evidence.series if len(series.points) > 1]


def _picture(evidence: Evidence, name: str, points: Sequence[tuple[float, float]]) -> Picture:
    times, values = [at for at, _ in points], [value for _, value in points]
    wide, high = (max(times) - min(times)) or 1, (max(values) - min(values)) or 1
    placed = (
        f"{_WIDTH * (at - min(times)) / wide:.1f},{_HEIGHT * (1 - (value - min(values)) / high):.1f}"
        for at, value in points
    )
    return Picture(
        title=f"{evidence.summary} ({name})",
        points=" ".join(placed),
        lowest=f"{min(values):g} {evidence.unit}".strip(),
        highest=f"{max(values):g} {evidence.unit}".strip(),
        began=datetime.fromtimestamp(min(times), UTC),
        ended=datetime.fromtimestamp(max(times), UTC),
        source=evidence.source,
    )
