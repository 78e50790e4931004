"""Whatever a witness answers, it is verified, bounded and told apart from what it says of the log."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from memory.errors import (
    Conflict,
    ConnectorRejected,
    ConnectorUnreachable,
    LogContradicted,
    LogMalformed,
    LogRolledBack,
    QuarterdeckError,
    ResponseTooLarge,
    SignatureInvalid,
    SignatureMissing,
    StoreUnavailable,
)
from memory.log.keys import Cosigner
from memory.log.note import Note
from memory.log.witness import SIZE_TYPE, AddCheckpoint
from tests.fakes.histories import History
from tests.fakes.http import Behaviour, FaultyServer, answer, bomb, dripping, hanging, hanging_up
from tests.memory.log.signers import FIRST, LOG, NOON, ORIGIN, SECOND, private
from tests.servers import free_port
from tools.witnesses import WitnessEndpoint, Witnesses

HONEST = History("entry", 5000)
FORKED = History("fork", 5000, shared=100)


def cosigned(size: int, by: Cosigner = FIRST) -> Behaviour:
    """Answer as a witness does that cosigns the honest log at that size."""
    return answer(200, by.cosign(HONEST.note(size).text, NOON).line.encode())


def stale(size: int) -> Behaviour:
    return answer(409, f"{size}\n".encode(), content_type=SIZE_TYPE)


def asking(*servers: FaultyServer, within_s: float = 5.0) -> Witnesses:
    known = zip(servers, (FIRST, SECOND), strict=False)
    return Witnesses([WitnessEndpoint(server.url, each.key) for server, each in known], within_s=within_s)


async def problem(witnesses: Witnesses, size: int = 9, history: History = HONEST) -> QuarterdeckError:
    """Return why the first witness does not cosign."""
    cosigning = await witnesses.cosign(history.note(size), history.prove)
    assert cosigning.note == history.note(size)
    return cosigning.problems[FIRST.key.name]


def requests(server: FaultyServer) -> list[AddCheckpoint]:
    return [AddCheckpoint.parse(request.body) for request in server.requests]


async def test_what_another_key_signed_is_no_cosignature() -> None:
    pretender = Cosigner(FIRST.key.name, private(80))
    for behaviour, kind in [
        (cosigned(9, by=SECOND), SignatureMissing),
        (cosigned(9, by=pretender), SignatureMissing),
        (cosigned(8), SignatureInvalid),
    ]:
        async with FaultyServer(behaviour) as server:
            assert isinstance(await problem(asking(server)), kind)


async def test_of_several_signatures_only_the_witness_own_is_taken() -> None:
    text = HONEST.note(9).text
    body = "".join(each.cosign(text, NOON).line for each in (SECOND, FIRST)).encode()
    async with FaultyServer(answer(200, body)) as server:
        cosigning = await asking(server).cosign(HONEST.note(9), HONEST.prove)
    assert [signature.name for signature in cosigning.note.signatures] == [ORIGIN, FIRST.key.name]


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (answer(200, b"<html>"), LogMalformed, "signatures"),
        (answer(200, b"\xff\n"), LogMalformed, "UTF-8"),
        (answer(200), LogMalformed, "signatures"),
        (answer(200, b" " * 200_000), ResponseTooLarge, "at most 100,000 bytes"),
        (answer(200, bomb(5_000_000), content_encoding="gzip"), ResponseTooLarge, "at most 100,000 bytes"),
        (answer(500, b"oops"), ConnectorRejected, "500"),
        (answer(503), ConnectorUnreachable, "503"),
        (answer(302, location="http://127.0.0.1:9/"), ConnectorRejected, "redirects are not followed"),
        (hanging_up(), ConnectorUnreachable, "could not be reached"),
        (answer(400, b"expected\n"), ConnectorRejected, "400"),
    ],
)
async def test_a_witness_that_misbehaves_keeps_nobody_elses_cosignature_from_the_log(
    behaviour: Behaviour, kind: type[QuarterdeckError], said: str
) -> None:
    async with FaultyServer(behaviour) as odd, FaultyServer(cosigned(9, by=SECOND)) as good:
        cosigning = await asking(odd, good).cosign(HONEST.note(9), HONEST.prove)
    assert list(cosigning.problems) == [FIRST.key.name]
    found = cosigning.problems[FIRST.key.name]
    assert isinstance(found, kind)
    assert said in found.message
    assert [signature.name for signature in cosigning.note.signatures] == [ORIGIN, SECOND.key.name]


@pytest.mark.parametrize("behaviour", [hanging(), dripping(0.01)])
async def test_a_slow_witness_costs_its_time_and_no_more(behaviour: Behaviour) -> None:
    async with FaultyServer(behaviour) as slow, FaultyServer(cosigned(9, by=SECOND)) as good:
        began = time.monotonic()
        cosigning = await asking(slow, good, within_s=0.3).cosign(HONEST.note(9), HONEST.prove)
        assert time.monotonic() - began < 3
    assert isinstance(cosigning.problems[FIRST.key.name], ConnectorUnreachable)
    assert len(cosigning.note.signatures) == 2


async def test_the_second_attempt_has_only_the_time_that_the_first_one_left() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        await stale(5)(writer)

    async with FaultyServer(late, hanging()) as server:
        found = await problem(asking(server, within_s=0.5))
    assert "within" in found.message
    assert "within 0.5 s" not in found.message


async def test_a_stale_request_is_sent_once_more_from_the_size_that_the_witness_gives() -> None:
    async with FaultyServer(stale(5), cosigned(9)) as server:
        witnesses = asking(server)
        assert (await witnesses.cosign(HONEST.note(9), HONEST.prove)).problems == {}
        assert [request.old_size for request in requests(server)] == [0, 5]
        server.behaviours = [cosigned(20)]
        assert (await witnesses.cosign(HONEST.note(20), HONEST.prove)).problems == {}
        assert requests(server)[-1].old_size == 9


async def test_a_witness_that_stays_stale_is_asked_twice_and_then_the_next_time() -> None:
    async with FaultyServer(stale(5), stale(6), cosigned(9)) as server:
        witnesses = asking(server)
        found = await problem(witnesses)
        assert isinstance(found, Conflict)
        assert "at 6 since" in found.message
        assert (await witnesses.cosign(HONEST.note(9), HONEST.prove)).problems == {}
        assert [request.old_size for request in requests(server)] == [0, 5, 6]


@pytest.mark.parametrize("first", [[], [stale(5)]])
async def test_a_witness_that_is_ahead_of_the_log_is_a_finding_about_the_log(first: list[Behaviour]) -> None:
    async with FaultyServer(*first, stale(10)) as server:
        found = await problem(asking(server))
    assert isinstance(found, LogRolledBack)
    assert isinstance(found, LogContradicted)
    assert found.code == "log.rolled_back"


@pytest.mark.parametrize("body", [b"", b"10", b"010\n", b"-1\n", b"ten\n", b"\xff\n"])
async def test_a_conflict_without_a_size_is_a_fork_where_the_sizes_are_the_same(body: bytes) -> None:
    async with FaultyServer(stale(9), answer(409, body)) as server:
        assert type(await problem(asking(server))) is LogContradicted
    async with FaultyServer(stale(8), answer(409, body)) as server:
        assert type(await problem(asking(server))) is ConnectorRejected


async def test_a_witness_that_contradicts_what_it_never_cosigned_is_not_believed() -> None:
    async with FaultyServer(answer(422, b"no\n")) as server:
        assert type(await problem(asking(server))) is ConnectorRejected
    async with FaultyServer(stale(5), answer(422, b"no\n")) as server:
        assert type(await problem(asking(server))) is LogContradicted


async def test_a_cosignature_that_was_given_but_never_arrived_is_asked_for_again() -> None:
    async with FaultyServer(hanging_up(), stale(9), cosigned(9)) as server:
        cosigning = await asking(server).cosign(HONEST.note(9), HONEST.prove)
    assert cosigning.problems == {}
    assert [request.old_size for request in requests(server)] == [0, 0, 9]


async def test_a_proof_that_cannot_be_had_is_a_problem_and_a_mistake_of_ours_is_raised() -> None:
    def unavailable(old: int, new: int) -> Sequence[bytes]:
        raise StoreUnavailable(f"no tiles between {old} and {new}")

    async def endless(old: int, new: int) -> Sequence[bytes]:
        await asyncio.Event().wait()
        return HONEST.prove(old, new)

    def too_many(old: int, new: int) -> Sequence[bytes]:
        return [*HONEST.prove(old, new), *[bytes(32)] * 64]

    async with FaultyServer(cosigned(9)) as server:
        for prove, kind in (
            (unavailable, StoreUnavailable),
            (endless, ConnectorUnreachable),
            (too_many, LogMalformed),
        ):
            cosigning = await asking(server, within_s=0.2).cosign(HONEST.note(9), prove)
            assert isinstance(cosigning.problems[FIRST.key.name], kind)
        with pytest.raises(ExceptionGroup):
            await asking(server).cosign(HONEST.note(9), lambda old, new: [old // (new - new)])  # type: ignore[list-item]  # the point
    assert server.requests == []


async def test_a_witness_that_cannot_be_reached_is_left_alone_for_a_while() -> None:
    witnesses = Witnesses([WitnessEndpoint(f"http://127.0.0.1:{free_port()}", FIRST.key)], within_s=0.4)
    found = [await problem(witnesses) for _ in range(6)]
    assert {type(each) for each in found} == {ConnectorUnreachable}
    assert "left alone" in found[-1].message


async def test_a_log_without_witnesses_has_no_problem() -> None:
    cosigning = await Witnesses([]).cosign(HONEST.note(9), HONEST.prove)
    assert (cosigning.note, cosigning.problems) == (HONEST.note(9), {})


async def test_what_is_no_checkpoint_is_nobodys_to_cosign() -> None:
    note = Note("not a checkpoint\n", (LOG.sign("not a checkpoint\n"),))
    with pytest.raises(LogMalformed):
        await Witnesses([]).cosign(note, HONEST.prove)
