"""The flagd file flags are served from: read at the newest commit of its branch, changed by a commit to it."""

from dataclasses import dataclass

from memory.errors import InvalidInput, NotFound
from tools.connectors.flagd.definition import Definition
from tools.connectors.flagd.document import flags, with_flag
from tools.contract import CallContext
from tools.http import Deadline
from tools.repositories.named import Repository
from tools.repositories.port import Draft, Message, Pushed, Repositories


@dataclass(frozen=True)
class Seen:
    """The file at a commit."""

    commit: str
    text: str
    flags: dict[str, Definition]

    def flag(self, name: str) -> Definition:
        """Return one flag; raises `InvalidInput` that lists those there are."""
        found = self.flags.get(name)
        if found is None:
            raise InvalidInput(f"expected a flag of the file ({', '.join(self.flags)}), found {name!r}")
        return found


class FlagFile:
    """One file in one repository, which has to take commits to its default branch (`direct`)."""

    def __init__(self, repositories: Repositories, repository: Repository, path: str) -> None:
        self._repositories = repositories
        self.repository = repository
        self.path = path

    async def seen(self, deadline: Deadline) -> Seen:
        """Return the file as it is now; raises `NotFound`."""
        name, branch = self.repository.name, self.repository.branch
        commit = await self._repositories.tip(name, branch, deadline)
        text = await self._repositories.file(name, commit, self.path, deadline) if commit else None
        if commit is None or text is None:
            raise NotFound(f"expected {self.path} on the branch {branch} of {name}, found none")
        return Seen(commit=commit, text=text, flags=flags(text))

    async def draft(self, seen: Seen, flag: str, changed: Definition, deadline: Deadline) -> Draft:
        """Return the commit that would change one flag and nothing else."""
        text = with_flag(seen.text, flag, changed)
        return await self._repositories.writing(self.repository.name, self.path, text, seen.commit, deadline)

    async def commit(
        self, draft: Draft, subject: str, flag: str, context: CallContext, deadline: Deadline
    ) -> Pushed:
        """Commit a draft to the branch; raises `Conflict` where somebody else committed meanwhile."""
        message = Message(
            subject=subject, reason=f"Quarterdeck-Flag: {flag}", principal=context.principal, key=context.key
        )
        return await self._repositories.push(draft, self.repository.branch, message, deadline)

    async def pushed(self, context: CallContext, deadline: Deadline) -> Pushed | None:
        """Return the commit of the context's key, None where there is none."""
        return await self._repositories.pushed(context.key, deadline)
