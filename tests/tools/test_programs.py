"""A program is bounded in time and output, ended with everything it started, and never a shell's business."""

import asyncio
import sys
from pathlib import Path

import pytest

from memory.errors import ConnectorUnreachable, DependencyMissing, ResponseTooLarge
from tests.servers import until
from tools.programs import Finished, run, scrubbed

FORKS = "sleep 60 & echo $! > {mark}; wait"


async def shell(line: str, folder: Path, within_s: float = 10.0, **more: object) -> Finished:
    """Run a line of shell as the program under test."""
    return await run(["sh", "-c", line], folder=folder, environment={}, within_s=within_s, **more)  # type: ignore[arg-type] # as run takes them


def gone(process: str) -> bool:
    """Return whether a process has ended, reaped or not."""
    status = Path("/proc") / process / "status"
    return not status.exists() or "State:\tZ" in status.read_text()


def written(mark: Path) -> bool:
    """Return whether a whole line stands there."""
    return mark.exists() and mark.read_text().endswith("\n")


async def test_what_it_says_and_how_it_ends_is_told(tmp_path: Path) -> None:
    done = await shell("cat; echo no >&2; exit 3", tmp_path, given=b"yes\xff")
    assert (done.status, done.out, done.complaint) == (3, b"yes\xff", "no\n")
    assert done.text() == "yes\ufffd"


async def test_an_argument_is_never_a_shells(tmp_path: Path) -> None:
    done = await run(["echo", "$(id); x", "*"], folder=tmp_path, environment={}, within_s=10.0)
    assert done.text() == "$(id); x *\n"


async def test_the_environment_is_what_is_given_and_a_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOUSE", "x")
    done = await run(["env"], folder=tmp_path, environment={"A": "1"}, within_s=10.0)
    assert set(done.text().splitlines()) == {"A=1", "PATH=/usr/local/bin:/usr/bin:/bin"}


async def test_out_of_time_it_ends_with_everything_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    with pytest.raises(ConnectorUnreachable, match=r"did not end within 0\.5 s"):
        await shell(FORKS.format(mark=mark), tmp_path, within_s=0.5)
    until(lambda: gone(mark.read_text().strip()), "the end of the child")


async def test_cancelled_it_ends_with_everything_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    task = asyncio.create_task(shell(FORKS.format(mark=mark), tmp_path, within_s=60.0))
    await asyncio.to_thread(until, lambda: written(mark), "the start of the child")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    until(lambda: gone(mark.read_text().strip()), "the end of the child")


async def test_interrupted_it_has_a_moment_to_tidy_up(tmp_path: Path) -> None:
    line = "trap 'echo tidy > tidied; exit 0' TERM; while :; do sleep 0.05; done"
    with pytest.raises(ConnectorUnreachable):
        await shell(line, tmp_path, within_s=0.5, grace_s=5.0)
    assert (tmp_path / "tidied").exists()


async def test_one_that_does_not_heed_the_interruption_is_killed(tmp_path: Path) -> None:
    line = "trap '' TERM; echo $$ > child; while :; do sleep 0.05; done"
    with pytest.raises(ConnectorUnreachable):
        await shell(line, tmp_path, within_s=0.5, grace_s=0.2)
    until(lambda: gone((tmp_path / "child").read_text().strip()), "its end")


async def test_output_beyond_the_limit_is_an_error_and_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ResponseTooLarge, match="at most 1,000 bytes"):
        await shell("yes", tmp_path, most_bytes=1000)
    assert len((await shell("head -c 1000 /dev/zero", tmp_path, most_bytes=1000)).out) == 1000


async def test_endless_complaints_neither_block_nor_pile_up(tmp_path: Path) -> None:
    done = await run(
        [sys.executable, "-c", "import sys; sys.stderr.write('x' * 10_000_000)"],
        folder=tmp_path,
        environment={},
        within_s=20.0,
    )
    assert len(done.complaint) == 64_000


async def test_without_time_it_is_not_started(tmp_path: Path) -> None:
    with pytest.raises(ConnectorUnreachable, match="was not started"):
        await shell("touch started", tmp_path, within_s=0.0)
    assert not (tmp_path / "started").exists()


async def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match="expected to start no-such-program"):
        await run(["no-such-program"], folder=tmp_path, environment={}, within_s=1.0)


def test_secrets_are_taken_out_the_longer_before_the_shorter() -> None:
    assert scrubbed("a secret-long and a secret", ["secret", "secret-long", ""]) == "a [hidden] and a [hidden]"
