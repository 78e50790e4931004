"""`python -m tests.eval.suites [SUITE…]`: measure suites, and add a file for each run.

A suite is one line of `SUITES`. It gets a folder it may write into and returns its numbers, None where its data is
not there; the revision and the moment are put to them here.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.evaluation import Better, EvalRun, Number, kept
from memory.clock import SystemClock
from tests.eval.revision import ROOT, revision

Numbers = dict[str, Number]
Suite = Callable[[Path], EvalRun | Numbers | None]
RUNS = ROOT / "docs" / "eval" / "runs"


def intent(_: Path) -> EvalRun:
    """How many requests of the dev half are understood exactly, and how long one takes."""
    from tests.eval.run import ask_all, converse_all, warm
    from tests.eval.score import is_exact
    from tests.eval.sets import Half, conversations, phrasings
    from tests.eval.subject import embedded

    subject = embedded()
    warm(subject)
    lines = phrasings(Half.DEV)
    took: list[float] = []
    answers = []
    for line in lines:
        began = time.perf_counter()
        answers += list(ask_all(subject, [line], _nothing))
        took.append((time.perf_counter() - began) * 1000)
    talks = tuple(converse_all(subject, conversations(Half.DEV), _nothing))
    whole = [all(is_exact(answer) for answer in talk.answers) for talk in talks]
    took.sort()
    numbers = {
        "exact": Number(value=_share([is_exact(each) for each in answers])),
        "whole conversations": Number(value=_share(whole)),
    }
    return _run(numbers, p50_ms=took[len(took) // 2], p95_ms=took[len(took) * 95 // 100])


def investigation(folder: Path) -> Numbers:
    """Whether what is wrong is found, and nothing where nothing is."""
    from tests.eval import investigation_page

    investigation_page.write(folder)
    found = _shares(folder / "investigation.json", less=("undisturbed",))
    told = {name: each for name, each in found.items() if "ours / all" in name or name.startswith("undisturbed")}
    assert told, "expected shares in the report, found none"
    return told


def summaries(folder: Path) -> Numbers | None:
    """Whether summaries say what matters, and nothing that nobody said."""
    from tests.eval import summaries_page

    if summaries_page.write(folder) is None:
        return None
    found: Numbers = {}
    for kind in json.loads((folder / "summaries.json").read_text(encoding="utf-8"))["dev"]:
        name, said = kind["name"], sum(kind["covered"].values())
        found[f"{name}, said of what could be"] = Number(value=said / max(1, sum(kind["reachable"].values())))
        found[f"{name}, without support"] = Number(value=kind["without_support"], better=Better.LESS)
        found[f"{name}, citations that lead nowhere"] = Number(value=kind["citations_invalid"], better=Better.LESS)
    return found


def injection(folder: Path) -> Numbers:
    """Whether a worst-case model has an unauthorised effect: the gate, reduced to minutes."""
    from tests.eval.injection.__main__ import protocol
    from tests.eval.injection.working import quiet

    quiet()
    found = asyncio.run(protocol(folder, 8, ungated_each=4, removed_each=2, tasks=2))
    return {
        "unauthorised effects": Number(value=found.executed(), better=Better.LESS),
        "reach the outside without the gate": Number(value=found.reached(), tolerance=0.05),
        "controls whose absence is noticed": Number(value=len(found.removed) - len(found.blind())),
        "utility kept under attack": Number(value=found.kept(), tolerance=0.05),
    }


def costs(folder: Path) -> EvalRun:
    """How many questions about a year of three clouds are answered to the last digit."""
    from tests.bot.costs.desks import desk_over
    from tests.bot.costs.test_golden import ROWS, YEAR, assert_same
    from tests.bot.costs.three_clouds import NOW, months

    desk = desk_over(folder / "mart", months(folder / "bills"), NOW)

    took: list[float] = []

    async def exact() -> list[bool]:
        found: list[bool] = []
        for golden in YEAR:
            began = time.perf_counter()
            answer = await desk.answer("acme", golden.asks)
            took.append((time.perf_counter() - began) * 1000)
            try:
                assert_same(answer, golden, ROWS)
            except AssertionError:
                found.append(False)
            else:
                found.append(True)
        return found

    numbers = {"exact": Number(value=_share(asyncio.run(exact())))}
    took.sort()
    return _run(numbers, p50_ms=took[len(took) // 2], p95_ms=took[len(took) * 95 // 100])


def voice(_: Path) -> Numbers:
    """How many spoken commands of the dev half survive, clean, by tiny.en; what was heard is kept."""
    from agents.hearing.hints import hints_of
    from tests.eval.catalogue import CATALOGUE
    from tests.eval.voice.__main__ import KEPT
    from tests.eval.voice.measuring import Subject, measured
    from tests.eval.voice.scoring import Way
    from tests.eval.voice.spoken import Condition, Half
    from tests.eval.voice.transcribing import Transcripts

    heard = Transcripts("tiny.en", hints_of(CATALOGUE), KEPT)
    cells = measured(heard, Subject(), (Half.DEV,), lambda _, __, spoiled: spoiled is Condition.CLEAN, _nothing)
    told: Numbers = {}
    for (_model, natural, _condition, _half, way), tally in cells.items():
        if way is Way.HEARD_TOLD:
            voices = "natural voices" if natural else "espeak-ng"
            told[f"survival, {voices}"] = Number(value=tally.survival())
            told[f"wrong actions, {voices}"] = Number(value=tally.wrong_actions(), better=Better.LESS)
    return told


QUICK = ("intent", "summaries", "costs")
"""Those that take a minute or two together."""
SUITES: dict[str, Suite] = {
    "intent": intent,
    "investigation": investigation,
    "summaries": summaries,
    "costs": costs,
    "voice": voice,
    "injection": injection,
}
"""Every suite by its name: a room that has one more adds a line."""


def measured(name: str) -> EvalRun | None:
    """Return one run of a suite, None where its data is not there."""
    began = SystemClock().now()
    with tempfile.TemporaryDirectory() as folder:
        found = SUITES[name](Path(folder))
    if found is None:
        return None
    run = found if isinstance(found, EvalRun) else _run(found)
    told = revision("agents", "bot", "memory", "runbooks", "tools", "tests/eval")
    return run.model_copy(update={"suite": name, "revision": told, "at": began})


def _run(numbers: Numbers, **more: Any) -> EvalRun:
    return EvalRun(suite="suite", revision="unknown", at=SystemClock().now(), numbers=numbers, **more)


def _shares(file: Path, less: tuple[str, ...]) -> Numbers:
    """Return every share in a report, by where it stands in it."""
    return {
        name: Number(value=share, better=Better.LESS if name.startswith(less) else Better.MORE)
        for name, share in _leaves(json.loads(file.read_text(encoding="utf-8")), ())
    }


def _leaves(told: Any, path: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    if isinstance(told, dict) and isinstance(told.get("share"), int | float):
        yield " / ".join(path), float(told["share"])
    elif isinstance(told, dict):
        for name, each in told.items():
            yield from _leaves(each, (*path, str(name)))


def _share(hits: list[bool]) -> float:
    return sum(hits) / max(1, len(hits))


def _nothing() -> None:
    """Tell nobody how far it is."""


def main(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SUITE]…", help="Which; those that are quick without it.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every suite.")] = False,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where the files of runs go.")] = RUNS,
) -> None:
    """Measure suites, and add a file for each."""
    console = Console()
    unknown = sorted(set(names or ()) - SUITES.keys())
    if unknown:
        console.print(f"expected suites there are ({', '.join(SUITES)}), found {', '.join(unknown)}")
        raise typer.Exit(2)
    for name in names or (SUITES if every else QUICK):
        console.print(f"{name} …")
        run = measured(name)
        console.print(f"{name}: {kept(run, runs) if run else 'left out, its data is not here'}")


if __name__ == "__main__":
    typer.run(main)
