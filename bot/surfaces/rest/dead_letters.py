"""Routes of dead letters and of the queue: what could not be finished, and who waits for what."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from bot.surfaces.dead_letters import ClassBacklog, DeadLetterDesk, LetterView, QueueDesk
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Cursor, Form, Limit
from memory.model.dead_letter import DeadLetter, DeadReason, LetterStatus, ReplayFrom
from memory.model.people import Surface
from memory.model.queue import QueuePlace
from memory.model.run import Run
from memory.model.value import Identifier, Value
from memory.page import Page

OfStatus = Annotated[LetterStatus | None, Query(description="Only those that stand so")]
OfReason = Annotated[DeadReason | None, Query(description="Only those that died of this")]


class ReplayRequest(Form):
    """From where a dead letter is to be replayed, and why."""

    begins: ReplayFrom = ReplayFrom.FAILED
    reason: str = Field(default="", max_length=1000, examples=["The cluster is back."])


class DropRequest(Form):
    """Why nobody has to look at it any more."""

    reason: str = Field(min_length=1, max_length=1000, examples=["The service was taken down."])


class Replayed(Value):
    """The plan that a replay became. It waits for approvals as policy asks now."""

    run: Run


class Queued(Value):
    """Where a run stands; None where it does not wait."""

    place: QueuePlace | None = None
    says: str = ""


class Waiting(Value):
    """What waits, by class."""

    items: tuple[ClassBacklog, ...]


class DeadLettering:
    """Brings requests to the dead letters."""

    def __init__(self, desk: DeadLetterDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        changed = described(400, 404, 409)
        get, post = partial(router.get, tags=["dead letters"]), partial(router.post, tags=["dead letters"])
        get("/dead-letters", summary="Dead letters", responses=described(400))(self.letters)
        get("/dead-letters/{letter}", summary="One, traced to its message", responses=changed)(self.letter)
        post("/dead-letters/{letter}/replay", summary="Replay it", responses=changed)(self.replay)
        post("/dead-letters/{letter}/drop", summary="Drop it", responses=changed)(self.drop)

    async def letters(
        self,
        observer: Observer,
        status: OfStatus = None,
        died_of: OfReason = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[DeadLetter]:
        """Return what could not be finished, the newest first."""
        return await self._desk.letters(observer, status, died_of, cursor, limit)

    async def letter(self, letter: Identifier, observer: Observer) -> LetterView:
        """Return one with the run as it ended, and the entries of the log that lead to it from its message."""
        return await self._desk.letter(observer, letter)

    async def replay(
        self, letter: Identifier, request: ReplayRequest, asker: Asker, _key: IdempotencyKey = None
    ) -> Replayed:
        """Ask for what is left of it as a new plan: rehearsed, assessed and approved as any other."""
        return Replayed(run=await self._desk.replay(asker, letter, request.begins, request.reason, Surface.REST))

    async def drop(
        self, letter: Identifier, request: DropRequest, asker: Asker, _key: IdempotencyKey = None
    ) -> DeadLetter:
        """Let go of it. The log keeps what it tells."""
        return await self._desk.drop(asker, letter, request.reason)


class Queueing:
    """Brings requests to the queue."""

    def __init__(self, desk: QueueDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        get = partial(router.get, tags=["plans"])
        get("/queue", summary="What waits", responses=described())(self.backlog)
        get("/runs/{run}/queue", summary="How many are before it", responses=described(404))(self.place)

    async def backlog(self, observer: Observer) -> Waiting:
        """Return how many plans wait for their turn, by class, and how many may."""
        return Waiting(items=await self._desk.backlog(observer))

    async def place(self, run: Identifier, observer: Observer, response: Response) -> Queued:
        """Return where an approved plan stands: "queued, 3 before you"."""
        response.headers["Cache-Control"] = "no-store"
        place = await self._desk.place(observer, run)
        return Queued(place=place, says=place.says() if place else "")
