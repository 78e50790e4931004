"""The `terraform` program, run in the folders of the settings alone, asking nobody and downloading nothing.

`terraform init` is never run: what a project needs is put there by whoever deploys it. What the environment of a
project holds never reaches a message.
"""

import json
import re
from pathlib import Path

from memory.errors import Conflict, ConnectorError, ConnectorRejected, ConnectorUnreachable
from tools.connectors.terraform.log import Log
from tools.http import Deadline
from tools.programs import Finished, run, scrubbed
from tools.projects import Project

SOURCE = "terraform"
GRACE_S = 5.0  # to give the state's lock back when it is interrupted
MOST_BYTES = 64_000_000
_ENVIRONMENT = {
    "TF_IN_AUTOMATION": "1",
    "TF_INPUT": "0",
    "CHECKPOINT_DISABLE": "1",
    "LC_ALL": "C.UTF-8",
}
_CONFIGURATION = """\
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = "%s"
    include = ["*/*/*"]
  }
}
"""
_LOCKED = "Error acquiring the state lock"
_STALE = "Saved plan is stale"
_TITLE = re.compile(r"Error: ([A-Za-z0-9 ,'._-]{3,120})")


class Terraform:
    """Runs terraform. `home` is a folder that stands for the home directory and for a mirror without providers."""

    def __init__(self, program: str, home: Path) -> None:
        self._program = program
        self._home = home

    async def run(
        self,
        project: Project,
        *arguments: str,
        deadline: Deadline,
        expected: frozenset[int] = frozenset({0}),
    ) -> Finished:
        """Run one terraform command; raises `ConnectorUnreachable` for a held lock, `Conflict` for a stale plan.

        Any other status than those expected is a `ConnectorRejected`, with what it said as its body.
        """
        finished = await run(
            [self._program, *arguments],
            folder=Path(project.folder),
            environment=self._environment(project),
            within_s=deadline.remaining(),
            most_bytes=MOST_BYTES,
        )
        if finished.status not in expected:
            raise _refusal(project, arguments[0], finished.complaint)
        return finished

    async def apply(self, project: Project, file: Path, log: Log, deadline: Deadline) -> None:
        """Apply a saved plan while the log is held; raises as `run` does, with what the log says as its body.

        Out of time it is interrupted first, so that it can write the state and give its lock back.
        """
        grace_s = min(GRACE_S, deadline.remaining() / 4)
        wanted = ("apply", "-json", "-input=false", "-auto-approve", lock_timeout(deadline), str(file))
        with log.held() as into:
            finished = await run(
                [self._program, *wanted],
                folder=Path(project.folder),
                environment=self._environment(project),
                within_s=deadline.remaining() - grace_s,
                grace_s=grace_s,
                into=into,
            )
        if finished.status:
            raise _refusal(project, "apply", f"{log.complaint()}\n{finished.complaint}")

    async def state(self, project: Project, deadline: Deadline) -> str:
        """Return lineage and serial of the state as it is now: `LINEAGE:SERIAL`, `none:0` where there is none."""
        said = (await self.run(project, "state", "pull", deadline=deadline)).out
        if not said.strip():
            return "none:0"
        try:
            state = json.loads(said)
            return f"{state['lineage']}:{int(state['serial'])}"
        except (ValueError, KeyError, TypeError):
            raise ConnectorError(
                f"expected the state of {project.name} to be JSON with a serial, found another form"
            ) from None

    def _environment(self, project: Project) -> dict[str, str]:
        configuration = self._home / "terraform.rc"
        if not configuration.is_file():
            configuration.write_text(_CONFIGURATION % (self._home / "mirror"), encoding="utf-8")
        given = {name: value.get_secret_value() for name, value in project.environment.items()}
        ours = {
            "HOME": str(self._home),
            "TF_CLI_CONFIG_FILE": str(configuration),
            "TF_WORKSPACE": project.workspace,
        }
        return given | _ENVIRONMENT | ours


def lock_timeout(deadline: Deadline) -> str:
    """Return how long to wait for the state's lock: half of the time that is left."""
    return f"-lock-timeout={int(deadline.remaining() / 2)}s"


def _refusal(project: Project, command: str, complaint: str) -> ConnectorError | Conflict:
    said = scrubbed(complaint, project.secrets())
    if _LOCKED in said:
        return ConnectorUnreachable(
            f"the state of {project.name} is locked by somebody else; nothing was changed",
            hint="Wait until they are done, then ask again.",
            body=said[:2000],
        )
    if _STALE in said:
        return Conflict(
            f"expected the state of {project.name} to be the one the plan was made on, found a later one; nothing "
            "was changed",
            hint="Make a new plan and look at it.",
        )
    title = _TITLE.search(said)
    return ConnectorRejected(
        f"terraform {command} of {project.name} failed{f': {title[1].strip()}' if title else ''}",
        hint="Run `terraform init` in the project's folder if it was not, and check its credentials.",
        body=said[:2000],
    )
