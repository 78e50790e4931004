"""Asking GitHub's REST API, of github.com or of a GitHub Enterprise Server (its base URL ends with /api/v3)."""

from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from memory.errors import ConnectorRejected, InvalidInput
from memory.model.value import JsonValue
from tools.connectors.github.answers import Deployment, DeploymentStatus, Pull, WorkflowRuns
from tools.http import Deadline, HttpClient, read_as
from tools.repositories.named import Repository

SOURCE = "github"
VERSION = "2022-11-28"
PAGE = 100
MOST_PAGES = 3
UNPROCESSABLE = 422
S = TypeVar("S")

_PULL = TypeAdapter(Pull)
_PULLS: TypeAdapter[tuple[Pull, ...]] = TypeAdapter(tuple[Pull, ...])
_DEPLOYMENTS: TypeAdapter[tuple[Deployment, ...]] = TypeAdapter(tuple[Deployment, ...])
_STATUSES: TypeAdapter[tuple[DeploymentStatus, ...]] = TypeAdapter(tuple[DeploymentStatus, ...])
_STATUS = TypeAdapter(DeploymentStatus)
_RUNS = TypeAdapter(WorkflowRuns)


class GitHub:
    """Asks one GitHub about the repositories that the settings say are there."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        parts = urlsplit(url)
        host = (parts.netloc or "").removeprefix("api.")
        self._site = f"{parts.scheme}://{host}"

    async def pulls(self, repository: Repository, state: str, deadline: Deadline) -> tuple[tuple[Pull, ...], bool]:
        """Return the newest pull requests, the newest first, and whether there are more than were read."""
        params = [("state", state), ("sort", "created"), ("direction", "desc")]
        return await self._pages(_place(repository, "/pulls"), params, _PULLS, deadline)

    async def pulls_from(self, repository: Repository, branch: str, deadline: Deadline) -> tuple[Pull, ...]:
        """Return every pull request from a branch of the repository itself, the newest first."""
        owner = _hosted(repository).partition("/")[0]
        params = [("state", "all"), ("head", f"{owner}:{branch}"), ("per_page", str(PAGE))]
        return _parsed(await self._http.get(_place(repository, "/pulls"), params, deadline=deadline), _PULLS)

    async def open_pull(
        self, repository: Repository, branch: str, title: str, body: str, deadline: Deadline
    ) -> Pull | None:
        """Open a pull request to the default branch; None where GitHub says that there is one, or nothing in it.

        GitHub takes one open pull request from a branch to another, so asking again makes no second.
        """
        wanted: dict[str, JsonValue] = {"title": title, "head": branch, "base": repository.branch, "body": body}
        try:
            place = _place(repository, "/pulls")
            said = await self._http.post(place, json=wanted, idempotent=True, deadline=deadline)
        except ConnectorRejected as error:
            if error.status == UNPROCESSABLE:
                return None
            raise
        return _parsed(said, _PULL)

    async def set_pull_state(self, repository: Repository, number: int, state: str, deadline: Deadline) -> Pull:
        """Close or open a pull request; one that is so already stays so."""
        place = _place(repository, f"/pulls/{number}")
        said = await self._http.patch(place, json={"state": state}, idempotent=True, deadline=deadline)
        return _parsed(said, _PULL)

    async def pull(self, repository: Repository, number: int, deadline: Deadline) -> Pull:
        """Return one pull request; raises `ConnectorRejected` where there is none."""
        return _parsed(await self._http.get(_place(repository, f"/pulls/{number}"), deadline=deadline), _PULL)

    async def deployments(
        self, repository: Repository, environment: str | None, deadline: Deadline
    ) -> tuple[Deployment, ...]:
        """Return the newest deployments, the newest first."""
        params = [("per_page", "10"), *([("environment", environment)] if environment else [])]
        place = _place(repository, "/deployments")
        return _parsed(await self._http.get(place, params, deadline=deadline), _DEPLOYMENTS)

    async def statuses(
        self, repository: Repository, deployment: int, deadline: Deadline
    ) -> tuple[DeploymentStatus, ...]:
        """Return what was said of a deployment, the newest first; raises `ConnectorRejected` for none."""
        place = _place(repository, f"/deployments/{deployment}/statuses")
        return _parsed(await self._http.get(place, [("per_page", str(PAGE))], deadline=deadline), _STATUSES)

    async def say_status(
        self, repository: Repository, deployment: int, state: str, description: str, deadline: Deadline
    ) -> DeploymentStatus:
        """Say how a deployment stands. Never repeated: each request says it once more."""
        wanted: dict[str, JsonValue] = {"state": state, "description": description, "auto_inactive": False}
        place = _place(repository, f"/deployments/{deployment}/statuses")
        return _parsed(await self._http.post(place, json=wanted, deadline=deadline), _STATUS)

    async def runs(self, repository: Repository, branch: str | None, deadline: Deadline) -> WorkflowRuns:
        """Return the newest workflow runs, the newest first."""
        params = [("per_page", "20"), *([("branch", branch)] if branch else [])]
        return _parsed(await self._http.get(_place(repository, "/actions/runs"), params, deadline=deadline), _RUNS)

    def page(self, repository: Repository, below: str) -> str:
        """Return the address of a page of the repository, for people."""
        return f"{self._site}/{repository.github}/{below}"

    async def _pages(
        self, place: str, params: list[tuple[str, str]], kind: TypeAdapter[tuple[S, ...]], deadline: Deadline
    ) -> tuple[tuple[S, ...], bool]:
        rows: list[S] = []
        for page in range(1, MOST_PAGES + 1):
            asked = [*params, ("per_page", str(PAGE)), ("page", str(page))]
            said = _parsed(await self._http.get(place, asked, deadline=deadline), kind)
            rows += said
            if len(said) < PAGE:
                return tuple(rows), False
        return tuple(rows), True


def _hosted(repository: Repository) -> str:
    if not repository.github:
        raise InvalidInput(
            f"expected {repository.name} to be on GitHub, found no name for it there",
            hint="Give the repository its `github`, as owner/name, in the settings.",
        )
    return repository.github


def _place(repository: Repository, below: str) -> str:
    return f"/repos/{_hosted(repository)}{below}"


def _parsed(said: JsonValue, kind: TypeAdapter[S]) -> S:
    return read_as(said, kind.validate_python, "the GitHub API", SOURCE)
