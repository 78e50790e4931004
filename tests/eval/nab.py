"""The labelled series of NAB as hours without gaps; the folder beside the repository has their licence."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean

from memory.model.value import Value

NAB = Path(__file__).resolve().parents[3] / "shared" / "data" / "timeseries" / "nab"


class Labelled(Value):
    """One series of hourly means from some hour of a day on, and the windows in which something is wrong."""

    name: str
    hour: int
    values: tuple[float, ...]
    windows: tuple[tuple[int, int], ...]


def labelled(half: str) -> list[Labelled]:
    """Return every other series: one half to develop with, one to report. None without NAB."""
    every = list(_every()) if NAB.exists() else []
    return every[0::2] if half == "dev" else every[1::2]


def _every() -> Iterator[Labelled]:
    windows = json.loads((NAB / "labels" / "combined_windows.json").read_text())
    for path in sorted((NAB / "data").glob("*/*.csv")):
        name = f"{path.parent.name}/{path.name}"
        marked = next(found for key, found in windows.items() if key.casefold() == name.casefold())
        with path.open(newline="") as file:
            rows = [
                (datetime.fromisoformat(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)
            ]
        first = rows[0][0].replace(minute=0, second=0)
        yield Labelled(
            name=name,
            hour=first.hour,
            values=_hours(rows, first),
            windows=tuple((_hour(low, first), _hour(high, first)) for low, high in marked),
        )


def _hour(text: str, first: datetime) -> int:
    return (datetime.fromisoformat(text) - first) // timedelta(hours=1)


def _hours(rows: list[tuple[datetime, float]], first: datetime) -> tuple[float, ...]:
    """Return the mean of each hour; an hour nobody told of is as the one before."""
    told: dict[int, list[float]] = {}
    for at, value in rows:
        told.setdefault((at - first) // timedelta(hours=1), []).append(value)
    found: list[float] = []
    for hour in range(max(told) + 1):
        found.append(fmean(told[hour]) if hour in told else found[-1])
    return tuple(found)
