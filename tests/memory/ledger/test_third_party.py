"""A published log is read and verified by what others wrote, and a tampered one is refused by them.

They are the packages that verify the Go checksum database (golang.org/x/mod/sumdb), tlog-scales, sigstore-python.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from sigstore.errors import VerificationError
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import ConsistencyProofInvalid, InclusionProofInvalid

from memory.ledger.prove import Prover
from memory.ledger.source import DirectorySource
from tests.memory.ledger.builder import LOG, Built
from tests.memory.ledger.conftest import SIZES, Log
from tests.memory.log.signers import FIRST, NOON, SECOND
from tests.memory.log.test_third_party import Entry, keyring, theirs
from tests.servers import require

SUMDB = Path(__file__).parent / "sumdb" / "main.go"
PACKAGES = Path("/usr/share/gocode")  # where Debian puts golang-golang-x-mod-dev

Sumdb = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def sumdb(tmp_path_factory: pytest.TempPathFactory) -> Sumdb:
    """Verifies a log with the packages of the Go checksum database."""
    go = require("go" if (PACKAGES / "src/golang.org/x/mod").is_dir() else "golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("sumdb")
    own = {"GOPATH": str(PACKAGES), "GO111MODULE": "off", "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    program = folder / "sumdb"
    subprocess.run([go, "build", "-o", program, SUMDB], env=os.environ | own, cwd=folder, check=True)
    return lambda log: subprocess.run([program, log, str(LOG.key)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_go_verifies_every_entry_tile_and_signature_of_a_log_of_any_size(
    published: Log, sumdb: Sumdb, size: int
) -> None:
    done = sumdb(published(size).folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == str(size)


def flip(path: str, at: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = bytearray((folder / path).read_bytes())
        data[at] ^= 1
        (folder / path).write_bytes(data)

    return change


def replace(folder: Path, old: str, new: str) -> None:
    file = folder / "checkpoint"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def cut_signature(folder: Path) -> None:
    key, signature = (folder / "checkpoint").read_text().splitlines()[4].split()[1:]
    other = signature[:40] + ("A" if signature[40] != "A" else "B") + signature[41:]
    replace(folder, f"{key} {signature}", f"{key} {other}")


TAMPERS: dict[str, Callable[[Path], None]] = {
    "an entry": flip("tile/entries/002", 40),
    "a level-0 tile": flip("tile/0/002", 33),
    "a partial tile": flip("tile/0/003.p/232", 64),
    "a higher tile": flip("tile/1/000.p/3", 5),
    "the checkpoint's size": lambda folder: replace(folder, "\n1000\n", "\n1001\n"),
    "the log's signature": cut_signature,
}


@pytest.mark.parametrize("name", TAMPERS)
def test_go_refuses_a_tampered_log(copied: Log, sumdb: Sumdb, name: str) -> None:
    folder = copied(1_000).folder
    TAMPERS[name](folder)
    assert sumdb(folder).returncode == 1


def scales(folder: Path) -> TilesReader:
    """Return their reader of a log, of the size that its checkpoint says."""
    reader = TilesReader(LocalBackend(folder))
    reader.get_checkpoint()
    return reader


@pytest.mark.parametrize("size", SIZES)
def test_tlog_scales_reads_a_log_of_any_size_and_its_cosignatures(published: Log, size: int) -> None:
    log = published(size)
    reader = scales(log.folder)
    assert reader.calculate_root_hash() == log.checkpoint.root
    known = VkeySet(*(Vkey.from_string(line) for line in (log.folder / "keys").read_text().split()))
    checkpoint = reader.get_checkpoint()
    signed = {vkey.name: signature for vkey, signature in known.verify(checkpoint.signatures, checkpoint)}
    assert set(signed) == {LOG.key.name, FIRST.key.name, SECOND.key.name}
    assert int.from_bytes(signed[FIRST.key.name].payload[:8]) == NOON
    for index in {0, size // 2, size - 1} & set(range(size)):
        assert reader.get_entry(index) == log.entries[index]
        reader.get_inclusion_proof(index, size).check(leaf_hash(log.entries[index]), log.checkpoint.root)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 999])
def test_tlog_scales_believes_our_proofs_of_growth(published: Log, size: int) -> None:
    log, before = published(1_000), published(size) if size in SIZES else None
    ours = Prover(DirectorySource(log.folder)).consistency(size, 1_000)
    theirs_ = scales(log.folder).get_consistency_proof(size, 1_000)
    assert theirs_.node_hashes == list(ours.hashes)
    theirs_.check(ours.old_root, log.checkpoint.root)
    assert before is None or before.checkpoint.root == ours.old_root
    with pytest.raises(ConsistencyProofInvalid):
        theirs_.check(bytes(32), log.checkpoint.root)


def test_tlog_scales_refuses_a_tampered_log(copied: Log) -> None:
    log = copied(1_000)
    flip("tile/1/000.p/3", 5)(log.folder)
    assert scales(log.folder).calculate_root_hash() != log.checkpoint.root
    with pytest.raises(InclusionProofInvalid):
        scales(log.folder).get_inclusion_proof(999, 1_000).check(leaf_hash(log.entries[999]), log.checkpoint.root)
    replace(log.folder, "\n1000\n", "\n1001\n")
    with pytest.raises(InvalidSignature):
        scales(log.folder).get_checkpoint().verify(Vkey.from_string(str(LOG.key)))


def test_tlog_scales_writes_the_proof_that_we_write(published: Log) -> None:
    log = published(1_000)
    program = Path(sys.executable).with_name("tlog-tiles")
    done = subprocess.run([program, "gen-proof", str(log.folder), "777"], capture_output=True, check=True)
    assert done.stdout == Prover(DirectorySource(log.folder)).inclusion(777).encode()


def told_to_sigstore(log: Built, index: int) -> Entry:
    proof = Prover(DirectorySource(log.folder)).inclusion(index)
    checkpoint = log.checkpoint
    return Entry(log.entries[index], index, checkpoint.size, checkpoint.root, list(proof.hashes), proof.note)


@pytest.mark.parametrize("size", SIZES[1:])
def test_sigstore_verifies_the_proofs_of_a_published_log(published: Log, size: int) -> None:
    log = published(size)
    for index in {0, size // 2, size - 1}:
        theirs(told_to_sigstore(log, index))._verify(keyring())


def test_sigstore_refuses_a_proof_for_another_entry_or_under_another_key(published: Log) -> None:
    told = told_to_sigstore(published(1_000), 777)
    other = Entry(told.body.replace(b"person_7", b"person_8"), *list(vars(told).values())[1:])
    with pytest.raises(VerificationError):
        theirs(other)._verify(keyring())
    with pytest.raises(VerificationError):
        theirs(told)._verify(keyring(2))
