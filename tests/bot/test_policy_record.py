"""The policy in force stands in the log from the first start on, once for each change."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.policy_record import record_loaded
from memory.model.bodies import EntryKind, PolicyChanged
from memory.model.record import SYSTEM, Record
from memory.store import Store
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.keys import LOG_KEY

FIRST, SECOND, REFUSED = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


async def start(store: Store, policy_hash: str) -> None:
    await record_loaded(store, TENANT, policy_hash, "permit(…);", FakeClock(), CountingIds())


async def changes(store: Store) -> list[PolicyChanged]:
    page = await store.ledger.page(TENANT, kind=EntryKind.POLICY)
    return [body for each in reversed(page.items) if isinstance(body := each.entry.told(), PolicyChanged)]


async def test_the_first_start_records_the_policy_with_its_text_beside_it(store: Store) -> None:
    await start(store, FIRST)
    (loaded,) = await changes(store)
    assert (loaded.change, loaded.policy_hash, loaded.previous) == ("loaded", FIRST, None)
    assert (await store.blobs.get(TENANT, loaded.text or "")).content.decode() == "permit(…);"


async def test_a_start_with_the_same_policy_records_nothing(store: Store) -> None:
    for _ in range(3):
        await start(store, FIRST)
    assert len(await changes(store)) == 1


async def test_a_start_with_another_policy_names_the_one_before(store: Store) -> None:
    for policy in (FIRST, SECOND, FIRST):
        await start(store, policy)
    assert [(each.policy_hash, each.previous) for each in await changes(store)] == [
        (FIRST, None),
        (SECOND, FIRST),
        (FIRST, SECOND),
    ]


async def test_a_policy_that_was_refused_was_never_in_force(store: Store) -> None:
    await start(store, FIRST)
    body = PolicyChanged(change="refused", policy_hash=REFUSED, previous=FIRST)
    refused = Record(tenant=TENANT, at=MIDNIGHT, actor=SYSTEM, correlation="cor_x", body=body)
    for _ in range(60):  # more than a page
        await store.ledger.append(refused)
    await start(store, FIRST)
    assert (await store.ledger.head(TENANT)).size == 61
