"""Commits of ours: made, pushed where nothing is overwritten, and found again by the key they were made under.

Every push is a compare-and-set: the lease names where the branch has to stand, or that it must not be there yet.
"""

import re
from pathlib import Path

from memory.errors import Conflict, ConnectorRejected, ConnectorUnreachable
from tools.connectors.git.binary import Git
from tools.connectors.git.cache import TRACKED
from tools.http import Deadline
from tools.refs import OURS
from tools.repositories.named import Repository
from tools.repositories.port import Draft, Message, Pushed

TRAILER = "Quarterdeck-Step"
DEEPEST = 2000  # commits of the default branch among which one of ours is looked for
_TRAILED = re.compile(rf"\n{TRAILER}: (\S+)\s*\Z")  # the last line alone: a reason may quote others
_EMAIL = "quarterdeck@invalid"
_REFUSED = 1
_FIELD, _RECORD = "%x1f", "%x1e"


class Pushing:
    """Pushes from a held copy."""

    def __init__(self, git: Git) -> None:
        self._git = git

    async def committed(self, copy: Path, draft: Draft, message: Message, deadline: Deadline) -> str:
        """Return a new commit with the draft's tree; it is nowhere but in the copy."""
        said = f"{message.subject}\n\n{message.reason.strip()}\n\n{TRAILER}: {message.key}\n"
        who = {
            "GIT_AUTHOR_NAME": message.principal,
            "GIT_AUTHOR_EMAIL": _EMAIL,
            "GIT_COMMITTER_NAME": "Quarterdeck",
            "GIT_COMMITTER_EMAIL": _EMAIL,
        }
        asked = ("commit-tree", "-p", draft.onto, draft.tree)
        made = await self._git.run(copy, *asked, deadline=deadline, given=said.encode(), environment=who)
        return made.text().strip()

    async def push(
        self, copy: Path, repository: Repository, branch: str, commit: str, stands: str, deadline: Deadline
    ) -> None:
        """Move a branch from where it `stands` (empty: nowhere) to `commit`, or delete it where that is empty.

        Raises `Conflict` where it stands elsewhere, `ConnectorRejected` where the repository does not want it.
        """
        ref = f"refs/heads/{branch}"
        asked = ("push", "--quiet", "--porcelain", "--no-verify", f"--force-with-lease={ref}:{stands}", "--")
        answered = frozenset({0, _REFUSED})
        said = await self._git.run(
            copy,
            *asked,
            repository.url,
            f"{commit}:{ref}",
            deadline=deadline,
            url=repository.url,
            expected=answered,
        )
        if "\t[rejected]" in said.text():
            raise _moved(branch, stands)
        if said.status:
            known = "\t[remote rejected]" in said.text()  # nothing happened; otherwise nobody knows
            raise self._git.refusal("push", said, ConnectorRejected if known else ConnectorUnreachable)

    async def trailed(self, copy: Path, repository: Repository, key: str, deadline: Deadline) -> Pushed | None:
        """Return the commit made under a key, among our branches and the newest of the default branch."""
        for pattern in (f"--glob={TRACKED}{OURS}*", f"{TRACKED}{repository.branch}"):
            found = await self._log(copy, pattern, key, deadline)
            for commit, parents, subject, body, refs in found:
                if _key(body) == key:
                    branch = _branch(refs, repository.branch)
                    return Pushed(
                        repository=repository.name,
                        branch=branch,
                        commit=commit,
                        onto=parents.partition(" ")[0],
                        subject=subject,
                    )
        return None

    async def ours(self, copy: Path, commit: str, deadline: Deadline) -> bool:
        """Return whether a commit was made by Quarterdeck."""
        said = await self._git.run(copy, "log", "-1", "--format=%B", "--end-of-options", commit, deadline=deadline)
        return _key(said.text()) is not None

    async def _log(self, copy: Path, where: str, key: str, deadline: Deadline) -> list[list[str]]:
        form = _FIELD.join(("%H", "%P", "%s", "%B", "%D")) + _RECORD
        asked = ("log", "--fixed-strings", f"--grep={TRAILER}: {key}", f"--max-count={DEEPEST}", "--decorate=full")
        known = await self._git.run(
            copy, *asked, f"--format={form}", where, deadline=deadline, expected=frozenset({0, 128})
        )
        return [record.strip("\n").split("\x1f") for record in known.text().split("\x1e") if record.strip()]


def _key(body: str) -> str | None:
    found = _TRAILED.search(body)
    return found[1] if found else None


def _branch(refs: str, otherwise: str) -> str:
    """Return which of our branches a commit is the newest of."""
    marks = (ref.strip() for ref in refs.split(","))
    named = (ref.removeprefix(TRACKED) for ref in marks if ref.startswith(f"{TRACKED}{OURS}"))
    return next(named, otherwise)


def _moved(branch: str, stands: str) -> Conflict:
    expected = f"at {stands[:10]}" if stands else "not to exist yet"
    return Conflict(
        f"expected the branch {branch} {expected}, found it elsewhere; nothing was pushed",
        hint="Look again: somebody else changed it meanwhile.",
    )
