"""A published log is verifiable at every moment, whatever fails while it grows, and is never rewritten."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import Conflict, LogCorrupt, StoreUnavailable
from memory.ledger.directory import LogDirectory
from memory.ledger.findings import Verified
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification
from memory.log.tiles import entry_bundles, tiles
from tests.fakes.disk import FailingDisk
from tests.memory.ledger.builder import BY_LOG, Grower, entries, signed
from tests.memory.log.signers import FIRST, SECOND

LISTED = entries(600)


def verified(folder: Path) -> int:
    """Return the size of the log, which has to verify."""
    result = Verification(DirectorySource(folder), BY_LOG).run()
    assert isinstance(result, Verified), result
    return result.size


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def grow(grower: Grower, size: int) -> None:
    """Publish the log up to that size, from where it stands."""
    published = grower.directory.published()
    note = signed(grower.append(LISTED[len(grower.entries) : size]))
    await grower.publish(published.size if published else 0, note)


async def test_a_log_that_grows_holds_the_files_of_its_size_and_older_partial_ones(tmp_path: Path) -> None:
    grower = Grower(tmp_path)
    for size in (0, 1, 5, 255):
        await grow(grower, size)
        assert verified(tmp_path) == size
    assert {"tile/0/000.p/1", "tile/0/000.p/5", "tile/0/000.p/255", "tile/entries/000.p/5"} <= files(tmp_path)
    for size in (256, 300, 512):
        await grow(grower, size)
        assert verified(tmp_path) == size
    expected = {"checkpoint", "tile/1/000.p/1"}
    expected |= {tile.path for tile in tiles(512)} | {bundle.path for bundle in entry_bundles(512)}
    assert files(tmp_path) == expected


@given(st.lists(st.integers(1, 300), max_size=4))
@settings(max_examples=15, deadline=None)
async def test_however_it_grew_the_same_log_is_published(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    grower, at_once = (Grower(tmp_path_factory.mktemp("log")) for _ in range(2))
    size = 0
    for step in steps:
        size = min(size + step, len(LISTED))
        await grow(grower, size)
    await grow(at_once, size)
    assert files(at_once.folder) <= files(grower.folder) | {"checkpoint"}
    for path in files(grower.folder) & files(at_once.folder):
        assert (grower.folder / path).read_bytes() == (at_once.folder / path).read_bytes()


async def steps_of(folder: Path) -> int:
    """Return how many steps publishing the second part takes."""
    disk = FailingDisk()
    grower = Grower(folder, LogDirectory(folder, disk))
    await grow(grower, 250)
    before = disk.steps
    await grow(grower, 520)
    return disk.steps - before


@pytest.mark.parametrize("after", [False, True], ids=["failed", "failed but happened"])
@pytest.mark.parametrize("forgets", [False, True], ids=["killed", "power cut"])
async def test_a_crash_at_any_step_leaves_a_log_that_verifies_and_goes_on(
    tmp_path: Path, after: bool, forgets: bool
) -> None:
    for step in range(await steps_of(tmp_path / "counted")):
        folder = tmp_path / str(step)
        grower = Grower(folder)
        await grow(grower, 250)
        disk = FailingDisk(step, after=after)
        grower.directory = LogDirectory(folder, disk)
        with pytest.raises(StoreUnavailable, match="expected to write the log"):
            await grow(grower, 520)
        if forgets:
            disk.restart()
        assert verified(folder) in {250, 520}
        grower.directory = LogDirectory(folder)
        await grow(grower, 520)
        assert verified(folder) == 520
        assert not {path for path in files(folder) if path.endswith(".new") or ".p/250" in path}


async def test_publishing_again_changes_nothing_and_adds_cosignatures(tmp_path: Path) -> None:
    grower = Grower(tmp_path)
    checkpoint = grower.append(LISTED[:257])
    await grower.publish(0, signed(checkpoint, witnesses=[]))
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in files(tmp_path) - {"checkpoint"}}
    await grower.publish(0, signed(checkpoint, witnesses=[FIRST, SECOND]))
    assert before == {path: (tmp_path / path).stat().st_mtime_ns for path in before}
    result = Verification(DirectorySource(tmp_path), BY_LOG).run()
    assert isinstance(result, Verified)


async def test_what_stands_is_never_replaced_by_other_bytes(tmp_path: Path) -> None:
    grower, other = Grower(tmp_path), Grower(tmp_path)
    await grow(grower, 300)
    before = {path: (tmp_path / path).read_bytes() for path in files(tmp_path)}
    note = signed(other.append(LISTED[1:301]))
    with pytest.raises(LogCorrupt, match="expected quarterdeck/acme with the root"):
        await other.publish(0, note)
    longer = signed(other.append(LISTED[301:400]))
    with pytest.raises(LogCorrupt, match="expected the same bytes again at tile/entries/000"):
        await other.publish(0, longer)
    assert before == {path: (tmp_path / path).read_bytes() for path in before}
    assert verified(tmp_path) == 300


async def test_a_log_neither_shrinks_nor_has_gaps(tmp_path: Path) -> None:
    grower = Grower(tmp_path)
    await grow(grower, 300)
    shorter = Grower(tmp_path)
    with pytest.raises(Conflict, match="expected growth from the 300 entries published to the 200 signed"):
        await shorter.publish(0, signed(shorter.append(LISTED[:200])))
    with pytest.raises(Conflict, match="found 301 to 400"):
        await grower.publish(301, signed(grower.append(LISTED[300:400])))
    with pytest.raises(Conflict):
        await grower.directory.publish(300, 350, grower._entries, grower._hashes, signed(grower.append([])))
    assert verified(tmp_path) == 300


async def test_another_log_is_not_published_over_this_one(tmp_path: Path) -> None:
    await grow(Grower(tmp_path), 2)
    other = Grower(tmp_path, tenant="other")
    with pytest.raises(LogCorrupt, match="expected quarterdeck/acme"):
        await other.publish(0, signed(other.append(LISTED[:3])))


async def test_a_full_or_read_only_disk_is_said_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    grower = Grower(tmp_path / "file" / "log")
    with pytest.raises(StoreUnavailable, match="expected to write the log"):
        await grower.publish(0, signed(grower.append(LISTED[:1])))


def test_a_directory_without_a_log_has_published_nothing(tmp_path: Path) -> None:
    assert LogDirectory(tmp_path / "none").published() is None
