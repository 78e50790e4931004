"""The routes of lessons: what past turns teach, whether it helps, to use it or not; and thumbs for answers."""

from typing import Any

from fastapi import APIRouter

from bot.surfaces.lessons import Chosen, LessonDesk, LessonsView, LessonView, ReplayView, ThumbGiven
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from memory.model.teaching import TeachingState
from memory.model.value import Identifier


class LessonRoutes:
    """Brings requests to the lessons. A lesson is put in use by the digest of its replay alone."""

    def __init__(self, desk: LessonDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["lessons"], "responses": described(400, 403, 404, 409)}
        router.get("/lessons", summary="What past turns teach", **shared)(self.lessons)
        router.get("/lessons/{lesson}", summary="One lesson", **shared)(self.lesson)
        router.post("/lessons/gathered", summary="Look for lessons", **shared)(self.gather)
        router.post("/lessons/replayed", summary="Try lessons on the past", **shared)(self.replay)
        router.post("/lessons/accepted", summary="Put lessons in use", **shared)(self.accept)
        router.post("/lessons/thumbs", summary="Judge an answer", status_code=204, **shared)(self.thumb)
        router.post("/lessons/{lesson}/declined", summary="Decline a lesson", **shared)(self.decline)
        router.post("/lessons/{lesson}/withdrawn", summary="Withdraw a lesson", **shared)(self.withdraw)

    async def lessons(self, observer: Observer, state: TeachingState | None = None) -> LessonsView:
        """Return the lessons, the newest first."""
        return await self._desk.lessons(observer, state)

    async def lesson(self, lesson: Identifier, observer: Observer) -> LessonView:
        """Return one lesson."""
        return await self._desk.lesson(observer, lesson)

    async def gather(self, asker: Asker, key: IdempotencyKey = None) -> LessonsView:
        """Look through the latest turns, and return the lessons that wait for a review."""
        del key  # a lesson is found once, whatever is repeated
        return await self._desk.gather(asker)

    async def replay(self, chosen: Chosen, asker: Asker, key: IdempotencyKey = None) -> ReplayView:
        """Return what lessons would change. Nothing is put in use."""
        del key  # nothing is changed
        return await self._desk.replay(asker, chosen.ids)

    async def accept(self, chosen: Chosen, asker: Asker, key: IdempotencyKey = None) -> LessonsView:
        """Put lessons in use by the digest of their replay, where nothing gets worse by them."""
        del key  # what is in use already is a conflict
        return await self._desk.accept(asker, chosen.ids, chosen.replay)

    async def thumb(self, given: ThumbGiven, asker: Asker, key: IdempotencyKey = None) -> None:
        """Keep what somebody makes of an answer that they were given."""
        del key  # the last one counts
        await self._desk.thumb(asker, given.reply, up=given.up)

    async def decline(self, lesson: Identifier, asker: Asker, key: IdempotencyKey = None) -> LessonView:
        """Decline a lesson that waits."""
        del key  # what is declined already is a conflict
        return await self._desk.decline(asker, lesson)

    async def withdraw(self, lesson: Identifier, asker: Asker, key: IdempotencyKey = None) -> LessonView:
        """Take a lesson out of use at once."""
        del key  # what is withdrawn already is a conflict
        return await self._desk.withdraw(asker, lesson)
