"""Speaking with espeak-ng as it is installed: a WAV that tells its length, and as a telephone has it."""

import io
import wave

import pytest

from bot.surfaces.voice.clips import _mp3
from bot.surfaces.voice.espeak import LONGEST, Espeak
from bot.surfaces.voice.mulaw import encoded, mulaw_of
from bot.voice.decoding import samples_of_frames
from bot.voice.ports import Frames
from memory.errors import DependencyMissing, InvalidInput
from tests.servers import require


async def test_words_become_a_wav_and_slower_words_a_longer_one() -> None:
    espeak = Espeak(require("espeak-ng"))
    lengths = []
    for pace in (1.25, 0.75):
        with wave.open(io.BytesIO(await espeak.speak("ninety nine point two percent", pace))) as file:
            lengths.append(file.getnframes() / file.getframerate())
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
    assert 0.5 < lengths[0] < lengths[1] < 10


async def test_text_that_looks_like_an_option_is_only_said() -> None:
    wav = await Espeak(require("espeak-ng")).speak("--version; -w /etc/passwd $(reboot)", 1.0)
    assert wav.startswith(b"RIFF")


async def test_no_program_and_no_words_are_said_to_be_so() -> None:
    with pytest.raises(DependencyMissing):
        await Espeak("/nowhere/espeak-ng").speak("hello", 1.0)
    for text in ("", " ", "x" * (LONGEST + 1)):
        with pytest.raises(InvalidInput):
            await Espeak("/nowhere/espeak-ng").speak(text, 1.0)


async def test_a_telephone_and_a_chat_get_the_same_words_in_their_forms() -> None:
    wav = await Espeak(require("espeak-ng")).speak("roll back checkout", 1.0)
    with wave.open(io.BytesIO(wav)) as file:
        seconds = file.getnframes() / file.getframerate()
    assert len(mulaw_of(wav)) == pytest.approx(8000 * seconds, rel=0.01)
    assert _mp3(wav)[:3] in {b"ID3", b"\xff\xfb\x50"} or _mp3(wav)[0] == 0xFF


def test_mulaw_is_what_a_telephone_decodes() -> None:
    import numpy as np

    samples = np.array([0, 100, -100, 1000, -1000, 8000, -8000, 32767, -32768], dtype=np.int32)
    heard = samples_of_frames(encoded(samples), Frames.MULAW_8K)[::2] * 32768
    for sent, came in zip(samples, heard, strict=True):
        assert abs(int(sent) - came) <= max(16, abs(int(sent)) * 0.07)


def test_what_is_no_wav_is_said_to_be_none() -> None:
    with pytest.raises(InvalidInput):
        mulaw_of(b"RIFF nothing")
