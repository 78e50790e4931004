"""A recording that still grows, as frames: what came so far is decoded again, and what is new is handed on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from bot.voice.decoding import samples_of
from bot.voice.installed import numpy_of_voice
from bot.voice.ports import Clip
from memory.errors import InputTooLarge, InvalidInput

LEAST_NEW: Final = 2400  # bytes: some six tenths of a second of Opus
_MOST: Final = 32_767


async def growing(parts: AsyncIterator[bytes], media_type: str) -> AsyncIterator[bytes]:
    """Yield 16-bit 16 kHz frames while the parts of a recording come in.

    The beginning of a container may be none yet, which is waited out; what is too long ends it.
    """
    sound, decoded, told = bytearray(), 0, 0
    async for part in parts:
        sound += part
        if len(sound) - decoded < LEAST_NEW:
            continue
        decoded = len(sound)
        try:
            frames = await asyncio.to_thread(_frames, bytes(sound), media_type)
        except InputTooLarge:
            return
        except InvalidInput:
            continue
        if len(frames) > told:
            yield frames[told:]
            told = len(frames)


def _frames(sound: bytes, media_type: str) -> bytes:
    np = numpy_of_voice()
    samples = samples_of(Clip(sound, media_type))
    return bytes(np.clip(samples * _MOST, -_MOST, _MOST).astype("<i2").tobytes())
