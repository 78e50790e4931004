"""Lessons at the console: what past turns teach, the replay that speaks for or against them, and the decision.

A lesson is put in use by the digest of the replay that stood on the page, and is taken out of use at once.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.lessons import MOST_AT_ONCE, LessonDesk
from bot.surfaces.ports import Ports
from memory.errors import InvalidInput
from memory.model.people import Role
from memory.model.teaching import TeachingState

ROOM: Final = "/console/lessons"
LONGEST: Final = 120
BOX: Final = "lesson."  # before the id of a lesson, as the name of its box
_MAY: Final = frozenset({Role.OPERATOR, Role.ADMIN})
_STATES: Final = {
    TeachingState.PROPOSED: "waits for a review",
    TeachingState.IN_USE: "in use",
    TeachingState.DECLINED: "declined",
    TeachingState.WITHDRAWN: "taken out of use",
}


class LessonPages:
    """Shows lessons, tries them on the past, and takes what their reviewers decide."""

    def __init__(self, desk: LessonDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/lessons")(self.show)
        router.post("/lessons/gathered")(self.gather)
        router.post("/lessons/replayed")(self.replay)
        router.post("/lessons/accepted")(self.accept)
        router.post("/lessons/declined")(self.decline)
        router.post("/lessons/withdrawn")(self.withdraw)

    async def show(self, request: Request, found: int | None = None) -> Response:
        """Show every lesson, those that wait first."""
        visitor = await self._reception.visitor(request)
        view = await self._desk.lessons(visitor.require(Scope.OBSERVE))
        order = list(TeachingState)
        return self._pages.response(
            "lessons.html",
            visitor=visitor,
            place="lessons",
            thread="",
            lessons=sorted(view.lessons, key=lambda each: order.index(each.state)),
            states=_STATES,
            may=bool(_MAY & set(visitor.principal.roles)) and visitor.may(Scope.PROPOSE),
            found=found,
        )

    async def gather(self, request: Request) -> Response:
        """Look through the latest turns."""
        visitor, _ = await self._reception.form(request)
        view = await self._desk.gather(visitor.require(Scope.PROPOSE))
        return RedirectResponse(f"{ROOM}?found={view.found}", 303)

    async def replay(self, request: Request) -> Response:
        """Show what lessons would change, and offer to use them where nothing gets worse."""
        visitor, form = await self._reception.form(request)
        view = await self._desk.replay(visitor.require(Scope.PROPOSE), _chosen(form))
        return self._pages.response(
            "lesson_replay.html", visitor=visitor, place="lessons", thread="", view=view, replay=view.replay
        )

    async def accept(self, request: Request) -> Response:
        """Put lessons in use by the digest of the replay that was shown."""
        visitor, form = await self._reception.form(request)
        who, digest = visitor.require(Scope.PROPOSE), str(form.get("replay", ""))[:LONGEST]
        await self._desk.accept(who, _chosen(form), digest)
        return RedirectResponse(ROOM, 303)

    async def decline(self, request: Request) -> Response:
        """Decline one that waits."""
        visitor, form = await self._reception.form(request)
        await self._desk.decline(visitor.require(Scope.PROPOSE), _chosen(form)[0])
        return RedirectResponse(ROOM, 303)

    async def withdraw(self, request: Request) -> Response:
        """Take one out of use at once."""
        visitor, form = await self._reception.form(request)
        await self._desk.withdraw(visitor.require(Scope.PROPOSE), _chosen(form)[0])
        return RedirectResponse(ROOM, 303)


def lessons_room(ports: Ports, reception: Reception, pages: Pages, router: APIRouter) -> None:
    """Add the pages, where lessons are kept."""
    pages.offer_lessons(there=ports.lessons is not None)
    if ports.lessons is not None:
        LessonPages(ports.lessons, reception, pages).mount(router)


def _chosen(form: Mapping[str, str]) -> list[str]:
    """Return the lessons whose boxes are ticked."""
    names = [name.removeprefix(BOX)[:LONGEST] for name in form if name.startswith(BOX)]
    if not 0 < len(names) <= MOST_AT_ONCE:
        raise InvalidInput(
            f"expected between 1 and {MOST_AT_ONCE} lessons, found {len(names)}", hint="Tick the lessons you mean."
        )
    return names
