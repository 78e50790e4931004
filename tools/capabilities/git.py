"""Repositories of source: what was changed, by whom, and taking a commit back on a branch of its own."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import git as phrasings
from tools.contract import Arguments, Capability, Slot
from tools.refs import BranchName, CommitName, FilePath, RepositoryName

MOST_COMMITS = 50
MOST_LINES = 400
Reason = Annotated[str, Field(max_length=2000), Slot.TEXT]


class CommitFilter(Arguments):
    """Which commits to list: of a branch, of a path, the newest first."""

    repository: RepositoryName
    branch: BranchName | None = None
    path: FilePath | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_COMMITS), Slot.NUMBER] = 10


class OneCommit(Arguments):
    """A commit, or the newest of the default branch."""

    repository: RepositoryName
    commit: CommitName | None = None


class Lines(Arguments):
    """Lines of a file, numbered from 1, both ends included."""

    repository: RepositoryName
    path: FilePath
    first: Annotated[int, Field(ge=1), Slot.NUMBER] = 1
    last: Annotated[int, Field(ge=1), Slot.NUMBER] = 40
    branch: BranchName | None = None


class Reversion(Arguments):
    """A commit to take back.

    What is left out is settled by the dry run: `commit` is the newest of the default branch, `onto` the commit it
    is taken back on, and `branch` a new one that is named after both. A call with all of them gives one tree and
    no other, so that approving the call approves the change.
    """

    repository: RepositoryName
    commit: CommitName | None = None
    onto: CommitName | None = None
    branch: BranchName | None = None
    reason: Reason = ""


class Branch(Arguments):
    """A branch of Quarterdeck's."""

    repository: RepositoryName
    branch: BranchName


class BranchAt(Arguments):
    """A branch of Quarterdeck's, and the commit it shall stand at."""

    repository: RepositoryName
    branch: BranchName
    commit: CommitName


GIT_LOG = Capability(
    name="git.log",
    title="Commits",
    summary="The newest commits of a repository, a branch or a file.",
    says="List commits of {repository}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=CommitFilter,
    examples=phrasings.GIT_LOG,
)

GIT_DIFF = Capability(
    name="git.diff",
    title="What a commit changed",
    summary="The diff of one commit.",
    says="Show what commit {commit} of {repository} changed",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OneCommit,
    examples=phrasings.GIT_DIFF,
)

GIT_BLAME = Capability(
    name="git.blame",
    title="Who changed these lines",
    summary="Which commit last changed each of some lines.",
    says="Show who last changed lines {first} to {last} of {path} in {repository}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Lines,
    examples=phrasings.GIT_BLAME,
)

GIT_REVERT = Capability(
    name="git.revert",
    title="Revert a commit on a branch",
    summary="Take a commit back on a new branch and push that. The default branch stays as it is.",
    says="Revert {commit} of {repository} on the branch {branch}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Reversion,
    examples=phrasings.GIT_REVERT,
)

GIT_BRANCH_DELETE = Capability(
    name="git.branch.delete",
    title="Delete a branch of ours",
    summary="Delete a branch that Quarterdeck made and nobody else worked on.",
    says="Delete the branch {branch} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Branch,
    examples=phrasings.GIT_BRANCH_DELETE,
)

GIT_BRANCH_RESTORE = Capability(
    name="git.branch.restore",
    title="Bring a branch of ours back",
    summary="Make a branch that Quarterdeck made and deleted again, at the commit it stood at.",
    says="Bring the branch {branch} of {repository} back at {commit}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=BranchAt,
    examples=phrasings.GIT_BRANCH_RESTORE,
)

EVERY = (GIT_LOG, GIT_DIFF, GIT_BLAME, GIT_REVERT, GIT_BRANCH_DELETE, GIT_BRANCH_RESTORE)
