"""Routes of the archive: parts of the log to take away, and holding and erasing what is beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from bot.surfaces.archive import Archive, Beside, Erasure, HoldRequest, Parcel
from bot.surfaces.rest.asked import AskedOfLog
from bot.surfaces.rest.keyed import Administrator, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.exports import export
from memory.model.record import Hold
from memory.model.value import Identifier, Value

CHUNK_BYTES = 65_536

AsForm = Annotated[export.Form, Query(alias="format", description="JSON lines, CSV or Parquet")]
Subject = Annotated[Identifier, Query(description="A plan, a turn's correlation id, a message or an incident")]
EntryName = Annotated[str, Path(max_length=64, description="The entry's index, or its leaf hash")]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


class EraseRequest(Form):
    """What to erase for good: turns, or a person and everything they began. One of the two."""

    correlations: tuple[Identifier, ...] = Field(default=(), max_length=1000)
    person: Identifier | None = None


class RetainRequest(Form):
    """Whether to erase what is old enough, or only to say what that is."""

    dry_run: bool = True


class Holds(Value):
    """Every legal hold, those that were lifted too."""

    items: tuple[Hold, ...]


class Archiving:
    """Brings requests to the archive. Mounted before what gives single entries: below /log, any name is one's."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        files: dict[str, Any] = {"response_class": StreamingResponse, "responses": described(400, 404) | _FILE}
        kept = described(400, 404, 409)
        router.get("/log/export", tags=["audit"], summary="Part of the log, as a file", **files)(self.export)
        router.get("/log/pack", tags=["audit"], summary="An evidence pack", **files)(self.pack)
        router.get("/log/{entry}/beside", tags=["audit"], summary="What is beside an entry", responses=kept)(
            self.beside
        )
        router.post("/erasures", tags=["audit"], summary="Erase for good", responses=kept)(self.erase)
        router.post("/retention", tags=["audit"], summary="Erase what is old", responses=kept)(self.retain)
        router.get("/holds", tags=["audit"], summary="Legal holds", responses=described())(self.holds)
        router.post("/holds", tags=["audit"], summary="Place a legal hold", responses=kept)(self.place)
        router.post("/holds/{hold}/lift", tags=["audit"], summary="Lift a legal hold", responses=kept)(self.lift)

    async def export(
        self, observer: Observer, asked: AskedOfLog, form: AsForm = export.Form.JSONL
    ) -> StreamingResponse:
        """Take part of the log away, with a proof that no entry of its range was left out.

        Entries that do not match are there as hashes. For auditors and administrators; that you took it is logged.
        """
        return await _sent(self._archive.export(observer, asked, form))

    async def pack(self, observer: Observer, subject: Subject) -> StreamingResponse:
        """Take away what happened in one turn: entries, proofs, texts, a report, and a verifier that needs no one.

        For auditors and administrators; that you took it is logged.
        """
        return await _sent(self._archive.pack(observer, subject))

    async def beside(self, observer: Observer, entry: EntryName) -> Beside:
        """Return an entry and which of the texts that it names are kept still, or which entry erased them."""
        return await self._archive.beside(observer, entry)

    async def erase(
        self, administrator: Administrator, asked: EraseRequest, _key: IdempotencyKey = None
    ) -> Erasure:
        """Erase the words of turns, or of a person, for good. The log stays as it is, and verifies as before."""
        return await self._archive.erase(administrator, correlations=asked.correlations, person=asked.person)

    async def retain(
        self, administrator: Administrator, asked: RetainRequest, _key: IdempotencyKey = None
    ) -> Erasure:
        """Erase what is older than its kind is kept; unless `dry_run` is false, only say what that is."""
        return await self._archive.retain(administrator, dry_run=asked.dry_run)

    async def holds(self, observer: Observer) -> Holds:
        """Return every legal hold. For auditors and administrators."""
        return Holds(items=await self._archive.holds(observer))

    async def place(self, administrator: Administrator, asked: HoldRequest, _key: IdempotencyKey = None) -> Hold:
        """Keep something from being erased, by age or on request, until the hold is lifted."""
        return await self._archive.place(administrator, asked)

    async def lift(self, administrator: Administrator, hold: Identifier, _key: IdempotencyKey = None) -> Hold:
        """Lift a legal hold."""
        return await self._archive.lift(administrator, hold)


async def _sent(parcels: AbstractAsyncContextManager[Parcel]) -> StreamingResponse:
    """Send a file and clear it away, also when whoever asked hangs up."""
    kept = AsyncExitStack()
    parcel = await kept.enter_async_context(parcels)
    headers = {
        "Content-Disposition": f'attachment; filename="{parcel.name}"',
        "Content-Length": str(parcel.size),
        "X-Content-SHA256": parcel.digest,
    }
    return StreamingResponse(_chunks(parcel, kept), media_type=parcel.content_type, headers=headers)


async def _chunks(parcel: Parcel, kept: AsyncExitStack) -> AsyncIterator[bytes]:
    async with kept:
        with parcel.path.open("rb") as file:  # each read is off the loop
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
