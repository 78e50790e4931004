"""The ledger is a Merkle tree under a signed checkpoint, whoever appends to it, and however many at once."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from memory.errors import (
    InputTooLarge,
    InvalidInput,
    LogCorrupt,
    LogKeyWrong,
    NotFound,
    QuarterdeckError,
    StoreUnavailable,
)
from memory.log.identity import LogKey
from memory.log.merkle import inclusion_proof, verify_inclusion
from memory.log.reading import TileReader
from memory.model.bodies import Answered
from memory.model.record import Record
from memory.store import Store
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.keys import LOG_KEY, private_key
from tests.memory.samples import record
from tests.postgres import Cluster
from tests.servers import eventually
from tests.sound import entries_of_sound_log

OTHER_KEY = LogKey(LOG_KEY.name, private_key("another"))


@pytest.fixture
async def second(address: str, store: Store, clock: FakeClock) -> AsyncIterator[Store]:
    """Another process on the same database."""
    del store  # which made the tables
    opened = await Store.open(address, clock, LOG_KEY)
    yield opened
    await opened.close()


async def append(store: Store, *messages: str, tenant: str = "acme") -> None:
    """Append one entry a message, all in one transaction."""
    async with store.transaction() as unit:
        for message in messages:
            await unit.ledger.append(record(tenant=tenant, message=message))


async def run_sql(store: Store, statement: str) -> None:
    """Do behind the store's back what the store never does."""
    async with store._database.writing() as connection:
        await connection.execute(text(statement))


@pytest.mark.parametrize("sizes", [(0,), (1,), (2,), (255, 1), (1, 255), (256, 1), (3, 600, 1, 500)])
async def test_however_the_log_grew_it_is_the_tree_its_checkpoint_says(
    store: Store, sizes: tuple[int, ...]
) -> None:
    for number, size in enumerate(sizes):
        await append(store, *(f"m{number}-{each}" for each in range(size)))
    assert len(await entries_of_sound_log(store, "acme")) == sum(sizes)


@pytest.mark.slow
async def test_the_hashes_above_full_tiles_are_kept_so_that_a_large_log_proves_an_entry(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/q.db", clock, LOG_KEY)
    await append(store, *(f"m{each}" for each in range(70_000)))
    head = await store.ledger.head("acme")
    kept = {level: await store.ledger.hashes("acme", level, 0, 10**6) for level in range(3)}
    assert [len(kept[level]) for level in range(3)] == [70_000, 273, 1]
    read = TileReader(head.size, lambda tile: b"".join(kept[tile.level][tile.index * 256 :][: tile.width]))
    await store.close()
    root = head.frontier().root()
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        proof = inclusion_proof(index, head.size, read)
        verify_inclusion(kept[0][index], index, head.size, proof, root)


async def test_each_tenant_has_a_log_and_a_name_of_its_own(store: Store) -> None:
    await append(store, "m1", "m2")
    await append(store, "m1", tenant="other")
    assert len(await entries_of_sound_log(store, "acme")) == 2
    assert len(await entries_of_sound_log(store, "other")) == 1
    assert await store.ledger.tenants() == ("acme", "other")


async def test_a_log_without_entries_has_no_checkpoint(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.ledger.checkpoint("acme")


async def test_two_processes_that_append_at_once_make_one_log(store: Store, second: Store) -> None:
    await asyncio.gather(
        *(store.ledger.append(record(message=f"a-{n}")) for n in range(40)),
        *(second.ledger.append(record(message=f"b-{n}")) for n in range(40)),
    )
    entries = await entries_of_sound_log(store, "acme")
    assert {entry.body["message"] for entry in entries} == {f"{name}-{n}" for n in range(40) for name in "ab"}


async def test_appends_that_come_at_once_share_a_commit_and_a_checkpoint(store: Store) -> None:
    commits: list[object] = []
    event.listen(store._database._engine.sync_engine, "commit", commits.append)
    await asyncio.gather(*(store.ledger.append(record(message=f"m{n}")) for n in range(200)))
    assert len(commits) <= 2
    assert len(await entries_of_sound_log(store, "acme")) == 200


async def test_an_append_has_its_receipt_once_it_is_committed_and_not_before(store: Store) -> None:
    async with store.transaction() as unit:
        pending = await unit.ledger.append(record())
        with pytest.raises(InvalidInput):
            _ = pending.receipt
    assert pending.receipt.index == 0
    assert (await store.ledger.find("acme", pending.receipt.leaf)).receipt == pending.receipt


async def test_another_key_never_signs_a_log_that_has_one(address: str, store: Store, clock: FakeClock) -> None:
    other = await Store.open(address, clock, OTHER_KEY)  # the log is empty yet: it is anybody's
    await store.ledger.append(record())
    with pytest.raises(LogKeyWrong, match="which signed the log of acme last"):
        await other.ledger.append(record(message="m2"))
    await other.close()
    with pytest.raises(LogKeyWrong):
        await Store.open(address, clock, OTHER_KEY)
    assert len(await entries_of_sound_log(store, "acme")) == 1


async def test_a_log_under_another_name_is_refused(address: str, store: Store, clock: FakeClock) -> None:
    await store.ledger.append(record())
    with pytest.raises(LogKeyWrong):
        await Store.open(address, clock, LogKey("elsewhere.test", private_key("log")))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_heads SET size = size + 1, edge = edge",
        "UPDATE ledger_heads SET edge = zeroblob(32)",
        "UPDATE ledger_heads SET checkpoint = CAST(checkpoint || 'x' AS BLOB)",
    ],
)
async def test_a_head_that_was_altered_stops_the_store_from_opening(
    tmp_path: Path, clock: FakeClock, change: str
) -> None:
    address = f"sqlite:///{tmp_path}/q.db"
    store = await Store.open(address, clock, LOG_KEY)
    await append(store, "m1", "m2", "m3", "m4")
    await run_sql(store, change)
    await store.close()
    with pytest.raises(QuarterdeckError) as caught:
        await Store.open(address, clock, LOG_KEY)
    assert isinstance(caught.value, LogCorrupt | InvalidInput)


async def test_a_clock_that_goes_back_does_not_turn_the_log_s_time_back(store: Store, clock: FakeClock) -> None:
    await store.ledger.append(record(message="m1"))
    clock.move(-3_600)
    await store.ledger.append(record(message="m2"))
    clock.move(7_200)
    await store.ledger.append(record(message="m3"))
    logged = [entry.logged for entry in await entries_of_sound_log(store, "acme")]
    assert logged == [MIDNIGHT, MIDNIGHT, MIDNIGHT + timedelta(hours=1)]


async def test_an_entry_that_is_too_large_harms_nobody_else(store: Store) -> None:
    huge = Record(
        tenant="acme",
        at=MIDNIGHT,
        actor="alice",
        correlation="cor_1",
        body=Answered(message="m1", reply="r1", answer="answer", evidence=("ev_" + "0" * 100,) * 700),
    )
    results = await asyncio.gather(
        store.ledger.append(record(message="m1")),
        store.ledger.append(huge),
        store.ledger.append(record(message="m2")),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results] == ["Pending", "InputTooLarge", "Pending"]
    assert isinstance(results[1], InputTooLarge)
    assert len(await entries_of_sound_log(store, "acme")) == 2


async def test_an_entry_is_found_by_its_index_and_by_the_beginning_of_its_hash(store: Store) -> None:
    await append(store, "m1", "m2", "m3")
    second = await store.ledger.find("acme", "1")
    assert second.entry.subject == "message:m2"
    assert await store.ledger.find("acme", second.receipt.leaf[:8]) == second
    for nothing in ("3", "f" * 64, "x", "0x1", "-1", "01", "", str(2**63), "9" * 19):
        with pytest.raises((NotFound, InvalidInput)):
            await store.ledger.find("acme", nothing)


async def test_nobody_stands_in_the_log_under_their_own_name(store: Store) -> None:
    await store.ledger.append(record(actor="alice.dotty@example.com"))
    [entry] = await entries_of_sound_log(store, "acme")
    assert b"alice" not in (await store.ledger.entries("acme", 0, 1))[0]
    assert entry.actor == await store.pseudonyms.find("acme", "alice.dotty@example.com")
    assert await store.pseudonyms.people("acme", [entry.actor]) == {entry.actor: "alice.dotty@example.com"}


async def test_a_person_has_one_pseudonym_in_a_tenant_and_another_in_the_next(store: Store) -> None:
    await append(store, "m1", "m2")
    await append(store, "m1", tenant="other")
    here = {entry.actor for entry in await entries_of_sound_log(store, "acme")}
    there = {entry.actor for entry in await entries_of_sound_log(store, "other")}
    assert len(here) == len(there) == 1
    assert here.isdisjoint(there)


async def test_a_person_who_is_forgotten_is_nobody_and_the_log_stays_sound(store: Store) -> None:
    await store.ledger.append(record())
    assert await store.pseudonyms.forget("acme", "alice")
    [entry] = await entries_of_sound_log(store, "acme")
    assert await store.pseudonyms.people("acme", [entry.actor]) == {}
    assert await store.pseudonyms.opening("acme", "alice") is None
    assert not await store.pseudonyms.forget("acme", "alice")
    await store.ledger.append(record(message="m2"))
    assert (await entries_of_sound_log(store, "acme"))[1].actor != entry.actor


WRITER = """
import asyncio, sys
from memory.clock import SystemClock
from memory.store import Store
from tests.keys import LOG_KEY
from tests.memory.samples import record
from tests.postgres import Cluster
from tests.servers import eventually

async def main(address):
    store = await Store.open(address, SystemClock(), LOG_KEY)
    async def one(number):
        while True:
            pending = await store.ledger.append(record(message=f"m{number}"))
            print(pending.receipt.index, pending.receipt.leaf, flush=True)
    await asyncio.gather(*(one(number) for number in range(8)))

asyncio.run(main(sys.argv[1]))
"""


async def test_a_writer_killed_in_mid_append_loses_nothing_it_answered(address: str, clock: FakeClock) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, address, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    answered = [(await process.stdout.readline()).split() for _ in range(60)]
    process.kill()
    rest = (await process.stdout.read()).splitlines()
    await process.wait()
    answered += [line.split() for line in rest if len(line.split()) == 2 and len(line.split()[1]) == 64]
    store = await Store.open(address, clock, LOG_KEY)
    await entries_of_sound_log(store, "acme")
    for index, leaf in answered:
        assert (await store.ledger.find("acme", leaf.decode())).receipt.index == int(index)
    await store.ledger.append(record(message="after"))
    assert (await entries_of_sound_log(store, "acme"))[-1].body["message"] == "after"
    await store.close()


FROZEN = """
import asyncio, os, signal, sys
from memory.clock import SystemClock
from memory.errors import QuarterdeckError
from memory.store import Store
from memory.store.sealing import Sealer
from tests.keys import LOG_KEY
from tests.memory.samples import record
from tests.postgres import Cluster
from tests.servers import eventually

real = Sealer._time

def freeze(self, head, tenant):
    print("holding the log", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    return real(self, head, tenant)

async def main(address):
    store = await Store.open(address, SystemClock(), LOG_KEY)
    Sealer._time = freeze
    try:
        await store.ledger.append(record(message="frozen"))
        print("appended", flush=True)
    except QuarterdeckError as error:
        print("refused", error.code, flush=True)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_writer_frozen_while_it_holds_the_log_loses_it_and_cannot_fork_it(
    postgres: Cluster, clock: FakeClock
) -> None:
    address = postgres.database()
    store = await Store.open(address, clock, LOG_KEY)
    await store.ledger.append(record(message="before"))
    frozen = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FROZEN, address, stdout=asyncio.subprocess.PIPE
    )
    assert frozen.stdout is not None
    assert await frozen.stdout.readline() == b"holding the log\n"
    await eventually(lambda: _appended(store, "meanwhile"), bool, "an append by another writer")
    frozen.send_signal(signal.SIGCONT)
    assert (await frozen.stdout.read()).startswith(b"refused store.unavailable")
    await frozen.wait()
    kept = [entry.body["message"] for entry in await entries_of_sound_log(store, "acme")]
    assert kept == ["before", "meanwhile"]
    await store.close()


async def _appended(store: Store, message: str) -> bool:
    """Try to append, and return whether it went: while another holds the log, it is unavailable."""
    try:
        await store.ledger.append(record(message=message))
    except StoreUnavailable:
        return False
    return True
