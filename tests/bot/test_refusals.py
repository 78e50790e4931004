"""Who is turned away stands in the log; who keeps knocking is counted and fills no log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.identity import Directory, Door
from bot.refusals import Refusals
from memory.errors import AuthenticationFailed, PolicyDenied
from memory.model.bodies import AccessChanged, Denied, EntryKind
from memory.model.record import SYSTEM, Entry
from memory.store import Store
from memory.store.keys import secret_hash
from tests.fakes.people import ALICE, BOB, EVERYBODY, TENANT
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY


class Gatehouse:
    """A door on a real store."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, FakeClock()
        self.refusals = Refusals(store, TENANT, self.clock, CountingIds())
        self.door = Door(store, Directory(EVERYBODY), self.refusals, self.clock, CountingIds())

    async def knock(self, key: str = "qd_wrong") -> None:
        with pytest.raises(AuthenticationFailed):
            await self.door.by_api_key(key)

    async def entries(self, kind: EntryKind = EntryKind.DENIAL) -> list[Entry]:
        page = await self.store.ledger.page(TENANT, kind=kind)
        return [each.entry for each in reversed(page.items)]

    async def denials(self) -> list[tuple[str, str, int]]:
        """Return who was turned away, why, and how often."""
        told = [(each, each.told()) for each in await self.entries()]
        names = await self.store.pseudonyms.people(TENANT, {entry.actor for entry, _ in told})
        return [
            (names.get(entry.actor, entry.actor), body.code, body.times)
            for entry, body in told
            if isinstance(body, Denied)
        ]


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gatehouse]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield Gatehouse(store)
    await store.close()


async def test_a_stranger_with_a_wrong_key_is_recorded_once_a_minute_with_a_count(gate: Gatehouse) -> None:
    for _ in range(1000):
        await gate.knock()
    assert await gate.denials() == [(SYSTEM, "auth.failed", 1)]
    gate.clock.move(60)
    await gate.knock()
    assert await gate.denials() == [(SYSTEM, "auth.failed", 1), (SYSTEM, "auth.failed", 1000)]


async def test_what_was_only_counted_is_recorded_when_its_minute_is_over(gate: Gatehouse) -> None:
    await gate.knock()
    await gate.knock()
    await gate.refusals.settle()
    assert len(await gate.denials()) == 1
    gate.clock.move(61)
    for _ in range(2):
        await gate.refusals.settle()
    assert [times for _, _, times in await gate.denials()] == [1, 1]


async def test_what_was_only_counted_is_recorded_when_the_house_ends(gate: Gatehouse) -> None:
    for _ in range(3):
        await gate.knock()
    await gate.refusals.settle(ending=True)
    assert [times for _, _, times in await gate.denials()] == [1, 2]


async def test_a_key_that_is_over_is_refused_in_its_owners_name(gate: Gatehouse) -> None:
    key, secret = await gate.door.mint(TENANT, ALICE.id, ("observe",), label="laptop")
    await gate.door.revoke(TENANT, key.id)
    await gate.knock(secret)
    assert await gate.denials() == [(ALICE.id, "auth.failed", 1)]


async def test_somebody_who_is_gone_is_refused_by_the_name_they_had(gate: Gatehouse) -> None:
    with pytest.raises(AuthenticationFailed):
        await gate.door.person(TENANT, "zoe")
    assert await gate.denials() == [("zoe", "auth.failed", 1)]


async def test_people_and_reasons_are_counted_apart(gate: Gatehouse) -> None:
    for who in (ALICE, BOB, ALICE):
        await gate.door.refused(PolicyDenied("expected a role, found none"), who)
    await gate.door.refused(AuthenticationFailed("expected a sign-in link, found none"))
    assert await gate.denials() == [
        (ALICE.id, "policy.denied", 1),
        (BOB.id, "policy.denied", 1),
        (SYSTEM, "auth.failed", 1),
    ]


async def test_an_error_that_the_log_tells_of_already_is_not_told_again(gate: Gatehouse) -> None:
    told = PolicyDenied("expected the requester, found another")
    for _ in range(2):
        await gate.door.refused(told, ALICE)
    assert told.recorded
    assert len(await gate.denials()) == 1


async def test_while_the_log_is_away_people_are_turned_away_and_counted_for_later(
    gate: Gatehouse, tmp_path: Path
) -> None:
    await gate.store.close()  # the connections; the next statement opens new ones
    (tmp_path / "q.db").rename(tmp_path / "kept.db")
    (tmp_path / "q.db").mkdir()
    for _ in range(2):
        await gate.door.refused(PolicyDenied("expected a role, found none"), ALICE)
    (tmp_path / "q.db").rmdir()
    (tmp_path / "kept.db").rename(tmp_path / "q.db")
    assert await gate.denials() == []
    await gate.refusals.settle(ending=True)
    assert await gate.denials() == [(ALICE.id, "policy.denied", 2)]


async def test_a_key_that_is_made_and_ended_is_recorded_under_its_owners_pseudonym(gate: Gatehouse) -> None:
    key, secret = await gate.door.mint(TENANT, ALICE.id, ("propose", "observe"), label="laptop")
    for _ in range(2):
        await gate.door.revoke(TENANT, key.id)
        gate.clock.move(1)
    entries = await gate.entries(EntryKind.ACCESS)
    told = [body for entry in entries if isinstance(body := entry.told(), AccessChanged)]
    assert [(body.key, body.change, body.scopes) for body in told] == [
        (key.id, "added", ("observe", "propose")),
        (key.id, "revoked", ("observe", "propose")),
    ]
    holder = await gate.store.pseudonyms.find(TENANT, ALICE.id)
    assert {body.holder for body in told} == {holder}
    written = b"".join(await gate.store.ledger.entries(TENANT, 0, 9)).decode()
    assert not [word for word in (secret, secret_hash(secret), "laptop", "alice") if word in written]
