"""Looking through the log files of a service's replicas, those that run and the last few that ran."""

import heapq
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from memory.model.value import JsonValue, Value

LEVELS = ("info", "warning", "error")
MOST_LINES = 500

Line = dict[str, JsonValue]


class Search(Value):
    """Which lines to return: the newest `limit` at or above `level` that contain a text, of a range of time."""

    service: str
    since: datetime | None = None
    until: datetime | None = None
    contains: str = ""
    level: str = "info"
    limit: int = 100


def search(logs: Path, wanted: Search) -> tuple[int, list[Line]]:
    """Return how many lines fit, and the newest of them, newest first. Text is compared without regard to case."""
    found = 0
    newest: list[tuple[str, int, Line]] = []
    for path in logs.glob(f"{wanted.service}.*.log*"):
        for line in _lines(path):
            if not _fits(line, wanted):
                continue
            found += 1
            heapq.heappush(newest, (str(line["at"]), found, line))
            if len(newest) > wanted.limit:
                heapq.heappop(newest)
    return found, [line for _, _, line in sorted(newest, key=lambda entry: entry[:2], reverse=True)]


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return  # rotated away in between
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # being written


def _fits(line: Line, wanted: Search) -> bool:
    at = datetime.fromisoformat(str(line["at"])).astimezone(UTC)
    return (
        (wanted.since is None or wanted.since <= at)
        and (wanted.until is None or at <= wanted.until)
        and LEVELS.index(str(line["level"])) >= LEVELS.index(wanted.level)
        and wanted.contains.casefold() in json.dumps(line, ensure_ascii=False).casefold()
    )
