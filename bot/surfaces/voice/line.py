"""One telephone call while it lasts: its sides, who speaks on it, and what of ours was not yet heard in full."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import WebSocket, WebSocketDisconnect

from bot.surfaces.speech import Conversation
from bot.surfaces.voice.dialling import Dialled
from memory.tasks import stopped

MOST_UNHEARD: Final = 3000  # frames of 20 ms that may wait: a minute
TAIL: Final = 50  # frames before our end, in which whoever is heard speaks over us


@dataclass
class Track:
    """One side of a call: its frames, in order."""

    frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_UNHEARD))

    def take(self, frame: bytes) -> None:
        """Add a frame; who is heard too slowly loses sound, and nothing else."""
        with contextlib.suppress(asyncio.QueueFull):
            self.frames.put_nowait(frame)

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield the frames as they come, until whoever listens is ended."""
        while True:
            yield await self.frames.get()


@dataclass
class Call:
    """A call. `marks` were sent behind what we said, and come back once that was heard."""

    socket: WebSocket
    stream: str = ""
    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    listening: list[asyncio.Task[None]] = field(default_factory=list)
    answering: asyncio.Task[None] | None = None
    caller: Dialled | None = None
    conversation: Conversation | None = None
    digits: str = ""
    dials: int = 0
    marks: int = 0
    heard_marks: int = 0
    interrupted: bool = False
    since_loud: int = TAIL  # frames since somebody was last to be heard
    waiting: str = ""  # what was read back and may be gone ahead with by a key

    @property
    def speaking(self) -> bool:
        """Return whether something that we said is still being played."""
        return self.marks > self.heard_marks

    async def hang_up(self) -> None:
        """End all that goes on."""
        running = [*self.listening, *([self.answering] if self.answering else [])]
        await stopped(*running)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # they may have hung up first
            await self.socket.close()
