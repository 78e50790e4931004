"""What was told, kept: after `take` returns it is in the store, and whoever sorts it is awake."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.catalogue import Catalogue
from memory.model.triage import AlertNews
from memory.model.value import Moment, Value
from memory.store import Store
from tools.webhooks import Report, ReportKind
from tools.webhooks.placing import Placing

MOST: Final = 500  # pieces of news that are written at once, where they come from several deliveries
Waiting = tuple[tuple[AlertNews, ...], "asyncio.Future[frozenset[str]]"]


class Receipt(Value):
    """What became of a delivery: of how much it told, and how much of that was new."""

    told: int
    new: int


class Heard(Value):
    """What was heard of a source since this process began, for the doctor."""

    deliveries: int = 0
    refused: int = 0
    last_at: Moment | None = None
    last_refusal: str = ""


class Inbox:
    """Keeps what one tenant's sources tell."""

    def __init__(self, store: Store, tenant: str, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._tenant = tenant
        self._placing = Placing(catalogue)
        self._clock = clock
        self._heard: dict[str, Heard] = {}
        self._waiting: deque[Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self.woken = asyncio.Event()

    async def take(self, source: str, reports: Sequence[Report]) -> Receipt:
        """Keep what a source told, all or nothing; raises `StoreUnavailable`, and then nothing is kept."""
        now = self._clock.now()
        told = {each.id: each for each in (self._news(report, now) for report in reports)}
        new = told.keys() & await self._kept(tuple(told.values())) if told else frozenset()
        self._note(source, now)
        if new:
            self.woken.set()
        return Receipt(told=len(reports), new=len(new))

    async def _kept(self, told: tuple[AlertNews, ...]) -> frozenset[str]:
        """Return which of this news is new, once it is written with what others bring at the same time."""
        answer: asyncio.Future[frozenset[str]] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        """Write what waits, all that is there at once in one statement, until nothing waits."""
        try:
            while self._waiting:
                batch = self._next()
                try:
                    new = await self._store.alerts.tell(
                        tuple({n.id: n for told, _ in batch for n in told}.values())
                    )
                except QuarterdeckError as error:
                    _answer(batch, error)
                else:
                    _answer(batch, new)
                finally:
                    for _, answer in batch:
                        answer.cancel()  # nothing where it was answered
        finally:
            self._writing = None

    def _next(self) -> list[Waiting]:
        batch, size = list[Waiting](), 0
        while self._waiting and (not batch or size + len(self._waiting[0][0]) <= MOST):
            batch.append(self._waiting.popleft())
            size += len(batch[-1][0])
        return batch

    def refuse(self, source: str, why: str) -> None:
        """Note that something was refused."""
        before = self._heard.get(source, Heard())
        self._heard[source] = before.model_copy(update={"refused": before.refused + 1, "last_refusal": why[:200]})

    def heard(self, source: str) -> Heard:
        """Return what was heard of a source."""
        return self._heard.get(source, Heard())

    def _note(self, source: str, now: datetime) -> None:
        before = self._heard.get(source, Heard())
        self._heard[source] = before.model_copy(update={"deliveries": before.deliveries + 1, "last_at": now})

    def _news(self, report: Report, now: datetime) -> AlertNews:
        return AlertNews(
            id=report.told(now),
            alert=self._placing.alert(report, self._tenant, now),
            change=report.kind is ReportKind.CHANGE,
            happening=report.happening,
            settles=report.settles,
            timed=report.started_at is not None,
            at=report.at or report.ended_at or report.started_at,
        )


def _answer(batch: Sequence[Waiting], found: frozenset[str] | QuarterdeckError) -> None:
    """Answer everybody whose news was in a batch; whoever gave up waiting is not told."""
    for _, answer in batch:
        if answer.done():
            continue
        if isinstance(found, QuarterdeckError):
            answer.set_exception(type(found)(found.message, hint=found.hint))
        else:
            answer.set_result(found)
