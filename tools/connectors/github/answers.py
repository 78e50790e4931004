"""What GitHub's REST API says, version 2022-11-28, as values. Every text in them is untrusted."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from memory.model.value import Moment

Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}$")]
Word = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class Said(BaseModel):
    """A part of what GitHub said. Fields this version does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Head(Said):
    """A branch and where it stands."""

    ref: str
    sha: Sha


class User(Said):
    """Who did something."""

    login: str = ""


class Pull(Said):
    """A pull request."""

    number: int
    title: str
    state: Word
    body: str | None = None
    head: Head
    base: Head
    user: User | None = None
    merged_at: Moment | None = None
    created_at: Moment

    def merged(self) -> bool:
        """Return whether it was merged."""
        return self.merged_at is not None


class Deployment(Said):
    """A deployment."""

    id: int
    sha: Sha
    ref: str
    environment: str
    created_at: Moment


class DeploymentStatus(Said):
    """What was said of a deployment; the newest counts."""

    id: int
    state: Word
    description: str | None = ""
    created_at: Moment


class WorkflowRun(Said):
    """A run of a workflow. `conclusion` is None while it is not over."""

    id: int
    name: str | None = ""
    head_branch: str | None = ""
    head_sha: Sha
    status: Word
    conclusion: Word | None = None
    created_at: Moment


class WorkflowRuns(Said):
    """Workflow runs, newest first."""

    total_count: int
    workflow_runs: tuple[WorkflowRun, ...]
