"""Hearing: what ours adds to bare faster-whisper, how soon a first partial result comes, whether memory grows."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from faster_whisper import WhisperModel
from rich.console import Console

from agents.hearing.hints import hints_of
from agents.hearing.understanding import SpokenReader
from agents.interpreter.interpreter import Interpreter
from bot.voice.decoding import RATE, samples_of
from bot.voice.models import model_folder
from bot.voice.ports import Clip, Frames
from bot.voice.recognising import LocalRecogniser
from bot.voice.whisper import Depth, Whisper
from memory.embedding import MiniLmEmbedder
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timing
from tests.eval.catalogue import CATALOGUE
from tests.eval.voice.voices import NATURAL
from tools.capabilities import EVERY

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "part9"
SECONDS = 5.0
THREADS = 2
CLIPS = 30
SOAK = 200
SAID = "roll back checkout in production to one dot four dot two, and tell me how payments is doing today"
HINTS = hints_of(CATALOGUE)
FLOORS = """
The floor is bare faster-whisper in the same run: the same tiny.en, int8, beam 1, the same prompt and
voice-activity detection, given samples that are decoded already, and without times of words, which ours has: asked
for them, it encodes a clip once more. Clips are 5 s of speech.
"""


def main() -> None:
    """Measure, print, write."""
    console = Console()
    with TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
        model = model_folder(None, "tiny.en", Path(folder))
        with console.status("hearing"):
            figures = asyncio.run(_figures(model))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)


async def _figures(model: Path) -> list[Figure]:
    recording = NATURAL["slt"](SAID)
    samples = _five_seconds(samples_of(Clip(recording)))
    clip = Clip((samples * 32767).astype("<i2").tobytes(), Frames.PCM_16K.value)
    bare = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True)
    began = perf_counter()
    whisper = Whisper(model, threads=THREADS)
    loading_ms = (perf_counter() - began) * 1000
    floor, timed, one, several = _side_by_side(bare, whisper, clip, samples)
    recogniser = LocalRecogniser(lambda: whisper)
    read_ms = await _understanding(recogniser, clip)
    first_s, after_end = await _streaming(recogniser, samples)
    grown = await _soak(recogniser, clip)
    recogniser.close()
    return [
        report.of_timing("5 s clip, one hypothesis, after end of speech", one, floor, "<= 1.15 x"),
        report.of_timing("5 s clip, every hypothesis, with and without names", several, floor),
        report.of_timing("bare faster-whisper, with times of words", timed, floor),
        Figure(name="real-time factor, one hypothesis", unit="x", value=round(one.p50_ms / SECONDS / 1000, 3)),
        report.of_timing("hypotheses to intent", read_ms, None),
        Figure(name="first partial result, into the speech", unit="s", value=first_s, aim="< 5 s: while speaking"),
        Figure(name="stream: the utterance, after the pause that ends it", unit="ms", value=after_end),
        Figure(name="model loaded, once", unit="ms", value=round(loading_ms, 1)),
        Figure(name=f"memory after {SOAK} clips more than after 20", unit="MB", value=grown, aim="<= 5 MB"),
    ]


def _five_seconds(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    return np.resize(samples, int(SECONDS * RATE)).astype(np.float32)


def _side_by_side(
    bare: WhisperModel, whisper: Whisper, clip: Clip, samples: "NDArray[np.float32]"
) -> tuple[Timing, ...]:
    """Return the times of bare faster-whisper without and with times of words, of one hypothesis and of all.

    They are taken in turns.
    """
    taken: tuple[list[float], ...] = ([], [], [], [])
    for number in range(CLIPS + 3):
        times = (
            _timed(lambda: _bare(bare, samples, words=False)),
            _timed(lambda: _bare(bare, samples, words=True)),
            _timed(lambda: whisper.hear(samples_of(clip), HINTS, Depth.ONE)),
            _timed(lambda: whisper.hear(samples_of(clip), HINTS)),
        )
        if number >= 3:
            for kept, each in zip(taken, times, strict=True):
                kept.append(each)
    return tuple(timing(each) for each in taken)


def _bare(model: WhisperModel, samples: "NDArray[np.float32]", *, words: bool) -> str:
    segments, _ = model.transcribe(
        samples,
        beam_size=1,
        language="en",
        initial_prompt=HINTS.prompt,
        vad_filter=True,
        without_timestamps=True,
        word_timestamps=words,
        temperature=0.0,
    )
    return " ".join(each.text for each in segments)


async def _understanding(recogniser: LocalRecogniser, clip: Clip) -> Timing:
    reader = SpokenReader(Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages()), EVERY, CATALOGUE)
    heard = await recogniser.hear(clip, HINTS)
    return timing([_timed(lambda: reader.understand(heard)) for _ in range(CLIPS)][3:])


async def _streaming(recogniser: LocalRecogniser, samples: "NDArray[np.float32]") -> tuple[float, float]:
    """Return after how many seconds of speech the first partial came, and how long the end took, in ms."""
    began = perf_counter()
    ended: list[float] = []

    async def spoken() -> AsyncIterator[bytes]:
        sound = (np.concatenate([samples, np.zeros(RATE, dtype=np.float32)]) * 32767).astype("<i2")
        for start in range(0, len(sound), RATE // 50):
            late = began + start / RATE - perf_counter()
            await asyncio.sleep(max(0.0, late))
            yield sound[start : start + RATE // 50].tobytes()
        ended.append(perf_counter())

    first = last = 0.0
    async for partial in recogniser.listen(spoken(), Frames.PCM_16K, HINTS):
        first = first or perf_counter() - began
        last = perf_counter()
        assert partial.text
    return round(first, 2), round((last - ended[0]) * 1000, 1)


async def _soak(recogniser: LocalRecogniser, clip: Clip) -> float:
    """Return by how many MB memory is larger after so many clips."""
    before = 0.0
    for number in range(SOAK):
        await recogniser.hear(clip, HINTS)
        if number == 20:
            gc.collect()
            before = _resident_mb()
    gc.collect()
    return round(_resident_mb() - before, 1)


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _timed(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000
