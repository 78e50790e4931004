"""Receipts at the console: linked where a plan has ended and beside each entry, for people of the tenant alone."""

import httpx
import pytest

from memory.log.merkle import leaf_hash
from memory.log.proof import TlogProof
from memory.log.trust import Trust
from memory.model.run import RunStatus, StepStatus
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.console.test_talking import PART, say
from tests.fakes.desk import FakeDesk
from tests.fakes.signed_log import FakeSignedLog


async def test_a_plan_that_has_ended_links_to_its_receipts(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, desk: FakeDesk
) -> None:
    await say(alice, "roll back checkout")
    (run,) = desk.held
    link = f'href="/console/plans/{run}/receipts"'
    assert link not in (await bob.get(f"/console/plans/{run}")).text
    desk.change(run, status=RunStatus.RUNNING)
    desk.carry_out(run, so_far=StepStatus.VERIFIED)
    desk.change(run, status=RunStatus.SUCCEEDED)
    assert link in (await bob.get(f"/console/plans/{run}")).text


async def test_receipts_are_listed_and_each_verifies(alice: httpx.AsyncClient, log: FakeSignedLog) -> None:
    page = (await alice.get("/console/plans/run_1/receipts")).text
    part = (await alice.get("/console/plans/run_1/receipts", headers=PART)).text
    address = f"/console/receipts/{log.leaves[1].hex()}"
    assert f'href="{address}" download="acme-1.tlog-proof"' in page
    assert (address in part, "<html" in part) == (True, False)
    answer = await alice.get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-1.tlog-proof"'
    proof = TlogProof.parse(answer.content)
    proof.verify(leaf_hash(proof.extra), Trust(log.signer.key.name, (log.signer.key,)))
    assert "Nothing came of this plan yet" in (await alice.get("/console/plans/run_2/receipts")).text


async def test_each_entry_under_why_has_its_receipt(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    await say(alice, "How are things?")
    message = desk.exchanges[0].message.id
    assert f'href="/console/receipts/{"cd" * 32}"' in (await alice.get(f"/console/why/{message}")).text


@pytest.mark.parametrize("path", ["/console/receipts/0", "/console/plans/run_1/receipts"])
async def test_strangers_get_none(call: Caller, path: str) -> None:
    assert (await call().get(path)).status_code in {303, 401}
    mallory = await signed_in(call, "qd_mallory")
    assert (await mallory.get(path)).status_code == 303  # a cookie of another tenant is no session here
    approver = await signed_in(call, "qd_alice_approve")
    assert (await approver.get(path)).status_code == 403
