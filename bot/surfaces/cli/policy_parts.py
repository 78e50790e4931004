"""What the policy commands show a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.plain import plain, shortened
from bot.surfaces.cli.screen import spaced

if TYPE_CHECKING:
    from tools.policy.checking import Report
    from tools.policy.explaining import Explanation
    from tools.policy.simulating import Simulation
    from tools.policy.source import Library

MOST_SHOWN = 50
_STYLES = {"allow": "bold green", "deny": "bold red"}


def checked(library: "Library", report: "Report") -> Iterator[RenderableType]:
    """Yield what a check found."""
    for problem in report.problems:
        yield Text.assemble(("✘ ", "bold red"), (f"{plain(problem.place)}: ", "bold"), plain(problem.found))
    if report.hash:
        wrong = len(report.problems)
        mark = ("! ", "yellow") if wrong else ("✔ ", "green")
        files = f"{report.policies} policies in {_counted(len(library.policies), 'file')} fit the schema"
        right = f"{report.decisions - wrong} of {_counted(report.decisions, 'golden decision')} as expected"
        yield Text.assemble(mark, f"{files}, {right}")
        yield Text(report.hash, style="dim")


def laid_out(crooked: list[str], *, written: bool) -> Iterator[RenderableType]:
    """Yield which files were, or would be, laid out."""
    if not crooked:
        yield "Every file is laid out."
    for name in crooked:
        yield Text(plain(f"{name} {'was' if written else 'would be'} laid out"))


def explained(explanation: "Explanation") -> Iterator[RenderableType]:
    """Yield a decision, why, the policies as they are written, and what would be needed."""
    yield from spaced(_explained(explanation))


def simulated(found: "Simulation") -> Iterator[RenderableType]:
    """Yield what would change: how many by kind, who and which tools, then one by one."""
    yield from spaced(_simulated(found))


def _explained(explanation: "Explanation") -> Iterator[RenderableType]:
    decision = explanation.decision
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_row("Verdict", Text(_spoken(explanation.verdict), style=_style(explanation.verdict)))
    rows.add_row("Decided by", plain(", ".join(decision.basis.policies)))
    for name in ("reason", "needed"):
        said = getattr(decision, name, "")
        if said:
            rows.add_row({"reason": "Because", "needed": "Needed"}[name], Text(plain(said)))
    if explanation.until is not None:
        rows.add_row("Until then", Text(plain(explanation.until.reason)))
    for remedy in explanation.remedies:
        rows.add_row("Would help", Text(plain(f"{' and '.join(remedy.changes)}: {_spoken(remedy.verdict)}")))
    rows.add_row("Policy hash", decision.basis.policy_hash)
    yield rows
    for written in explanation.policies:
        yield Text.assemble((f"{plain(written.place)}\n", "dim"), plain(written.text))


def _simulated(found: "Simulation") -> Iterator[RenderableType]:
    hashes = f"{found.old_hash[:12]} → {found.new_hash[:12]}"
    yield f"{found.requests} requests decided twice, {hashes}: {len(found.changes)} would be answered differently."
    if found.missing:
        table = Table("Not compared", "Because", box=box.SIMPLE_HEAD, show_edge=False)
        for why, count in found.missing.items():
            table.add_row(str(count), why)
        yield table
    if not found.changes:
        return
    sums = Table("Kind", "How many", box=box.SIMPLE_HEAD, show_edge=False)
    for kind, count in found.kinds().items():
        sums.add_row(kind, str(count))
    yield sums
    yield _top("Who", found.people())
    yield _top("Which tools", found.tools())
    table = Table("#", "At", "Who", "What", "Before", "After", "Because", box=box.SIMPLE_HEAD, show_edge=False)
    for change in found.changes[:MOST_SHOWN]:
        table.add_row(
            str(change.number),
            f"{change.at:%Y-%m-%d %H:%M}",
            Text(plain(change.principal)),
            Text(plain(change.what)),
            Text(change.before, style=_style(change.before)),
            Text(change.after, style=_style(change.after)),
            Text(shortened(change.reason or ", ".join(change.policies_after), 80)),
        )
    yield table
    if len(found.changes) > MOST_SHOWN:
        yield f"and {len(found.changes) - MOST_SHOWN} more: --json has them all."


def _top(title: str, counts: dict[str, int]) -> Text:
    told = ", ".join(f"{plain(name)} ({count})" for name, count in list(counts.items())[:10])
    more = f", and {len(counts) - 10} more" if len(counts) > 10 else ""  # noqa: PLR2004  # as many as are told
    return Text.assemble((f"{title}: ", "dim"), told, more)


def _spoken(verdict: str) -> str:
    word, _, count = verdict.partition(" ")
    return f"needs {_counted(int(count), 'approval')}" if count else word


def _style(verdict: str) -> str:
    return _STYLES.get(verdict, "bold yellow")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
