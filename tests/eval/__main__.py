"""`python -m tests.eval`: put the sets to the embedded interpreter, show what came of it, write the report.

The mistakes of the unseen half are not shown unless that is asked for by name: a half that is looked at is unseen
no more. The report is written when both halves and the public sets were measured, so a part never replaces it.
"""

import subprocess
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from memory.clock import SystemClock
from tests.eval import investigation_page, outcomes, public, recall, screen, summaries_page
from tests.eval.mapping import Source
from tests.eval.page import markdown
from tests.eval.report import HalfReport, Report, follow_ups
from tests.eval.run import Subject, ask_all, converse_all, warm
from tests.eval.score import Answer, Scores, scores
from tests.eval.sets import Half, conversations, phrasings

ROOT = Path(__file__).resolve().parents[2]


class Which(StrEnum):
    """Which half to measure."""

    DEV = "dev"
    UNSEEN = "unseen"
    BOTH = "both"

    def halves(self) -> tuple[Half, ...]:
        """Return the halves this names."""
        return tuple(Half) if self is Which.BOTH else (Half(self.value),)


def main(
    *,
    half: Annotated[Which, typer.Option(help="Which half of our own set.")] = Which.BOTH,
    errors: Annotated[bool, typer.Option("--errors", help="Show the mistakes, line by line.")] = False,
    reveal_unseen: Annotated[
        bool, typer.Option("--reveal-unseen", help="Show the unseen half's, too. It is spent after that.")
    ] = False,
    with_public: Annotated[bool, typer.Option("--public/--no-public", help="The public sets as well.")] = True,
    revision: Annotated[str, typer.Option(help="What is measured. Default: the commit checked out.")] = "",
    date: Annotated[str, typer.Option(help="When, for the report. Default: today, UTC.")] = "",
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = ROOT / "docs" / "eval",
) -> None:
    """Score the embedded interpreter."""
    console = Console()
    if errors and Half.UNSEEN in half.halves() and not reveal_unseen:
        console.print("expected --half dev with --errors: the unseen half stays unseen (or --reveal-unseen)")
        raise typer.Exit(2)
    from tests.eval.subject import embedded

    subject = embedded()
    warm(subject)
    found: dict[Half, HalfReport] = {}
    mistakes: list[Answer] = []
    for one in half.halves():
        found[one], answers = _measure(subject, one, console)
        mistakes += answers
    measured: dict[Source, Scores] = {}
    if with_public and public.present():
        measured, answers = _measure_public(subject, console)
        mistakes += answers
    out.mkdir(parents=True, exist_ok=True)
    report = Report(
        revision=revision or _revision(),
        date=date or SystemClock().now().date().isoformat(),
        halves=found,
        public=measured,
        public_absent=_why_no_public(with_public=with_public),
    )
    outcomes.write(out)
    summaries_page.write(out)
    investigation_page.write(out)
    recall.main(out)
    screen.show(report, console)
    if errors:
        screen.show_errors(mistakes, console)
    if half is Which.BOTH and with_public:
        _write(report, out)
        console.print(f"wrote {out}/interpreter.md and interpreter.json")


def _measure(subject: Subject, half: Half, console: Console) -> tuple[HalfReport, list[Answer]]:
    lines, talks = phrasings(half), conversations(half)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"{half} half", total=len(lines) + len(talks))
        answers = list(ask_all(subject, lines, partial(progress.advance, task)))
        threads = tuple(converse_all(subject, talks, partial(progress.advance, task)))
    later = [answer for talk in threads for answer in talk.follow_ups()]
    return HalfReport(phrasings=scores(answers), follow_ups=follow_ups(threads)), [*answers, *later]


def _measure_public(subject: Subject, console: Console) -> tuple[dict[Source, Scores], list[Answer]]:
    found: dict[Source, Scores] = {}
    every: list[Answer] = []
    with Progress(console=console, transient=True) as progress:
        for source in Source:
            lines = [request.utterance() for request in public.requests(source)]
            task = progress.add_task(source.value, total=len(lines))
            answers = list(ask_all(subject, lines, partial(progress.advance, task)))
            found[source] = scores(answers)
            every += answers
    return found, every


def _why_no_public(*, with_public: bool) -> str:
    if not with_public:
        return "left out on request"
    return "" if public.present() else public.ABSENT


def _write(report: Report, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "interpreter.json").write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / "interpreter.md").write_text(markdown(report), encoding="utf-8")


def _revision() -> str:
    """Return the commit checked out, marked when the interpreter or the tools differ from it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", "agents", "tools", "memory", "tests/eval")
    return f"{commit} with changes" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


if __name__ == "__main__":
    typer.run(main)
