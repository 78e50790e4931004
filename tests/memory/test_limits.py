"""The switch, uses, standing approvals and promoted policies keep their word, whoever asks at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from memory.errors import Conflict, NotFound, TenantMismatch
from memory.model.limits import Resource
from memory.model.run import RunStatus
from memory.model.standing import StandingEnd
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import policy_proposal, promoted, run, standing, stop, use

EARLIER = MIDNIGHT - timedelta(hours=1)


async def test_of_many_who_stop_at_once_one_does(store: Store) -> None:
    tried = await asyncio.gather(
        *(store.switches.stop(stop(name=f"stop_{number}")) for number in range(5)), return_exceptions=True
    )
    assert sum(each is None for each in tried) == 1
    assert all(isinstance(each, Conflict) for each in tried if each is not None)
    stopped = await store.switches.stopped("acme")
    assert stopped is not None
    assert (await store.switches.lift("acme")).id == stopped.id
    assert await store.switches.stopped("acme") is None


async def test_what_was_spent_is_found_by_who_and_with_what_since_when(store: Store) -> None:
    others = [
        use(name="other_person", person="bob"),
        use(name="other_tool", tool="service.scale"),
        use(name="other_resource", resource=Resource.TOKENS),
        use(name="too_old", at=EARLIER),
    ]
    await store.uses.add("acme", [use(), *others])
    spent = store.uses.since
    assert {each.id for each in await spent("acme", Resource.ACTIONS, EARLIER)} == {
        "use_1",
        "other_person",
        "other_tool",
    }
    assert [each.id for each in await spent("acme", Resource.ACTIONS, EARLIER, person="bob")] == ["other_person"]
    assert [each.id for each in await spent("acme", Resource.ACTIONS, EARLIER, tool="service.scale")] == [
        "other_tool"
    ]


async def test_a_use_counts_once_and_another_tenants_is_refused(store: Store) -> None:
    await store.uses.add("acme", [use()])
    await store.uses.add("acme", [use()])
    assert len(await store.uses.since("acme", Resource.ACTIONS, EARLIER)) == 1
    with pytest.raises(TenantMismatch):
        await store.uses.add("acme", [use("evil")])


async def test_old_uses_are_forgotten_and_newer_ones_are_not(store: Store) -> None:
    await store.uses.add("acme", [use(), use(name="old", at=EARLIER)])
    assert await store.uses.prune(MIDNIGHT) == 1
    assert [each.id for each in await store.uses.since("acme", Resource.ACTIONS, EARLIER)] == ["use_1"]


async def test_only_runs_that_are_carried_out_are_under_way(store: Store) -> None:
    for status in RunStatus:
        await store.runs.add(run(name=f"run_{status.value}", status=status))
    assert {each.status for each in await store.uses.under_way("acme")} == {RunStatus.RUNNING, RunStatus.UNDOING}


async def test_of_many_who_use_a_standing_approval_at_once_no_more_do_than_may(store: Store) -> None:
    await store.standing.give(standing(most_uses=2))
    tried = await asyncio.gather(
        *(store.standing.use("acme", "standing_1", MIDNIGHT) for _ in range(6)), return_exceptions=True
    )
    used = sorted(each.uses for each in tried if not isinstance(each, BaseException))
    assert used == [1, 2]
    assert sum(isinstance(each, Conflict) for each in tried) == 4


@pytest.mark.parametrize("why", StandingEnd)
async def test_what_ended_counts_no_more_and_says_why(store: Store, why: StandingEnd) -> None:
    await store.standing.give(standing())
    ended = await store.standing.end("acme", "standing_1", why, MIDNIGHT, "ada")
    assert (ended.ended, ended.ended_by) == (why, "ada")
    with pytest.raises(Conflict):
        await store.standing.use("acme", "standing_1", MIDNIGHT)
    with pytest.raises(Conflict):
        await store.standing.end("acme", "standing_1", why, MIDNIGHT, "ada")
    assert await store.standing.of("acme", open_only=True) == ()
    assert await store.standing.of("acme") == (ended,)


async def test_an_expired_standing_approval_is_not_used(store: Store) -> None:
    given = standing()
    await store.standing.give(given)
    with pytest.raises(Conflict):
        await store.standing.use("acme", "standing_1", given.expires_at)


async def test_of_two_who_promote_at_once_one_does_and_the_history_is_in_order(store: Store) -> None:
    await store.policies.promote(promoted())
    tried = await asyncio.gather(
        *(store.policies.promote(promoted(number=2, by=name)) for name in ("ada", "eve")), return_exceptions=True
    )
    assert sorted(each is None for each in tried) == [False, True]
    assert [each.number for each in await store.policies.history("acme")] == [2, 1]
    assert await store.policies.number("acme") == 2


async def test_an_earlier_policy_is_found_by_the_beginning_of_its_hash(store: Store) -> None:
    await store.policies.promote(promoted(policy_hash="ab" * 32))
    await store.policies.promote(promoted(number=2, policy_hash="ac" * 32))
    assert (await store.policies.find("acme", "abab")).number == 1
    with pytest.raises(Conflict, match="several"):
        await store.policies.find("acme", "a")
    with pytest.raises(NotFound):
        await store.policies.find("acme", "%")


async def test_a_proposal_is_settled_once(store: Store) -> None:
    await store.policies.propose(policy_proposal())
    assert await store.policies.proposal("acme", "proposal_1") == policy_proposal()
    await store.policies.settle("acme", "proposal_1")
    with pytest.raises(Conflict):
        await store.policies.settle("acme", "proposal_1")
    with pytest.raises(NotFound):
        await store.policies.proposal("acme", "proposal_1")
