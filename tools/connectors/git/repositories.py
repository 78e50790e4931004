"""The repositories of the settings, by git: the one way other connectors change what is under version control."""

from collections.abc import Iterable

from memory.errors import Conflict, InvalidInput
from tools.connectors.git.cache import Cache
from tools.connectors.git.drafting import Drafting
from tools.connectors.git.pushing import Pushing
from tools.http import Deadline
from tools.refs import OURS
from tools.repositories.named import Repository
from tools.repositories.port import Draft, Message, Pushed


class GitRepositories:
    """Serves `Repositories` by bare copies; every call brings the copy it needs up to date first."""

    def __init__(self, repositories: Iterable[Repository], cache: Cache) -> None:
        self.named = {each.name: each for each in repositories}
        self.cache = cache
        self._drafting = Drafting(cache.git)
        self._pushing = Pushing(cache.git)

    def repository(self, name: str) -> Repository:
        """Return the repository of that name; raises `InvalidInput` that lists those there are."""
        found = self.named.get(name)
        if found is None:
            raise InvalidInput(f"expected a repository ({', '.join(self.named)}), found {name!r}")
        return found

    async def tip(self, name: str, branch: str, deadline: Deadline) -> str | None:
        """Return the newest commit of a branch, None where there is no such branch."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            return await self.cache.tip(copy, branch, deadline)

    async def commit(self, name: str, commit: str, deadline: Deadline) -> str:
        """Return the full name of a commit; raises `NotFound`."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            return await self.cache.commit(copy, commit, deadline)

    async def subject(self, name: str, commit: str, deadline: Deadline) -> str:
        """Return the first line of what a commit says. Untrusted text."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            asked = ("log", "-1", "--format=%s", "--end-of-options", commit)
            return (await self.cache.git.run(copy, *asked, deadline=deadline)).text().strip()

    async def file(self, name: str, commit: str, path: str, deadline: Deadline) -> str | None:
        """Return a file as a commit has it, None where it has none; raises `InvalidInput` if it is no text."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            missing = frozenset({0, 128})
            asked = ("cat-file", "blob", f"{commit}:{path}")
            found = await self.cache.git.run(copy, *asked, deadline=deadline, expected=missing)
        if found.status:
            return None
        try:
            return found.out.decode()
        except UnicodeDecodeError:
            raise InvalidInput(f"expected {path} to be text in UTF-8, found bytes that are not") from None

    async def reverting(self, name: str, commit: str, onto: str, deadline: Deadline) -> Draft:
        """Return `onto` without what `commit` brought; raises `Conflict` that names the files where it cannot."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            return await self._drafting.reverting(copy, name, commit, onto, deadline)

    async def writing(self, name: str, path: str, content: str, onto: str, deadline: Deadline) -> Draft:
        """Return `onto` with that file as given."""
        async with self.cache.current(self.repository(name), deadline) as copy:
            return await self._drafting.writing(copy, name, path, content, onto, deadline)

    async def push(self, draft: Draft, branch: str, message: Message, deadline: Deadline) -> Pushed:
        """Commit a draft and push it, once per key; raises `Conflict` where the branch is not as it was."""
        repository = self.repository(draft.repository)
        _admit(repository, branch)
        async with self.cache.current(repository, deadline) as copy:
            before = await self._pushing.trailed(copy, repository, message.key, deadline)
            if before is not None:
                return before
            stands = draft.onto if branch == repository.branch else ""
            commit = await self._pushing.committed(copy, draft, message, deadline)
            await self._pushing.push(copy, repository, branch, commit, stands, deadline)
        return Pushed(
            repository=repository.name, branch=branch, commit=commit, onto=draft.onto, subject=message.subject
        )

    async def restore(self, name: str, branch: str, commit: str, deadline: Deadline) -> None:
        """Make a branch of ours at a commit that is known here; raises `Conflict` where there is one elsewhere."""
        repository = self.repository(name)
        _ours(branch)
        async with self.cache.current(repository, deadline) as copy:
            full = await self.cache.commit(copy, commit, deadline)
            if await self.cache.tip(copy, branch, deadline) != full:
                await self._pushing.push(copy, repository, branch, full, "", deadline)

    async def drop(self, name: str, branch: str, deadline: Deadline) -> str | None:
        """Delete a branch of ours and return where it stood; raises `Conflict` where others worked on it."""
        repository = self.repository(name)
        _ours(branch)
        async with self.cache.current(repository, deadline) as copy:
            stands = await self.cache.tip(copy, branch, deadline)
            if stands is None:
                return None
            if not await self._pushing.ours(copy, stands, deadline):
                raise Conflict(
                    f"expected the newest commit of {branch} to be Quarterdeck's, found {stands[:10]} of somebody "
                    "else; the branch was left as it is"
                )
            await self._pushing.push(copy, repository, branch, "", stands, deadline)
            return stands

    async def pushed(self, key: str, deadline: Deadline) -> Pushed | None:
        """Return the commit that was pushed under a key, None where there is none in any repository."""
        for repository in self.named.values():
            async with self.cache.current(repository, deadline) as copy:
                found = await self._pushing.trailed(copy, repository, key, deadline)
            if found is not None:
                return found
        return None


def _admit(repository: Repository, branch: str) -> None:
    if branch != repository.branch:
        _ours(branch)
    elif not repository.direct:
        raise InvalidInput(
            f"expected a branch of its own for a change to {repository.name}, found {branch}, its default branch",
            hint="Where that is wanted, the repository's `direct` setting allows it.",
        )


def _ours(branch: str) -> None:
    if not branch.startswith(OURS):
        raise InvalidInput(f"expected a branch that begins with {OURS}, found {branch}")
