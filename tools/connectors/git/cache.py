"""A bare copy of each repository, brought up to date before it is read, by one process at a time.

Objects are never thrown away, so that a branch that was deleted can be made again. No copy has a working tree.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from memory.errors import ConnectorUnreachable, NotFound
from tools.connectors.git.binary import SOURCE, Git
from tools.http import Deadline
from tools.repositories.named import Repository

TRACKED = "refs/remotes/origin/"
_LOOK_EVERY_S = 0.02
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"


class Cache:
    """Keeps the copies in one folder, which may be shared with other processes."""

    def __init__(self, git: Git, folder: Path) -> None:
        self.git = git
        self._folder = folder

    @asynccontextmanager
    async def current(self, repository: Repository, deadline: Deadline) -> AsyncIterator[Path]:
        """Hold the copy of a repository, as it is there now; raises `ConnectorError`."""
        async with self._held(repository, deadline) as copy:
            refs = f"+refs/heads/*:{TRACKED}*"
            fetch = (
                "fetch",
                "--quiet",
                "--prune",
                "--no-tags",
                "--no-recurse-submodules",
                "--no-write-fetch-head",
            )
            await self.git.run(copy, *fetch, "--", repository.url, refs, deadline=deadline, url=repository.url)
            yield copy

    async def tip(self, copy: Path, branch: str, deadline: Deadline) -> str | None:
        """Return where a branch stood when the copy was brought up to date, None where there is none."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{TRACKED}{branch}^{{commit}}")
        found = await self.git.run(copy, *asked, deadline=deadline, expected=frozenset({0, 1}))
        return found.text().strip() or None

    async def commit(self, copy: Path, name: str, deadline: Deadline) -> str:
        """Return the full name of a commit; raises `NotFound` for none, and for several of that beginning."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = await self.git.run(copy, *asked, deadline=deadline, expected=frozenset({0, 1, 128}))
        if found.status or not found.out:
            raise NotFound(f"expected a commit of the repository, found {name}, which is none, or several")
        return found.text().strip()

    @asynccontextmanager
    async def _held(self, repository: Repository, deadline: Deadline) -> AsyncIterator[Path]:
        copy = self._folder / f"{repository.name}.git"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._folder / f"{repository.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            await _locked(lock, deadline)
            if not (copy / "HEAD").is_file():
                copy.mkdir(mode=0o700, exist_ok=True)
                await self.git.run(copy, "init", "--quiet", "--bare", "--template=", deadline=deadline)
            # Whatever wrote to the copy's own configuration, it is ours again before git reads it.
            (copy / "config").write_text(_CONFIG, encoding="utf-8")
            yield copy
        finally:
            os.close(lock)


async def _locked(lock: int, deadline: Deadline) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if deadline.remaining() <= 0:
                raise ConnectorUnreachable(
                    f"{SOURCE}: the copy of the repository is in use by another call"
                ) from None
            await asyncio.sleep(_LOOK_EVERY_S)
        else:
            return
