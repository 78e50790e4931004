"""The desk every surface speaks to: one turn in, one reply out, once, whatever the surface repeats or reorders."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import structlog

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from bot import entries, replies
from bot.asking import ASKING, SURFACE
from bot.audit.access import reader
from bot.cards import card
from bot.identity import Directory
from bot.records import Records
from bot.surfaces.desk import Part, Readiness, Steer
from bot.telemetry import Metrics
from bot.trace import Trace
from bot.tracing import Tracing
from bot.underway import UnderWay, says_stop, stopped
from memory.bus import Bus
from memory.clock import Clock
from memory.errors import AuthenticationFailed, QuarterdeckError
from memory.ids import Ids, derived
from memory.model.approval import Assurance, Ballot, Verdict
from memory.model.bodies import EntryKind
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Surface
from memory.model.record import Event, Gap
from memory.model.run import Run
from memory.model.talk import Card, Message, Reply
from memory.store import Store, Unit
from runbooks.runner import Runner

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Probe:
    """How to find out whether a part works: a word about it, or a `QuarterdeckError`."""

    check: Callable[[], Awaitable[str]]
    vital: bool


class Thinking(Protocol):
    """What turns a message into an answer."""

    async def take(self, turn: Turn) -> Answer:
        """Answer one message."""


class TurnMeter(Protocol):
    """Counts turns. It stops none, and holds none up."""

    def turned(self, turn: Turn, reply: Reply, seconds: float) -> None:
        """Count a message that was answered."""


class FrontDesk(Records):
    """Serves `bot.surfaces.desk.Desk`. Every message is answered once; what fails is answered too."""

    def __init__(
        self,
        store: Store,
        thinking: Thinking,
        runner: Runner,
        bus: Bus,
        directory: Directory,
        *,
        clock: Clock,
        ids: Ids,
        probes: Mapping[str, Probe],
        metrics: Metrics,
    ) -> None:
        super().__init__(store, directory)
        self._meter: TurnMeter | None = None
        self._tracing = Tracing(store, directory)
        self._thinking = thinking
        self._runner = runner
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._probes = probes
        self._metrics = metrics
        self._under_way = UnderWay(store.turn_stops, bus, clock)
        self._answering: dict[tuple[str, str], asyncio.Task[Reply]] = {}

    def count_with(self, meter: TurnMeter) -> None:
        """Have turns counted."""
        self._meter = meter

    async def say(self, message: Message, principal: Principal) -> Reply:
        """Take one turn. The same message id gets the same reply, also while the first is still being made."""
        reader(principal)
        if (message.tenant, message.sender) != (principal.tenant, principal.id):
            raise AuthenticationFailed(f"expected a message of {principal.id}, found one of {message.sender}")
        if says_stop(message.text):
            here = self._under_way.takes(message.tenant, message.thread, principal.id)
            await self.stop(principal, message.thread)  # elsewhere too
            if here:
                return await self.take(message, principal, stopped)
        key = (message.tenant, message.id)
        task = self._answering.get(key)
        if task is None:
            task = asyncio.create_task(self._answer(message, principal, self._thinking.take))
            self._answering[key] = task
            task.add_done_callback(lambda _: self._answering.pop(key, None))
        return await asyncio.shield(task)  # a person who hangs up does not stop what was begun

    async def stop(self, principal: Principal, thread: str) -> None:
        """Stop what this person asked in a thread; what stands by then is its answer."""
        await self._under_way.stop(reader(principal), thread, principal.id)

    async def take(
        self, message: Message, principal: Principal, answering: Callable[[Turn], Awaitable[Answer]]
    ) -> Reply:
        """Take a turn whose answer needs no thinking, recorded as any other; one message is answered once."""
        if (message.tenant, message.sender) != (reader(principal), principal.id):
            raise AuthenticationFailed(f"expected a message of {principal.id}, found one of {message.sender}")
        return await self._answer(message, principal, answering)

    async def decide(
        self,
        principal: Principal,
        run: str,
        plan_digest: str,
        verdict: Verdict,
        reason: str,
        surface: Surface,
        *,
        event: bytes = b"",
        break_glass: bool = False,
    ) -> Run:
        """Record a person's click, a yes or no to exactly this plan."""
        ballot = Ballot(
            approver=principal.id,
            plan_digest=plan_digest,
            verdict=verdict,
            reason=reason,
            surface=surface,
            assurance=Assurance.SPOKEN if surface is Surface.VOICE else Assurance.CHAT,
            event=event,
            break_glass=break_glass,
        )
        try:
            decided = await self._runner.decide(reader(principal), run, ballot)
        except QuarterdeckError as error:
            self._metrics.approval(verdict.value, error.code)
            raise
        self._metrics.approval(verdict.value, "accepted")
        return decided

    async def cancel(self, principal: Principal, run: str, reason: str) -> Run:
        """Withdraw a plan that still waits."""
        return await self._runner.withdraw(reader(principal), run, principal.id, reason)

    async def steer(self, principal: Principal, run: str, how: Steer, reason: str, *, leave: bool = False) -> Run:
        """Pause, resume or cancel a run that is under way."""
        tenant = reader(principal)
        match how:
            case Steer.PAUSE:
                return await self._runner.pause(tenant, run, principal.id, reason)
            case Steer.RESUME:
                return await self._runner.resume(tenant, run, principal.id, reason)
            case Steer.CANCEL:
                return await self._runner.cancel(tenant, run, principal.id, reason, leave=leave)

    def card(self, run: Run, viewer: Principal) -> Card:
        """Return the plan as this person sees it."""
        return card(
            run,
            viewer,
            self._clock.now(),
            may_approve=self._runner.may_approve(run, viewer.id),
            may_go_alone=self._runner.may_go_alone(run, viewer.id),
            assurance=self._runner.asked(run),
            policy_hash=self._runner.policy_hash,
            name=lambda person: self._directory.name(run.tenant, person),
        )

    async def trace(self, principal: Principal, subject: str) -> Trace:
        """Return what led to what, of a turn, a plan, a message or an entry; raises `NotFound`."""
        return await self._tracing.trace(principal, subject)

    def permitted(self, principal: Principal) -> frozenset[str]:
        """Return what policy leaves to this person."""
        return self._runner.permitted(principal.id)

    def events(
        self, principal: Principal, thread: str | None
    ) -> AbstractAsyncContextManager[AsyncIterator[Event | Gap]]:
        """Listen to what happens in one thread, or in all of this person's tenant."""
        return self._bus.subscribe(reader(principal), thread=thread)

    async def ready(self) -> Readiness:
        """Say of each part whether it works."""
        names = tuple(self._probes)
        return Readiness(parts=tuple(await asyncio.gather(*(self._part(name) for name in names))))

    async def _part(self, name: str) -> Part:
        probe = self._probes[name]
        try:
            return Part(name=name, ok=True, detail=await probe.check(), vital=probe.vital)
        except QuarterdeckError as error:
            return Part(name=name, ok=False, detail=error.message, vital=probe.vital)

    async def _answer(
        self, message: Message, principal: Principal, answering: Callable[[Turn], Awaitable[Answer]]
    ) -> Reply:
        correlation = derived("cor", message.tenant, message.id)
        if not await self._received(message, correlation):
            earlier = await self._store.turns.reply_to(message.tenant, message.id)
            if earlier is not None:
                return earlier
        turn = Turn(message=message, principal=principal, correlation=correlation)
        ASKING.set(principal.id)  # of this task alone
        SURFACE.set(message.surface.value)
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(correlation=correlation, tenant=message.tenant):
            with self._under_way.taking(turn):
                answer = await _answered(answering, turn)
            reply = await self._reply(turn, answer)
        took = time.perf_counter() - began
        self._metrics.turn(message.surface.value, reply.kind, took)
        if self._meter is not None:
            self._meter.turned(turn, reply, took)
        return reply

    async def _received(self, message: Message, correlation: str) -> bool:
        """Keep the message, durably, before anything is done about it; return False for a repeated one."""
        async with self._store.transaction() as unit:
            fresh = await unit.turns.receive(message)
            if fresh:
                await unit.ledger.append(entries.received(message, correlation, self._clock.now()))
        if fresh:
            self._bus.publish(replies.heard(message, correlation, self._clock.now()))
        return fresh

    async def _reply(self, turn: Turn, answer: Answer) -> Reply:
        shown = self.card(answer.run, turn.principal) if answer.run else None
        reply = replies.reply(turn, answer, shown, id_=self._ids.new("reply"), at=self._clock.now())
        async with self._store.transaction() as unit:
            kept = await unit.turns.answer(turn.message.tenant, reply)
            if kept is reply:  # it is new
                if not await _understood(unit, turn):  # it failed before: a reply is still to have a cause
                    await unit.ledger.append(entries.interpreted(turn, answer.intent, reply.at))
                await unit.ledger.append(entries.answered(turn, reply))
        self._bus.publish(replies.event(turn, kept))
        return kept


async def _answered(answering: Callable[[Turn], Awaitable[Answer]], turn: Turn) -> Answer:
    try:
        return await answering(turn)
    except QuarterdeckError as error:
        _log.warning("turn.failed", code=error.code, why=error.message)
        intent = Intent(text=turn.message.text, kind=IntentKind.OUT_OF_SCOPE)
        return Answer(kind=AnswerKind.ERROR, text=f"{error.message} {error.hint}".strip(), intent=intent)


async def _understood(unit: Unit, turn: Turn) -> bool:
    """Return whether the log tells how this message was understood."""
    tenant, kind = turn.message.tenant, EntryKind.INTERPRETATION
    return bool((await unit.ledger.page(tenant, kind=kind, correlation=turn.correlation, limit=1)).items)
