"""GitHub over its REST API: pull requests with the change and the reason, deployments, workflow runs."""

from collections.abc import Iterable

from tools.connectors.github.api import SOURCE, VERSION, GitHub
from tools.connectors.github.closing import PullClose, PullReopen
from tools.connectors.github.deployments import DeploymentStatusSet
from tools.connectors.github.manners import Manners
from tools.connectors.github.proposing import GitHubChange, GitHubRevert, PullOpen
from tools.connectors.github.reading import DeploymentsList, PullsList, WorkflowsList
from tools.contract import Tool
from tools.repositories.named import Repository
from tools.repositories.port import Repositories

__all__ = ["SOURCE", "VERSION", "GitHub", "Manners", "hands"]


def hands(github: GitHub, repositories: Repositories, every: Iterable[Repository]) -> tuple[Tool, ...]:
    """Return every hand GitHub has; of `every` repository those that are there are asked."""
    hosted = tuple(each for each in every if each.github)
    return (
        PullsList(github, repositories),
        DeploymentsList(github, repositories),
        WorkflowsList(github, repositories),
        GitHubRevert(github, repositories, hosted),
        GitHubChange(github, repositories, hosted),
        PullOpen(github, repositories, hosted),
        PullClose(github, repositories),
        PullReopen(github, repositories),
        DeploymentStatusSet(github, repositories, hosted),
    )
