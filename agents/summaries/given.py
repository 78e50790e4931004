"""A timeline in a file, `{"input_timeline": [{"time", "kind", "author", "text"}, ...]}`, as an account.

Lenient in what it understands (other names of the fields, times of many forms, kinds in anybody's words), and
clear on what it does not: every entry that is left out or placed by guess is told of in a note. Pure.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.summaries.account import Account
from agents.summaries.kinds import heard
from agents.summaries.lexicon import Role
from agents.summaries.moments import BEGINNING, Reader
from agents.summaries.orders import told
from agents.untrusted import stripped
from memory.errors import InputTooLarge, InvalidInput
from memory.model.incident import TimelineEntry
from memory.model.value import Identifier

MOST_ENTRIES = 200_000
MOST_NOTES = 50
LONGEST = 4000  # characters of an entry's text
_LONGEST_AUTHOR = 120
_LISTS = ("input_timeline", "timeline", "entries", "events")
_TIME = ("time", "at", "timestamp", "ts", "when", "date", "datetime", "occurred_at")
_KIND = ("kind", "type", "category", "event_type", "source")
_AUTHOR = ("author", "by", "user", "who", "actor", "person", "from", "source")
_TEXT = ("text", "message", "summary", "description", "body", "content", "event", "details", "note")
_IDENTIFIER = TypeAdapter[str](Identifier)


@dataclass(frozen=True)
class Given:
    """The account, each entry's position in the file, its time and kind as written, and what was unclear."""

    account: Account
    positions: dict[Identifier, int]
    times: dict[Identifier, str]
    kinds: dict[Identifier, str]
    notes: tuple[str, ...]


def given(document: object, now: datetime) -> Given:
    """Return the account; raises `InvalidInput` for what is no timeline and `InputTooLarge` for one too long."""
    rows, notes = _rows(document), list[str]()
    reader = Reader.of([_text(_first(row, _TIME)) for row in rows if isinstance(row, Mapping)])
    entries: list[TimelineEntry] = []
    hints: dict[Identifier, tuple[Role, ...]] = {}
    positions: dict[Identifier, int] = {}
    times: dict[Identifier, str] = {}
    kinds: dict[Identifier, str] = {}
    placed: set[Identifier] = set()
    early = 0  # entries before the first time that can be read
    for position, row in enumerate(rows):
        made = _entry(row, position, reader, entries, positions, notes)
        if made is None:
            continue
        entry, kind, timed = made
        entries.append(entry)
        placed |= set() if timed else {entry.id}
        positions[entry.id], kinds[entry.id] = position, kind
        times[entry.id] = _text(_first(row, _TIME)) if isinstance(row, Mapping) else ""
        hints[entry.id] = heard(kind).roles
        early += reader.last is None
        if told(entry.text, trusted=entry.trusted)[1]:
            notes.append(f"entry {position + 1} gives orders to whoever reads it: they are left out")
    entries = _at_the_first(entries, early)
    notes += _on_zones(reader)
    kept = notes[:MOST_NOTES] + ([f"{len(notes) - MOST_NOTES} more like these"] if len(notes) > MOST_NOTES else [])
    account = Account(
        timeline=tuple(entries),
        now=now,
        dated=reader.dated,
        zone=_zone(reader),
        placed=frozenset(placed),
        hints={identifier: roles for identifier, roles in hints.items() if roles},
    )
    return Given(account=account, positions=positions, times=times, kinds=kinds, notes=tuple(kept))


def _rows(document: object) -> Sequence[object]:
    rows = document
    if isinstance(document, Mapping):
        rows = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if not isinstance(rows, list):
        raise InvalidInput(
            'expected {"input_timeline": [...]} or a list of entries, found neither',
            hint='Each entry is {"time": "14:02", "kind": "alert", "author": "pagerduty", "text": "..."}.',
        )
    if len(rows) > MOST_ENTRIES:
        raise InputTooLarge(f"expected at most {MOST_ENTRIES} entries, found {len(rows)}")
    return rows


def _entry(
    row: object,
    position: int,
    reader: Reader,
    before: list[TimelineEntry],
    taken: Container[str],
    notes: list[str],
) -> tuple[TimelineEntry, str, bool] | None:
    """Return the entry, its kind as written, and whether its time could be read; None where it says nothing."""
    name = f"entry {position + 1}"
    if not isinstance(row, Mapping):
        notes.append(f"{name} was left out: expected an object, found {type(row).__name__}")
        return None
    text = _text(_first(row, _TEXT))
    if not text:
        notes.append(f"{name} was left out: expected a text, found none")
        return None
    if len(text) > LONGEST:
        notes.append(f"{name} was cut: expected at most {LONGEST} characters, found {len(text)}")
    kind = stripped(_text(_first(row, _KIND)), _LONGEST_AUTHOR)
    at, timed = _placed(row, name, reader, before, notes)
    meant = heard(kind)
    entry = TimelineEntry(
        id=_id(row, position, taken),
        tenant="file",
        at=at,
        recorded_at=at + timedelta(microseconds=position),  # what happened at once stays in the file's order
        kind=meant.kind,
        text=text[:LONGEST],
        author=stripped(_text(_first(row, _AUTHOR)), _LONGEST_AUTHOR),
        source="file",
        trusted=meant.trusted,
    )
    return entry, kind, timed


def _at_the_first(entries: list[TimelineEntry], early: int) -> list[TimelineEntry]:
    """Return the entries, those before the first time that could be read at that time."""
    if not 0 < early < len(entries):
        return entries
    late = entries[early].at - entries[0].at
    moved = [_later(each, late) for each in entries[:early]]
    return [*moved, *entries[early:]]


def _later(entry: TimelineEntry, late: timedelta) -> TimelineEntry:
    return entry.model_copy(update={"at": entry.at + late, "recorded_at": entry.recorded_at + late})


def _placed(
    row: Mapping[Any, object], name: str, reader: Reader, before: list[TimelineEntry], notes: list[str]
) -> tuple[datetime, bool]:
    """Return when the entry happened, and whether it says so; else it stands right after the one before it."""
    written = _first(row, _TIME)
    at = None if written is None else reader.read(written)
    if at is not None:
        return at, True
    found = "none" if written is None else repr(stripped(str(written), 40))
    notes.append(f"{name} has no time that can be read (found {found}): placed after the entry before it")
    return before[-1].at if before else BEGINNING, False


def _id(row: Mapping[Any, object], position: int, taken: Container[str]) -> str:
    """Return the entry's own id where it has a usable one, else `e` and its place, counted from 1."""
    own = row.get("id")
    if isinstance(own, str | int) and not isinstance(own, bool):
        try:
            found = _IDENTIFIER.validate_python(str(own))
        except ValidationError:
            found = ""
        if found and found not in taken:
            return found
    return _free(f"e{position + 1}", taken)


def _free(name: str, taken: Container[str]) -> str:
    while name in taken:
        name = f"{name}-again"
    return name


def _first(row: Mapping[Any, object], names: tuple[str, ...]) -> object:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _text(found: object) -> str:
    if isinstance(found, Mapping):
        found = next((found[name] for name in ("name", "display_name", "text", "id") if found.get(name)), "")
    if isinstance(found, list):
        found = " ".join(str(each) for each in found)
    return re.sub(r"[^\S\n]+", " ", str(found)).strip() if found is not None else ""


def _zone(reader: Reader) -> str:
    """Return what the times are of as they are told, empty where nobody said or several are left as they are."""
    written = _elsewhere(reader)
    if reader.converted() or not written:
        return "UTC" if reader.dated or reader.zones else ""
    return next(iter(written)) if len(reader.zones) == 1 else ""


def _on_zones(reader: Reader) -> list[str]:
    written = _elsewhere(reader)
    if not written:
        return []
    names = ", ".join(sorted(reader.zones))
    if reader.converted():
        return [f"times are told in UTC; they are written in {names}"]
    return [f"times are taken as they are written, whatever their zone ({names})"]


def _elsewhere(reader: Reader) -> frozenset[str]:
    return reader.zones - {"UTC", "GMT", "Z"}
