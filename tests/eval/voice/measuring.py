"""The spoken set through a model and through each way of understanding. Judges nothing."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from agents.hearing.heard import Heard
from agents.hearing.understanding import SpokenReader
from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from memory.embedding import MiniLmEmbedder
from memory.model.intent import Intent
from tests.eval.catalogue import CATALOGUE
from tests.eval.subject import NOW
from tests.eval.voice.scoring import Tally, Way, tally, told
from tests.eval.voice.spoken import Command, Condition, Half, every, said, spoiled
from tests.eval.voice.transcribing import Transcripts
from tests.eval.voice.voices import NATURAL
from tools.capabilities import EVERY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Cell = tuple[str, bool, Condition, Half, Way]
"""Model, whether the voice is natural, condition, half, and way of understanding."""

Cells = dict[Cell, Tally]


class _Remembering(Interpreter):
    """The interpreter, which reads each text once: hypotheses of many clips are the same words."""

    _read: dict[str, Intent]

    def interpret(self, text: str, focus: Focus | None = None, *, now: datetime | None = None) -> Intent:
        """Return what a text means out of the blue."""
        if not hasattr(self, "_read"):
            self._read = {}
        if text not in self._read:
            self._read[text] = super().interpret(text, focus, now=now)
        return self._read[text]


class Subject:
    """The interpreter, asked with plain words, and what reads hypotheses with it."""

    def __init__(self) -> None:
        self._interpreter = _Remembering(EVERY, CATALOGUE, MiniLmEmbedder.from_packages())
        self._reader = SpokenReader(self._interpreter, EVERY, CATALOGUE)

    def read(self, text: str) -> Intent:
        """Return what plain words mean."""
        return self._interpreter.interpret(text, now=NOW)

    def understand(self, heard: Heard, way: Way) -> Intent:
        """Return what was heard means, in one way of understanding it."""
        if way in {Way.PLAIN, Way.PLAIN_TOLD}:
            return self.read(told(heard, told=way is Way.PLAIN_TOLD).text)
        kept = heard if way is Way.HEARD_TOLD else told(heard, told=False)
        return self._reader.understand(kept, now=NOW).intent


def measured(
    transcripts: Transcripts,
    subject: Subject,
    halves: Collection[Half],
    wanted: Callable[[Half, str, Condition], bool],
    tick: Callable[[], object],
) -> Cells:
    """Return the counts of a model, of the voices and conditions that are `wanted`."""
    cells: Cells = {}
    for half in halves:
        for command, voice, condition, heard in _heard(transcripts, half, wanted):
            for way in Way:
                only = told(heard, told=way in {Way.PLAIN_TOLD, Way.HEARD_TOLD})
                counted = tally(command, only, subject.understand(heard, way))
                cell = (transcripts.model, voice in NATURAL, condition, half, way)
                cells[cell] = cells.get(cell, Tally()) + counted
            tick()
    return cells


def _heard(
    transcripts: Transcripts, half: Half, wanted: Callable[[Half, str, Condition], bool]
) -> Iterator[tuple[Command, str, Condition, Heard]]:
    for command, voice, condition in every(half):
        if wanted(half, voice, condition):
            key = f"{voice}\0{condition}\0{command.said}"
            yield command, voice, condition, transcripts.of(key, partial(_samples, command, voice, condition))


def _samples(command: Command, voice: str, condition: Condition) -> "NDArray[np.float32]":
    return spoiled(said(command, voice), condition)
