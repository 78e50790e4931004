"""A desk in memory that keeps its word: it answers once, refuses what it should, and tells who listens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.cards import card
from bot.surfaces.desk import Explanation, LogPage, LogQuery, ModelUse, Part, Readiness, Steer
from bot.trace import Trace
from memory.errors import (
    AlreadyDecided,
    ApprovalExpired,
    Conflict,
    DigestMismatch,
    NotFound,
    PolicyDenied,
    SelfApproval,
)
from memory.ids import derived
from memory.model.approval import Approval, Verdict
from memory.model.bodies import MessageReceived
from memory.model.evidence import Evidence
from memory.model.people import Principal, Role, Surface
from memory.model.plan import Effect
from memory.model.record import Entry, Event, Gap, Receipt, Record, Recorded, Topic
from memory.model.run import Outcome, Run, RunStatus, StepRecord, StepStatus, Wanted, Wish
from memory.model.talk import Button, ButtonAction, Card, Chart, Exchange, Message, Reply, Thread
from memory.page import Page
from memory.trace import causal_graph
from tests.fakes import scenes
from tests.fakes.time import FakeClock
from tools.capabilities import EVERY

T = TypeVar("T")


class FakeDesk:
    """Knows three subjects: how things are, what is wrong with checkout, and rolling it back."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.exchanges: list[Exchange] = []
        self.held: dict[str, Run] = {}
        self.cancelled: list[str] = []
        self.traced: Trace | None = None
        self.asked_models: tuple[ModelUse, ...] = ()
        self.asked_of_log: list[LogQuery] = []
        self.parts: tuple[Part, ...] = (Part(name="store", ok=True),)
        self.answering = asyncio.Event()
        self.answering.set()
        self.stops: list[tuple[str, str]] = []  # whose, and in which thread
        self._listeners: list[tuple[str, str | None, asyncio.Queue[Event | Gap]]] = []

    async def say(self, message: Message, principal: Principal) -> Reply:
        known = next((each for each in self.exchanges if each.message.id == message.id), None)
        if known is not None and known.reply is not None:
            return known.reply
        self.exchanges.append(Exchange(message=message))
        self._tell(Topic.MESSAGE, message.tenant, message.thread, {"message": message.id})
        await self.answering.wait()
        if message.text == "crash":
            raise RuntimeError("secret internals")
        reply = self._reply(message, principal)
        place = next(n for n, each in enumerate(self.exchanges) if each.message.id == message.id)
        self.exchanges[place] = Exchange(message=message, reply=reply)
        self._tell(Topic.REPLY, message.tenant, message.thread, {"message": message.id, "reply": reply.id})
        return reply

    async def stop(self, principal: Principal, thread: str) -> None:
        self.stops.append((principal.id, thread))
        self.answering.set()

    def grow(self, text: str) -> None:
        """Tell whoever listens what stands of the answer to the last message."""
        message = self.exchanges[-1].message
        body = {"message": message.id, "sender": message.sender, "text": text}
        self._tell(Topic.GROWTH, message.tenant, message.thread, body)

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
        del event, break_glass
        held = await self.run(principal, run)
        if plan_digest != held.plan_digest:
            raise DigestMismatch("expected the digest of the plan that waits, found another")
        if held.status is not RunStatus.WAITING:
            raise AlreadyDecided(f"expected a plan that waits, found it {held.status}")
        if self.clock.now() >= held.expires_at:
            raise ApprovalExpired("expected a plan that waits, found it expired", hint="Ask for it again.")
        if principal.id == held.plan.requester:
            raise SelfApproval("expected somebody other than the requester, found the requester")
        approval = Approval(
            id=f"apr_{run}_{principal.id}",
            tenant=held.tenant,
            run=run,
            plan_digest=plan_digest,
            approver=principal.id,
            verdict=verdict,
            reason=reason,
            surface=surface,
            policy_hash=held.decision.basis.policy_hash,
            decided_at=self.clock.now(),
            expires_at=held.expires_at,
        )
        status = RunStatus.RUNNING if verdict is Verdict.APPROVE else RunStatus.DENIED
        return self.change(run, status=status, approvals=(*held.approvals, approval))

    async def cancel(self, principal: Principal, run: str, reason: str) -> Run:
        held = await self.run(principal, run)
        if held.status is not RunStatus.WAITING:
            raise Conflict(f"expected a plan that waits, found it {held.status}")
        self.cancelled.append(reason)
        return self.change(run, status=RunStatus.CANCELLED)

    async def steer(self, principal: Principal, run: str, how: Steer, reason: str, *, leave: bool = False) -> Run:
        held = await self.run(principal, run)
        if held.status not in {RunStatus.RUNNING, RunStatus.UNDOING}:
            raise Conflict(f"expected a run that is under way, found it {held.status}")
        if principal.id != held.plan.requester and Role.APPROVER not in principal.roles:
            raise PolicyDenied(f"expected {held.plan.requester} or somebody who may approve this, found another")
        if how is Steer.RESUME:
            return self.change(run, wish=None)
        wanted = Wanted.PAUSE if how is Steer.PAUSE else Wanted.CANCEL
        wish = Wish(wanted=wanted, by=principal.id, at=self.clock.now(), leave=leave, reason=reason)
        ended = {"status": RunStatus.CANCELLED} if how is Steer.CANCEL else {}
        return self.change(run, wish=wish, **ended)

    async def run(self, principal: Principal, run: str) -> Run:
        held = self.held.get(run)
        if held is None or held.tenant != principal.tenant:
            raise NotFound(f"expected the id of a plan, found {run!r}, which is none")
        return held

    async def runs(
        self, principal: Principal, statuses: tuple[RunStatus, ...], cursor: str | None, limit: int
    ) -> Page[Run]:
        found = [run for run in reversed(self.held.values()) if run.tenant == principal.tenant]
        start = int(cursor or 0)
        kept = [run for run in found if not statuses or run.status in statuses][start:]
        more = str(start + limit) if len(kept) > limit else None
        return Page(items=tuple(kept[:limit]), next_cursor=more)

    def permitted(self, principal: Principal) -> frozenset[str]:
        acts = Role.OPERATOR in principal.roles
        return frozenset(each.name for each in EVERY if acts or each.effect is Effect.READ)

    def card(self, run: Run, viewer: Principal) -> Card:
        may = Role.APPROVER in viewer.roles
        return card(run, viewer, self.clock.now(), may_approve=may, name=str.capitalize)

    async def explain(self, principal: Principal, subject: str) -> Explanation:
        found = self._exchange(principal, subject)
        text = found.message.text if found else (await self.run(principal, subject)).plan.goal
        record = Record(
            tenant=principal.tenant,
            at=self.clock.now(),
            actor=principal.id,
            correlation="cor_1",
            body=MessageReceived(message="m1", thread="t1", surface=Surface.REST),
        )
        entry = Entry.of(record, actor="p_alice", logged=record.at)
        return Explanation(
            subject=subject,
            question=text,
            understanding=scenes.understood(text, "service.health"),
            decision="needs_approval",
            reason="Policy allows this once enough people have approved exactly this plan.",
            policies=("execute-needs-one-other",),
            policy_hash="ab" * 32,
            not_done=("Restarting checkout: it would not change the version.",),
            entries=(Recorded(entry=entry, receipt=Receipt(index=0, leaf="cd" * 32)),),
            models=self.asked_models,
        )

    async def trace(self, principal: Principal, subject: str) -> Trace:
        if self.traced is not None:
            return self.traced
        entries = (await self.explain(principal, subject)).entries
        return Trace(subject=subject, graph=causal_graph(entries), people={"p_alice": "Alice"})

    async def threads(self, principal: Principal, cursor: str | None, limit: int) -> Page[Thread]:
        del cursor, limit
        mine = [each.message for each in self.exchanges if each.message.sender == principal.id]
        names = dict.fromkeys(message.thread for message in reversed(mine))
        return Page(items=tuple(_thread([each for each in mine if each.thread == name]) for name in names))

    async def transcript(
        self, principal: Principal, thread: str, cursor: str | None, limit: int
    ) -> Page[Exchange]:
        said = [each for each in self.exchanges if each.message.thread == thread]
        mine = [each for each in said if each.message.tenant == principal.tenant]
        end = len(mine) if cursor is None else int(cursor)
        start = max(0, end - limit)
        return Page(items=tuple(mine[start:end]), next_cursor=str(start) if start else None)

    async def evidence(self, principal: Principal, evidence_id: str) -> Evidence:
        replies = [each.reply for each in self.exchanges if each.message.tenant == principal.tenant and each.reply]
        found = [item for reply in replies for item in reply.evidence if item.id == evidence_id]
        return _only(found, evidence_id)

    async def chart(self, principal: Principal, chart_id: str) -> Chart:
        replies = [each.reply for each in self.exchanges if each.message.tenant == principal.tenant and each.reply]
        return _only([item for reply in replies for item in reply.charts if item.id == chart_id], chart_id)

    async def log(self, principal: Principal, asked: LogQuery, cursor: str | None, limit: int) -> LogPage:
        del cursor, limit
        self.asked_of_log.append(asked)
        entries = (await self.explain(principal, self.exchanges[0].message.id)).entries
        return LogPage(items=entries, people={"p_alice": "Alice"})

    @asynccontextmanager
    async def events(self, principal: Principal, thread: str | None) -> AsyncIterator[AsyncIterator[Event | Gap]]:
        heard: asyncio.Queue[Event | Gap] = asyncio.Queue()
        listener = (principal.tenant, thread, heard)
        self._listeners.append(listener)
        try:
            yield _following(heard)
        finally:
            self._listeners.remove(listener)

    async def ready(self) -> Readiness:
        return Readiness(parts=self.parts)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def change(self, run: str, **fields: object) -> Run:
        held = self.held[run]
        self.held[run] = held.model_copy(update=fields | {"version": held.version + 1})
        self._tell(Topic.RUN, held.tenant, held.plan.thread, {"run": run})
        return self.held[run]

    def carry_out(self, run: str, *, so_far: StepStatus) -> Run:
        """Bring the run's one step so far; a verified step ends the run."""
        outcome = Outcome(ok=True, summary="checkout runs 1.4.1.")
        checked = Outcome(ok=True, summary="checkout's error rate is 0.4 %.")
        done = so_far is StepStatus.VERIFIED
        step = StepRecord(
            index=0,
            status=so_far,
            outcome=outcome if so_far is not StepStatus.DECIDED else None,
            checks=(checked,) if done else (),
        )
        ended = {"status": RunStatus.SUCCEEDED, "summary": "Rolled back and verified."} if done else {}
        return self.change(run, steps=(step,), **ended)

    def lose(self) -> None:
        """Tell every listener that something was missed."""
        for _, _, heard in self._listeners:
            heard.put_nowait(Gap(missed=None))

    def _exchange(self, principal: Principal, subject: str) -> Exchange | None:
        return next(
            (
                each
                for each in self.exchanges
                if each.message.tenant == principal.tenant and each.message.id == subject
            ),
            None,
        )

    def _tell(self, topic: Topic, tenant: str, thread: str, body: dict[str, str]) -> None:
        event = Event(
            topic=topic, tenant=tenant, thread=thread, correlation="cor_1", at=self.clock.now(), body=dict(body)
        )
        self.publish(event)

    def publish(self, event: Event) -> None:
        """Tell everybody who listens, as a bus does."""
        for whose, only, heard in self._listeners:
            if whose == event.tenant and only in {None, event.thread}:
                heard.put_nowait(event)

    def _reply(self, message: Message, principal: Principal) -> Reply:
        now = self.clock.now()
        words = message.text.lower()
        if "roll" in words:
            run = scenes.waiting_run(derived("run", message.id), message, principal, now)
            run = run.model_copy(update={"evidence": self._cited(message.thread)})
            self.held[run.id] = run
            self._tell(Topic.RUN, run.tenant, message.thread, {"run": run.id})
            return self._said(message, "plan", "This would roll checkout back. It waits for approval.").model_copy(
                update={"card": self.card(run, principal)}
            )
        if "checkout" in words:
            text = "checkout fails for 31 % of its requests [1], since 1.4.2 came out [2].\nThe log says why [3]."
            found = {"evidence": scenes.evidence(message.id, now), "charts": (scenes.chart(message.id, now),)}
            button = Button(label="Roll it back", action=ButtonAction.SAY, value="Roll it back", primary=True)
            return self._said(message, "answer", text).model_copy(update=found | {"buttons": (button,)})
        return self._said(message, "answer", f"All is quiet. You said: {message.text}")

    def _cited(self, thread: str) -> tuple[str, ...]:
        replies = [each.reply for each in self.exchanges if each.message.thread == thread and each.reply]
        return tuple(item.id for reply in replies for item in reply.evidence)

    def _said(self, message: Message, kind: str, text: str) -> Reply:
        return Reply(
            id=derived("reply", message.id),
            thread=message.thread,
            to=message.id,
            kind=kind,
            text=text,
            correlation=derived("cor", message.id),
            at=self.clock.now(),
        )


def _thread(messages: list[Message]) -> Thread:
    first, last = messages[0], messages[-1]
    return Thread(id=first.thread, opening=first.text, opened_at=first.at, last_at=last.at, messages=len(messages))


def _only(found: list[T], name: str) -> T:
    if not found:
        raise NotFound(f"expected something known, found {name!r}")
    return found[0]


async def _following(heard: asyncio.Queue[Event | Gap]) -> AsyncIterator[Event | Gap]:
    while True:
        yield await heard.get()
