"""Killed, locked, full, restarted or cancelled: what was acknowledged is there, and nothing is there by half."""

import asyncio
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import RaceLost, StoreUnavailable
from memory.store import Store
from memory.store.pending import Pending
from memory.store.sealing import Sealer
from memory.store.writing import TRIES
from tests.memory.opening import opened
from tests.memory.pairs import pairs, write, write_until_full
from tests.memory.processes import beside
from tests.memory.samples import arrival, record, run
from tests.postgres import Cluster
from tests.servers import require

ACKNOWLEDGED = 30
BOUND_S = 15.0
RACES = 10


async def test_a_writer_killed_in_the_middle_loses_nothing_it_acknowledged(address: str) -> None:
    with beside("write", address) as writer:
        acknowledged = {writer.heard() for _ in range(ACKNOWLEDGED)}
        writer.kill()
        acknowledged |= set(writer.rest())
    async with opened(address) as store:
        assert acknowledged <= await pairs(store)
        await write(store, "after")
        assert "after" in await pairs(store)


async def test_a_task_cancelled_anywhere_leaves_nothing_locked_and_nothing_by_half(store: Store) -> None:
    for number in range(60):
        task = asyncio.create_task(write(store, f"m{number}"))
        await asyncio.sleep(number / 10_000)  # wherever it is by then
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    async with asyncio.timeout(BOUND_S):
        await write(store, "after")
    assert "after" in await pairs(store)


async def test_tasks_cancelled_among_others_take_nobody_with_them(store: Store) -> None:
    chance = random.Random(20261121)  # noqa: S311 - repeatable, and no secret
    for turn in range(10):
        tasks = [asyncio.create_task(write(store, f"m{turn}_{number}")) for number in range(12)]
        for task in chance.sample(tasks, 4):
            await asyncio.sleep(chance.random() / 500)  # wherever it is by then
            task.cancel()
        async with asyncio.timeout(BOUND_S):
            results = await asyncio.gather(*tasks, return_exceptions=True)
        kept = {f"m{turn}_{number}" for number, result in enumerate(results) if result is None}
        assert {type(result) for result in results} <= {type(None), asyncio.CancelledError}
        assert kept <= await pairs(store)


async def test_a_transaction_cancelled_while_it_is_open_writes_nothing(store: Store) -> None:
    inside = asyncio.Event()

    async def stay() -> None:
        async with store.transaction() as unit:
            await unit.runs.add(run())
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stay())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(BOUND_S):
        await write(store, "after")
    assert not (await store.runs.page("acme")).items


async def test_a_file_locked_by_another_process_can_be_read_and_is_written_once_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memory.store.engines.BUSY_S", 0.2)
    path = tmp_path / "q.db"
    async with opened(f"sqlite:///{path}") as store:
        await write(store, "before")
        with beside("lock", str(path)) as other:
            assert other.heard() == "locked"
            with pytest.raises(StoreUnavailable, match="locked"):
                await write(store, "meanwhile")
            assert await pairs(store) == {"before"}
            other.go_on()
            assert other.rest() == []
        await write(store, "after")
        assert await pairs(store) == {"before", "after"}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of two megabytes; skip the test where this is not allowed."""
    folder.mkdir()
    mount = [require("mount"), "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run([require("umount"), str(folder)], check=True)


async def test_a_full_disk_says_so_keeps_what_is_there_and_works_again_once_there_is_space(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with opened(f"sqlite:///{disk / 'q.db'}") as store:
            filler = disk / "filler"
            filler.write_bytes(bytes(500_000))
            acknowledged = set(await write_until_full(store))
            assert acknowledged
            assert await pairs(store) == acknowledged
            with pytest.raises(StoreUnavailable, match="full"):
                await write(store, "meanwhile", "x" * 100_000)
            filler.unlink()
            await write(store, "after")
            assert await pairs(store) == acknowledged | {"after"}


async def test_a_disk_that_became_read_only_is_told_and_what_is_on_it_stays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        address = f"sqlite:///{disk / 'q.db'}"
        async with opened(address) as store:
            await write(store, "before")
        _remount(disk, "ro")
        with pytest.raises(StoreUnavailable):
            async with opened(address) as store:
                await write(store, "meanwhile")
        _remount(disk, "rw")
        async with opened(address) as store:
            await write(store, "after")
            assert await pairs(store) == {"before", "after"}


def _remount(disk: Path, how: str) -> None:
    subprocess.run([require("mount"), "-o", f"remount,{how}", str(disk)], check=True)


async def test_a_file_that_may_not_grow_is_told_as_a_full_disk_is(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'q.db'}"
    with beside("starve", address) as starved:
        said = starved.rest()
    assert said[0] == "m0"
    assert said[-2:] == ["full", "after"]
    async with opened(address) as store:
        assert await pairs(store) == {*said} - {"full"}


async def test_a_server_that_was_restarted_between_two_calls_is_not_noticed(postgres: Cluster) -> None:
    async with opened(postgres.database()) as store:
        await write(store, "before")
        postgres.stop()
        postgres.start()
        await write(store, "after")
        assert await pairs(store) == {"before", "after"}


async def test_a_server_that_is_away_says_so_and_is_used_again_once_it_is_back(postgres: Cluster) -> None:
    async with opened(postgres.database()) as store:
        await write(store, "before")
        postgres.stop()
        try:
            with pytest.raises(StoreUnavailable):
                await write(store, "meanwhile")
            with pytest.raises(StoreUnavailable):
                await store.ping()
        finally:
            postgres.start()
        await write(store, "after")
        assert await pairs(store) == {"before", "after"}


async def test_of_two_transactions_that_wait_for_each_other_one_is_a_conflict_and_writes_nothing(
    postgres: Cluster,
) -> None:
    address = postgres.database()
    async with opened(address) as one, opened(address) as other:
        for name in ("run_1", "run_2"):
            await one.runs.add(run(name=name))
        both_hold_one = asyncio.Barrier(2)

        async def change(store: Store, first: str, second: str) -> str:
            async with store.transaction() as unit:
                await unit.runs.replace(run(name=first, summary=first), expected_version=0)
                await both_hold_one.wait()
                await unit.runs.replace(run(name=second, summary=first), expected_version=0)
            return first

        async with asyncio.timeout(BOUND_S):
            results = await asyncio.gather(
                change(one, "run_1", "run_2"), change(other, "run_2", "run_1"), return_exceptions=True
            )
        won = [result for result in results if isinstance(result, str)]
        assert len(won) == 1
        assert [type(result) for result in results if result not in won] == [RaceLost]
        assert {each.summary for each in (await one.runs.page("acme")).items} == {*won}


async def locked(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.members.alone("acme")


async def test_nodes_that_write_the_same_rows_beside_a_lock_never_wait_for_each_other(postgres: Cluster) -> None:
    """In one group a node takes the ledger's lock and keeps what came; the other keeps it and appends."""
    address = postgres.database()
    async with opened(address) as one, opened(address) as other:
        for turn in range(RACES):
            same = arrival(f"a{turn}")
            results = await asyncio.gather(
                locked(one),
                one.arrivals.keep([same], "one", 5),
                other.arrivals.keep([same], "other", 5),
                write(other, f"m{turn}"),
                return_exceptions=True,
            )
            assert [each for each in results if isinstance(each, BaseException)] == []
            assert sorted(map(len, results[1:3])) == [0, 1], "it is kept once"


async def test_who_only_appends_is_not_told_that_another_node_was_ahead(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    raced = [RaceLost("expected to be alone, found another"), RaceLost("expected to be alone, found another")]
    seal = Sealer.seal

    async def late(self: Sealer, connection: AsyncConnection, pending: Sequence[Pending]) -> None:
        await seal(self, connection, pending)
        if raced:
            raise raced.pop()

    monkeypatch.setattr(Sealer, "seal", late)
    async with opened(postgres.database()) as store:
        receipts = await asyncio.gather(*(store.ledger.append(record(correlation=f"m{n}")) for n in range(3)))
        assert sorted(each.receipt.index for each in receipts) == [0, 1, 2]
        assert raced == []
        raced += [RaceLost("expected to be alone, found another")] * TRIES
        with pytest.raises(RaceLost):
            await store.ledger.append(record(correlation="m3"))
        assert (await store.ledger.append(record(correlation="m4"))).receipt.index == 3
