"""GitHub: pull requests with the change and the reason, deployments and their status, workflow runs."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.git import Reason, Reversion
from tools.capabilities.phrasings import github as phrasings
from tools.contract import Arguments, Capability, EnvironmentName, Slot
from tools.refs import BranchName, CommitName, FilePath, RepositoryName

LONGEST_FILE = 100_000
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 110  # GitHub takes 140; the rest is our mark
Number = Annotated[int, Field(ge=1, lt=2**53), Slot.NUMBER]
Title = Annotated[str, Field(max_length=LONGEST_TITLE, pattern=r"^[^\x00-\x1f]*$"), Slot.TEXT]


class DeploymentState(StrEnum):
    """What a deployment status may say, as GitHub has it."""

    ERROR = "error"
    FAILURE = "failure"
    INACTIVE = "inactive"
    IN_PROGRESS = "in_progress"
    QUEUED = "queued"
    PENDING = "pending"
    SUCCESS = "success"


class PullFilter(Arguments):
    """Which pull requests to list."""

    repository: RepositoryName
    state: Annotated[str, Field(pattern=r"^(open|closed|all)$"), Slot.STATE] = "open"


class DeploymentFilter(Arguments):
    """Which deployments to list."""

    repository: RepositoryName
    environment: EnvironmentName | None = None


class WorkflowFilter(Arguments):
    """Which workflow runs to list."""

    repository: RepositoryName
    branch: BranchName | None = None


class PullChange(Arguments):
    """A file to change by a pull request: its whole new content."""

    repository: RepositoryName
    path: FilePath
    content: Annotated[str, Field(max_length=LONGEST_FILE), Slot.TEXT]
    title: Title
    reason: Reason = ""
    onto: CommitName | None = None
    branch: BranchName | None = None


class NewPull(Arguments):
    """A pull request from a branch that is there to the default branch."""

    repository: RepositoryName
    branch: BranchName
    title: Title
    reason: Reason = ""


class PullOfBranch(Arguments):
    """The pull request from a branch of Quarterdeck's."""

    repository: RepositoryName
    branch: BranchName


class Reopening(Arguments):
    """A pull request that was closed, its branch, and where that stood."""

    repository: RepositoryName
    branch: BranchName
    commit: CommitName
    number: Number


class NewDeploymentStatus(Arguments):
    """What a deployment's status shall say."""

    repository: RepositoryName
    deployment: Number
    state: Annotated[DeploymentState, Slot.STATE]
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION, pattern=r"^[^\x00-\x1f]*$"), Slot.TEXT] = ""


GITHUB_PULLS = Capability(
    name="github.pulls",
    title="Pull requests",
    summary="The pull requests of a repository.",
    says="List {state} pull requests of {repository}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=PullFilter,
    examples=phrasings.GITHUB_PULLS,
)

GITHUB_DEPLOYMENTS = Capability(
    name="github.deployments",
    title="Deployments on GitHub",
    summary="The deployments of a repository and how each stands.",
    says="List deployments of {repository}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=DeploymentFilter,
    examples=phrasings.GITHUB_DEPLOYMENTS,
)

GITHUB_WORKFLOWS = Capability(
    name="github.workflows",
    title="Workflow runs",
    summary="How the newest workflow runs of a repository ended.",
    says="List workflow runs of {repository}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=WorkflowFilter,
    examples=phrasings.GITHUB_WORKFLOWS,
)

GITHUB_REVERT = Capability(
    name="github.revert",
    title="Revert by pull request",
    summary="Take a commit back on a new branch and open a pull request with the change and the reason.",
    says="Open a pull request that reverts {commit} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Reversion,
    examples=phrasings.GITHUB_REVERT,
)

GITHUB_CHANGE = Capability(
    name="github.change",
    title="Change a file by pull request",
    summary="Write a file on a new branch and open a pull request with the change and the reason.",
    says="Open a pull request that changes {path} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=PullChange,
    examples=phrasings.GITHUB_CHANGE,
)

GITHUB_PULL_OPEN = Capability(
    name="github.pull.open",
    title="Open a pull request",
    summary="Open a pull request from a branch that is there.",
    says="Open a pull request from {branch} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=NewPull,
    examples=phrasings.GITHUB_PULL_OPEN,
)

GITHUB_PULL_CLOSE = Capability(
    name="github.pull.close",
    title="Close a pull request of ours",
    summary="Close the pull request from a branch that Quarterdeck made, and delete the branch.",
    says="Close the pull request from {branch} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=PullOfBranch,
    examples=phrasings.GITHUB_PULL_CLOSE,
)

GITHUB_PULL_REOPEN = Capability(
    name="github.pull.reopen",
    title="Reopen a pull request of ours",
    summary="Bring the branch of a closed pull request back and open it again.",
    says="Reopen pull request {number} of {repository}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Reopening,
    examples=phrasings.GITHUB_PULL_REOPEN,
)

GITHUB_DEPLOYMENT_STATUS = Capability(
    name="github.deployment.status",
    title="Set a deployment's status",
    summary="Say on GitHub how a deployment stands.",
    says="Set deployment {deployment} of {repository} to {state}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=NewDeploymentStatus,
    examples=phrasings.GITHUB_DEPLOYMENT_STATUS,
)

EVERY = (
    GITHUB_PULLS,
    GITHUB_DEPLOYMENTS,
    GITHUB_WORKFLOWS,
    GITHUB_REVERT,
    GITHUB_CHANGE,
    GITHUB_PULL_OPEN,
    GITHUB_PULL_CLOSE,
    GITHUB_PULL_REOPEN,
    GITHUB_DEPLOYMENT_STATUS,
)
