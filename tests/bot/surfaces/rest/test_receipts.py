"""Receipts over REST: each verifies offline against the log's key, and only people of the tenant get one."""

import httpx
import pytest

from memory.log.merkle import leaf_hash
from memory.log.proof import TlogProof
from memory.log.trust import Trust
from tests.bot.surfaces.conftest import Caller
from tests.fakes.signed_log import FakeSignedLog


def check(proof: str, log: FakeSignedLog) -> int:
    """Verify a receipt with nothing but itself and the log's key, and return which entry it is of."""
    parsed = TlogProof.parse(proof.encode())
    parsed.verify(leaf_hash(parsed.extra), Trust(log.signer.key.name, (log.signer.key,)))
    return parsed.index


async def test_the_receipt_of_an_entry_is_a_file_that_verifies(
    alice: httpx.AsyncClient, log: FakeSignedLog
) -> None:
    answer = await alice.get("/v1/log/1/receipt")
    assert answer.status_code == 200
    assert check(answer.text, log) == 1
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-1.tlog-proof"'


async def test_an_entry_is_found_by_its_index_and_by_its_hash(
    alice: httpx.AsyncClient, log: FakeSignedLog
) -> None:
    by_index = (await alice.get("/v1/log/0")).json()
    assert by_index == (await alice.get(f"/v1/log/{log.leaves[0].hex()}")).json()
    assert by_index["entry"]["kind"] == "message"


async def test_the_receipts_of_a_plan_are_those_of_what_came_of_it(
    alice: httpx.AsyncClient, log: FakeSignedLog
) -> None:
    found = (await alice.get("/v1/runs/run_1/receipts")).json()
    assert [each["recorded"]["entry"]["kind"] for each in found["items"]] == ["end"]
    assert check(found["items"][0]["proof"], log) == 1
    assert (await alice.get("/v1/runs/run_2/receipts")).json() == {"run": "run_2", "items": []}


async def test_how_the_log_stands_is_told_with_its_key_and_checkpoint(
    alice: httpx.AsyncClient, log: FakeSignedLog
) -> None:
    state = (await alice.get("/v1/log/checkpoint")).json()
    assert (state["key"], state["size"], state["published_size"]) == (str(log.signer.key), 2, 2)
    assert state["checkpoint"] == log.checkpoint.encode().decode()


@pytest.mark.parametrize("path", ["/v1/log/7", "/v1/log/7/receipt", "/v1/log/nonsense"])
async def test_an_entry_that_is_not_there_has_no_receipt(alice: httpx.AsyncClient, path: str) -> None:
    answer = await alice.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "resource.not_found")


@pytest.mark.parametrize(
    "path", ["/v1/log/0", "/v1/log/0/receipt", "/v1/runs/run_1/receipts", "/v1/log/checkpoint"]
)
async def test_a_stranger_gets_nothing(mallory: httpx.AsyncClient, call: Caller, path: str) -> None:
    assert (await mallory.get(path)).status_code == 404
    assert (await call().get(path)).status_code == 401
    assert (await call(Authorization="Bearer qd_alice_approve").get(path)).status_code == 403
