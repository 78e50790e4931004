"""The port of what was said in the rooms of incidents."""

from typing import Protocol

from memory.model.people import Principal
from memory.model.transcript import TranscriptLine
from memory.page import Page


class TranscriptDesk(Protocol):
    """What a surface asks. Everything in it is other people's words: shown as they are, parsed as nothing."""

    async def transcript(
        self, person: Principal, incident: str, cursor: str | None, limit: int
    ) -> Page[TranscriptLine]:
        """Return what was said, the first first; raises `NotFound` and `PolicyDenied` as for the incident."""
