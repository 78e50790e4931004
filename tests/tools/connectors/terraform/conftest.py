"""A project without providers. Debian does not package Terraform: where it is absent, also in CI, we skip."""

import shutil
from pathlib import Path

import pytest

from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from tests.tools.connectors.calls import context
from tools.connectors.terraform import Plans, Terraform, hands
from tools.contract import Actor, Reader
from tools.projects import Project
from tools.registry import Registry

ONE = 'resource "terraform_data" "one" {\n  input = "%s"\n}\n'


class Bench:
    """A folder with a configuration, and the hands on it."""

    def __init__(self, folder: Path, program: str) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.folder = folder / "infra"
        self.folder.mkdir()
        self.project = Project.model_validate(
            {"name": "infra", "folder": str(self.folder), "environment": {"TF_VAR_password": "hunter2-secret"}}
        )
        self.plans = Plans(folder / "kept")
        self.registry = Registry(hands(Terraform(program, self.home), [self.project], self.plans))

    def write(self, configuration: str) -> None:
        """Make this the configuration."""
        (self.folder / "main.tf").write_text(configuration)

    def actor(self, name: str = "terraform.apply") -> Actor:
        found = self.registry.tool(name)
        assert isinstance(found, Actor)
        return found

    @property
    def planning(self) -> Reader:
        found = self.registry.tool("terraform.plan")
        assert isinstance(found, Reader)
        return found

    async def preview(self, name: str = "terraform.apply", **more: object) -> Preview:
        """Rehearse an apply."""
        arguments = self.registry.arguments(name, {"project": "infra", **more})  # type: ignore[dict-item] # plain JSON
        return await self.actor(name).preview(arguments, context(deadline_s=60.0))

    async def act(self, call: Call, key: str = "run_1:0", deadline_s: float = 60.0) -> Outcome:
        """Carry a settled call out."""
        arguments = self.registry.arguments(call.tool, call.arguments)
        return await self.actor(call.tool).act(arguments, context(key, deadline_s=deadline_s))

    def log(self, key: str = "run_1:0") -> Path:
        """Return where Terraform's own log of an apply is."""
        return self.plans.log(key)._path

    async def look(self, key: str = "run_1:0") -> Outcome | None:
        """Look what came of a key."""
        return await self.actor().look(context(key, deadline_s=60.0))

    async def plan(self) -> Outcome:
        """Plan."""
        arguments = self.registry.arguments("terraform.plan", {"project": "infra"})
        return await self.planning.read(arguments, context(deadline_s=60.0))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is absent: no Debian package has it")
    return Bench(tmp_path, program)
