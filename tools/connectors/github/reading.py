"""Looking at GitHub: pull requests, deployments and how they stand, workflow runs and how they ended."""

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.github import (
    GITHUB_DEPLOYMENTS,
    GITHUB_PULLS,
    GITHUB_WORKFLOWS,
    DeploymentFilter,
    PullFilter,
    WorkflowFilter,
)
from tools.connectors.github.answers import Deployment, DeploymentStatus, Pull, WorkflowRun
from tools.connectors.github.api import SOURCE, GitHub
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.repositories.named import Repository
from tools.repositories.port import Repositories
from tools.wording import capital, many, named

MOST_SHOWN = 50


class PullsList:
    """Serves `github.pulls`."""

    capability = GITHUB_PULLS

    def __init__(self, github: GitHub, repositories: Repositories) -> None:
        self._github = github
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the pull requests, the newest first; `value` is how many."""
        asked, deadline = given(arguments, PullFilter), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        every, more = await self._github.pulls(repository, asked.state, deadline)
        shown = every[:MOST_SHOWN]
        hidden = len(every) - len(shown)
        state = "" if asked.state == "all" else f"{asked.state} "
        summary = capital(f"{many(len(every), f'{state}pull request')} of {repository.name}.")
        missing = f"{SOURCE}: {hidden}{' or more' if more else ''} pull requests are not shown"
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, repository, "pulls", summary, len(every), _lines(shown)),),
            value=len(every),
            missing=(missing,) if hidden or more else (),
            data={"pulls": [_pull_row(each) for each in shown]},
        )


class DeploymentsList:
    """Serves `github.deployments`."""

    capability = GITHUB_DEPLOYMENTS

    def __init__(self, github: GitHub, repositories: Repositories) -> None:
        self._github = github
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the ten newest deployments with their status, the newest first; `value` is how many."""
        asked, deadline = given(arguments, DeploymentFilter), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        found = await self._github.deployments(repository, asked.environment, deadline)
        rows = [
            _deployment_row(each, await self._github.statuses(repository, each.id, deadline)) for each in found
        ]
        newest = f", the newest is {rows[0]['state']}" if rows else ""
        summary = capital(f"{many(len(rows), 'deployment')} of {repository.name}{newest}.")
        text = "\n".join(f"{row['id']} {row['sha']} to {row['environment']}: {row['state']}" for row in rows)
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, repository, "deployments", summary, len(rows), text),),
            value=len(rows),
            data={"deployments": list[JsonValue](rows)},
        )


class WorkflowsList:
    """Serves `github.workflows`."""

    capability = GITHUB_WORKFLOWS

    def __init__(self, github: GitHub, repositories: Repositories) -> None:
        self._github = github
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the newest workflow runs, the newest first; `value` is how many of them failed."""
        asked, deadline = given(arguments, WorkflowFilter), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        said = await self._github.runs(repository, asked.branch, deadline)
        runs = said.workflow_runs
        failed = sum(each.conclusion in {"failure", "timed_out", "startup_failure"} for each in runs)
        going = sum(each.conclusion is None for each in runs)
        still = f", {going} still run" if going else ""
        summary = capital(f"{many(len(runs), 'workflow run')} of {repository.name}: {failed} failed{still}.")
        text = "\n".join(f"{each.name} on {each.head_branch}: {each.conclusion or each.status}" for each in runs)
        hidden = max(0, said.total_count - len(runs))
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, repository, "actions", summary, failed, text),),
            value=failed,
            missing=(f"{SOURCE}: {hidden} older workflow runs are not shown",) if hidden else (),
            data={"runs": [_run_row(each) for each in runs]},
        )


def _lines(pulls: tuple[Pull, ...]) -> str:
    return "\n".join(f"#{each.number} {each.state}: {each.title}" for each in pulls)


def _pull_row(pull: Pull) -> JsonValue:
    return {
        "number": pull.number,
        "title": pull.title,
        "state": "merged" if pull.merged() else pull.state,
        "branch": pull.head.ref,
        "by": pull.user.login if pull.user else "",
    }


def _deployment_row(deployment: Deployment, statuses: tuple[DeploymentStatus, ...]) -> dict[str, JsonValue]:
    newest = max(statuses, key=lambda each: each.id, default=None)
    return {
        "id": deployment.id,
        "sha": deployment.sha[:10],
        "environment": named(deployment.environment, "another environment"),
        "state": newest.state if newest else "without a status",
        "at": deployment.created_at.isoformat(),
    }


def _run_row(run: WorkflowRun) -> JsonValue:
    return {
        "id": run.id,
        "name": run.name,
        "branch": run.head_branch,
        "sha": run.head_sha[:10],
        "status": run.status,
        "conclusion": run.conclusion,
    }


def _evidence(
    context: CallContext,
    repository: Repository,
    page: str,
    summary: str,
    value: int,
    text: str,
) -> Evidence:
    return Evidence(
        id=evidence_id(context, repository.name, page),
        source=SOURCE,
        query=f"/repos/{repository.github}/{page}",
        summary=summary,
        observed_at=context.now,
        value=value,
        text=text[:4000],
    )
