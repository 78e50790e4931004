"""The log is published as it grows, beside the appends: what stands in the directory verifies at every moment."""

import asyncio
import shutil
from functools import partial
from pathlib import Path

import pytest

from bot.wiring.log import OpenLog
from memory.errors import Conflict, StoreUnavailable
from memory.ledger.directory import LogDirectory
from memory.log.tiles import TILE_WIDTH
from tests.bot.signing.keys import NEW
from tests.bot.signing.rotating import (
    TENANT,
    FailingDisk,
    Steps,
    append,
    exit_code,
    named,
    opened,
    publish_and_die,
    verified,
    verify,
)
from tests.patience import until

KILLED = -9
MOST_STEPS = 60

both_ways = pytest.mark.parametrize("happened", [False, True], ids=["failed", "failed but happened"])


def published(log: OpenLog) -> int:
    before = log.publisher.directory.published()
    return before.size if before else 0


def _is_published(log: OpenLog, size: int) -> bool:
    return published(log) == size


async def test_what_is_appended_is_published_soon(tmp_path: Path) -> None:
    async with opened(tmp_path, publishing=True) as log:
        for _ in range(2):
            size = (await append(log)).index + 1
            await until(partial(_is_published, log, size))
            assert verify(log.publisher.directory.root, named(log)).size == size


async def test_what_was_not_published_before_the_end_is_published_at_the_next_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        await append(log)
        assert published(log) == 0
    async with opened(tmp_path, publishing=True) as log:
        await until(lambda: published(log) == 2)


async def test_what_was_appended_last_is_published_at_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path, publishing=True) as log:
        await until(lambda: published(log) == 1)
        for _ in range(10):
            await append(log)
    assert verify(log.publisher.directory.root, named(log)).size == 11


async def test_a_log_of_many_tiles_is_published_in_any_steps(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        for more in (200, 100, 300):
            await asyncio.gather(*(append(log) for _ in range(more)))
            await verified(log, named(log))
        assert published(log) == 601 > 2 * TILE_WIDTH


async def test_nothing_new_is_nothing_to_do(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        assert await log.publisher.publish()
        assert not await log.publisher.publish()


async def test_one_process_at_a_time_writes_to_the_directory(tmp_path: Path) -> None:
    async with opened(tmp_path) as log, opened(tmp_path) as other:
        with log.publisher._alone(), pytest.raises(Conflict, match="found another process at it"):
            await other.publisher.publish()
        await other.publisher.publish()


async def test_several_processes_share_the_directory(tmp_path: Path) -> None:
    async with opened(tmp_path, publishing=True) as log, opened(tmp_path, publishing=True) as other:
        await append(log)
        await append(other)
        await until(lambda: published(log) == 3)
    assert verify(log.publisher.directory.root, named(log)).size == 3


async def test_what_goes_wrong_is_told_and_tried_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        directory = log.publisher.directory
        directory._disk = FailingDisk(Steps(1, _disk_error, happened=False))
        assert not await log.publisher.attempt()
        assert isinstance(log.publisher.problem, StoreUnavailable)
        assert (await log.book.stands(TENANT)).problem == log.publisher.problem.message
        with pytest.raises(StoreUnavailable):
            await log.probes()["log published"].check()
        assert await log.publisher.attempt()
        await log.probes()["log published"].check()


async def test_publishing_that_has_stopped_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path, publishing=True) as log:
        assert log.publishing is not None
        assert await log.probes()["log published"].check() == "as it grows"
        log.publishing.cancel()
        await until(log.publishing.done)
        with pytest.raises(StoreUnavailable, match="it has stopped"):
            await log.probes()["log published"].check()


async def test_the_metrics_say_how_far_the_log_is_published(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        log.publisher.directory._disk = FailingDisk(Steps(1, _disk_error, happened=False))
        await log.publisher.attempt()
        told = log.publisher._metrics.text().decode()
        assert "quarterdeck_log_size 1.0" in told
        assert "quarterdeck_log_published_size 0.0" in told
        behind = next(line for line in told.splitlines() if line.startswith("quarterdeck_log_unpublished_seconds"))
        assert float(behind.split()[1]) > 0
        await log.publisher.attempt()
        assert "quarterdeck_log_unpublished_seconds 0.0" in log.publisher._metrics.text().decode()


@both_ways
async def test_the_directory_verifies_whichever_step_fails(tmp_path: Path, happened: bool) -> None:
    async with opened(tmp_path / "grown") as log:
        await _grown(log)
        old = named(log)
    for step in range(1, MOST_STEPS):
        home = copied(tmp_path, step)
        async with opened(home) as log:
            steps = Steps(step, _disk_error, happened=happened)
            log.publisher.directory._disk = FailingDisk(steps)
            await log.publisher.attempt()
            assert verify(log.publisher.directory.root, old).size in {255, 260}
            if not steps.failed:
                return
            await verified(log, old)
            assert published(log) == 260
    pytest.fail(f"expected fewer than {MOST_STEPS} steps")


@both_ways
async def test_the_directory_verifies_wherever_the_publisher_is_killed(tmp_path: Path, happened: bool) -> None:
    async with opened(tmp_path / "grown") as log:
        await _grown(log)
        old = named(log)
    for step in range(1, MOST_STEPS, 3):
        home = copied(tmp_path, step)
        code = await exit_code(publish_and_die, home, step, happened=happened)
        assert verify(home / "log" / TENANT, old).size in {255, 260}
        if code == 0:
            return
        assert code == KILLED
        async with opened(home) as log:
            assert (await verified(log, old)).size == 260
    pytest.fail(f"expected fewer than {MOST_STEPS} steps")


def copied(folder: Path, step: int) -> Path:
    return Path(shutil.copytree(folder / "grown", folder / str(step)))


async def _grown(log: OpenLog) -> None:
    """Publish 255 entries, and append another five, over a rotation and the end of a tile."""
    await asyncio.gather(*(append(log) for _ in range(254)))
    await log.publisher.publish()
    await log.holder.rotate(NEW, keep=False)
    await asyncio.gather(*(append(log) for _ in range(4)))
    assert LogDirectory(log.publisher.directory.root).published() is not None


def _disk_error() -> None:
    raise OSError(5, "Input/output error")
