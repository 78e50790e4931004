"""Lessons as people review them: gathered, replayed, accepted, declined, withdrawn. Each decision is in the log.

A lesson in use changes what a message is understood to ask for, and nothing about who may do what: the gate, the
policy and the approvals know nothing of lessons.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

import structlog

from agents.teaching.lessons import Lesson, lessons
from agents.teaching.parts import Replay
from agents.teaching.turns import PastTurn
from bot.audit.access import reader
from bot.surfaces.lessons import MOST_AT_ONCE, LessonsView, LessonView, ReplayView
from bot.teaching.gathering import past_turns
from bot.teaching.ranks import Ranks, same
from bot.teaching.trying import Trying
from bot.teaching.views import seen, shown
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied, QuarterdeckError
from memory.ids import Ids
from memory.model.bodies import TeachingDecided
from memory.model.people import Principal, Role
from memory.model.record import Attachment, Record
from memory.model.teaching import Subject, Teaching, TeachingState, Thumb
from memory.store import Store, Unit

MOST_IN_USE = 200
LOOK_EVERY_S = 30.0

_MAY = frozenset({Role.OPERATOR, Role.ADMIN})
_Change = Literal["accepted", "declined", "withdrawn"]
_log = structlog.get_logger(__name__)


class LessonRoom:
    """Serves `bot.surfaces.lessons.LessonDesk` for the tenant whose messages the house understands."""

    def __init__(self, store: Store, trying: Trying, ranks: Ranks, tenant: str, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._trying = trying
        self._ranks = ranks
        self._tenant = tenant
        self._clock = clock
        self._ids = ids
        self._using: tuple[str, ...] = ()
        self._saying: tuple[str, ...] = ()  # of these the lessons about words
        self._turn = asyncio.Lock()  # one builds an interpreter at a time

    async def look(self) -> None:
        """Have the lessons in use understood, and no others; raises `StoreUnavailable`."""
        async with self._turn:
            used = await self._in_use()
            names = tuple(sorted(each.id for each in used))
            words = tuple(sorted(each.id for each in used if each.subject is Subject.WORDS))
            if words != self._saying:
                await asyncio.to_thread(self._trying.use, used)
                self._saying = words
            if names != self._using:
                self._ranks.use(used)
                self._using = names

    async def keep(self) -> None:
        """Take up what another node decided, again and again, until this is cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except QuarterdeckError as error:
                _log.warning("lessons.not_looked", code=error.code, why=error.message)

    async def lessons(self, principal: Principal, state: TeachingState | None = None) -> LessonsView:
        """Return the lessons of this state, or all."""
        self._reads(principal)
        return await shown(self._store, self._tenant, await self._store.teachings.of(self._tenant, state))

    async def lesson(self, principal: Principal, identifier: str) -> LessonView:
        """Return one."""
        self._reads(principal)
        return (await self._told([identifier])).lessons[0]

    async def gather(self, principal: Principal) -> LessonsView:
        """Look through the latest turns for lessons, and return those that wait for a review."""
        self._reviews(principal)
        turns = await past_turns(self._store, self._tenant)
        found = await asyncio.to_thread(lessons, turns, self._trying.phrasing, self._trying.offered)
        kept = [*await self._in_use(), *await self._store.teachings.of(self._tenant, TeachingState.PROPOSED)]
        ranked = await asyncio.to_thread(self._ranks.proposed, turns, kept)
        teachings = self._store.teachings
        new = [await teachings.add(each) for each in (*map(self._teaching, found), *ranked)]
        waiting = await teachings.of(self._tenant, TeachingState.PROPOSED)
        return (await shown(self._store, self._tenant, waiting)).model_copy(update={"found": sum(new)})

    async def replay(self, principal: Principal, ids: Sequence[str]) -> ReplayView:
        """Return what lessons would change, on top of those in use."""
        self._reviews(principal)
        return await self._replayed(await self._waiting(ids))

    async def accept(self, principal: Principal, ids: Sequence[str], replayed: str) -> LessonsView:
        """Put lessons in use that a replay speaks for. It is made anew, and has to be the one that was seen."""
        self._reviews(principal)
        if not replayed:
            raise InvalidInput("expected the digest of a replay of these lessons, found none", hint=_REPLAY)
        wanted = await self._waiting(ids)
        if len(wanted) + len(await self._in_use()) > MOST_IN_USE:
            raise Conflict(
                f"expected {MOST_IN_USE} lessons in use at most", hint="Withdraw some that help little."
            )
        view = await self._replayed(wanted)
        if view.digest != replayed:
            raise Conflict("expected the replay of these lessons as they are now, found another one", hint=_REPLAY)
        if view.against:
            raise Conflict(f"expected lessons that make nothing worse, found that {view.against}")
        async with self._store.transaction() as unit:
            used = await unit.teachings.of(self._tenant, TeachingState.IN_USE)
            if view.digest != seen(wanted, used, view.replay):
                raise Conflict("expected the lessons in use that were replayed, found others", hint=_REPLAY)
            for before in used:
                if any(same(each, before) for each in wanted):
                    await self._decide(unit, principal, before, "withdrawn", "")
            for each in wanted:
                kept = each.model_copy(update={"replay": view.digest})
                await self._decide(unit, principal, kept, "accepted", view.replay.model_dump_json())
        await self.look()
        return await self._told([each.id for each in wanted])

    async def decline(self, principal: Principal, identifier: str) -> LessonView:
        """Decline one that waits."""
        return await self._settled(principal, identifier, "declined")

    async def withdraw(self, principal: Principal, identifier: str) -> LessonView:
        """Take one out of use at once."""
        return await self._settled(principal, identifier, "withdrawn")

    async def thumb(self, principal: Principal, reply: str, *, up: bool) -> None:
        """Keep what somebody makes of an answer that they were given."""
        tenant = reader(principal)
        given = await self._store.turns.given(tenant, principal.id, reply)
        if given is None:
            raise NotFound(f"expected an answer that {principal.id} was given, found {reply[:60]!r}")
        by = await self._store.pseudonyms.of(tenant, principal.id)
        await self._store.teachings.thumb(
            Thumb(tenant=tenant, message=given.to, up=up, by=by, at=self._clock.now())
        )

    async def _settled(self, principal: Principal, identifier: str, change: _Change) -> LessonView:
        self._reviews(principal)
        found = await self._store.teachings.get(self._tenant, identifier)
        async with self._store.transaction() as unit:
            await self._decide(unit, principal, found, change, "")
        await self.look()
        return await self.lesson(principal, identifier)

    async def _decide(
        self, unit: Unit, principal: Principal, teaching: Teaching, change: _Change, replayed: str
    ) -> None:
        seen, state = _STEPS[change]
        decision, now = self._ids.new("teaching"), self._clock.now()
        by = await unit.pseudonyms.of(self._tenant, principal.id)
        decided = teaching.model_copy(update={"state": state, "by": by, "decided_at": now})
        beside = [Attachment(field="text", kind="lesson", content=teaching.phrasing.encode())]
        if replayed:
            beside.append(Attachment(field="replay", kind="replay", content=replayed.encode()))
        await unit.teachings.decide(decided, seen)
        await unit.ledger.append(
            Record(
                tenant=self._tenant,
                at=now,
                actor=principal.id,
                correlation=decision,
                body=TeachingDecided(change=change, teaching=teaching.id, id=decision, tool=teaching.tool),
                attachments=tuple(beside),
            )
        )

    async def _replayed(self, wanted: Sequence[Teaching]) -> ReplayView:
        used, turns = await self._in_use(), await past_turns(self._store, self._tenant)
        async with self._turn:
            found = await asyncio.to_thread(self._compared, wanted, used, turns)
        ids = tuple(sorted(each.id for each in wanted))
        return ReplayView(ids=ids, digest=seen(wanted, used, found), against=found.against(), replay=found)

    def _compared(self, wanted: Sequence[Teaching], used: Sequence[Teaching], turns: Sequence[PastTurn]) -> Replay:
        """Return what lessons change: of what words ask for where one is about words, and of what comes first."""
        words = [each for each in wanted if each.subject is Subject.WORDS]
        found = self._trying.compared(words, used, turns) if words else Replay()
        runbooks, models = self._ranks.compared(wanted, used, turns, self._trying.shown)
        return found.model_copy(update={"runbooks": runbooks, "models": models})

    async def _waiting(self, ids: Sequence[str]) -> list[Teaching]:
        """Return lessons that may be put in use: those that wait, and those that were withdrawn."""
        if not 0 < len(ids) <= MOST_AT_ONCE:
            raise InvalidInput(f"expected between 1 and {MOST_AT_ONCE} lessons, found {len(ids)}")
        found = [await self._store.teachings.get(self._tenant, each) for each in sorted(set(ids))]
        for each in found:
            if each.state not in _STEPS["accepted"][0]:
                raise Conflict(f"expected a lesson that waits, found {each.id}, which is {each.state.value}")
            if each.subject is not Subject.WORDS and not self._ranks.knows(each):
                raise Conflict(f"expected a {each.subject.value} there is, found {each.tool} in lesson {each.id}")
            if each.subject is Subject.WORDS and each.tool not in self._trying.offered:
                raise Conflict(f"expected a tool that is offered here, found {each.tool} in lesson {each.id}")
        return found

    async def _told(self, ids: Sequence[str]) -> LessonsView:
        found = [await self._store.teachings.get(self._tenant, each) for each in ids]
        return await shown(self._store, self._tenant, found)

    async def _in_use(self) -> tuple[Teaching, ...]:
        return await self._store.teachings.of(self._tenant, TeachingState.IN_USE)

    def _teaching(self, lesson: Lesson) -> Teaching:
        name = sha256(f"{lesson.tool}\n{lesson.phrasing}".encode()).hexdigest()[:16]
        return Teaching(id=f"tea_{name}", tenant=self._tenant, at=self._clock.now(), **lesson.model_dump())

    def _reads(self, principal: Principal) -> None:
        if reader(principal) != self._tenant:
            raise PolicyDenied(f"expected somebody of {self._tenant}, found {principal.id}, who is not")

    def _reviews(self, principal: Principal) -> None:
        self._reads(principal)
        if not _MAY & set(principal.roles):
            raise PolicyDenied(
                f"expected an operator or an administrator, found {principal.id}, who is neither",
                hint="Ask an administrator for the role operator.",
            )


_REPLAY = "Replay them first: quarterdeck lessons replay."
_STEPS: dict[_Change, tuple[tuple[TeachingState, ...], TeachingState]] = {
    "accepted": ((TeachingState.PROPOSED, TeachingState.WITHDRAWN), TeachingState.IN_USE),
    "declined": ((TeachingState.PROPOSED,), TeachingState.DECLINED),
    "withdrawn": ((TeachingState.IN_USE,), TeachingState.WITHDRAWN),
}
