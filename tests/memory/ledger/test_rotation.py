"""A log's key is rotated and revoked by entries: trust follows them, and what was signed stays verifiable."""

from pathlib import Path

import pytest

from memory.ledger.findings import Believed, Broken, Fault, Verified
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification
from memory.log.endorsement import endorsed
from memory.log.keys import Signer
from memory.log.note import Note
from memory.log.trust import Trust
from tests.memory.ledger.builder import (
    BY_LOG,
    CREATED,
    LOG,
    NEXT,
    ORIGIN,
    ROTATED,
    THIEF,
    Built,
    build,
    key_changed,
    signed,
)

BY_NEXT = Trust(ORIGIN, (NEXT.key,))


def revoked(from_size: int | None) -> bytes:
    return key_changed(change="revoked", key=str(LOG.key), from_size=from_size)


def rotated(old: Signer, new: Signer, endorsement: str | None) -> bytes:
    return key_changed(change="rotated", key=str(new.key), previous=str(old.key), endorsement=endorsement)


def verify(log: Built, trust: Trust = BY_LOG, *held: Note) -> Verified | Broken:
    return Verification(DirectorySource(log.folder), trust, held=held).run()


def faults(log: Built, trust: Trust = BY_LOG, *held: Note) -> set[tuple[Fault, str, int | None]]:
    result = verify(log, trust, *held)
    assert isinstance(result, Broken)
    return {(each.fault, each.path, each.entry) for each in result.findings}


def test_whoever_knows_the_first_key_believes_the_one_it_endorsed(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], NEXT, keys=[LOG, NEXT])
    result = verify(log)
    assert isinstance(result, Verified)
    assert result.keys == (Believed(LOG.key), Believed(NEXT.key))
    assert result.signed_by == (NEXT.key,)


def test_whoever_knows_the_new_key_alone_verifies_as_well(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], NEXT, keys=[LOG, NEXT])
    result = verify(log, BY_NEXT)
    assert isinstance(result, Verified)
    assert result.keys == (Believed(NEXT.key),)


def test_a_checkpoint_from_before_the_rotation_stays_verifiable(tmp_path: Path) -> None:
    before = build(tmp_path / "before", [CREATED], LOG)
    assert isinstance(verify(before), Verified)
    after = build(tmp_path / "after", [CREATED, ROTATED, revoked(1)], NEXT, keys=[LOG, NEXT])
    assert isinstance(verify(after, BY_LOG, before.note), Verified)


def test_what_a_revoked_key_signed_for_larger_trees_is_not_believed(tmp_path: Path) -> None:
    listed = [CREATED, ROTATED, revoked(1)]
    log = build(tmp_path / "log", listed, NEXT, keys=[LOG, NEXT])
    result = verify(log)
    assert isinstance(result, Verified)
    assert result.keys == (Believed(LOG.key, until=1), Believed(NEXT.key))
    by_the_old = build(tmp_path / "old", listed, LOG, keys=[LOG, NEXT])
    assert faults(by_the_old) == {(Fault.SIGNATURE, "checkpoint", None)}
    larger = build(tmp_path / "two", listed[:2], LOG, keys=[LOG, NEXT])
    assert isinstance(verify(larger), Verified)
    assert faults(log, BY_LOG, larger.note) == {(Fault.SIGNATURE, "held checkpoint 0", None)}


def test_a_revocation_without_a_size_takes_back_everything(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED, revoked(None)], NEXT, keys=[LOG, NEXT])
    result = verify(log)
    assert isinstance(result, Verified)
    assert result.keys[0] == Believed(LOG.key, until=0)


def test_a_second_revocation_gives_nothing_back(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED, revoked(1), revoked(3)], NEXT, keys=[LOG, NEXT])
    result = verify(log)
    assert isinstance(result, Verified)
    assert result.keys[0] == Believed(LOG.key, until=1)


ENDORSED = endorsed(ORIGIN, LOG, NEXT).encode().decode()


@pytest.mark.parametrize(
    "change",
    [
        rotated(LOG, NEXT, None),
        rotated(LOG, NEXT, "no note"),
        rotated(LOG, THIEF, ENDORSED),
        rotated(LOG, THIEF, endorsed(ORIGIN, THIEF, NEXT).encode().decode()),
        rotated(LOG, NEXT, ENDORSED.replace("v1", "v2")),
        key_changed(change="rotated", key=str(NEXT.key), endorsement=ENDORSED),
        key_changed(change="created", key=str(LOG.key).replace("425159c3", "00000000")),
    ],
    ids=["none", "no note", "of another key", "by another key", "changed", "without the old key", "no key"],
)
def test_a_key_that_nobody_endorsed_is_found(tmp_path: Path, change: bytes) -> None:
    log = build(tmp_path / "log", [CREATED, change], LOG)
    assert (Fault.KEY, "tile/entries/000.p/2", 1) in faults(log)


def test_a_thief_cannot_go_on_with_a_key_of_their_own(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], THIEF, keys=[LOG, NEXT, THIEF])
    assert faults(log) == {(Fault.SIGNATURE, "checkpoint", None)}


def test_a_revoked_key_endorses_nobody(tmp_path: Path) -> None:
    by_the_old = rotated(LOG, THIEF, endorsed(ORIGIN, LOG, THIEF).encode().decode())
    log = build(tmp_path / "log", [CREATED, ROTATED, revoked(2), by_the_old], THIEF, keys=[LOG, NEXT, THIEF])
    found = faults(log)
    assert (Fault.KEY, "tile/entries/000.p/4", 3) in found
    assert (Fault.SIGNATURE, "checkpoint", None) in found


def test_a_key_that_the_log_does_not_list_is_missed(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], NEXT, keys=[LOG])
    assert faults(log, BY_NEXT) == {(Fault.KEY, "keys", None)}


def test_without_a_list_the_keys_that_were_given_are_enough(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], NEXT, keys=[LOG, NEXT])
    (log.folder / "keys").unlink()
    assert isinstance(verify(log, BY_NEXT), Verified)
    assert faults(log, BY_LOG) == {(Fault.SIGNATURE, "checkpoint", None)}


def test_an_old_and_a_new_key_may_both_sign_in_between(tmp_path: Path) -> None:
    log = build(tmp_path / "log", [CREATED, ROTATED], LOG, NEXT, keys=[LOG, NEXT])
    assert signed(log.checkpoint, LOG, NEXT) == log.note
    result = verify(log)
    assert isinstance(result, Verified)
    assert result.signed_by == (LOG.key, NEXT.key)
