"""The helm program, run as a list of arguments: no shell, and nothing of this process's environment."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memory.errors import ConnectorRejected, ConnectorUnreachable, DependencyMissing, VersionUnsupported
from tools.http import Deadline

_KILL_S = 1.0
_MOST = 16_384


@dataclass(frozen=True)
class Program:
    """Where helm is, which kubeconfig it takes, and a folder of its own for its caches."""

    path: Path
    kubeconfig: Path
    context: str
    home: Path

    async def version(self, deadline: Deadline) -> str:
        """Return its version; raises `VersionUnsupported` for Helm 2 and before."""
        said = (await self._run(["version", "--template", "{{.Version}}"], deadline)).strip()
        if not said.startswith(("v3.", "v4.")):
            raise VersionUnsupported(f"expected Helm 3 or 4 at {self.path}, found another", body=said[:100])
        return said[:40]

    async def rollback(self, release: str, revision: int, namespace: str, deadline: Deadline) -> None:
        """Take a release back to a revision; raises `ConnectorRejected` where helm refuses.

        Raises `ConnectorUnreachable` where it did not end in time: whether it took effect is then to be looked at.
        """
        seconds = max(1, int(deadline.remaining()))
        arguments = ["rollback", release, str(revision), "--namespace", namespace, "--timeout", f"{seconds}s"]
        arguments += ["--kubeconfig", str(self.kubeconfig)]
        arguments += ["--kube-context", self.context] if self.context else []
        await self._run(arguments, deadline)

    async def _run(self, arguments: list[str], deadline: Deadline) -> str:
        environment = {"HOME": str(self.home), "HELM_CACHE_HOME": str(self.home), "HELM_NO_PLUGINS": "1"}
        try:
            running = await asyncio.create_subprocess_exec(
                str(self.path),
                *arguments,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise DependencyMissing(
                f"expected the helm program at {self.path}, found: {error.strerror}", hint="Set helm_program."
            ) from error
        try:
            async with asyncio.timeout(deadline.remaining()):
                said, complained = await running.communicate()
        except TimeoutError:
            raise ConnectorUnreachable(f"helm {arguments[0]} did not end in time") from None
        finally:
            await _ended(running)
        if running.returncode:
            raise ConnectorRejected(
                f"helm {arguments[0]} ended with {running.returncode}",
                hint="`helm history` says how the release stands.",
                body=complained[:_MOST].decode(errors="replace"),
            )
        return said[:_MOST].decode(errors="replace")


async def _ended(running: asyncio.subprocess.Process) -> None:
    """End what still runs: asked first, so that helm marks its release as failed, and killed when it does not."""
    if running.returncode is not None:
        return
    for end in (running.terminate, running.kill):
        with suppress(ProcessLookupError):
            end()
        with suppress(TimeoutError):
            async with asyncio.timeout(_KILL_S):
                await running.wait()
                return
