"""The group `eval`: measure suites, list runs and show one, compare two, draw the history. None needs a server."""

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
PLACE = Path("tests/eval/suites.py")
WORSE = 1
Folder = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Where the files of runs are.")]
Suite = Annotated[str, typer.Argument(metavar="SUITE", help="The name of a suite.")]
OneOrAll = Annotated[str, typer.Argument(metavar="[SUITE]", help="One suite; all without it.")]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SUITE]…", help="Which suites; those that are quick without it.")
]
Every = Annotated[bool, typer.Option("--all", help="Every suite, those that take half an hour too.")]
Which = Annotated[str, typer.Argument(metavar="RUN", help="A run by its name, as `eval list` tells, or a suite.")]
Older = Annotated[str, typer.Option("--before", metavar="RUN", help="The earlier one; else the last but one.")]
Newer = Annotated[str, typer.Option("--after", metavar="RUN", help="The later one; else the last.")]
Into = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture goes.")]
HERE = Path("docs/eval/runs")
INSTALLED = Path(__file__).resolve().parents[3]  # a checkout, where it is one that is installed
MOST_LISTED = 3
_LIST = "`quarterdeck eval list` has them."


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

          quarterdeck eval run
          quarterdeck eval show intent
          quarterdeck eval compare intent
        """,
    )
    group.command("run")(run)
    group.command("list")(listed)
    group.command()(show)
    group.command()(compare)
    group.command()(history)
    return group


@command
def run(session: Session, suites: Names = None, every: Every = False, folder: Folder = HERE) -> None:
    """Measure suites, and add a file for each: those that take a minute or two, unless they are named.

    Needs a checkout, this folder or the one that is installed: the suites are not part of what is installed.

    [bold]Examples[/bold]

      quarterdeck eval run
      quarterdeck eval run intent injection
      quarterdeck eval run --all
    """
    session.run_here(lambda: _measured(session, suites or [], folder, every=every))


@command
def listed(session: Session, suite: OneOrAll = "", folder: Folder = HERE) -> None:
    """List the runs there are.

    [bold]Examples[/bold]

      quarterdeck eval list intent --json
    """
    session.run_here(lambda: _listed(session, suite, folder))


@command
def show(session: Session, which: Which, folder: Folder = HERE) -> None:
    """Show one run, of a suite the last: every number, of which revision and model, at which cost and pace.

    [bold]Examples[/bold]

      quarterdeck eval show intent
      quarterdeck eval show intent-20261121T191500Z --json
    """
    session.run_here(lambda: _shown(session, which, folder))


@command
def compare(session: Session, suite: Suite, before: Older = "", after: Newer = "", folder: Folder = HERE) -> None:
    """Compare two runs of a suite, the last two unless they are named.

    Ends with 1 where a number got worse by more than its tolerance.

    [bold]Examples[/bold]

      quarterdeck eval compare injection
      quarterdeck eval compare intent --before intent-20261121T191500Z
    """
    session.run_here(lambda: _compared(session, suite, (before, after), folder))


@command
def history(session: Session, suite: Suite, out: Into, folder: Folder = HERE) -> None:
    """Draw how a suite went over time.

    [bold]Examples[/bold]

      quarterdeck eval history intent --out intent.svg
    """
    session.run_here(lambda: _drawn(session, suite, out, folder))


def _measured(session: Session, suites: list[str], folder: Path, *, every: bool) -> int:
    checkout = next((each for each in (Path.cwd(), INSTALLED) if (each / PLACE).is_file()), None)
    if checkout is None:
        raise InvalidInput(
            "expected a checkout of the repository, found none here",
            hint="Run it where the repository is: the suites' data is not part of what is installed.",
        )
    words = (sys.executable, "-m", SUITES, "--runs", str(folder.resolve()), *(["--all"] if every else []), *suites)
    done = subprocess.run(words, check=False, cwd=checkout)  # noqa: S603 - this very interpreter, and names that it checks itself
    session.screen.note(f"runs are in {folder}")
    return done.returncode


def _listed(session: Session, suite: str, folder: Path) -> int:
    found = runs(folder, suite)
    session.screen.show(EvalRuns(items=found), _table(found) if found else "Nothing was measured yet.")
    return 0


def _shown(session: Session, which: str, folder: Path) -> int:
    found = _named(which, runs(folder)) if _is_name(which) else next(iter(reversed(runs(folder, which))), None)
    if found is None:
        raise InvalidInput(f"expected a run or a suite with runs in {folder}, found {which[:80]!r}", hint=_LIST)
    session.screen.show(found, *_pages(found))
    return 0


def _is_name(which: str) -> bool:
    return any(char.isdigit() for char in which)


def _named(which: str, found: tuple[EvalRun, ...]) -> EvalRun | None:
    """Return the run of that name, with or without what its file ends in."""
    return next((each for each in found if each.name().removesuffix(".json") == which.removesuffix(".json")), None)


def _compared(session: Session, suite: str, names: tuple[str, str], folder: Path) -> int:
    found = runs(folder, suite)
    if len(found) < 2:  # noqa: PLR2004 - it takes two
        raise InvalidInput(f"expected two runs of {suite} in {folder}, found {len(found)}")
    chosen = [_named(name, found) if name else last for name, last in zip(names, found[-2:], strict=True)]
    before, after = chosen
    if before is None or after is None:
        missing = names[0] if before is None else names[1]
        raise InvalidInput(f"expected a run of {suite}, found {missing[:80]!r}", hint=_LIST)
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
    table = Table("Run", "Revision", "Model", "Cost", "p50/p95 ms", "Numbers", box=None)
    for each in found:
        numbers = ", ".join(f"{name} {number.value:.4g}" for name, number in [*each.numbers.items()][:MOST_LISTED])
        more = f", and {len(each.numbers) - MOST_LISTED} more" if len(each.numbers) > MOST_LISTED else ""
        name = each.name().removesuffix(".json")
        table.add_row(*map(plain, (name, each.revision, each.model, *_pace(each), numbers + more)))
    return table


def _pace(run: EvalRun) -> tuple[str, str]:
    """Return what a run cost, and how long one answer took."""
    times = "" if run.p50_ms is None else f"{run.p50_ms:.1f}/{run.p95_ms or 0:.1f}"
    return f"{run.cost} {run.currency}" if run.model else "", times


def _pages(run: EvalRun) -> tuple[Text, Table]:
    cost, times = _pace(run)
    model = f"{run.model}, {cost}" if run.model else "no model"
    pace = f", p50/p95 {times} ms" if times else ""
    head = Text(plain(f"{run.suite} at {run.revision}, {run.at:%Y-%m-%d %H:%M} UTC: {model}{pace}"))
    table = Table("", "", "better", "tolerance", box=None)
    for name, number in run.numbers.items():
        table.add_row(plain(name), f"{number.value:.4g}", number.better.value, f"{number.tolerance:.4g}")
    return head, table


def _differences(told: Comparison) -> Table:
    table = Table("", f"{plain(told.before.revision)}", f"{plain(told.after.revision)}", "", box=None)
    for each in told.differences:
        values = ("—" if value is None else f"{value:.4g}" for value in (each.before, each.after))
        verdict = Text("worse", "bold red") if each.worse else Text("better" if each.better else "", "green")
        table.add_row(plain(each.name), *values, verdict)
    return table
