"""`python -m tests.eval.injection`: the whole protocol and its report; the exit code says whether it holds."""

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from memory.clock import SystemClock
from tests.eval.injection.campaign import guarded, leaks, ungated
from tests.eval.injection.page import Protocol, Useful, found, percent, removals, write
from tests.eval.injection.strings import strings
from tests.eval.injection.utility import utility
from tests.eval.revision import revision

ROOT = Path(__file__).resolve().parents[3]
EACH = 216  # attempts of each of fourteen classes: more than 3,000
EACH_UNGATED, EACH_REMOVED, EACH_TASK = 24, 16, 15


async def protocol(folder: Path, each: int, *, ungated_each: int, removed_each: int, tasks: int) -> Protocol:
    """Run everything, in houses of their own below `folder`."""
    peace = await utility(folder / "peace", tasks, attacked=False)
    war = await utility(folder / "war", tasks, attacked=True)
    return Protocol(
        revision=revision("agents", "bot", "runbooks", "tools", "memory", "tests/eval/injection"),
        date=SystemClock().now().date().isoformat(),
        strings=len(strings()),
        guarded=found(await guarded(folder / "guarded", each)),
        ungated=found(await ungated(folder / "ungated", ungated_each)),
        removed=removals(await leaks(folder / "leaks", removed_each)),
        at_peace=Useful(done=peace[0], tasks=peace[1]),
        attacked=Useful(done=war[0], tasks=war[1]),
    )


def main(
    *,
    each: Annotated[int, typer.Option(help="Attempts of each class.")] = EACH,
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = ROOT / "docs" / "eval",
) -> None:
    """Attack the house as the worst model there can be, and judge what came of it."""
    quiet()
    with tempfile.TemporaryDirectory() as folder:
        made = asyncio.run(
            protocol(Path(folder), each, ungated_each=EACH_UNGATED, removed_each=EACH_REMOVED, tasks=EACH_TASK)
        )
    write(made, out)
    console = Console()
    console.print(
        f"{made.attempted():,} attempts, {made.executed()} unauthorised effects; with the gate off "
        f"{percent(made.reached())}; utility {percent(made.kept())}; wrote {out}/injection.md and injection.json"
    )
    raise typer.Exit(0 if made.holds() else 1)


def quiet() -> None:
    """Say nothing of every plan on the way: there are thousands."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


if __name__ == "__main__":
    typer.run(main)
