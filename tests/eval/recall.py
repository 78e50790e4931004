"""`python -m tests.eval.recall`.

What is found of runbooks and incidents, beside the plain baseline; writes the report.

Everything is made by rule and nothing depends on the machine: run twice, it writes the same.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from memory.model.value import Value
from tests.eval.recall_run import Search, baseline, ours, promising, searched
from tests.eval.recall_sets import ABSENT, Half, Question, Task, present, questions

OUT = Path(__file__).resolve().parents[2] / "docs" / "eval"
SEARCHES: dict[str, Search] = {"baseline": baseline, "Quarterdeck": ours, "Quarterdeck, 32 embedded": promising}

_INTRODUCTION = """# Finding runbooks and incidents

Written by `make eval` (`tests/eval/recall.py`). The documents are public ones that nobody here wrote: operator
runbooks and post-mortems. The questions are made of them by rule (`tests/eval/recall_sets.py`), none is chosen:

- **the alert has the runbook's name**: the alert is called as the runbook's file, and says one of the first two
  sentences of its prose, which is taken out of what is searched;
- **the alert has no name in common with a runbook**: it says a statement of a runbook, which is taken out of
  what is searched, as is the runbook's name; real webhooks lend their labels as noise to both;
- **incidents of the same kind**: an incident's title and beginning; right are the others whose titles name the
  same kind, and the incident itself is not searched.

Each question is of one half for good, by the digest of its document. Parameters were chosen on the first half
alone; the other is only scored.

The **baseline** is the plain way of the field: BM25 and MiniLM over chunks of 900 characters, fused by reciprocal
rank. **32 embedded** is what `quarterdeck runbook find` does without a server: it embeds the 32 runbooks that
words and titles speak for, so that a large folder costs seconds.
"""


class Score(Value):
    """How one search did on one task and half. `first` and `three` are shares of the questions."""

    search: str
    task: Task
    half: Half
    questions: int
    first: float  # the first that was found is right
    three: float  # one of the first three is
    reciprocal: float  # mean of 1 / place of the first right one


def main(out: Path = OUT) -> None:
    """Measure, show, and write `docs/eval/recall.md` and `recall.json`."""
    console = Console()
    if not present():
        console.print(ABSENT)
        return
    every = questions()
    found = [score for name, search in SEARCHES.items() for score in measured(name, search, every, console)]
    console.print(table(found))
    write(found, out)
    console.print(f"wrote {out}/recall.md and recall.json")


def measured(name: str, search: Search, every: Iterable[Question], console: Console | None = None) -> list[Score]:
    """Return how a search did, task by task and half by half."""
    places: dict[tuple[Task, Half], list[int]] = {}
    shown = track(list(every), name, console=console, transient=True) if console else every
    for question in shown:
        ranking = search(searched(question), question)
        place = next((number for number, each in enumerate(ranking, start=1) if each in question.right), 0)
        places.setdefault((question.task, question.half), []).append(place)
    return [_score(name, task, half, places[task, half]) for task in Task for half in Half]


def table(found: list[Score]) -> Table:
    """Return the scores as a table."""
    shown = Table("search", "task", "half", "questions", "hit@1", "hit@3", "MRR", box=box.SIMPLE_HEAD)
    for each in found:
        shown.add_row(each.search, each.task, each.half, str(each.questions), *_cells(each))
    return shown


def write(found: list[Score], folder: Path) -> None:
    """Write the report for people and for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [each.model_dump(mode="json") for each in found]
    (folder / "recall.json").write_text(json.dumps({"scores": rows}, indent=1) + "\n", encoding="utf-8")
    (folder / "recall.md").write_text(_markdown(found), encoding="utf-8")


def _markdown(found: list[Score]) -> str:
    lines = [_INTRODUCTION]
    for task in Task:
        lines += [f"## {task[:1].upper()}{task[1:]}", "", "| search | half | questions | hit@1 | hit@3 | MRR |"]
        lines.append("|---|---|---|---|---|---|")
        rows = sorted((each for each in found if each.task is task), key=lambda each: each.half is Half.UNSEEN)
        lines += [
            f"| {each.search} | {each.half} | {each.questions} | {' | '.join(_cells(each))} |" for each in rows
        ]
        lines.append("")
    return "\n".join([*lines, *_gains(found), ""])


def _gains(found: list[Score]) -> list[str]:
    """Return by how many points Quarterdeck is above the baseline on both halves together."""
    lines = ["## Gain over the baseline, both halves, in points", "", "| task | hit@1 | hit@3 |", "|---|---|---|"]
    for task in Task:
        plain, better = ((_both(found, name, task)) for name in ("baseline", "Quarterdeck"))
        gains = (f"{100 * (after - before):+.0f}" for before, after in zip(plain, better, strict=True))
        lines.append(f"| {task} | {' | '.join(gains)} |")
    return lines


def _both(found: list[Score], search: str, task: Task) -> tuple[float, float]:
    halves = [each for each in found if each.search == search and each.task is task]
    number = sum(each.questions for each in halves)
    first = sum(each.first * each.questions for each in halves) / number
    return first, sum(each.three * each.questions for each in halves) / number


def _score(name: str, task: Task, half: Half, places: list[int]) -> Score:
    number = len(places)
    return Score(
        search=name,
        task=task,
        half=half,
        questions=number,
        first=round(sum(place == 1 for place in places) / number, 4),
        three=round(sum(1 <= place <= 3 for place in places) / number, 4),  # the first three
        reciprocal=round(sum(1 / place for place in places if place) / number, 4),
    )


def _cells(score: Score) -> tuple[str, str, str]:
    return f"{score.first:.1%}", f"{score.three:.1%}", f"{score.reciprocal:.3f}"


if __name__ == "__main__":
    main()
