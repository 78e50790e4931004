"""Routes for memory: what was seen before, remember this, forget that, make the index anew."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from bot.surfaces.recall import (
    MOST_FILES,
    Forgotten,
    MemoryReport,
    RecallDesk,
    RecallQuery,
    Recollections,
    Taught,
    Wish,
    Written,
)
from bot.surfaces.rest.keyed import Administrator, Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.errors import InputTooLarge
from memory.model.memory import Memory, MemoryKind
from memory.model.value import Identifier

LONGEST_IN_ADDRESS = 4000

Words = Annotated[str, Query(description="What is to be found, in any words.")]
Kinds = Annotated[list[MemoryKind] | None, Query(description="Only these kinds.")]
Services = Annotated[list[Identifier] | None, Query(max_length=50, description="What it is about.")]
Most = Annotated[int, Query(ge=1, le=20)]


class Subject(Form):
    """What is to be forgotten, as memories name it: `incident:inc_4`."""

    subject: str = Field(min_length=3, max_length=300)


class Library(Form):
    """Post-mortems, as they were written."""

    files: tuple[Written, ...] = Field(min_length=1, max_length=MOST_FILES)


class RecallRoutes:
    """Brings requests to the memory."""

    def __init__(self, desk: RecallDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["memory"], "responses": described(400, 403)}
        router.get("/recall", summary="What was seen before", **shared)(self.recall)
        router.get("/memories", summary="How much is remembered", **shared)(self.report)
        router.post("/memories", summary="Remember this", status_code=201, **shared)(self.keep)
        router.post("/memories/taught", summary="Remember post-mortems", **shared)(self.teach)
        router.post("/memories/forgotten", summary="Forget a subject", **shared)(self.forget)
        router.post("/memories/rebuilt", summary="Make the index anew", **shared)(self.rebuild)

    async def recall(
        self,
        observer: Observer,
        response: Response,
        *,
        q: Words = "",
        kind: Kinds = None,
        service: Services = None,
        environment: Identifier | None = None,
        limit: Most = 5,
    ) -> Recollections:
        """Return what is remembered of it, the most similar first, and the runbooks that may help."""
        if len(q) > LONGEST_IN_ADDRESS:
            raise InputTooLarge(f"expected at most {LONGEST_IN_ADDRESS} characters to recall, found {len(q)}")
        response.headers["Cache-Control"] = "no-store"
        asked = RecallQuery(
            query=q, kinds=tuple(kind or ()), services=tuple(service or ()), environment=environment, limit=limit
        )
        return await self._desk.recall(observer, asked)

    async def report(self, observer: Observer) -> MemoryReport:
        """Return how many memories of each kind there are."""
        return await self._desk.report(observer)

    async def keep(self, wish: Wish, asker: Asker, key: IdempotencyKey = None) -> Memory:
        """Remember a preference or a correction of the person who asks."""
        _ = key
        return await self._desk.keep(asker, wish)

    async def teach(self, form: Library, administrator: Administrator, key: IdempotencyKey = None) -> Taught:
        """Remember post-mortems that were written elsewhere, each under the name of its file."""
        _ = key
        return await self._desk.teach(administrator, form.files)

    async def forget(self, form: Subject, asker: Asker, key: IdempotencyKey = None) -> Forgotten:
        """Forget for good what is remembered of a subject. The log says that it was."""
        _ = key
        return await self._desk.forget(asker, form.subject)

    async def rebuild(self, administrator: Administrator, key: IdempotencyKey = None) -> Forgotten:
        """Make the index anew from the texts. Nothing is lost, and it takes a while."""
        _ = key
        return await self._desk.rebuild(administrator)
