"""A log on this machine whose key is rotated, and a disk and a store that fail, or die, at one step of that."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from bot.settings import Settings, parsed
from bot.signing.files import KeyDisk
from bot.telemetry import Metrics
from bot.wiring.log import OpenLog, open_log
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.ledger.findings import Verified
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification, trust_in
from memory.log.identity import LogKey
from memory.log.keys import VerifierKey
from memory.model.bodies import SignedIn
from memory.model.record import Receipt, Record
from tests.bot.signing.keys import NEW

TENANT = "acme"
ENDING_S = 30.0


def settings(home: Path, **more: object) -> Settings:
    return parsed({"home": home, "tenant": TENANT} | more)


@asynccontextmanager
async def opened(home: Path, *, publishing: bool = False, **more: object) -> AsyncIterator[OpenLog]:
    """Open the log in `home`, as a process that starts does."""
    given = settings(home, **more)
    async with open_log(given, SystemClock(), RandomIds(), Metrics(), publishing=publishing) as log:
        yield log


async def append(log: OpenLog, tenant: str = TENANT) -> Receipt:
    body = SignedIn(sign_in="signin_1", how="key")
    now = SystemClock().now()
    record = Record(tenant=tenant, at=now, actor="alice", correlation="cor_1", body=body)
    return (await log.store.ledger.append(record)).receipt


def named(log: OpenLog) -> VerifierKey:
    """Return the verifier key that this process began with."""
    return log.signing.key.signer(TENANT).key


def new_key(log: OpenLog) -> VerifierKey:
    return LogKey(log.signing.key.name, NEW).signer(TENANT).key


async def verified(log: OpenLog, *anchors: VerifierKey) -> Verified:
    """Publish the log and verify all of it, trusting these keys alone."""
    await log.publisher.publish()
    return verify(log.publisher.directory.root, *anchors)


def verify(published: Path, *anchors: VerifierKey) -> Verified:
    found = Verification(DirectorySource(published), trust_in(anchors)).run()
    assert isinstance(found, Verified), found
    return found


class Steps:
    """Counts what is done to the disk and the log, and lets one step fail: before it happened, or after."""

    def __init__(self, failing: int, fail: Callable[[], None], *, happened: bool) -> None:
        self.done = 0
        self._failing = failing
        self._fail = fail
        self._happened = happened

    @property
    def failed(self) -> bool:
        return self.done >= self._failing

    def before(self) -> None:
        self.done += 1
        if self.done == self._failing and not self._happened:
            self._fail()

    def after(self) -> None:
        if self.done == self._failing and self._happened:
            self._fail()


class FailingDisk(KeyDisk):
    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def write(self, path: Path, data: bytes) -> None:
        self._steps.before()
        super().write(path, data)
        self._steps.after()

    def rename(self, old: Path, new: Path) -> None:
        self._steps.before()
        super().rename(old, new)
        self._steps.after()

    def sync(self, folder: Path) -> None:
        self._steps.before()
        super().sync(folder)
        self._steps.after()

    def remove(self, path: Path) -> None:
        self._steps.before()
        super().remove(path)
        self._steps.after()

    def link(self, old: Path, new: Path) -> None:
        self._steps.before()
        super().link(old, new)
        self._steps.after()


async def rotate(log: OpenLog, steps: Steps, *, keep: bool) -> None:
    """Rotate to the key `NEW`; each change of a file, and the transaction, is a step."""
    rotating = log.store.rotate

    async def counted(records: Collection[Record], successor: LogKey) -> tuple[Receipt, ...]:
        steps.before()
        receipts = await rotating(records, successor)
        steps.after()
        return receipts

    log.store.rotate = counted  # type: ignore[method-assign]  # the same, counted
    assert log.signing.file is not None
    log.signing.file._disk = FailingDisk(steps)
    await log.holder.rotate(NEW, keep=keep)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def rotate_and_die(home: Path, step: int, happened: bool) -> None:
    """Rotate, and be killed at that step: for a process of its own."""

    async def work() -> None:
        async with opened(home) as log:
            await rotate(log, Steps(step, die, happened=happened), keep=True)

    asyncio.run(work())


def publish_and_die(home: Path, step: int, happened: bool) -> None:
    """Publish, and be killed at that step: for a process of its own."""

    async def work() -> None:
        async with opened(home) as log:
            log.publisher.directory._disk = FailingDisk(Steps(step, die, happened=happened))
            await log.publisher.publish()

    asyncio.run(work())


async def exit_code(work: Callable[[Path, int, bool], None], home: Path, step: int, *, happened: bool) -> int:
    """Return how a process ends that does this. Each is forked from one that has loaded everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(home, step, happened))
    process.start()
    await asyncio.to_thread(process.join, ENDING_S)
    code = process.exitcode
    process.close()
    assert code is not None
    return code
