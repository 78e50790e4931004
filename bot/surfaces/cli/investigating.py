"""The command `investigate`: what is at fault in a recorded case, what speaks for and against it. No server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from agents.investigation.claims import Claim, Hypothesis, Report, reported
from agents.investigation.ranking import Verdict, ranked
from bot.surfaces.cli.case_files import loaded
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session

MOST_SHOWN = 5
_STYLES = {Verdict.FOUND: "bold red", Verdict.UNCLEAR: "bold yellow", Verdict.NOTHING: "bold green"}

Folder = Annotated[Path, typer.Option("--case", metavar="DIR", help="The folder with metrics.csv and the graph.")]
Graph = Annotated[Path | None, typer.Option("--graph", metavar="FILE", help="Its graph, where it lies elsewhere.")]
Usual = Annotated[Path | None, typer.Option("--normal", metavar="FILE", help="Metrics from when all was well.")]


@command
def investigate(session: Session, case: Folder, graph: Graph = None, normal: Usual = None) -> None:
    """Find what is at fault in a recorded case: its metrics, who calls whom, and what was changed.

    Each hypothesis says what speaks for it and against it, and how likely it is; that nothing is wrong is an
    answer, too. Nothing is asked of anybody: no server, no model. Ends with 0 whatever was found.

    [bold]Examples[/bold]

      quarterdeck investigate --case cases/2026-11-20
      quarterdeck investigate --case cases/2026-11-20 --json | jq '.ranking[:3]'
    """
    session.run_here(lambda: _investigate(session, case, graph, normal))


def _investigate(session: Session, case: Path, graph: Path | None, normal: Path | None) -> int:
    situation = loaded(case, graph=graph, normal=normal)
    report = reported(situation, ranked(situation))
    session.screen.show(report, *spaced(_parts(report)))
    return 0


def _parts(report: Report) -> Iterator[RenderableType]:
    yield Text(plain(report.says), style=_STYLES.get(report.verdict, "bold"))
    yield from (_hypothesis(each) for each in report.hypotheses[:MOST_SHOWN])
    if report.turned_first:
        names = dict.fromkeys(f"{fact.measure.value} of {fact.node}" for fact in report.turned_first)
        yield Text(f"Turned first: {plain(', '.join(names))}")
    told = [*(f"Not validated: {claim.text}." for claim in report.not_validated), *report.missing]
    if told:
        yield Text("\n").join(Text(plain(line), style="dim") for line in told)


def _hypothesis(each: Hypothesis) -> Text:
    kind = each.change or each.kind.value
    text = Text.assemble((f"{each.rank}. ", "dim"), (plain(each.node), "bold"), f"  {each.confidence:.0%}  {kind}")
    for mark, style, claims in (("+", "green", each.speaks_for), ("-", "red", each.speaks_against)):
        for claim in claims:
            text.append_text(_claim(claim, mark, style))
    return text


def _claim(claim: Claim, mark: str, style: str) -> Text:
    cited = (
        f"  [{', '.join(claim.evidence)}]" if claim.evidence else "" if claim.validated else "  (not validated)"
    )
    return Text.assemble((f"\n   {mark} ", style), plain(claim.text), (plain(cited), "dim"))
