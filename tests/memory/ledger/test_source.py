"""Files of a log are read by their paths, within their sizes, and nothing else is read."""

import os
from pathlib import Path

import pytest

from memory.errors import LogCorrupt, LogMalformed, NotFound
from memory.ledger.source import CHECKPOINT, KEYS, DirectorySource
from tests.memory.ledger.conftest import Log


def test_the_files_of_a_log_are_read(published: Log) -> None:
    log = published(1_000)
    source = DirectorySource(log.folder)
    for path in (CHECKPOINT, KEYS, "tile/0/000", "tile/0/003.p/232", "tile/entries/002"):
        assert source.read(path) == (log.folder / path).read_bytes()
    assert str(source) == str(log.folder)


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "tile/../secret", "tile/0/000/", "secret", "", "tile/0/000.p/256"]
)
def test_no_other_path_is_read(published: Log, path: str) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        DirectorySource(published(1).folder).read(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "tile").write_text("no folder")
    for path in (CHECKPOINT, "tile/0/000"):
        with pytest.raises(NotFound, match=path):
            DirectorySource(tmp_path).read(path)


def test_links_out_of_the_log_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "000").write_text("secret")
    log = tmp_path / "log"
    (log / "tile").mkdir(parents=True)
    (log / CHECKPOINT).symlink_to(tmp_path / "secret")
    (log / "tile" / "0").symlink_to(tmp_path / "elsewhere")
    for path in (CHECKPOINT, "tile/0/000"):
        with pytest.raises(LogCorrupt, match="found a link"):
            DirectorySource(log).read(path)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / CHECKPOINT)
    with pytest.raises(LogCorrupt, match="found something else"):
        DirectorySource(tmp_path).read(CHECKPOINT)


@pytest.mark.parametrize(("path", "most"), [(CHECKPOINT, 1_000_000), (KEYS, 65_536), ("tile/0/000", 8_192)])
def test_what_is_longer_than_its_format_allows_is_refused(tmp_path: Path, path: str, most: int) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(most))
    assert len(DirectorySource(tmp_path).read(path)) == most
    file.write_bytes(bytes(most + 1))
    with pytest.raises(LogMalformed, match=f"expected at most {most} bytes"):
        DirectorySource(tmp_path).read(path)
