"""A demo that runs is found by its user's other programs, and one that is gone is not."""

import os
import stat
from pathlib import Path

import pytest

from bot.demo.running import Running, announced, found
from memory.errors import InvalidInput


def running(pid: int) -> Running:
    return Running(url="http://127.0.0.1:1", pid=pid, keys={"alice": "qd_a"})


def test_a_demo_is_found_while_it_stands_and_not_afterwards(tmp_path: Path) -> None:
    here = running(os.getpid())
    with announced(tmp_path, here):
        assert found(tmp_path) == here
    assert found(tmp_path) is None


def test_only_its_user_can_read_the_keys_of_a_demo(tmp_path: Path) -> None:
    with announced(tmp_path, running(os.getpid())):
        (file,) = tmp_path.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_demo_that_was_killed_is_not_found(tmp_path: Path) -> None:
    nobody = 2**22 + 1  # beyond the largest process id Linux gives out
    with announced(tmp_path, running(nobody)):
        assert found(tmp_path) is None


def test_a_file_that_is_none_of_ours_is_no_demo(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    assert found(tmp_path) is None


def test_whoever_is_not_of_the_demo_is_told_who_is() -> None:
    assert running(1).key("") == "qd_a"
    with pytest.raises(InvalidInput, match="expected one of alice, found 'mallory'"):
        running(1).key("mallory")
