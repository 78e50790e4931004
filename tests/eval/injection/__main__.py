"""`python -m tests.eval.injection`: the whole protocol and its report; the exit code says whether it holds."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from memory.clock import SystemClock
from tests.eval.injection.campaign import Tallies, guarded, leaks, ungated
from tests.eval.injection.page import Protocol, Useful, found, percent, removals, write
from tests.eval.injection.strings import strings
from tests.eval.injection.utility import utility
from tests.eval.injection.working import Work, quiet, worked
from tests.eval.revision import revision

ROOT = Path(__file__).resolve().parents[3]
EACH = 192  # attempts of each of sixteen classes, twelve by each way in: more than 3,000
LEAST = 2  # of anything else, which there is less of: a sixth without the gate, a twelfth without a control
PARTS = 4  # of the longest pieces of work, so that no process waits long for another
ROOM = Path("/dev/shm")  # noqa: S108 - the houses' folders, below a name nobody guesses; what a disk does is tested elsewhere


async def protocol(
    folder: Path, each: int, *, ungated_each: int, removed_each: int, tasks: int, workers: int = 1
) -> Protocol:
    """Run everything, in houses of their own below `folder`; with several workers, in so many processes."""
    parts = PARTS if workers > 1 else 1
    work: list[Work] = [
        *((guarded, (folder / f"guarded-{part}", each, part, parts)) for part in range(parts)),
        *((leaks, (folder / f"leaks-{part}", removed_each, part, parts)) for part in range(parts)),
        (ungated, (folder / "ungated", ungated_each)),
        (utility, (folder / "peace", tasks, False)),
        (utility, (folder / "war", tasks, True)),
    ]
    began = time.monotonic()
    came = await worked(work, workers)
    with_gate, without, (*_, open_house, peace, war) = came[:parts], came[parts : 2 * parts], came
    tallies = sum(with_gate, start=Tallies())
    missing = {place: leak for part in without for place, leak in part.items()}
    return Protocol(
        revision=revision("agents", "bot", "runbooks", "tools", "memory", "tests/eval/injection"),
        date=SystemClock().now().date().isoformat(),
        minutes=round((time.monotonic() - began) / 60, 1),
        strings=len(strings()),
        guarded=found(tallies.kinds),
        ways=found(tallies.ways),
        ungated=found(open_house.kinds),
        removed=removals(missing[place] for place in sorted(missing)),
        at_peace=Useful(done=peace[0], tasks=peace[1]),
        attacked=Useful(done=war[0], tasks=war[1]),
    )


def main(
    *,
    each: Annotated[int, typer.Option(help="Attempts of each class.")] = EACH,
    workers: Annotated[int, typer.Option(help="Processes at a time.")] = os.cpu_count() or 1,
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = ROOT / "docs" / "eval",
) -> None:
    """Attack the house as the worst model there can be, and judge what came of it."""
    quiet()
    with tempfile.TemporaryDirectory(dir=ROOM if ROOM.is_dir() else None) as folder:
        made = asyncio.run(
            protocol(
                Path(folder),
                each,
                ungated_each=max(LEAST, each // 6),
                removed_each=max(LEAST, each // 12),
                tasks=max(LEAST, each // 12),
                workers=workers,
            )
        )
    write(made, out)
    console = Console()
    console.print(
        f"{made.attempted():,} attempts, {made.executed()} unauthorised effects; with the gate off "
        f"{percent(made.reached())}; utility {percent(made.kept())}; wrote {out}/injection.md and injection.json"
    )
    raise typer.Exit(0 if made.holds() else 1)


if __name__ == "__main__":
    typer.run(main)
