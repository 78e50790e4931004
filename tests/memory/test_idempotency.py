"""However many send one request at once, from however many processes: one answers it, and all get that answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from memory.errors import Conflict, IdempotencyMismatch
from memory.model.access import StoredResponse
from memory.store import Store
from memory.store.idempotency import IN_FLIGHT, KEPT, Idempotency
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tests.postgres import Cluster

KEY = ("acme", "alice", "k1")
REQUEST = (*KEY, "a" * 64)
FIRST, SECOND = (StoredResponse(status=200, body=body) for body in ("first", "second"))
TRIES = 6


@pytest.fixture
async def stores(store: Store, address: str, clock: FakeClock) -> AsyncIterator[list[Store]]:
    """Stores of one database, each with connections of its own, as two processes have them."""
    async with opened(address, clock) as other:
        yield [store, other] * TRIES


async def claim_at_once(stores: list[Store]) -> list[StoredResponse | BaseException | None]:
    return await asyncio.gather(*(each.idempotency.begin(*REQUEST) for each in stores), return_exceptions=True)


async def test_of_many_that_claim_a_key_at_once_one_goes_ahead(stores: list[Store]) -> None:
    results = await claim_at_once(stores)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), Conflict}


async def test_a_request_that_died_is_taken_over_by_one(stores: list[Store], clock: FakeClock) -> None:
    assert await stores[0].idempotency.begin(*REQUEST) is None
    clock.move(IN_FLIGHT.total_seconds())
    results = await claim_at_once(stores)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), Conflict}


async def test_a_key_that_ran_out_is_claimed_by_one(stores: list[Store], clock: FakeClock) -> None:
    assert await stores[0].idempotency.begin(*REQUEST) is None
    await stores[0].idempotency.finish(*KEY, FIRST)
    clock.move(KEPT.total_seconds())
    results = await claim_at_once(stores)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), Conflict}


async def test_all_get_the_one_answer(stores: list[Store]) -> None:
    await stores[0].idempotency.begin(*REQUEST)
    await stores[0].idempotency.finish(*KEY, FIRST)
    assert await claim_at_once(stores) == [FIRST] * len(stores)


async def test_an_answer_that_comes_late_does_not_replace_the_first(store: Store, clock: FakeClock) -> None:
    await store.idempotency.begin(*REQUEST)
    clock.move(IN_FLIGHT.total_seconds())
    assert await store.idempotency.begin(*REQUEST) is None
    await store.idempotency.finish(*KEY, FIRST)
    await store.idempotency.finish(*KEY, SECOND)
    await store.idempotency.abandon(*KEY)
    assert await store.idempotency.begin(*REQUEST) == FIRST


async def test_of_two_requests_under_one_key_at_once_the_later_is_refused(stores: list[Store]) -> None:
    requests = [(*KEY, digit * 64) for digit in "abcdef"]
    tries = (each.idempotency.begin(*request) for each, request in zip(stores, requests, strict=False))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), IdempotencyMismatch}


async def test_a_claim_that_is_refused_because_of_one_given_up_meanwhile_is_tried_again_later(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.database()
    async with opened(address) as one, opened(address) as other:
        await one.idempotency.begin(*REQUEST)
        known = Idempotency._known

        async def given_up(*arguments: object) -> object:
            await one.idempotency.abandon(*KEY)
            return await known(*arguments)  # type: ignore[arg-type]  # they are passed on as they came

        monkeypatch.setattr(Idempotency, "_known", given_up)
        with pytest.raises(Conflict, match="still being made"):
            await other.idempotency.begin(*REQUEST)
        monkeypatch.undo()
        assert await other.idempotency.begin(*REQUEST) is None
