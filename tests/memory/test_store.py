"""What is kept is kept once, in order, for its tenant alone, on either database."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from memory.canonical import canonical
from memory.errors import (
    Conflict,
    DigestMismatch,
    GrantRefused,
    IdempotencyMismatch,
    InvalidInput,
    NotFound,
    StoreUnavailable,
)
from memory.log.merkle import leaf_hash
from memory.model.access import StoredResponse
from memory.model.bodies import EntryKind
from memory.model.run import RunStatus
from memory.store import Store
from memory.store.keys import secret_hash
from tests.fakes.time import FakeClock
from tests.memory.samples import denial, evidence, grant, key, message, record, reply, run


async def test_a_run_is_added_once_and_comes_back_as_it_was(store: Store) -> None:
    first = run()
    assert await store.runs.add(first) == first
    assert await store.runs.add(first.model_copy(update={"summary": "another try"})) == first
    assert await store.runs.get("acme", first.id) == first


async def test_a_run_that_is_not_the_plan_its_digest_says_is_refused(store: Store) -> None:
    with pytest.raises(DigestMismatch):
        await store.runs.add(run(plan_digest="f" * 64))


async def test_of_many_that_change_a_run_at_once_one_does(store: Store) -> None:
    first = await store.runs.add(run())
    tries = [
        store.runs.replace(first.model_copy(update={"summary": str(n)}), expected_version=0) for n in range(10)
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    won = [result for result in results if not isinstance(result, BaseException)]
    assert len(won) == 1
    assert all(isinstance(each, Conflict) for each in results if each not in won)
    assert await store.runs.get("acme", first.id) == won[0]
    assert won[0].version == 1


async def test_runs_are_paged_newest_first_and_filtered(store: Store) -> None:
    for number in range(5):
        status = RunStatus.WAITING if number % 2 else RunStatus.SUCCEEDED
        await store.runs.add(run(name=f"run_{number}", minutes=number, status=status))
    first = await store.runs.page("acme", limit=2)
    second = await store.runs.page("acme", limit=2, cursor=first.next_cursor)
    third = await store.runs.page("acme", limit=2, cursor=second.next_cursor)
    assert [each.id for page in (first, second, third) for each in page.items] == [
        f"run_{number}" for number in (4, 3, 2, 1, 0)
    ]
    assert third.next_cursor is None
    waiting = await store.runs.page("acme", statuses=(RunStatus.WAITING,))
    assert {each.id for each in waiting.items} == {"run_1", "run_3"}
    assert {each.id for each in await store.runs.unfinished()} == {"run_1", "run_3"}


@pytest.mark.parametrize("limit", [0, -1, 201])
async def test_a_page_has_a_sensible_size(store: Store, limit: int) -> None:
    with pytest.raises(InvalidInput, match="page"):
        await store.ledger.page("acme", limit=limit)


async def test_of_many_that_spend_a_grant_at_once_one_does(store: Store, clock: FakeClock) -> None:
    given = grant()
    await store.grants.mint(given)
    tries = [store.grants.consume("acme", given.id, given.call_digest, clock.now()) for _ in range(10)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [each for each in results if not isinstance(each, GrantRefused)] == [given]


async def test_a_grant_is_refused_when_unknown_expired_spent_or_for_another_call(
    store: Store, clock: FakeClock
) -> None:
    given = grant()
    await store.grants.mint(given)
    with pytest.raises(GrantRefused):
        await store.grants.consume("acme", "grant_x", given.call_digest, clock.now())
    with pytest.raises(GrantRefused):
        await store.grants.consume("acme", given.id, "f" * 64, clock.now())
    with pytest.raises(GrantRefused):
        await store.grants.consume("acme", given.id, given.call_digest, given.expires_at)
    assert await store.grants.consume("acme", given.id, given.call_digest, clock.now()) == given
    with pytest.raises(GrantRefused):
        await store.grants.consume("acme", given.id, given.call_digest, clock.now())
    with pytest.raises(Conflict):
        await store.grants.mint(given)


async def test_the_ledger_has_no_gap_however_many_append_at_once(store: Store) -> None:
    receipts = await asyncio.gather(*(store.ledger.append(record(correlation=f"c{n}")) for n in range(20)))
    assert sorted(pending.receipt.index for pending in receipts) == list(range(20))
    assert (await store.ledger.append(record(tenant="other"))).receipt.index == 0


async def test_an_append_that_fails_leaves_no_gap(store: Store) -> None:
    await store.ledger.append(record())

    async def fails() -> None:
        async with store.transaction() as unit:
            await unit.ledger.append(record())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert (await store.ledger.append(record())).receipt.index == 1


async def test_an_entry_is_kept_as_its_canonical_bytes_under_their_leaf_hash(store: Store) -> None:
    receipt = (await store.ledger.append(record())).receipt
    recorded = (await store.ledger.trace("acme", "cor_1"))[0]
    assert recorded.receipt == receipt
    assert receipt.leaf == leaf_hash(canonical(recorded.entry)).hex()
    assert await store.ledger.entries("acme", 0, 1) == [canonical(recorded.entry)]


@pytest.mark.parametrize("change", ["UPDATE ledger SET actor = 'mallory'", "DELETE FROM ledger"])
async def test_the_database_itself_refuses_to_change_the_ledger(store: Store, change: str) -> None:
    await store.ledger.append(record())
    with pytest.raises((DBAPIError, StoreUnavailable)):
        async with store._database.writing() as connection:
            await connection.execute(text(change))
    assert (await store.ledger.trace("acme", "cor_1"))[0].entry.told() == record().body


async def test_the_ledger_is_read_by_kind_actor_and_correlation(store: Store) -> None:
    await store.ledger.append(record())
    await store.ledger.append(denial(correlation="cor_2"))
    assert len((await store.ledger.page("acme")).items) == 2
    assert (await store.ledger.page("acme", kind=EntryKind.DENIAL)).items[0].entry.correlation == "cor_2"
    assert not (await store.ledger.page("acme", actor="bob")).items
    assert len(await store.ledger.trace("acme", "cor_1")) == 1


async def test_a_transaction_is_written_whole_or_not_at_all(store: Store) -> None:
    first = await store.runs.add(run())

    async def write() -> None:
        async with store.transaction() as unit:
            await unit.ledger.append(record())
            await unit.runs.replace(first, expected_version=7)

    with pytest.raises(Conflict):
        await write()
    assert not (await store.ledger.page("acme")).items


async def test_evidence_is_kept_in_order_and_does_not_change(store: Store) -> None:
    await store.evidence.put("acme", "cor_1", [evidence("ev_1"), evidence("ev_2")])
    await store.evidence.put("acme", "cor_1", [evidence("ev_2"), evidence("ev_3")])
    assert [each.id for each in await store.evidence.of("acme", "cor_1")] == ["ev_1", "ev_2", "ev_3"]
    with pytest.raises(Conflict):
        await store.evidence.put("acme", "cor_1", [evidence("ev_1", summary="0 %")])
    assert (await store.evidence.get("acme", "ev_1")).summary == "31 %"


async def test_a_message_is_received_once_and_answered_once(store: Store) -> None:
    assert await store.turns.receive(message())
    assert not await store.turns.receive(message())
    assert await store.turns.reply_to("acme", "m1") is None
    first = await store.turns.answer("acme", reply())
    again = await store.turns.answer("acme", reply().model_copy(update={"text": "another"}))
    assert again == first
    with pytest.raises(NotFound):
        await store.turns.answer("acme", reply("m9"))


async def test_a_transcript_reads_downwards_and_leads_to_earlier_pages(store: Store) -> None:
    for number in range(5):
        await store.turns.receive(message(name=f"m{number}", minutes=number))
    await store.turns.answer("acme", reply("m4"))
    last = await store.turns.transcript("acme", "t1", limit=2)
    earlier = await store.turns.transcript("acme", "t1", limit=2, cursor=last.next_cursor)
    assert [each.message.id for each in earlier.items + last.items] == ["m1", "m2", "m3", "m4"]
    assert [each.reply is not None for each in last.items] == [False, True]
    thread = (await store.turns.threads("acme", "alice")).items[0]
    assert (thread.opening, thread.messages) == ("words m0", 5)


async def test_a_key_is_found_by_its_secret_and_ends_when_revoked(store: Store, clock: FakeClock) -> None:
    kept = secret_hash("qd_secret")
    await store.keys.add(key(), kept)
    assert await store.keys.find(kept) == key()
    assert await store.keys.find(secret_hash("qd_other")) is None
    with pytest.raises(Conflict):
        await store.keys.add(key(name="key_2"), kept)
    revoked = await store.keys.revoke("acme", "key_1", clock.now())
    assert not revoked.usable(clock.now())
    assert [each.id for each in await store.keys.of("acme")] == ["key_1"]
    with pytest.raises(NotFound):
        await store.keys.revoke("acme", "key_9", clock.now())


async def test_an_idempotency_key_gives_the_first_answer_for_a_day(store: Store, clock: FakeClock) -> None:
    answer = StoredResponse(status=200, body="{}")
    claim = ("acme", "alice", "k1", "a" * 64)
    assert await store.idempotency.begin(*claim) is None
    with pytest.raises(Conflict):
        await store.idempotency.begin(*claim)
    with pytest.raises(IdempotencyMismatch):
        await store.idempotency.begin("acme", "alice", "k1", "b" * 64)
    await store.idempotency.finish("acme", "alice", "k1", answer)
    assert await store.idempotency.begin(*claim) == answer
    assert await store.idempotency.begin("acme", "bob", "k1", "b" * 64) is None
    clock.move(25 * 3600)
    assert await store.idempotency.begin(*claim) is None


async def test_an_idempotency_key_that_is_given_up_can_be_claimed_again(store: Store) -> None:
    claim = ("acme", "alice", "k1", "a" * 64)
    await store.idempotency.begin(*claim)
    await store.idempotency.abandon("acme", "alice", "k1")
    assert await store.idempotency.begin(*claim) is None
