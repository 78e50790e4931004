"""Saying on GitHub how a deployment stands. Statuses are only added: taking one back is saying the earlier one."""

from collections.abc import Iterable

from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.github import GITHUB_DEPLOYMENT_STATUS, DeploymentState, NewDeploymentStatus
from tools.connectors.github.answers import DeploymentStatus
from tools.connectors.github.api import SOURCE, GitHub
from tools.connectors.github.marks import marks_status, status_description
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.repositories.named import Repository
from tools.repositories.port import Repositories

_NONE = "none"


class DeploymentStatusSet:
    """Serves `github.deployment.status`."""

    capability = GITHUB_DEPLOYMENT_STATUS

    def __init__(self, github: GitHub, repositories: Repositories, hosted: Iterable[Repository]) -> None:
        self._github = github
        self._repositories = repositories
        self._hosted = tuple(hosted)

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return how the deployment stands and would; without changes where it stands so already."""
        asked, deadline = given(arguments, NewDeploymentStatus), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        before = _newest(await self._github.statuses(repository, asked.deployment, deadline))
        moves, after = before != asked.state, asked.state.value
        undo = _undo(asked, before) if moves else None
        field = f"deployment {asked.deployment}"
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"The {field} of {repository.name} {'would be' if moves else 'is'} {after}.",
            changes=(Change(field=field, before=before, after=after),) if moves else (),
            blast_radius=(repository.name,) if moves else (),
            undo=undo,
            warnings=("It had no status before, which cannot be said again.",) if moves and not undo else (),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: GitHub answers with the status."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Say it, unless it was said under this key already."""
        asked, deadline = given(arguments, NewDeploymentStatus), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        every = await self._github.statuses(repository, asked.deployment, deadline)
        said = next((each for each in every if marks_status(each.description, context.key)), None)
        if said is None:
            description = status_description(asked.description, context.key)
            state = asked.state.value
            said = await self._github.say_status(repository, asked.deployment, state, description, deadline)
        outcome = _outcome(repository, asked.deployment, said, context)
        before = _newest(tuple(each for each in every if each.id < said.id))
        return outcome.model_copy(update={"undo": _undo(asked, before)})

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key among the newest deployments, None if nothing did.

        Where the deployment is older than those, saying it again finds it under its key and says nothing twice.
        """
        deadline = Deadline(context.deadline_s)
        for repository in self._hosted:
            for deployment in await self._github.deployments(repository, None, deadline):
                for status in await self._github.statuses(repository, deployment.id, deadline):
                    if marks_status(status.description, context.key):
                        return _outcome(repository, deployment.id, status, context)
        return None


def _newest(statuses: tuple[DeploymentStatus, ...]) -> str:
    return max(statuses, key=lambda each: each.id).state if statuses else _NONE


def _undo(asked: NewDeploymentStatus, before: str) -> Call | None:
    if before not in {state.value for state in DeploymentState}:
        return None
    arguments: dict[str, JsonValue] = {
        "repository": asked.repository,
        "deployment": asked.deployment,
        "state": before,
        "description": "As it was before.",
    }
    return Call(tool=GITHUB_DEPLOYMENT_STATUS.name, arguments=arguments)


def _outcome(repository: Repository, deployment: int, said: DeploymentStatus, context: CallContext) -> Outcome:
    summary = f"The deployment {deployment} of {repository.name} is {said.state}."
    evidence = Evidence(
        id=evidence_id(context, repository.name, str(deployment), str(said.id)),
        source=SOURCE,
        query=f"/repos/{repository.github}/deployments/{deployment}/statuses",
        summary=summary,
        observed_at=context.now,
        value=said.state,
        text=(said.description or "")[:500],
    )
    data: dict[str, JsonValue] = {"deployment": deployment, "status": said.id, "state": said.state}
    return Outcome(ok=True, summary=summary, evidence=(evidence,), data=data)
