"""A real model, loaded once for all of these: what it hears of clean speech, and of everything that is none."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.hearing.heard import Heard, Hints
from agents.hearing.hints import hints_of
from agents.hearing.understanding import SpokenReader
from agents.interpreter.interpreter import Interpreter
from bot.voice.decoding import RATE, samples_of
from bot.voice.models import model_folder
from bot.voice.ports import Clip, Frames
from bot.voice.recognising import LocalRecogniser
from bot.voice.whisper import Depth, Whisper
from memory.embedding import MiniLmEmbedder
from memory.errors import DependencyMissing, InputTooLarge, QueueFull
from tests.bot.voice.recordings import chords, recorded
from tests.eval.catalogue import CATALOGUE
from tests.eval.voice.spoken import mulaw
from tests.eval.voice.voices import NATURAL, VOICES
from tools.capabilities import EVERY

HINTS = hints_of(CATALOGUE)
SAID = "roll back checkout in production to one dot four dot two"


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Whisper:
    return Whisper(model_folder(None, "tiny.en", tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def spoken() -> bytes:
    return NATURAL["slt"](SAID)  # it says the same each time, which Piper's voices do not


@pytest.fixture
def recogniser(whisper: Whisper) -> Iterator[LocalRecogniser]:
    made = LocalRecogniser(lambda: whisper)
    yield made
    made.close()


@pytest.fixture(scope="module")
def reader() -> SpokenReader:
    return SpokenReader(Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages()), EVERY, CATALOGUE)


async def test_a_spoken_command_is_heard_with_hypotheses_times_and_probabilities_and_understood(
    recogniser: LocalRecogniser, reader: SpokenReader, spoken: bytes
) -> None:
    clip = Clip(recorded(samples_of(Clip(spoken)), "audio/webm"), "audio/webm", "alice")

    heard = await recogniser.hear(clip, HINTS)
    understood = reader.understand(heard)

    assert understood.intent.tool == "deploy.rollback"
    assert understood.intent.values() == {"service": "checkout", "environment": "production", "version": "1.4.2"}
    assert {each.told for each in heard.hypotheses} == {True, False}
    words = heard.hypotheses[0].words
    assert [each.text.lower().strip(".,") for each in words][:3] == ["roll", "back", "checkout"]
    assert all(
        0 <= each.start <= each.end <= heard.duration + 0.1 and 0 <= each.probability <= 1 for each in words
    )
    assert 0 < heard.speech <= heard.duration


async def test_music_is_asked_about_and_is_no_command(recogniser: LocalRecogniser, reader: SpokenReader) -> None:
    heard = await recogniser.hear(Clip(recorded(chords(4), "audio/ogg")), HINTS)

    assert reader.understand(heard).intent.kind.value != "tool"


async def test_silence_has_no_hypothesis_and_costs_no_recognition(recogniser: LocalRecogniser) -> None:
    heard = await recogniser.hear(Clip(recorded(np.zeros(5 * RATE, dtype=np.float32), "audio/wav")), HINTS)

    assert heard == Heard((), "en", 5.0, 0.0, 1.0)


async def test_two_people_who_speak_at_once_never_make_an_action_that_neither_ordered(
    recogniser: LocalRecogniser, reader: SpokenReader
) -> None:
    one = samples_of(Clip(NATURAL["slt"]("restart payments in staging")))
    other = samples_of(Clip(NATURAL["rms"]("scale search in production to six")))
    both = np.zeros(max(len(one), len(other)), dtype=np.float32)
    both[: len(one)] += one / 2
    both[: len(other)] += other / 2

    understood = reader.understand(await recogniser.hear(Clip(recorded(both, "audio/wav")), HINTS))

    ordered = (
        ("service.restart", {"service": "payments", "environment": "staging"}),
        ("service.scale", {"service": "search", "environment": "production", "replicas": 6}),
    )
    if understood.intent.tool in {name for name, _ in ordered} and not understood.asks:
        assert (understood.intent.tool, understood.intent.values()) in ordered
    else:
        assert understood.intent.tool not in {"deploy.release", "deploy.rollback", "flag.set", "turn.accept"}


async def test_german_is_no_command_in_english(recogniser: LocalRecogniser, reader: SpokenReader) -> None:
    from tests.eval.voice.voices import speaker_of

    german = speaker_of("de")(
        "Guten Morgen, können Sie mir bitte sagen, wie spät es ist und wo der Bahnhof liegt?"
    )

    understood = reader.understand(await recogniser.hear(Clip(german), HINTS))

    assert understood.intent.kind.value != "tool" or understood.intent.tool.startswith(("turn.help", "memory."))


async def test_partial_results_come_before_a_call_is_over(recogniser: LocalRecogniser) -> None:
    samples = np.concatenate([samples_of(Clip(NATURAL["slt"](SAID))), np.zeros(RATE, dtype=np.float32)])
    sound = mulaw(samples[::2])

    async def call() -> AsyncIterator[bytes]:
        for start in range(0, len(sound), 160):
            yield sound[start : start + 160]
            await asyncio.sleep(0)

    partials = [each async for each in recogniser.listen(call(), Frames.MULAW_8K, HINTS)]

    assert partials[-1].heard is not None
    assert "checkout" in partials[-1].text.lower()


def test_one_hypothesis_is_quicker_to_be_had_and_is_the_words(whisper: Whisper, spoken: bytes) -> None:
    heard = whisper.hear(samples_of(Clip(spoken)), HINTS, Depth.ONE)

    assert len(heard.hypotheses) == 1
    assert "checkout" in heard.text.lower()


def test_what_is_longer_than_a_window_is_heard_to_its_end(whisper: Whisper, spoken: bytes) -> None:
    once = samples_of(Clip(spoken))
    pause = np.zeros(8 * RATE, dtype=np.float32)
    long = np.concatenate([once, pause, pause, once, pause, once])

    heard = whisper.hear(long, Hints())

    assert len(long) > 30 * RATE
    assert heard.text.lower().count("production") == 3
    assert heard.hypotheses[0].words[-1].end > 30


async def test_the_event_loop_goes_on_while_a_clip_is_heard(recogniser: LocalRecogniser, spoken: bytes) -> None:
    hearing = asyncio.create_task(recogniser.hear(Clip(spoken), HINTS))
    ticks = 0
    while not hearing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert (await hearing).text
    assert ticks > 5


async def test_what_is_too_long_is_refused_before_it_is_heard(whisper: Whisper, spoken: bytes) -> None:
    recogniser = LocalRecogniser(lambda: whisper, longest_s=1.0)

    with pytest.raises(InputTooLarge, match="at most 1 s"):
        await recogniser.hear(Clip(spoken))
    recogniser.close()


async def test_without_a_model_the_error_names_what_is_missing(tmp_path: Path, spoken: bytes) -> None:
    recogniser = LocalRecogniser(lambda: Whisper(model_folder(tmp_path / "nowhere", "", tmp_path)))

    with pytest.raises(DependencyMissing, match="found none"):
        await recogniser.hear(Clip(spoken))
    recogniser.close()


async def test_the_model_is_loaded_once_and_a_full_queue_is_refused(spoken: bytes) -> None:
    loaded: list[float] = []
    go_on = threading.Event()

    class Slow:
        def hear(self, samples: object, hints: Hints, depth: Depth = Depth.SEVERAL) -> Heard:
            go_on.wait(30)
            return Heard((), "en", 1.0, 0.0)

    def load() -> Slow:
        loaded.append(time.monotonic())
        return Slow()

    recogniser = LocalRecogniser(load, most_waiting=2)  # type: ignore[arg-type]  # it hears nothing, slowly
    waiting = [asyncio.create_task(recogniser.hear(Clip(spoken))) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull, match="fewer than 2 clips"):
        await recogniser.hear(Clip(spoken))
    go_on.set()
    await asyncio.gather(*waiting)
    recogniser.close()
    assert len(loaded) == 1


def test_every_voice_of_the_spoken_set_speaks() -> None:
    assert all(len(samples_of(Clip(speak("restart checkout")))) > RATE // 2 for speak in VOICES.values())
