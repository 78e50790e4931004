"""A log of any size is verified, and whatever is changed in one is found and its place named."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from memory.errors import InvalidInput
from memory.ledger.findings import Broken, Fault, Verified
from memory.ledger.reading import read_listing
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification, own_trust, trust_in
from memory.log.keys import Signer
from memory.log.merkle import leaf_hash
from memory.log.note import Note
from memory.log.tiles import EntryBundle, encode_bundle, encode_tile, parse_bundle
from memory.log.trust import Trust
from memory.model.bodies import EntryKind
from tests.fakes.time import MIDNIGHT
from tests.memory.ledger.builder import BY_ALL, BY_LOG, LOG, Built, body, build, entries, entry, signed
from tests.memory.ledger.conftest import SIZES, Log
from tests.memory.log.signers import FIRST, NOON, SECOND, STRANGER

SIZE, LARGE = 1_000, 70_000
BUNDLE, LAST = "tile/entries/002", "tile/entries/003.p/232"  # entries 512 to 767, and 768 to 999
LEVEL_0, EDGE_0 = "tile/0/002", "tile/0/003.p/232"
LEVEL_1, EDGE_1, EDGE_2 = "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"  # of the large one


def verify(folder: Path, trust: Trust = BY_ALL, **options: object) -> Verified | Broken:
    return Verification(DirectorySource(folder), trust, **options).run()  # type: ignore[arg-type]  # its own options


def found(folder: Path, trust: Trust = BY_ALL, **options: object) -> set[tuple[Fault, str, int | None]]:
    """Return what is wrong with a log, as (fault, path, entry)."""
    result = verify(folder, trust, **options)
    assert isinstance(result, Broken)
    assert all(f"expected {each.expected}, found {each.found}" in str(each) for each in result.findings)
    return {(each.fault, each.path, each.entry) for each in result.findings}


def flip(file: Path, at: int) -> None:
    """Turn one bit of the byte at `at`."""
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def with_bundle(log: Built, number: int, change: Callable[[list[bytes]], Sequence[bytes]]) -> None:
    """Change the entries of one bundle, and nothing above them."""
    width = min(256, log.checkpoint.size - 256 * number)
    file = log.folder / EntryBundle(number, width).path
    file.write_bytes(encode_bundle(change(parse_bundle(file.read_bytes(), width))))


@pytest.mark.parametrize("size", SIZES)
def test_a_log_of_any_size_is_verified(published: Log, size: int) -> None:
    log = published(size)
    result = verify(log.folder)
    assert isinstance(result, Verified), result
    assert (result.size, result.root, sum(result.kinds.values())) == (size, log.checkpoint.root, size)
    assert result.signed_by == (LOG.key,)
    assert result.witnessed_at == {FIRST.key.name: NOON, SECOND.key.name: NOON}
    if size:
        last = MIDNIGHT + timedelta(seconds=size - 1, microseconds=int(size > 1))
        assert (result.first_logged, result.last_logged) == (MIDNIGHT, last)


def test_entries_of_every_kind_are_verified(published: Log) -> None:
    result = verify(published(1_000).folder)
    assert isinstance(result, Verified)
    assert set(result.kinds) == set(EntryKind)


def test_several_processes_find_what_one_finds(published: Log, copied: Log) -> None:
    assert isinstance(verify(published(LARGE).folder, workers=2), Verified)
    log = copied(SIZE)
    flip(log.folder / BUNDLE, 100)
    assert verify(log.folder, workers=2) == verify(log.folder)


def test_progress_is_told_up_to_the_last_entry(published: Log) -> None:
    told: list[tuple[int, int]] = []
    Verification(DirectorySource(published(1_000).folder), BY_LOG).run(lambda *each: told.append(each))
    assert told == [(0, 1_000), (256, 1_000), (512, 1_000), (768, 1_000), (1_000, 1_000)]


def test_by_its_own_keys_a_log_is_consistent(published: Log) -> None:
    source = DirectorySource(published(257).folder)
    assert isinstance(Verification(source, own_trust(read_listing(source))).run(), Verified)


def swapped(listed: list[bytes]) -> list[bytes]:
    return [*listed[:7], listed[8], listed[7], *listed[9:]]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def change_line(log: Built, number: int) -> None:
    """Change one letter in the middle of a line of the checkpoint."""
    lines = (log.folder / "checkpoint").read_text().splitlines()
    line, middle = lines[number], len(lines[number]) // 2
    lines[number] = line[:middle] + ("1" if line[middle] == "0" else "0") + line[middle + 1 :]
    (log.folder / "checkpoint").write_text("\n".join(lines) + "\n")


def remove(log: Built, *paths: str) -> None:
    for path in paths:
        (log.folder / path).unlink()


Place = tuple[Fault, str, int | None]
TAMPERS: dict[str, tuple[Callable[[Built], None], set[Place]]] = {
    "an entry": (lambda log: flip(log.folder / BUNDLE, 40), {(Fault.CHANGED, BUNDLE, 512)}),
    "bundle framing": (lambda log: flip(log.folder / BUNDLE, 1), {(Fault.MALFORMED, BUNDLE, None)}),
    "a level-0 tile": (lambda log: flip(log.folder / LEVEL_0, 33), {(Fault.CHANGED, LEVEL_0, None)}),
    "a partial tile": (lambda log: flip(log.folder / EDGE_0, 64), {(Fault.CHANGED, EDGE_0, None)}),
    "an entry of a partial bundle": (
        lambda log: with_bundle(log, 3, lambda listed: [*listed[:-1], log.entries[5]]),
        {(Fault.CHANGED, LAST, 999), (Fault.TIME, LAST, 999)},
    ),
    "checkpoint text": (lambda log: change_line(log, 1), {(Fault.SIGNATURE, "checkpoint", None)}),
    "a checkpoint's root": (lambda log: change_line(log, 2), {(Fault.SIGNATURE, "checkpoint", None)}),
    "the log's signature": (lambda log: change_line(log, 4), {(Fault.SIGNATURE, "checkpoint", None)}),
    "a cosignature": (lambda log: change_line(log, 5), {(Fault.COSIGNATURE, "checkpoint", None)}),
    "the order of entries": (
        lambda log: with_bundle(log, 2, swapped),
        {(Fault.REORDERED, BUNDLE, 519), (Fault.REORDERED, BUNDLE, 520), (Fault.TIME, BUNDLE, 520)},
    ),
    "a bundle cut short": (lambda log: cut(log.folder / BUNDLE), {(Fault.MALFORMED, BUNDLE, None)}),
    "a tile cut short": (lambda log: cut(log.folder / LEVEL_0), {(Fault.MALFORMED, LEVEL_0, None)}),
    "the last entries gone": (
        lambda log: remove(log, EDGE_0, LAST),
        {(Fault.MISSING, EDGE_0, None), (Fault.MISSING, LAST, None)},
    ),
    "the checkpoint gone": (lambda log: remove(log, "checkpoint"), {(Fault.MISSING, "checkpoint", None)}),
    "the listed keys": (lambda log: flip(log.folder / "keys", 3), {(Fault.MALFORMED, "keys", None)}),
}
HIGHER_TAMPERS: dict[str, tuple[Callable[[Built], None], str, Fault]] = {
    "a higher tile": (lambda log: flip(log.folder / LEVEL_1, 8_191), LEVEL_1, Fault.CHANGED),
    "a partial one": (lambda log: flip(log.folder / EDGE_1, 5), EDGE_1, Fault.CHANGED),
    "the topmost one": (lambda log: flip(log.folder / EDGE_2, 0), EDGE_2, Fault.CHANGED),
    "one is gone": (lambda log: remove(log, LEVEL_1), LEVEL_1, Fault.MISSING),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_what_is_changed_is_found_and_its_place_is_named(copied: Log, name: str) -> None:
    change, places = TAMPERS[name]
    log = copied(SIZE)
    change(log)
    assert found(log.folder) == places


@pytest.mark.parametrize("name", HIGHER_TAMPERS)
def test_what_is_changed_above_the_entries_is_found_too(copied: Log, name: str) -> None:
    change, path, fault = HIGHER_TAMPERS[name]
    log = copied(LARGE)
    change(log)
    assert found(log.folder) == {(fault, path, None)}


def test_every_finding_is_made_up_to_the_limit(copied: Log) -> None:
    log = copied(SIZE)
    flip(log.folder / LEVEL_0, 33)
    flip(log.folder / "tile/entries/001", 40)
    with_bundle(log, 3, swapped)
    assert {path for _, path, _ in found(log.folder)} == {LEVEL_0, "tile/entries/001", LAST}
    ended = verify(log.folder, limit=2)
    assert isinstance(ended, Broken)
    assert (len(ended.findings), ended.more) == (2, True)


def test_two_logs_of_one_size_are_told_apart(copied: Log, tmp_path: Path) -> None:
    listed = entries(1_000)
    fork = build(
        tmp_path / "fork", [*listed[:-1], entry(body(EntryKind.DENIAL), logged=MIDNIGHT + timedelta(days=1))]
    )
    log = copied(1_000)
    assert isinstance(verify(fork.folder), Verified)
    assert found(fork.folder, held=[log.note]) == {(Fault.HISTORY, "held checkpoint 0", None)}
    (log.folder / "checkpoint").write_bytes(fork.note.encode())
    assert found(log.folder) == {(Fault.ROOT, "checkpoint", None)}


def test_a_log_that_went_back_is_told_by_a_checkpoint_that_was_kept(published: Log) -> None:
    kept, now = published(1_000).note, published(257)
    assert isinstance(verify(now.folder), Verified)
    assert found(now.folder, held=[kept]) == {(Fault.HISTORY, "held checkpoint 0", None)}
    assert isinstance(verify(published(1_000).folder, held=[now.note, kept]), Verified)


def test_a_kept_checkpoint_that_the_log_never_signed_says_nothing(published: Log) -> None:
    log = published(257)
    foreign = log.checkpoint.signed(STRANGER)
    assert found(log.folder, held=[foreign]) == {(Fault.SIGNATURE, "held checkpoint 0", None)}


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (b'{"hello":"world"}', Fault.SCHEMA),
        (b"no JSON", Fault.SCHEMA),
        (b"", Fault.SCHEMA),
        (entries(30)[29].replace(b'"v":1', b'"v": 1'), Fault.SCHEMA),
        (entries(30)[29].replace(b'"v":1', b'"v":2'), Fault.SCHEMA),
        (entry(body(EntryKind.END), logged=MIDNIGHT - timedelta(seconds=1)), Fault.TIME),
        (entry(body(EntryKind.END), logged=MIDNIGHT + timedelta(days=1), tenant="other"), Fault.TENANT),
    ],
    ids=["another object", "no object", "nothing", "not canonical", "a later version", "time", "tenant"],
)
def test_what_the_log_itself_should_not_have_appended_is_found(tmp_path: Path, wrong: bytes, fault: Fault) -> None:
    listed = [*entries(300), wrong]
    log = build(tmp_path / "log", listed)
    assert found(log.folder) == {(fault, "tile/entries/001.p/45", 300)}


def test_time_that_goes_back_between_two_bundles_is_found(tmp_path: Path) -> None:
    listed = entries(512)
    log = build(tmp_path / "log", [*listed[256:], *listed[:256]])
    assert (Fault.TIME, "tile/entries/001", 256) in found(log.folder)


def test_a_log_of_another_tenant_is_not_this_one(tmp_path: Path) -> None:
    log = build(tmp_path / "log", entries(3)[1:], tenant="other")
    assert found(log.folder, BY_LOG) == {(Fault.CHANGED, "checkpoint", None)}
    theirs = own_trust(read_listing(DirectorySource(log.folder)))
    assert found(log.folder, theirs) == {(Fault.TENANT, "tile/entries/000.p/2", index) for index in range(2)}


def test_a_tenant_may_have_slashes(tmp_path: Path) -> None:
    listed = [entry(body(EntryKind.END), tenant="acme/eu")]
    log = build(tmp_path / "log", listed, tenant="acme/eu")
    assert isinstance(verify(log.folder, own_trust(read_listing(DirectorySource(log.folder)))), Verified)


def test_a_log_signed_by_somebody_else_is_not_read(tmp_path: Path) -> None:
    log = build(tmp_path / "log", entries(3), STRANGER, keys=[LOG])
    assert found(log.folder, BY_LOG) == {(Fault.SIGNATURE, "checkpoint", None)}


def test_a_witness_that_is_required_and_did_not_cosign_is_missed(tmp_path: Path) -> None:
    log = build(tmp_path / "log", entries(3), witnesses=[FIRST])
    assert found(log.folder) == {(Fault.COSIGNATURE, "checkpoint", None)}
    assert isinstance(verify(log.folder, trust_in([LOG.key], BY_ALL.witnesses, quorum=1)), Verified)


def test_a_wrong_cosignature_is_found_even_where_none_is_required(copied: Log) -> None:
    log = copied(257)
    wrong = Note(log.note.text, (*log.note.signatures[:2], SECOND.cosign("something else\n", NOON)))
    (log.folder / "checkpoint").write_bytes(wrong.encode())
    assert found(log.folder, BY_LOG) == {(Fault.COSIGNATURE, "checkpoint", None)}


def test_what_was_partial_is_read_out_of_what_is_whole_by_now(published: Log, copied: Log) -> None:
    log, grown = copied(257), published(1_000)
    for partial in ("tile/0/001.p/1", "tile/entries/001.p/1"):
        (log.folder / partial).unlink()
        whole = partial.removesuffix(".p/1")
        (log.folder / whole).write_bytes((grown.folder / whole).read_bytes())
    assert isinstance(verify(log.folder), Verified)


def test_an_entry_and_its_hashes_replaced_together_are_found(copied: Log) -> None:
    log = copied(SIZE)
    listed = list(log.entries[512:768])
    listed[9] = log.entries[9].replace(b"00000009", b"00000521")
    (log.folder / BUNDLE).write_bytes(encode_bundle(listed))
    (log.folder / LEVEL_0).write_bytes(encode_tile([leaf_hash(each) for each in listed]))
    assert (Fault.CHANGED, "tile/1/000.p/3", None) not in found(log.folder)
    assert (Fault.CHANGED, LEVEL_0, None) in found(log.folder)


def test_a_checkpoint_of_the_same_entries_by_a_key_of_no_standing_is_refused(copied: Log) -> None:
    log = copied(257)
    thief = Signer(log.checkpoint.origin, STRANGER._private)
    (log.folder / "checkpoint").write_bytes(signed(log.checkpoint, thief).encode())
    assert found(log.folder) == {(Fault.SIGNATURE, "checkpoint", None)}


def test_keys_of_several_logs_are_no_trust_in_one() -> None:
    with pytest.raises(InvalidInput, match="expected keys of one log"):
        trust_in([LOG.key, STRANGER.key])
    with pytest.raises(InvalidInput, match="found none"):
        trust_in([])
