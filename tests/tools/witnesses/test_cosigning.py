"""A log asks real witnesses, and what they say of it is a value."""

import asyncio
from collections.abc import Sequence

import pytest

from memory.errors import Conflict, ConnectorRejected, ConnectorUnreachable, LogContradicted, LogRolledBack
from memory.log.keys import Signer
from memory.log.trust import Trust
from tests.fakes.histories import History
from tests.memory.log.signers import BY_BOTH, FIRST, LOG, ORIGIN, SECOND, private
from tests.witnesses import WitnessProcess
from tools.witnesses import WitnessEndpoint, Witnesses

HONEST = History("entry", 5000)
FORKED = History("fork", 5000, shared=100)


async def test_a_log_that_grows_is_cosigned_by_all_its_witnesses(witnesses: Witnesses) -> None:
    for size in (0, 1, 2, 255, 256, 257, 1000, 1000, 5000):
        cosigning = await witnesses.cosign(HONEST.note(size), HONEST.prove)
        assert cosigning.problems == {}
        trusted = BY_BOTH.open(cosigning.note)
        assert (trusted.checkpoint.size, set(trusted.witnessed_at)) == (size, {FIRST.key.name, SECOND.key.name})


async def test_a_log_that_was_started_anew_learns_where_its_witnesses_are(
    witnesses: Witnesses, two: list[WitnessEndpoint]
) -> None:
    await witnesses.cosign(HONEST.note(700), HONEST.prove)
    anew = Witnesses(two)
    asked: list[tuple[int, int]] = []

    async def prove(old: int, new: int) -> Sequence[bytes]:
        asked.append((old, new))
        return HONEST.prove(old, new)

    cosigning = await anew.cosign(HONEST.note(900), prove)
    assert cosigning.problems == {}
    assert BY_BOTH.open(cosigning.note).checkpoint.size == 900
    assert sorted(asked) == [(0, 900), (0, 900), (700, 900), (700, 900)]
    await anew.close()


async def test_a_log_restored_from_an_older_copy_is_told_so_loudly(
    witnesses: Witnesses, two: list[WitnessEndpoint]
) -> None:
    await witnesses.cosign(HONEST.note(700), HONEST.prove)
    anew = Witnesses(two)
    cosigning = await anew.cosign(HONEST.note(699), HONEST.prove)
    assert cosigning.note == HONEST.note(699)
    assert {type(each) for each in cosigning.problems.values()} == {LogRolledBack}
    said = cosigning.problems[FIRST.key.name]
    assert "699 entries in the log" in said.message
    assert "it has cosigned 700" in said.message
    assert "Stop writing" in said.hint
    await anew.close()


@pytest.mark.parametrize("size", [200, 300])
async def test_a_log_with_another_past_is_told_so_loudly(
    witnesses: Witnesses, two: list[WitnessEndpoint], size: int
) -> None:
    await witnesses.cosign(HONEST.note(200), HONEST.prove)
    for asked in (witnesses, Witnesses(two)):
        cosigning = await asked.cosign(FORKED.note(size), FORKED.prove)
        assert cosigning.note == FORKED.note(size)
        assert {type(each) for each in cosigning.problems.values()} == {LogContradicted}
        await asked.close()


async def test_a_witness_that_was_killed_is_a_problem_and_its_return_is_none(
    processes: list[WitnessProcess],
) -> None:
    witnesses = Witnesses(WitnessEndpoint(each.url, each.key) for each in processes)
    assert (await witnesses.cosign(HONEST.note(10), HONEST.prove)).problems == {}
    processes[0].kill()
    without = await witnesses.cosign(HONEST.note(20), HONEST.prove)
    assert list(without.problems) == [FIRST.key.name]
    assert isinstance(without.problems[FIRST.key.name], ConnectorUnreachable)
    assert Trust(ORIGIN, (LOG.key,), BY_BOTH.witnesses, quorum=1).open(without.note).checkpoint.size == 20
    processes[0].start()
    back = await witnesses.cosign(HONEST.note(5000), HONEST.prove)
    assert back.problems == {}
    assert set(BY_BOTH.open(back.note).witnessed_at) == {FIRST.key.name, SECOND.key.name}
    await witnesses.close()


async def test_several_checkpoints_at_once_are_asked_for_in_their_order(witnesses: Witnesses) -> None:
    sizes = range(100, 2000, 100)
    notes = await asyncio.gather(*(witnesses.cosign(HONEST.note(size), HONEST.prove) for size in sizes))
    assert [each.problems for each in notes] == [{}] * len(sizes)
    late = await witnesses.cosign(HONEST.note(100), HONEST.prove)
    assert {type(each) for each in late.problems.values()} == {Conflict}
    assert "cosigned a later checkpoint" in late.problems[FIRST.key.name].message


async def test_a_log_that_a_witness_does_not_know_is_told_what_to_do(two: list[WitnessEndpoint]) -> None:
    strange = History("entry", 9, signer=Signer("unknown.example/log", private(70)))
    rekeyed = History("entry", 9, signer=Signer(ORIGIN, private(71)))
    for history, status, hint in [(strange, 404, "that it knows the log"), (rekeyed, 403, "signs with now")]:
        asked = Witnesses(two[:1])
        found = (await asked.cosign(history.note(9), history.prove)).problems[FIRST.key.name]
        assert isinstance(found, ConnectorRejected)
        assert (found.status, hint in found.hint) == (status, True)
        await asked.close()
