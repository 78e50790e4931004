"""The spoken set: commands as they are written and as they are said, in two halves, and how each clip is spoiled.

`dev.jsonl` and `practice.jsonl` are what hearing is tuned on; `unseen.jsonl` is only ever reported.
"""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import cycle
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.voice.decoding import RATE, samples_of, samples_of_frames
from bot.voice.ports import Clip, Frames
from memory.model.value import JsonValue, Value
from tests.eval.voice.voices import ESPEAK, NATURAL, SPOILED, VOICES

if TYPE_CHECKING:
    from numpy.typing import NDArray

Samples = "NDArray[np.float32]"
HERE = Path(__file__).resolve().parent
LEAD_S = 0.3  # of silence before and after, as a recording has it
LOW_HZ, HIGH_HZ = 300, 3400  # what a telephone lets through


class Half(StrEnum):
    """Which half of the set; `PRACTICE` is a third, made by rule, to tune on besides `DEV`."""

    DEV = "dev"
    PRACTICE = "practice"
    UNSEEN = "unseen"


class Condition(StrEnum):
    """What stands between the voice and the recogniser."""

    CLEAN = "clean"
    NOISE_20 = "noise, 20 dB"
    NOISE_10 = "noise, 10 dB"
    TELEPHONE = "telephone"


class Command(Value):
    """A command as it is written, as it is said, and the call that the written form is understood as."""

    written: str
    said: str
    tool: str
    arguments: dict[str, JsonValue]


def commands(half: Half) -> tuple[Command, ...]:
    """Return the commands of one half, in file order."""
    lines = (HERE / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Command.model_validate(loads(line)) for line in lines)


def every(half: Half) -> Iterator[tuple[Command, str, Condition]]:
    """Yield each command by each voice, and spoiled in each way for four of the voices.

    Those to practise on are each said by two natural voices in turn and one of espeak-ng, and not spoiled.
    """
    if half is Half.PRACTICE:
        yield from _in_turn()
        return
    for condition in Condition:
        for voice in VOICES if condition is Condition.CLEAN else SPOILED:
            for command in commands(half):
                yield command, voice, condition


def _in_turn() -> Iterator[tuple[Command, str, Condition]]:
    natural, robotic = cycle(NATURAL), cycle(ESPEAK)
    for command in commands(Half.PRACTICE):
        for voice in (next(natural), next(natural), next(robotic)):
            yield command, voice, Condition.CLEAN


def said(command: Command, voice: str) -> "NDArray[np.float32]":
    """Return a command spoken: 16 kHz samples, with a little silence around them."""
    spoken = samples_of(Clip(VOICES[voice](command.said)))
    silence = np.zeros(int(LEAD_S * RATE), dtype=np.float32)
    return np.concatenate([silence, spoken, silence])


def spoiled(samples: "NDArray[np.float32]", condition: Condition) -> "NDArray[np.float32]":
    """Return the samples as they arrive; the same samples are always spoiled in the same way."""
    if condition is Condition.NOISE_20:
        return _noisy(samples, 20)
    if condition is Condition.NOISE_10:
        return _noisy(samples, 10)
    if condition is Condition.TELEPHONE:
        return samples_of_frames(mulaw(_through_a_telephone(samples)), Frames.MULAW_8K)
    return samples


def _noisy(samples: "NDArray[np.float32]", decibels: float) -> "NDArray[np.float32]":
    """Return the samples with pink noise under them, so many decibels below what is loud enough to be speech."""
    seed = int.from_bytes(sha256(samples.tobytes()).digest()[:8], "big")
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(samples)))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, len(samples))
    speech = samples[np.abs(samples) > 0.01 * np.abs(samples).max()]
    wanted = np.sqrt(np.mean(speech**2)) / 10 ** (decibels / 20)
    mixed: NDArray[np.float32] = (samples + noise / np.sqrt(np.mean(noise**2)) * wanted).astype(np.float32)
    return mixed


def _through_a_telephone(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the samples at 8 kHz with nothing but a telephone's band in them."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < LOW_HZ) | (hertz > HIGH_HZ)] = 0
    narrow: NDArray[np.float32] = np.fft.irfft(spectrum, len(samples))[::2].astype(np.float32)
    return narrow


def mulaw(samples: "NDArray[np.float32]") -> bytes:
    """Return samples as G.711 mu-law."""
    size = np.minimum(np.abs(samples) * 32768, 32635).astype(np.int32) + 0x84
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = size >> (exponent + 3) & 15
    sign = np.where(samples < 0, 0x80, 0)
    return bytes((~(sign | exponent << 4 | mantissa) & 0xFF).astype(np.uint8).tobytes())
