"""Working out a change on trees alone: no file is checked out, nothing is pushed, nobody sees it.

A revert is the three-way merge of git-revert(1), made by git-merge-tree(1) of three nameless commits.
"""

import re
from pathlib import Path

from memory.errors import Conflict, InvalidInput
from tools.connectors.git.binary import Git
from tools.connectors.git.diffs import files_of, unified
from tools.http import Deadline
from tools.repositories.port import Draft
from tools.wording import named

_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "nobody"), ("EMAIL", "nobody@invalid"), ("DATE", "@0 +0000"))
}
_CONFLICTED = 1
_MOST_NAMED = 10


class Drafting:
    """Drafts changes in a held copy."""

    def __init__(self, git: Git) -> None:
        self._git = git

    async def reverting(self, copy: Path, repository: str, commit: str, onto: str, deadline: Deadline) -> Draft:
        """Return `onto` without what `commit` brought; raises `Conflict`, or `InvalidInput` for a merge."""
        parents = (await self._said(copy, deadline, "rev-parse", f"{commit}^@")).split()
        if len(parents) > 1:
            raise InvalidInput(
                f"expected a commit with one parent, found {commit[:10]}, a merge of {len(parents)}",
                hint="Name the commits that it merged, and revert those.",
            )
        empty = (await self._said(copy, deadline, "mktree")).strip()  # what was before the first commit
        behind = f"{parents[0]}^{{tree}}" if parents else empty
        base = await self._nameless(copy, f"{commit}^{{tree}}", deadline)
        ours = await self._nameless(copy, f"{onto}^{{tree}}", deadline, base)
        theirs = await self._nameless(copy, behind, deadline, base)
        merge = ("merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", ours, theirs)
        merged = await self._git.run(copy, *merge, deadline=deadline, expected=frozenset({0, _CONFLICTED}))
        tree, *conflicts = filter(None, merged.text().split("\0"))
        if merged.status == _CONFLICTED:
            raise _conflict(commit, onto, conflicts)
        return await self._draft(copy, repository, onto, tree, deadline)

    async def writing(
        self, copy: Path, repository: str, path: str, content: str, onto: str, deadline: Deadline
    ) -> Draft:
        """Return `onto` with the file as given; its mode stays, a symbolic link or a submodule is refused."""
        listed = await self._said(copy, deadline, "ls-tree", "-z", "--end-of-options", onto, "--", path)
        mode = re.match(r"(\d{6}) ", listed)
        if mode and mode[1] not in {"100644", "100755"}:
            raise InvalidInput(f"expected {path} to be a file, found a folder, a link or a submodule")
        blob = (
            await self._git.run(copy, "hash-object", "-w", "--stdin", deadline=deadline, given=content.encode())
        ).text()
        tree = await self._replaced(copy, onto, path, mode[1] if mode else "100644", blob.strip(), deadline)
        return await self._draft(copy, repository, onto, tree, deadline)

    async def _replaced(self, copy: Path, onto: str, path: str, mode: str, blob: str, deadline: Deadline) -> str:
        """Return the tree of `onto` with one entry replaced, by way of an index of its own."""
        index = copy / "quarterdeck.index"
        place = {"GIT_INDEX_FILE": str(index)}
        try:
            await self._git.run(copy, "read-tree", f"{onto}^{{tree}}", deadline=deadline, environment=place)
            entry = ("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
            await self._git.run(copy, *entry, deadline=deadline, environment=place)
            written = await self._git.run(copy, "write-tree", deadline=deadline, environment=place)
        finally:
            index.unlink(missing_ok=True)
        return written.text().strip()

    async def _draft(self, copy: Path, repository: str, onto: str, tree: str, deadline: Deadline) -> Draft:
        before = f"{onto}^{{tree}}"
        return Draft(
            repository=repository,
            onto=onto,
            tree=tree,
            files=await files_of(self._git, copy, before, tree, deadline),
            diff=await unified(self._git, copy, before, tree, deadline),
        )

    async def _nameless(self, copy: Path, tree: str, deadline: Deadline, parent: str = "") -> str:
        above = ("-p", parent) if parent else ()
        made = await self._git.run(
            copy, "commit-tree", *above, tree, deadline=deadline, given=b"-\n", environment=_NOBODY
        )
        return made.text().strip()

    async def _said(self, copy: Path, deadline: Deadline, *arguments: str) -> str:
        return (await self._git.run(copy, *arguments, deadline=deadline)).text()


def _conflict(commit: str, onto: str, paths: list[str]) -> Conflict:
    shown = ", ".join(named(path, "a file without a plain name") for path in paths[:_MOST_NAMED])
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return Conflict(
        f"expected {commit[:10]} to come out of {onto[:10]} cleanly, found later changes to the same lines: "
        f"{shown}{more}; nothing was pushed",
        hint="Revert the later commits first, or resolve it by hand.",
    )
