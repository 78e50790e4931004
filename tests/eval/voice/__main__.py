"""`python -m tests.eval.voice`: speak the set, hear it with real models, write docs/eval/voice.md and voice.json.

What was heard is kept in a folder, so that a run after a change of understanding takes a minute; the first one
takes half an hour on two cores. tiny.en hears all of it; base hears three voices say the unseen half, clean.
"""

from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from agents.hearing.hints import hints_of
from tests.eval.catalogue import CATALOGUE
from tests.eval.voice.measuring import Cells, Subject, measured
from tests.eval.voice.page import write
from tests.eval.voice.spoken import Condition, Half, every
from tests.eval.voice.transcribing import Transcripts

ROOT = Path(__file__).resolve().parents[3]
KEPT = Path(gettempdir()) / "quarterdeck-voice"
OF_BASE = ("joe", "slt", "en-us")


def all_of_it(half: Half, voice: str, condition: Condition) -> bool:  # noqa: ARG001 - whatever it is
    """Return that every clip is wanted."""
    return True


def a_part(half: Half, voice: str, condition: Condition) -> bool:
    """Return whether base hears it: it takes four times as long."""
    return half is Half.UNSEEN and condition is Condition.CLEAN and voice in OF_BASE


MODELS = {"tiny.en": all_of_it, "base": a_part}


def main(
    *,
    cache: Annotated[Path, typer.Option(help="Where what was heard is kept.")] = KEPT,
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = ROOT / "docs" / "eval",
) -> None:
    """Measure hearing."""
    console, subject = Console(), Subject()
    cells: Cells = {}
    hints = hints_of(CATALOGUE)
    with Progress(console=console, transient=True) as progress:
        for model, wanted in MODELS.items():
            total = sum(wanted(half, voice, condition) for half in Half for _, voice, condition in every(half))
            tick = partial(progress.advance, progress.add_task(model, total=total))
            cells |= measured(Transcripts(model, hints, cache), subject, tuple(Half), wanted, tick)
    write(cells, out)
    console.print(f"wrote {out}/voice.md and voice.json")


if __name__ == "__main__":
    typer.run(main)
