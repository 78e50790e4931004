"""What the store does for the key of its logs: it says which one signed, and lets another take over."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, LogKeyWrong
from memory.log.endorsement import endorsed
from memory.log.identity import LogKey
from memory.log.keys import verified
from memory.log.merkle import consistency_proof, tree_root, verify_consistency
from memory.model.bodies import KeyChanged, SignedIn
from memory.model.record import SYSTEM, Record
from memory.store import Store
from memory.store.nodes import proven
from memory.store.pending import Pending
from memory.store.signed import signed_by
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.keys import LOG_KEY, private_key

NEW_KEY = LogKey(LOG_KEY.name, private_key("new"))
OTHER_KEY = LogKey(LOG_KEY.name, private_key("other"))


def record(tenant: str, body: KeyChanged | SignedIn) -> Record:
    return Record(tenant=tenant, at=MIDNIGHT, actor=SYSTEM, correlation="cor_1", body=body)


def created(tenant: str, key: LogKey = LOG_KEY) -> Record:
    return record(tenant, KeyChanged(change="created", key=str(key.signer(tenant).key)))


def rotated(tenant: str, old: LogKey = LOG_KEY, new: LogKey = NEW_KEY) -> Record:
    before, after = old.signer(tenant), new.signer(tenant)
    note = endorsed(before.key.name, before, after).encode().decode()
    return record(
        tenant, KeyChanged(change="rotated", key=str(after.key), previous=str(before.key), endorsement=note)
    )


def signed_in(tenant: str) -> Record:
    return record(tenant, SignedIn(sign_in="signin_1", how="key"))


async def test_a_database_says_which_key_signed_each_log_last(address: str, clock: FakeClock) -> None:
    assert await signed_by(address) == {}
    store = await Store.open(address, clock, LOG_KEY)
    assert await signed_by(address) == {}
    for tenant in ("acme", "other"):
        await store.ledger.begin(created(tenant))
    await store.close()
    assert await signed_by(address) == {tenant: str(LOG_KEY.signer(tenant).key) for tenant in ("acme", "other")}


async def test_a_log_begins_once_however_many_begin_it(address: str, clock: FakeClock) -> None:
    stores = [await Store.open(address, clock, LOG_KEY) for _ in range(3)]
    begun = await asyncio.gather(*(each.ledger.begin(created("acme")) for each in (*stores, *stores)))
    assert sorted(begun) == [False] * 5 + [True]
    assert (await stores[0].ledger.head("acme")).size == 1
    for each in stores:
        await each.close()


async def test_of_two_keys_that_begin_a_log_one_is_refused(address: str, clock: FakeClock) -> None:
    ours = await Store.open(address, clock, LOG_KEY)
    theirs = await Store.open(address, clock, OTHER_KEY)
    assert await ours.ledger.begin(created("acme"))
    assert not await theirs.ledger.begin(created("acme", OTHER_KEY))
    with pytest.raises(LogKeyWrong, match="which signed the log of acme last"):
        await theirs.ledger.append(signed_in("acme"))
    await ours.close()
    await theirs.close()


async def test_another_key_takes_over_in_all_logs_or_in_none(address: str, store: Store) -> None:
    for tenant in ("acme", "other"):
        await store.ledger.append(signed_in(tenant))
    with pytest.raises(Conflict, match="expected to rotate the key of acme, found acme, other"):
        await store.rotate([rotated("acme")], NEW_KEY)
    receipts = await store.rotate([rotated("acme"), rotated("other")], NEW_KEY)
    assert [receipt.index for receipt in receipts] == [1, 1]
    for tenant in ("acme", "other"):
        keys = {LOG_KEY.signer(tenant).key, NEW_KEY.signer(tenant).key}
        assert verified(await store.ledger.checkpoint(tenant), keys).keys() == keys
    assert await signed_by(address) == {tenant: str(NEW_KEY.signer(tenant).key) for tenant in ("acme", "other")}


async def test_entries_that_share_the_commit_of_a_rotation_are_signed_by_both_keys(store: Store) -> None:
    await store.ledger.append(signed_in("acme"))
    await asyncio.gather(
        *(store.ledger.append(signed_in("acme")) for _ in range(20)),
        store.rotate([rotated("acme")], NEW_KEY),
        *(store.ledger.append(signed_in("acme")) for _ in range(20)),
    )
    await store.ledger.append(signed_in("acme"))
    assert (await store.ledger.head("acme")).size == 43


async def test_a_store_that_has_only_the_old_key_appends_nothing_more(
    address: str, clock: FakeClock, store: Store
) -> None:
    other = await Store.open(address, clock, LOG_KEY)
    await other.ledger.append(signed_in("acme"))
    await store.rotate([rotated("acme")], NEW_KEY)
    with pytest.raises(LogKeyWrong, match=r"expected the key quarterdeck.test/acme\+"):
        await other.ledger.append(signed_in("acme"))
    with pytest.raises(LogKeyWrong):
        await other.rotate([rotated("acme", new=OTHER_KEY)], OTHER_KEY)
    with pytest.raises(LogKeyWrong):
        await Store.open(address, clock, LOG_KEY)
    await other.close()
    assert (await store.ledger.head("acme")).size == 2


async def test_a_store_that_finds_the_new_key_goes_on_with_it(
    address: str, clock: FakeClock, store: Store
) -> None:
    other = await Store.open(address, clock, LOG_KEY, others=lambda: (OTHER_KEY, NEW_KEY))
    await other.ledger.append(signed_in("acme"))
    await store.rotate([rotated("acme")], NEW_KEY)
    await other.ledger.append(signed_in("acme"))
    head = await other.ledger.head("acme")
    assert (head.size, head.key) == (3, str(NEW_KEY.signer("acme").key))
    await other.close()


async def test_a_rotation_that_is_not_committed_changes_no_key(store: Store) -> None:
    await store.ledger.append(signed_in("acme"))
    seal = store._database._sealer.seal

    async def failing(connection: AsyncConnection, pending: Sequence[Pending]) -> None:
        await seal(connection, pending)
        raise Conflict("the disk is full")

    store._database._sealer.seal = failing  # type: ignore[method-assign]  # it fails once
    with pytest.raises(Conflict, match="the disk is full"):
        await store.rotate([rotated("acme")], NEW_KEY)
    store._database._sealer.seal = seal  # type: ignore[method-assign]  # and works again
    await store.ledger.append(signed_in("acme"))
    head = await store.ledger.head("acme")
    assert (head.size, head.key) == (2, str(LOG_KEY.signer("acme").key))


async def test_a_log_is_one_tree_across_a_rotation(store: Store) -> None:
    for _ in range(3):
        await store.ledger.append(signed_in("acme"))
    await store.rotate([rotated("acme")], NEW_KEY)
    for _ in range(3):
        await store.ledger.append(signed_in("acme"))
    old = await proven(store.ledger, "acme", lambda read: tree_root(3, read))
    new = await proven(store.ledger, "acme", lambda read: tree_root(7, read))
    proof = await proven(store.ledger, "acme", lambda read: consistency_proof(3, 7, read))
    verify_consistency(3, old, 7, new, proof)
