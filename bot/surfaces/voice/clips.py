"""Clips of chats: what a person sent is written down, and an answer they want to hear is said, and that is all."""

import asyncio
import io
from collections.abc import Callable
from typing import Final

from agents.hearing.heard import Hints
from bot.surfaces.speech import USUAL
from bot.surfaces.voice.ports import Meaning, Speaker
from bot.surfaces.voice.saying import said
from bot.voice.installed import pyav
from bot.voice.ports import Clip, Recogniser
from memory.errors import InvalidInput, NotFound
from memory.model.people import Principal
from memory.store import Store

MP3_RATE: Final = 22_050
MP3_BITS: Final = 48_000  # a second


class ClipListener:
    """Serves the `Listener` of Slack and of Teams."""

    def __init__(self, recogniser: Recogniser, hints: Callable[[], Hints], meaning: Meaning) -> None:
        self._recogniser = recogniser
        self._hints = hints
        self._meaning = meaning

    async def heard(self, clip: bytes, media_type: str, person: Principal) -> str:
        """Return the words of a clip; raises `InvalidInput` for what is no speech, or too doubtful to hand on."""
        heard = await self._recogniser.hear(Clip(clip, media_type, person.id), self._hints())
        meant = await self._meaning(heard, going_on=True)
        if meant.question or not meant.text:
            told = f"Heard: {heard.text}" if heard.text else "Say it again, or type it."
            raise InvalidInput(meant.question or "expected words, found none", hint=told)
        return meant.text


class ClipSpeaker:
    """Serves the `Speaker` of Teams."""

    def __init__(self, speaker: Speaker, store: Store) -> None:
        self._speaker = speaker
        self._store = store

    async def spoken(self, person: Principal, reply: str) -> bytes:
        """Return an answer as MP3; raises `NotFound` for one that was not given to this person lately."""
        found = await self._store.turns.given(person.tenant, person.id, reply)
        if found is None:
            raise NotFound("expected an answer that was given to this person lately, found none of that id")
        sound = await self._speaker.speak(said(found), USUAL)
        return await asyncio.to_thread(_mp3, sound)


def _mp3(wav: bytes) -> bytes:
    """Return a WAV as MP3; raises `DependencyMissing`."""
    av = pyav()
    written = io.BytesIO()
    with av.open(io.BytesIO(wav), format="wav") as source, av.open(written, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=MP3_RATE)
        stream.bit_rate = MP3_BITS
        stream.layout = "mono"
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=MP3_RATE, frame_size=1152)
        for frame in source.decode(audio=0):
            for each in resampler.resample(frame):
                target.mux(stream.encode(each))
        for each in resampler.resample(None):
            target.mux(stream.encode(each))
        target.mux(stream.encode(None))
    return written.getvalue()
