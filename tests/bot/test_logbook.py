"""The signed log as surfaces see it, over a real store and a real directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.logbook import Logbook
from bot.surfaces.signed_log import Receipted
from bot.wiring.log import OpenLog
from memory.clock import SystemClock
from memory.errors import InvalidInput, NotFound, PolicyDenied
from memory.log.merkle import leaf_hash
from memory.log.proof import TlogProof
from memory.log.trust import Trust
from memory.model.bodies import Acted, Ended
from memory.model.people import Principal, Role
from memory.model.record import Record
from memory.model.run import RunStatus
from tests.bot.signing.rotating import TENANT, append, named, opened
from tests.memory.samples import run

ALICE = Principal(id="alice", tenant=TENANT, name="Alice", roles=(Role.VIEWER,))
AUDITOR = ALICE.model_copy(update={"id": "audrey", "roles": (Role.AUDITOR,)})
MALLORY = ALICE.model_copy(update={"tenant": "evil"})
NOBODY = ALICE.model_copy(update={"roles": ()})


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[OpenLog]:
    async with opened(tmp_path) as found:
        yield found


def check(log: OpenLog, found: Receipted) -> TlogProof:
    """Verify a receipt with nothing but itself and the log's key."""
    proof = TlogProof.parse(found.proof.encode())
    key = named(log)
    assert leaf_hash(proof.extra).hex() == found.recorded.receipt.leaf
    proof.verify(leaf_hash(proof.extra), Trust(key.name, (key,)))
    return proof


async def test_an_entry_has_its_receipt_before_it_is_published(log: OpenLog) -> None:
    receipt = await append(log)
    proof = check(log, await log.book.receipt(ALICE, str(receipt.index)))
    assert (proof.index, proof.note) == (1, await log.store.ledger.checkpoint(TENANT))


async def test_a_receipt_carries_the_published_checkpoint_where_that_covers_the_entry(log: OpenLog) -> None:
    await append(log)
    await log.publisher.publish()
    published = await log.store.ledger.checkpoint(TENANT)
    await append(log)
    assert check(log, await log.book.receipt(ALICE, "1")).note == published
    assert check(log, await log.book.receipt(ALICE, "2")).note == await log.store.ledger.checkpoint(TENANT)


async def test_every_entry_of_a_log_of_several_tiles_has_its_receipt(log: OpenLog) -> None:
    for _ in range(300):
        await append(log)
    for index in (0, 1, 255, 256, 257, 300):
        assert check(log, await log.book.receipt(ALICE, str(index))).index == index


@pytest.mark.unchained("only what came of the plan is here, not what led to it")
async def test_what_came_of_a_plan_has_its_receipts(log: OpenLog) -> None:
    held = run(TENANT, "run_7", correlation="cor_7")
    await log.store.runs.add(held)
    acted = Acted(
        run="run_7", step=0, tool="deploy.rollback", call_digest="a" * 64, grant="grant_1", ok=True, evidence=()
    )
    ended = Ended(run="run_7", status=RunStatus.SUCCEEDED, steps=1)
    await append(log)
    for body in (acted, ended, Ended(run="run_8", status=RunStatus.SUCCEEDED)):
        record = Record(tenant=TENANT, at=SystemClock().now(), actor="alice", correlation="cor_7", body=body)
        await log.store.ledger.append(record)
    found = await log.book.receipts(ALICE, "run_7")
    assert [check(log, each).index for each in found.items] == [2, 3]
    assert [each.recorded.entry.kind.value for each in found.items] == ["outcome", "end"]
    assert [each.file for each in found.items] == ["acme-2.tlog-proof", "acme-3.tlog-proof"]


async def test_only_the_tenants_own_people_are_told_anything(log: OpenLog) -> None:
    with pytest.raises(NotFound):
        await log.book.entry(MALLORY, "0")
    with pytest.raises(NotFound):
        await log.book.receipt(MALLORY, "0")
    with pytest.raises(NotFound):
        await log.book.state(MALLORY)
    with pytest.raises(NotFound):
        await log.book.receipts(MALLORY, "run_7")
    with pytest.raises(PolicyDenied):
        await log.book.state(NOBODY)
    with pytest.raises(InvalidInput):
        await log.book.entry(ALICE, "../0")


async def test_where_the_key_is_kept_only_those_who_audit_are_told(log: OpenLog) -> None:
    assert (await log.book.state(ALICE)).key_from == ""
    assert (await log.book.state(AUDITOR)).key_from.endswith("log.key")


async def test_published_files_are_those_of_the_log_and_no_others(log: OpenLog) -> None:
    for _ in range(256):
        await append(log)
    await log.publisher.publish()
    tile = await log.book.file(ALICE, "acme/tile/0/000")
    assert (len(tile.content), tile.media_type, tile.lasting) == (256 * 32, "application/octet-stream", True)
    partial = await log.book.file(ALICE, "acme/tile/entries/001.p/1")
    assert (partial.media_type, partial.lasting) == ("application/octet-stream", False)
    checkpoint = await log.book.file(ALICE, "acme/checkpoint")
    assert (checkpoint.media_type, checkpoint.lasting) == ("text/plain; charset=utf-8", False)
    assert str(named(log)).encode() in (await log.book.file(ALICE, "acme/keys")).content


@pytest.mark.parametrize(
    "place",
    [
        "acme/../log.key",
        "acme/tile/0/0",
        "acme/tile/00/000",
        "acme/tile/0/000.p/256",
        "acme/tile/0/000/",
        "acme//checkpoint",
        "/acme/checkpoint",
        "other/checkpoint",
        "acme",
        "acme/",
        "acme/tile/0/999",
        "acme/checkpoint.new",
    ],
)
async def test_a_path_is_read_only_in_the_form_in_which_it_is_written(log: OpenLog, place: str) -> None:
    await log.publisher.publish()
    with pytest.raises(NotFound):
        await log.book.file(ALICE, place)


async def test_nobody_reads_the_files_of_a_log_that_is_not_public(log: OpenLog) -> None:
    await log.publisher.publish()
    with pytest.raises(PolicyDenied):
        await log.book.file(None, "acme/checkpoint")
    with pytest.raises(NotFound):
        await log.book.file(MALLORY, "acme/checkpoint")
    with pytest.raises(NotFound):
        await log.book.file(MALLORY, "evil/checkpoint")
    public = Logbook(log.store, log.publisher, log.signing, public=True)
    assert (await public.file(None, "acme/checkpoint")).content
