"""The group `eval`: measure suites, list the runs, compare two, draw the history. Reading needs no server."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.evaluation import Difference, EvalRun, compared, runs, svg
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.value import Value

SUITES = "tests.eval.suites"
CHECKOUT = Path("tests/eval/suites.py")
WORSE = 1
Folder = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Where the files of runs are.")]
Suite = Annotated[str, typer.Argument(metavar="SUITE", help="The name of a suite.")]
OneOrAll = Annotated[str, typer.Argument(metavar="[SUITE]", help="One suite; all without it.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[SUITE]…", help="Which suites; all without it.")]
Into = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture goes.")]
HERE = Path("docs/eval/runs")


class EvalRuns(Value):
    """Runs, oldest first."""

    items: tuple[EvalRun, ...]


class Comparison(Value):
    """Two runs of a suite, and what changed between them."""

    before: EvalRun
    after: EvalRun
    differences: tuple[Difference, ...]


def evaluation_group() -> typer.Typer:
    """Return the group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="rich",
        help="""Measure how good the house is, and compare with how good it was.

        Every command takes [bold]--json[/bold].

        [bold]Examples[/bold]

          quarterdeck eval run intent
          quarterdeck eval compare intent
        """,
    )
    group.command("run")(run)
    group.command("list")(listed)
    group.command()(compare)
    group.command()(history)
    return group


@command
def run(session: Session, suites: Names = None, folder: Folder = HERE) -> None:
    """Measure suites, and add a file for each. Needs a checkout: the data is not part of what is installed.

    [bold]Examples[/bold]

      quarterdeck eval run
      quarterdeck eval run intent injection
    """
    session.run_here(lambda: _measured(session, suites or [], folder))


@command
def listed(session: Session, suite: OneOrAll = "", folder: Folder = HERE) -> None:
    """List the runs there are.

    [bold]Examples[/bold]

      quarterdeck eval list intent --json
    """
    session.run_here(lambda: _listed(session, suite, folder))


@command
def compare(session: Session, suite: Suite, folder: Folder = HERE) -> None:
    """Compare the last two runs of a suite; ends with 1 where a number got worse by more than its tolerance.

    [bold]Examples[/bold]

      quarterdeck eval compare injection
    """
    session.run_here(lambda: _compared(session, suite, folder))


@command
def history(session: Session, suite: Suite, out: Into, folder: Folder = HERE) -> None:
    """Draw how a suite went over time.

    [bold]Examples[/bold]

      quarterdeck eval history intent --out intent.svg
    """
    session.run_here(lambda: _drawn(session, suite, out, folder))


def _measured(session: Session, suites: list[str], folder: Path) -> int:
    if not CHECKOUT.is_file():
        raise InvalidInput(
            "expected a checkout of the repository, found none here",
            hint="Run it where the repository is: the suites' data is not part of what is installed.",
        )
    words = (sys.executable, "-m", SUITES, "--runs", str(folder), *suites)
    done = subprocess.run(words, check=False)  # noqa: S603 - this very interpreter, and names that it checks itself
    session.screen.note(f"runs are in {folder}")
    return done.returncode


def _listed(session: Session, suite: str, folder: Path) -> int:
    found = runs(folder, suite)
    session.screen.show(EvalRuns(items=found), _table(found) if found else "Nothing was measured yet.")
    return 0


def _compared(session: Session, suite: str, folder: Path) -> int:
    found = runs(folder, suite)
    if len(found) < 2:  # noqa: PLR2004 - it takes two
        raise InvalidInput(f"expected two runs of {suite} in {folder}, found {len(found)}")
    before, after = found[-2:]
    told = Comparison(before=before, after=after, differences=compared(before, after))
    session.screen.show(told, _differences(told))
    return WORSE if any(each.worse for each in told.differences) else 0


def _drawn(session: Session, suite: str, out: Path, folder: Path) -> int:
    found = runs(folder, suite)
    try:
        out.write_text(svg(found), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"expected a file that can be written, found {out}: {error.strerror}") from error
    session.screen.show(EvalRuns(items=found), Text(f"{len(found)} runs drawn into {out}"))
    return 0


def _table(found: tuple[EvalRun, ...]) -> Table:
    table = Table("Suite", "When", "Revision", "Model", "Cost", "p50/p95 ms", "Numbers", box=None)
    for each in found:
        numbers = ", ".join(f"{name} {number.value:.4g}" for name, number in each.numbers.items())
        times = "" if each.p50_ms is None else f"{each.p50_ms:.1f}/{each.p95_ms or 0:.1f}"
        cost = f"{each.cost} {each.currency}" if each.model else ""
        when = f"{each.at:%Y-%m-%d %H:%M}"
        table.add_row(*map(plain, (each.suite, when, each.revision, each.model, cost, times, numbers)))
    return table


def _differences(told: Comparison) -> Table:
    table = Table("", f"{plain(told.before.revision)}", f"{plain(told.after.revision)}", "", box=None)
    for each in told.differences:
        values = ("—" if value is None else f"{value:.4g}" for value in (each.before, each.after))
        verdict = Text("worse", "bold red") if each.worse else Text("better" if each.better else "", "green")
        table.add_row(plain(each.name), *values, verdict)
    return table
