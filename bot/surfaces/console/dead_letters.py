"""Dead letters at the console: a list, each with its way back to its message, and a button to replay.

And a line on a plan that waits for its turn, which says how many are before it.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.dead_letters import DeadLetterDesk, QueueDesk
from bot.surfaces.desk import Scope
from memory.errors import InvalidInput
from memory.model.dead_letter import LetterStatus, ReplayFrom
from memory.model.people import Surface
from memory.model.value import Identifier

ROOM = "/console/dead-letters"
SHOWN = 50


class LetterRoom:
    """Shows, replays and drops dead letters."""

    def __init__(self, desk: DeadLetterDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/dead-letters")(self.room)
        router.get("/dead-letters/{letter}")(self.letter)
        router.post("/dead-letters/{letter}/replay")(self.replay)
        router.post("/dead-letters/{letter}/drop")(self.drop)

    async def room(self, request: Request, cursor: str | None = None) -> Response:
        """Show the letters, the newest first."""
        visitor = await self._observer(request)
        page = await self._desk.letters(visitor.principal, None, None, cursor, SHOWN)
        return self._pages.response(
            "dead_letters.html", visitor=visitor, place="dead letters", thread="", page=page
        )

    async def letter(self, request: Request, letter: Identifier) -> Response:
        """Show one, with what led to it."""
        visitor = await self._observer(request)
        return self._pages.response(
            "dead_letter.html",
            visitor=visitor,
            place="dead letters",
            thread="",
            view=await self._desk.letter(visitor.principal, letter),
            dropped=LetterStatus.DROPPED,
            may=visitor.may(Scope.PROPOSE),
        )

    async def replay(self, request: Request, letter: Identifier) -> Response:
        """Ask for what is left of it, and lead to the new plan."""
        visitor, fields = await self._reception.form(request)
        begins = _begins(fields.get("begins", ReplayFrom.FAILED.value))
        run = await self._desk.replay(
            visitor.require(Scope.PROPOSE), letter, begins, fields.get("reason", ""), Surface.CONSOLE
        )
        return RedirectResponse(f"/console/plans/{run.id}", 303)

    async def drop(self, request: Request, letter: Identifier) -> Response:
        """Let go of it."""
        visitor, fields = await self._reception.form(request)
        await self._desk.drop(visitor.require(Scope.PROPOSE), letter, fields.get("reason", ""))
        return RedirectResponse(ROOM, 303)

    async def _observer(self, request: Request) -> Visitor:
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return visitor


class QueueLine:
    """Says how many are before a plan."""

    def __init__(self, desk: QueueDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/plans/{run}/queue")(self.place)

    async def place(self, request: Request, run: Identifier) -> Response:
        """Return the line, which asks for itself again; 286 ends the asking where the plan does not wait."""
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        place = await self._desk.place(visitor.principal, run)
        if place is None:
            return Response(status_code=286)
        return self._pages.response("queue.html", place=place)


def _begins(text: str) -> ReplayFrom:
    try:
        return ReplayFrom(text)
    except ValueError:
        raise InvalidInput(f"expected failed or start, found {text[:20]!r}") from None
