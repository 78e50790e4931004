"""Another key takes over: both sign the checkpoint over the rotation, whatever happens in between."""

from pathlib import Path

import pytest

from bot.signing.files import read_key
from bot.signing.pem import written
from memory.errors import Conflict, InvalidInput, LogKeyWrong, NotFound
from memory.ledger.findings import Believed
from memory.log.keys import verified as signed_by
from tests.bot.signing.keys import NEW, OLD, names, put
from tests.bot.signing.rotating import (
    TENANT,
    Steps,
    append,
    exit_code,
    named,
    new_key,
    opened,
    rotate,
    rotate_and_die,
    verified,
)
from tests.keys import private_key

KILLED = -9
MOST_STEPS = 30

both_ways = pytest.mark.parametrize("happened", [False, True], ids=["failed", "failed but happened"])


async def test_a_log_begins_with_the_key_that_signs_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        first = await log.store.ledger.find(TENANT, "0")
        assert (first.entry.kind, first.entry.actor) == ("key", "quarterdeck")
        assert first.entry.body["change"] == "created"
        assert first.entry.body["key"] == str(named(log))
    async with opened(tmp_path) as log:
        assert (await log.store.ledger.head(TENANT)).size == 1


async def test_both_keys_sign_over_the_rotation_and_only_the_new_one_after_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        old = named(log)
        await append(log)
        (receipt,) = await log.holder.rotate(NEW, keep=False)
        assert receipt.index == 2
        new = new_key(log)
        assert signed_by(await log.store.ledger.checkpoint(TENANT), [old, new]).keys() == {old, new}
        found = await verified(log, old)
        assert found.keys == (Believed(old), Believed(new))
        await append(log)
        assert signed_by(await log.store.ledger.checkpoint(TENANT), [old, new]).keys() == {new}
        assert (await verified(log, old)).size == 4
    assert read_key(tmp_path / "log.key").public_key() == NEW.public_key()
    assert names(tmp_path) == ["log", "log.key", "log.key.lock", "quarterdeck.db"]


async def test_the_old_key_is_kept_aside_where_that_is_wanted(tmp_path: Path) -> None:
    put(tmp_path / "log.key")
    async with opened(tmp_path) as log:
        key_id = named(log).key_id.hex()
        await log.holder.rotate(NEW, keep=True)
    assert (tmp_path / f"log.key.retired-{key_id}").read_bytes() == written(OLD)
    assert (tmp_path / "log.key").read_bytes() == written(NEW)


async def test_whoever_trusts_only_the_new_key_can_verify_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        await log.holder.rotate(NEW, keep=False)
        await append(log)
        assert (await verified(log, new_key(log))).size == 3


async def test_a_process_that_reads_the_same_file_goes_on_with_the_new_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as server, opened(tmp_path) as log:
        await append(server)
        await log.holder.rotate(NEW, keep=False)
        await append(server)
        await append(log)
        assert (await verified(server, named(log))).size == 5


async def test_a_process_that_was_given_the_old_key_otherwise_refuses_and_says_to_restart(tmp_path: Path) -> None:
    put(tmp_path / "log.key")
    async with opened(tmp_path, log_key=written(OLD).decode()) as server, opened(tmp_path) as log:
        await append(server)
        await log.holder.rotate(NEW, keep=False)
        with pytest.raises(LogKeyWrong, match="which signed the log of acme last") as caught:
            await append(server)
        assert "start it again" in caught.value.hint
        with pytest.raises(LogKeyWrong, match="rotated away from this process"):
            await server.probes()["log"].check()
        assert await log.probes()["log"].check() == "signed"
        assert (await log.store.ledger.head(TENANT)).size == 3


async def test_a_key_that_is_no_file_is_rotated_by_giving_the_new_one(tmp_path: Path) -> None:
    async with opened(tmp_path, log_key=written(OLD).decode()) as log:
        await log.holder.rotate(NEW, keep=False)
    with pytest.raises(LogKeyWrong, match="which signed the log of acme last"):
        async with opened(tmp_path, log_key=written(OLD).decode()):
            pass
    async with opened(tmp_path, log_key=written(NEW).decode()) as log:
        await append(log)
    assert names(tmp_path) == ["quarterdeck.db"]


async def test_no_key_signs_twice(tmp_path: Path) -> None:
    put(tmp_path / "log.key")
    async with opened(tmp_path) as log:
        with pytest.raises(InvalidInput, match="expected a key that never signed the log of acme"):
            await log.holder.rotate(OLD, keep=False)
        await log.holder.rotate(NEW, keep=False)
    async with opened(tmp_path) as log:
        with pytest.raises(InvalidInput, match="expected a key that never signed the log of acme"):
            await log.holder.rotate(OLD, keep=False)


async def test_a_rotation_waits_for_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        assert log.signing.file is not None
        with log.signing.file.changing(), pytest.raises(Conflict, match="found another process at it"):
            await log.holder.rotate(NEW, keep=False)


async def test_a_key_is_rotated_again_and_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        first = named(log)
    for number in range(3):
        async with opened(tmp_path) as log:
            await log.holder.rotate(private_key(f"key {number}"), keep=False)
            await append(log)
    async with opened(tmp_path) as log:
        assert len((await verified(log, first)).keys) == 4


async def test_every_log_of_the_installation_is_rotated_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as log, opened(tmp_path, tenant="other") as other:
        await append(other, "other")
        receipts = await log.holder.rotate(NEW, keep=False)
        assert [receipt.index for receipt in receipts] == [1, 2]
        assert len((await other.holder.past("other")).keys) == 2
        await append(other, "other")


async def test_a_rotated_key_is_revoked_from_the_size_at_which_it_went(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        old = named(log)
        await append(log)
        await log.holder.rotate(NEW, keep=False)
        receipt, size = await log.holder.revoke(old, None)
        assert (receipt.index, size) == (3, 3)
        assert (await verified(log, old)).keys == (Believed(old, 3), Believed(new_key(log)))


async def test_a_key_that_was_stolen_is_revoked_from_an_earlier_size(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        old = named(log)
        await append(log)
        await log.holder.rotate(NEW, keep=False)
        await log.holder.revoke(old, 1)
        assert (await verified(log, old)).keys[0] == Believed(old, 1)


async def test_a_revocation_names_a_key_that_signs_no_more_and_a_size_it_signed(tmp_path: Path) -> None:
    async with opened(tmp_path) as log:
        with pytest.raises(Conflict, match="expected a key that signs no more"):
            await log.holder.revoke(named(log), None)
        with pytest.raises(NotFound, match="which never did"):
            await log.holder.revoke(new_key(log), None)
        await log.holder.rotate(NEW, keep=False)
        with pytest.raises(InvalidInput, match="expected a size up to 2"):
            await log.holder.revoke(named(log), 3)
        assert (await log.store.ledger.head(TENANT)).size == 2


@both_ways
@pytest.mark.parametrize("keep", [False, True], ids=["the old key destroyed", "the old key kept"])
async def test_a_rotation_that_fails_at_any_step_has_happened_or_has_not(
    tmp_path: Path, keep: bool, happened: bool
) -> None:
    for step in range(1, MOST_STEPS):
        home = tmp_path / str(step)
        async with opened(home) as log:
            await append(log)
            steps = Steps(step, _disk_error, happened=happened)
            try:
                await rotate(log, steps, keep=keep)
            except (LogKeyWrong, OSError):
                pass
            else:
                assert not steps.failed
                return
        await _check(home, keep=keep)
    pytest.fail(f"expected fewer than {MOST_STEPS} steps")


@both_ways
async def test_a_process_killed_at_any_step_of_a_rotation_leaves_a_log_that_goes_on(
    tmp_path: Path, happened: bool
) -> None:
    for step in range(1, MOST_STEPS):
        home = tmp_path / str(step)
        async with opened(home) as log:
            await append(log)
        code = await exit_code(rotate_and_die, home, step, happened=happened)
        if code == 0:
            return
        assert code == KILLED
        await _check(home, keep=True)
    pytest.fail(f"expected fewer than {MOST_STEPS} steps")


def _disk_error() -> None:
    raise OSError(5, "Input/output error")


async def _check(home: Path, *, keep: bool) -> None:
    """Come back: one of the two keys signs, nothing of the other is left but what was to be kept."""
    async with opened(home) as log:
        past = await log.holder.past(TENANT)
        rotated = len(past.keys) == 2
        assert named(log) == (new_key(log) if rotated else past.keys[0])
        await append(log)
        assert (await verified(log, past.keys[0])).size == (4 if rotated else 3)
        retired = [f"log.key.retired-{past.keys[0].key_id.hex()}"] if rotated and keep else []
        left = [name for name in names(home) if name.startswith("log.key") and not name.endswith(".lock")]
        assert left == ["log.key", *retired]
