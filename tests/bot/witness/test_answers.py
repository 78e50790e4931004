"""Every answer of the witness, with the status and the content type that C2SP tlog-witness has for it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import structlog

from bot.witness import answering as answering_module
from bot.witness.answering import Answering
from bot.witness.app import create_app
from memory.log.checkpoint import Checkpoint
from memory.log.keys import Signer, verified
from memory.log.merkle import EMPTY_ROOT
from memory.log.note import Note, Signature
from memory.log.witness import (
    MAX_REQUEST_BYTES,
    SIZE_TYPE,
    TEXT_TYPE,
    AddCheckpoint,
    parse_size,
    with_cosignatures,
)
from memory.witnessing import WitnessState
from tests.fakes.histories import History
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.log.published import SIGSUM, published
from tests.memory.log.signers import FIRST, LOG, ORIGIN, STRANGER, private

HONEST = History("entry", 3000)
FORKED = History("fork", 300, shared=100)
NEXT_KEY = Signer(ORIGIN, private(50))
LOGS = {ORIGIN: (LOG.key, NEXT_KEY.key), SIGSUM.name: (SIGSUM,)}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[WitnessState]:
    made = WitnessState.create(tmp_path / "witness.db")
    yield made
    made.close()


@pytest.fixture
async def witness(state: WitnessState) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Answering(FIRST, LOGS, state, FakeClock()), body_within_s=0.2)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://witness") as client:
        yield client


async def send(witness: httpx.AsyncClient, body: AddCheckpoint | bytes) -> httpx.Response:
    content = body if isinstance(body, bytes) else body.encode()
    return await witness.post("/add-checkpoint", content=content)


def refused(answer: httpx.Response, status: int, because: str) -> bool:
    """Return whether it is a refusal of that status, for a person to read."""
    found = (answer.status_code, answer.headers["Content-Type"])
    return found == (status, TEXT_TYPE) and because in answer.text and answer.text.endswith("\n")


async def test_a_log_is_cosigned_from_nothing_to_thousands(witness: httpx.AsyncClient) -> None:
    for old, new in pairwise([0, 0, 1, 2, 3, 255, 256, 257, 1000, 1000, 2999, 3000]):
        answer = await send(witness, HONEST.request(old, new))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, TEXT_TYPE)
        cosigned = with_cosignatures(HONEST.note(new), answer.content, [FIRST.key])
        assert set(verified(cosigned, [LOG.key, FIRST.key])) == {LOG.key, FIRST.key}


async def test_requests_by_another_implementation_are_answered_as_it_answers_them(
    witness: httpx.AsyncClient,
) -> None:
    answers = [await send(witness, published(f"sigsum-{sizes}.request")) for sizes in ("0-1", "1-3", "1-5")]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[2].content == b"3\n"


async def test_who_is_stale_is_told_where_to_start(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 200))
    for request in (HONEST.request(0, 300), HONEST.request(100, 200), HONEST.request(250, 300)):
        answer = await send(witness, request)
        assert (answer.status_code, answer.headers["Content-Type"]) == (409, SIZE_TYPE)
        assert parse_size(answer.content) == 200


async def test_a_log_that_is_not_known_is_not_found(witness: httpx.AsyncClient) -> None:
    note = Checkpoint("other.example", 0, EMPTY_ROOT).signed(LOG)
    assert refused(await send(witness, AddCheckpoint(0, (), note)), 404, "expected a log known here")


async def test_what_the_log_did_not_sign_is_forbidden(witness: httpx.AsyncClient) -> None:
    text = HONEST.note(5).text
    forged = Signature(LOG.key.name, LOG.key.key_id, LOG.sign("something else\n").value)
    for signature in (STRANGER.sign(text), Signer(ORIGIN, private(60)).sign(text), forged):
        answer = await send(witness, AddCheckpoint(0, (), Note(text, (signature,))))
        assert refused(answer, 403, "expected a signature by")
    assert (await send(witness, HONEST.request(0, 5))).status_code == 200


async def test_each_key_of_a_log_is_good_while_it_is_rotated(witness: httpx.AsyncClient) -> None:
    assert (await send(witness, HONEST.request(0, 5))).status_code == 200
    renewed = History("entry", 9, signer=NEXT_KEY)
    assert (await send(witness, renewed.request(5, 9))).status_code == 200
    both = HONEST.note(9).adding(NEXT_KEY.sign(HONEST.note(9).text), STRANGER.sign(HONEST.note(9).text))
    assert (await send(witness, AddCheckpoint(9, (), both))).status_code == 200


async def test_a_log_that_shrinks_is_a_bad_request(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 9))
    assert refused(await send(witness, AddCheckpoint(9, (), HONEST.note(8))), 400, "expected at least 9")


@pytest.mark.parametrize("body", [b"", b"\xff", b"old 0\n", b"old x\n\n" + HONEST.note(1).encode()])
async def test_what_is_no_request_is_a_bad_request(witness: httpx.AsyncClient, body: bytes) -> None:
    assert refused(await send(witness, body), 400, "expected")


async def test_a_fork_is_a_conflict_without_a_size(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 200))
    assert refused(await send(witness, FORKED.request(200, 200)), 409, "expected the root")


async def test_what_does_not_begin_with_the_last_tree_cannot_be_processed(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 200))
    for request in (FORKED.request(200, 300), AddCheckpoint(200, (), HONEST.note(300))):
        assert refused(await send(witness, request), 422, "expected a p")


async def test_what_a_fork_says_of_itself_is_logged_as_the_log_signed_it(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 200))
    noisy = FORKED.note(200).adding(STRANGER.sign(FORKED.note(200).text))
    with structlog.testing.capture_logs() as lines:
        await send(witness, AddCheckpoint(200, (), noisy))
    (line,) = (line for line in lines if line["log_level"] == "warning")
    assert line["said"] == FORKED.note(200).encode().decode()
    assert line["last"] == 200


@pytest.mark.parametrize("size", [MAX_REQUEST_BYTES + 1, 50_000_000])
async def test_a_request_that_is_too_long_is_not_read_to_its_end(witness: httpx.AsyncClient, size: int) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < size:
            sent += 65_536
            yield b" " * 65_536

    streamed = await witness.post("/add-checkpoint", content=endless())
    assert refused(streamed, 413, f"at most {MAX_REQUEST_BYTES} bytes")
    assert sent < MAX_REQUEST_BYTES + 2 * 65_536
    declared = await witness.post("/add-checkpoint", content=b"x", headers={"Content-Length": str(size)})
    assert refused(declared, 413, f"at most {MAX_REQUEST_BYTES} bytes")


async def test_a_request_that_does_not_end_is_given_up(witness: httpx.AsyncClient) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield b"old "
        await asyncio.Event().wait()

    assert refused(await witness.post("/add-checkpoint", content=dripping()), 408, "within 0.2 s")


async def test_without_its_state_it_cosigns_nothing_and_says_that_it_is_not_ready(
    witness: httpx.AsyncClient, tmp_path: Path
) -> None:
    await send(witness, HONEST.request(0, 200))
    (tmp_path / "witness.db").rename(tmp_path / "moved.db")
    assert refused(await send(witness, HONEST.request(200, 300)), 503, "expected a state")
    assert (await witness.get("/readyz")).status_code == 503
    assert (await witness.get("/")).status_code == 503
    assert (await witness.get("/healthz")).status_code == 200
    assert (await witness.get("/metrics")).status_code == 200


async def test_too_many_requests_at_once_are_turned_away(
    witness: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering_module, "MOST_AT_ONCE", 1)
    answers = await asyncio.gather(*(send(witness, HONEST.request(0, 9)) for _ in range(4)))
    statuses = [answer.status_code for answer in answers]
    assert min(statuses) == 200
    assert 503 in statuses


async def test_it_says_who_it_is_which_logs_it_knows_and_what_it_cosigned(witness: httpx.AsyncClient) -> None:
    await send(witness, HONEST.request(0, 7))
    page = await witness.get("/")
    assert page.headers["Content-Type"] == TEXT_TYPE
    assert str(FIRST.key) in page.text
    assert "size      7" in page.text
    said = (await witness.get("/", headers={"Accept": "application/json"})).json()
    assert (said["name"], said["key"]) == (FIRST.key.name, str(FIRST.key))
    ours, theirs = said["logs"]
    assert (ours["origin"], ours["size"], ours["keys"]) == (ORIGIN, 7, [str(LOG.key), str(NEXT_KEY.key)])
    assert ours["root"] in HONEST.note(7).text
    assert ours["cosigned_at"] == f"{MIDNIGHT:%Y-%m-%dT%H:%M:%SZ}"
    assert (theirs["origin"], theirs["size"], theirs["root"]) == (SIGSUM.name, 0, None)


async def test_it_counts_its_answers_by_outcome_and_the_size_of_each_log(witness: httpx.AsyncClient) -> None:
    for request in (HONEST.request(0, 7), HONEST.request(0, 7), FORKED.request(7, 300), b"?"):
        await send(witness, request)
    text = (await witness.get("/metrics")).text
    for outcome, count in {"cosigned": 2, "stale": 1, "malformed": 1}.items():
        assert f'quarterdeck_witness_answers_total{{outcome="{outcome}"}} {count}.0' in text
    assert f'quarterdeck_witness_size{{log="{ORIGIN}"}} 300.0' in text


async def test_nothing_but_a_post_cosigns(witness: httpx.AsyncClient) -> None:
    answer = await witness.get("/add-checkpoint")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
