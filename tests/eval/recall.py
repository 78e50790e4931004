"""`python -m tests.eval.recall`.

What is found of runbooks and incidents, beside the plain baseline; writes the report.

Everything is made by rule and nothing depends on the machine: run twice, it writes the same.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.eval.recall_run import Search, baseline, ours, promising
from tests.eval.recall_scores import Answered, Gain, Score, Share, answered, gain, score
from tests.eval.recall_sets import OF_INCIDENTS, Half, Task, questions
from tests.eval.recall_texts import ABSENT, present

OUT = Path(__file__).resolve().parents[2] / "docs" / "eval"
BASELINE, OURS, PROMISING = "baseline", "Quarterdeck", "Quarterdeck, 32 embedded"
SEARCHES: dict[str, Callable[[Task], Search]] = {BASELINE: baseline, OURS: ours, PROMISING: promising}
AIMED = {"hit@1": 8, "hit@3": 6}  # points above the baseline

_INTRODUCTION = """# Finding runbooks and incidents

Written by `make eval` (`tests/eval/recall.py`). The documents are public ones that nobody here wrote: operator
runbooks and post-mortems. The questions are made of them by rule (`tests/eval/recall_sets.py`), none is chosen:

- **the alert has the runbook's name**: the alert is called as the runbook's file, and says one of the first two
  sentences of its prose;
- **the alert has most of the runbook's name**: one word of the name is left out, as the rule is called
  elsewhere;
- **the alert has no name in common with a runbook**: it says a statement of a runbook without the runbook's
  name;
- **incidents of the same kind**: an incident by its title and beginning, by its title, by its beginning, and by
  what was noticed first; right are the others whose titles name the same kind, and the incident itself is not
  searched;
- **the incident that a sentence is of**: a statement of a post-mortem without days and hours.

No sentence that is asked is in what is searched, of this question or another. Real webhooks lend alerts their
labels as noise. Each document, and every question of it, is of one half for good, by its digest: features and
weights were chosen on the first half alone, by cross-validation; the other is only scored.

The **baseline** is the plain way of the field: BM25 and MiniLM over chunks of 900 characters, fused by
reciprocal rank. **32 embedded** is what `quarterdeck runbook find` does without a server: it embeds the 32
runbooks that words and titles speak for, so that a large folder costs seconds. **Recall@3** is how many of the
right ones, three at most, are among the first three. In brackets: 95 % intervals, from drawing whole documents
again, since the questions of one are not independent.
"""


def main(out: Path = OUT) -> None:
    """Measure, show, and write `docs/eval/recall.md` and `recall.json`."""
    console = Console()
    if not present():
        console.print(ABSENT)
        return
    found = {task: measured(task, console) for task in Task}
    scores = [
        score(name, task, half, answers)
        for task, searches in found.items()
        for half in Half
        for name, answers in searches.items()
    ]
    gains = [
        gain(task, half, searches[BASELINE], searches[OURS]) for task, searches in found.items() for half in Half
    ]
    console.print(table(scores))
    write(scores, gains, out)
    console.print(f"wrote {out}/recall.md and recall.json")


def measured(task: Task, console: Console | None = None) -> dict[str, list[Answered]]:
    """Return what each search made of every question of a task."""
    return {
        name: _answers(made(task), task, f"{task}, {name}", console)
        for name, made in SEARCHES.items()
        if name != PROMISING or task not in OF_INCIDENTS
    }


def table(found: Iterable[Score]) -> Table:
    """Return the scores as a table."""
    shown = Table("search", "task", "half", "questions", "hit@1", "hit@3", "recall@3", "MRR", box=box.SIMPLE_HEAD)
    for each in found:
        shown.add_row(each.search, each.task, each.half, str(each.questions), *_cells(each))
    return shown


def write(scores: list[Score], gains: list[Gain], folder: Path) -> None:
    """Write the report for people and for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {
        "scores": [each.model_dump(mode="json") for each in scores],
        "gains": [each.model_dump(mode="json") for each in gains],
    }
    (folder / "recall.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    (folder / "recall.md").write_text(_markdown(scores, gains), encoding="utf-8")


def _answers(search: Search, task: Task, says: str, console: Console | None) -> list[Answered]:
    every = questions(task)
    shown = track(every, says, console=console, transient=True) if console else every
    return [answered(question, search(question)) for question in shown]


def _markdown(scores: list[Score], gains: list[Gain]) -> str:
    lines = [_INTRODUCTION, *_gained(gains)]
    for task in Task:
        lines += ["", f"## {task[:1].upper()}{task[1:]}", ""]
        lines.append("| search | half | questions | of documents | hit@1 | hit@3 | recall@3 | MRR |")
        lines.append("|---|---|---|---|---|---|---|---|")
        lines += [
            f"| {each.search} | {each.half} | {each.questions} | {each.documents} | {' | '.join(_cells(each))} |"
            for each in scores
            if each.task is task
        ]
    return "\n".join([*lines, ""])


def _gained(gains: list[Gain]) -> list[str]:
    """Return by how many points Quarterdeck is above the baseline, the half that nothing was chosen on first."""
    aim = ", ".join(f"+{points} of {name}" for name, points in AIMED.items())
    lines = ["## Gain over the baseline, in points", "", f"Aimed at: {aim}.", ""]
    lines += ["| task | half | hit@1 | hit@3 | recall@3 |", "|---|---|---|---|---|"]
    for each in sorted(gains, key=lambda gained: gained.half is not Half.UNSEEN):
        shown = " | ".join(_points(value) for value in (each.first, each.three, each.recall))
        lines.append(f"| {each.task} | {each.half} | {shown} |")
    return lines


def _cells(found: Score) -> tuple[str, ...]:
    shares = (found.first, found.three, found.recall)
    return (*(_percent(each) for each in shares), f"{found.reciprocal:.3f}")


def _percent(found: Share) -> str:
    return f"{found.value:.1%} [{found.low:.0%}, {found.high:.0%}]"


def _points(found: Share) -> str:
    return f"{100 * found.value:+.1f} [{100 * found.low:+.0f}, {100 * found.high:+.0f}]"


if __name__ == "__main__":
    main()
