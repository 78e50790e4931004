"""Whatever single byte of a published log is changed, it is not the same log any more."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.ledger.findings import Verified
from memory.ledger.reading import read_listing
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification
from memory.log.merkle import leaf_hash, root_of
from tests.memory.ledger.builder import BY_ALL, BY_LOG, Built, build, entries
from tests.memory.ledger.conftest import Log


@given(st.data(), st.sampled_from([1, 257, 600]), st.sampled_from([BY_ALL, BY_LOG]))
@settings(max_examples=150, deadline=None)
def test_no_change_of_a_byte_anywhere_goes_unseen(
    published: Log, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, size: int, trust: object
) -> None:
    log = scratch(published(size), tmp_path_factory)
    honest = verified(log.folder, trust)
    assert isinstance(honest[0], Verified)
    paths = sorted(str(path.relative_to(log.folder)) for path in log.folder.rglob("*") if path.is_file())
    file = log.folder / data.draw(st.sampled_from(paths), label="file")
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1), label="at")
    changed = bytes([before[at] ^ data.draw(st.integers(1, 255), label="by")])
    try:
        file.write_bytes(before[:at] + changed + before[at + 1 :])
        assert verified(log.folder, trust) != honest
    finally:
        file.write_bytes(before)


@given(st.integers(0, 900))
@settings(max_examples=20, deadline=None)
def test_a_log_of_any_size_verifies_with_the_root_of_its_entries(
    tmp_path_factory: pytest.TempPathFactory, size: int
) -> None:
    log = build(tmp_path_factory.mktemp("log") / "acme", entries(size))
    result, _ = verified(log.folder, BY_ALL)
    assert isinstance(result, Verified)
    assert result.root == root_of([leaf_hash(entry) for entry in log.entries])


def verified(folder: Path, trust: object) -> tuple[object, object]:
    """Return what the log is found to be, and the keys that it lists."""
    source = DirectorySource(folder)
    result = Verification(source, trust).run()  # type: ignore[arg-type]  # one of the builder's
    return result, read_listing(source) if isinstance(result, Verified) else None


_SCRATCH: dict[Path, Built] = {}


def scratch(log: Built, factory: pytest.TempPathFactory) -> Built:
    """Return the one copy of a log that the examples change and mend."""
    if log.folder not in _SCRATCH:
        folder = Path(shutil.copytree(log.folder, factory.mktemp("scratch") / "acme"))
        _SCRATCH[log.folder] = Built(folder, log.entries, log.checkpoint, log.note)
    return _SCRATCH[log.folder]
