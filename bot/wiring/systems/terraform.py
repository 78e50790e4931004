"""Terraform, where the settings name a project."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Check, Opened, Surroundings
from bot.wiring.systems.repositories import private
from tools.connectors.terraform import Plans, Terraform, hands
from tools.http import Deadline
from tools.projects import Project

_WITHIN_S = 10.0


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on every project, and a check for each that its state can be read."""
    settings = around.settings
    if not settings.terraform_projects:
        yield Opened()
        return
    folder = private(settings.home / "terraform")
    terraform = Terraform(settings.terraform_program, private(folder / "home"))
    checks = {f"terraform.{each.name}": _answering(terraform, each) for each in settings.terraform_projects}
    yield Opened(hands=hands(terraform, settings.terraform_projects, Plans(folder)), checks=checks)


def _answering(terraform: Terraform, project: Project) -> Check:
    async def check() -> str:
        state = await terraform.state(project, Deadline(_WITHIN_S))
        return f"serial {state.rpartition(':')[2]}"

    return check
