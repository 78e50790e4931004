"""What connectors ask of a repository without knowing git: draft a change, push it to a branch, find it again."""

from abc import abstractmethod
from typing import Protocol

from memory.model.value import Identifier, Value
from tools.http import Deadline
from tools.repositories.named import Repository


class FileChange(Value):
    """One file of a draft. `before` and `after` are git's names of its contents, empty where there is no file."""

    path: str  # untrusted
    before: str
    after: str
    added: int  # lines
    removed: int


class Draft(Value):
    """A change that was worked out and is nowhere but here: the tree that `onto` would become, and the diff."""

    repository: Identifier
    onto: str  # the commit it is made on
    tree: str
    files: tuple[FileChange, ...]
    diff: str  # unified; untrusted


class Message(Value):
    """What the commit of a draft says, and under which key it is made."""

    subject: str
    reason: str
    principal: Identifier
    key: Identifier


class Pushed(Value):
    """A commit of ours at the repository."""

    repository: Identifier
    branch: str
    commit: str
    onto: str
    subject: str  # untrusted


class Repositories(Protocol):
    """The repositories of the settings."""

    @abstractmethod
    def repository(self, name: str) -> Repository:
        """Return the repository of that name; raises `InvalidInput` that lists those there are."""

    @abstractmethod
    async def tip(self, name: str, branch: str, deadline: Deadline) -> str | None:
        """Return the newest commit of a branch as it is there now, None where there is no such branch."""

    @abstractmethod
    async def commit(self, name: str, commit: str, deadline: Deadline) -> str:
        """Return the full name of a commit; raises `NotFound`."""

    @abstractmethod
    async def subject(self, name: str, commit: str, deadline: Deadline) -> str:
        """Return the first line of what a commit says. Untrusted text."""

    @abstractmethod
    async def file(self, name: str, commit: str, path: str, deadline: Deadline) -> str | None:
        """Return a file as a commit has it, None where it has none; raises `InvalidInput` if it is no text."""

    @abstractmethod
    async def reverting(self, name: str, commit: str, onto: str, deadline: Deadline) -> Draft:
        """Return `onto` without what `commit` brought; raises `Conflict` that names the files where it cannot."""

    @abstractmethod
    async def writing(self, name: str, path: str, content: str, onto: str, deadline: Deadline) -> Draft:
        """Return `onto` with that file as given."""

    @abstractmethod
    async def push(self, draft: Draft, branch: str, message: Message, deadline: Deadline) -> Pushed:
        """Commit a draft and push it; raises `Conflict` where the branch is not as it was.

        A new branch begins at the draft's commit. The default branch, where that is allowed, has to stand at
        exactly the commit the draft is made on. Nothing is ever overwritten. A commit that is there under the
        message's key already is returned as it is.
        """

    @abstractmethod
    async def restore(self, name: str, branch: str, commit: str, deadline: Deadline) -> None:
        """Make a branch of ours at a commit that is known here; raises `Conflict` where there is one elsewhere."""

    @abstractmethod
    async def drop(self, name: str, branch: str, deadline: Deadline) -> str | None:
        """Delete a branch of ours and return where it stood, None where there was none.

        Raises `Conflict` where its newest commit is not one of ours.
        """

    @abstractmethod
    async def pushed(self, key: str, deadline: Deadline) -> Pushed | None:
        """Return the commit that was pushed under a key, None where there is none in any repository."""
