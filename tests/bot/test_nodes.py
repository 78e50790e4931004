"""Two nodes on one database: a stop holds on both at once, and a promoted policy is soon in force on both."""

import time
from collections.abc import AsyncIterator

import pytest

from bot.audit.access import administrator
from bot.controls.switching import Switching
from bot.identity import Directory
from bot.telemetry import Metrics
from memory.bus import LocalBus
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.model.bodies import EntryKind
from memory.model.people import Role
from memory.model.policies import PromotedPolicy
from memory.model.record import LogFilter
from memory.store import Store
from tests.bot.nodes import FIRST, SECOND, nodes
from tests.fakes.people import TENANT, person, policy
from tests.keys import LOG_KEY
from tests.postgres import Cluster

FORCE_WITHIN_S = 5.0
ADA = person("ada", Role.ADMIN)


@pytest.fixture
def address(postgres: Cluster) -> str:
    return postgres.database()


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    opened = await Store.open(address, SystemClock(), LOG_KEY)
    yield opened
    await opened.close()


def promoted(text: str, number: int, *, hash_: str = "") -> PromotedPolicy:
    return PromotedPolicy(
        tenant=TENANT,
        number=number,
        change="promoted",
        policy_hash=hash_ or policy(text).hash,
        previous=policy(FIRST).hash,
        text=text,
        by="ada",
        agreed_by="eve",
        reason="for the test",
        at=SystemClock().now(),
    )


async def test_once_a_stop_is_answered_no_node_grants_anything(store: Store, address: str) -> None:
    switching = Switching(store, Directory((ADA,)), LocalBus(), Metrics(), SystemClock(), RandomIds())
    assert administrator(ADA) == TENANT
    with nodes("act", address) as both:
        for node in both:
            await node.heard()
            assert await node.heard() == {"run": "succeeded"}  # each is in full swing
        stop = await switching.stop(ADA, "the cable")
        for node in both:
            said = await node.heard()
            while "run" in said:
                said = await node.heard()
            assert said["code"] in {"actions.stopped", "paused"}
            assert f"stopped by ada at {stop.at:%Y-%m-%d %H:%M:%S} UTC: the cable" in str(said["says"])
    kinds = [each.entry.kind for each in await store.ledger.matching(TENANT, LogFilter(), 0, 100_000)]
    after = kinds[kinds.index(EntryKind.SWITCH) + 1 :]
    assert EntryKind.DECIDED in kinds
    assert EntryKind.DECIDED not in after
    assert EntryKind.DENIAL in after


async def test_a_promoted_policy_is_in_force_on_both_nodes_with_nothing_dropped_and_nothing_mixed(
    store: Store, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with nodes("decide", address) as both:
        for node in both:
            assert (await node.heard())["ready"] == policy(FIRST).hash
        began = time.time()
        await store.policies.promote(promoted(SECOND, 1))
        forced = [await node.heard() for node in both]
        await store.policies.promote(promoted("permit (principal, action, resource", 2, hash_="b" * 64))  # broken
        await store.policies.promote(promoted(FIRST, 3))
        back = [await node.heard() for node in both]
        for node in both:
            node.end()
        counts = [await node.heard() for node in both]
    times = [float(str(each["at"])) - began for each in forced]
    requests = sum(int(str(each["requests"])) for each in counts)
    dropped, mixed = (sum(int(str(each[name])) for each in counts) for name in ("dropped", "mixed"))
    with capsys.disabled():
        slowest = max(times)
        print(f"\n{requests} requests, {dropped} dropped, {mixed} mixed; in force on both after {slowest:.2f} s")  # noqa: T201 - to be shown
    assert {each["hash"] for each in forced} == {policy(SECOND).hash}
    assert {each["hash"] for each in back} == {policy(FIRST).hash}
    assert max(times) < FORCE_WITHIN_S
    assert (dropped, mixed) == (0, 0)
    assert all(each["first"] and each["second"] for each in counts)
