"""One run of one suite as a file of its own: what was measured, of which revision and model, and its cost."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from memory.errors import InvalidInput
from memory.model.value import Identifier, Moment, Value

_Milliseconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Better(StrEnum):
    """In which direction a number is better."""

    MORE = "more"
    LESS = "less"


class Number(Value):
    """One thing that was measured. Two runs that differ by no more than the tolerance are alike."""

    value: Annotated[float, Field(allow_inf_nan=False)]
    better: Better = Better.MORE
    tolerance: float = Field(default=0.0, ge=0)


class EvalRun(Value):
    """One run. `model` is empty where none took part; times are of one answer, on the machine that ran it."""

    suite: Identifier
    revision: str
    at: Moment
    model: str = ""
    cost: Decimal = Field(default=Decimal(0), ge=0)
    currency: str = "USD"
    p50_ms: _Milliseconds | None = None
    p95_ms: _Milliseconds | None = None
    numbers: dict[str, Number]

    def name(self) -> str:
        """Return what its file is called: runs of a suite sort by when they began."""
        return f"{self.suite}-{self.at:%Y%m%dT%H%M%SZ}.json"


def kept(run: EvalRun, folder: Path) -> Path:
    """Write a run and return its file; raises `InvalidInput` where there is one: a run is never changed."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / run.name()
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(run.model_dump_json(indent=1) + "\n")
    except FileExistsError:
        raise InvalidInput(f"expected a run of its own second, found {file} there already") from None
    return file


def read(file: Path) -> EvalRun:
    """Return a run; raises `InvalidInput` for what is none."""
    try:
        return EvalRun.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        found = error.strerror if isinstance(error, OSError) else f"{error.error_count()} fields that do not fit"
        raise InvalidInput(f"expected the file of an evaluation at {file}, found {found}") from None


def runs(folder: Path, suite: str = "") -> tuple[EvalRun, ...]:
    """Return the runs in a folder, of one suite or all, oldest first; raises `InvalidInput`. No folder: none."""
    found = (read(file) for file in sorted(folder.glob("*.json")))
    return tuple(sorted((each for each in found if suite in {"", each.suite}), key=lambda each: each.at))
