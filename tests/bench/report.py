"""What was measured, as a table for people and as JSON for programs; each beside its floor and its aim."""

import json
import os
import platform
from pathlib import Path

from rich import box
from rich.table import Table

from memory.model.value import JsonValue, Value
from tests.bench.timing import Timing

FLOORS = """
A floor is the least that could do the same, measured in the same run: a graph of one node that does
nothing with the same checkpointer, and a FastAPI endpoint that does nothing.
"""


class Figure(Value):
    """One thing that was measured. `floor` is what the same run measured for the least that could do it."""

    name: str
    unit: str
    value: float
    p99: float | None = None
    floor: float | None = None
    aim: str = ""

    def ratio(self) -> float | None:
        """Return how many times the floor it is."""
        return round(self.value / self.floor, 2) if self.floor else None


def of_timing(name: str, measured: Timing, floor: Timing | None, aim: str = "") -> Figure:
    """Return a timing as a figure."""
    return Figure(
        name=name,
        unit="ms",
        value=measured.p50_ms,
        p99=measured.p99_ms,
        floor=floor.p50_ms if floor else None,
        aim=aim,
    )


def table(figures: list[Figure]) -> Table:
    """Return the figures as a table."""
    shown = Table("What", "p50", "p99", "Floor", "Ratio", "Aim", box=box.SIMPLE_HEAD)
    for figure in figures:
        shown.add_row(figure.name, *_cells(figure), figure.aim)
    return shown


def write(figures: list[Figure], folder: Path, name: str, floors: str = FLOORS) -> None:
    """Write `name.json` and `name.md`; `floors` says what the figures are held against."""
    folder.mkdir(parents=True, exist_ok=True)
    machine: dict[str, JsonValue] = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    rows = [{**figure.model_dump(), "ratio": figure.ratio()} for figure in figures]
    document = {"machine": machine, "figures": rows}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    (folder / f"{name}.md").write_text(_markdown(figures, machine, floors))


def _markdown(figures: list[Figure], machine: dict[str, JsonValue], floors: str) -> str:
    rows = ["| what | p50 | p99 | floor | ratio | aim |", "|---|---|---|---|---|---|"]
    rows += [f"| {' | '.join([figure.name, *_cells(figure), figure.aim])} |" for figure in figures]
    return "\n".join(
        [
            "# Speed and memory",
            "",
            f"Measured by `make bench`, {machine['cores']} cores, Python {machine['python']}, {machine['system']}",
            floors.strip("\n"),
            "",
            *rows,
            "",
        ]
    )


def _cells(figure: Figure) -> list[str]:
    ratio = figure.ratio()
    return [
        f"{figure.value:g} {figure.unit}",
        "" if figure.p99 is None else f"{figure.p99:g} {figure.unit}",
        "" if figure.floor is None else f"{figure.floor:g} {figure.unit}",
        "" if ratio is None else f"{ratio:g} x",
    ]
