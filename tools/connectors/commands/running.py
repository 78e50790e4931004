"""Running one program: a list of arguments, a listed environment, limits, and an end with all that it started."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from memory.errors import ConnectorUnreachable, DependencyMissing
from tools.declared.command import Bounds, Command
from tools.once import not_begun
from tools.processes import ended

STARTER = Path(__file__).with_name("started.py")
HIDDEN = "[secret]"
_CHUNK = 65_536


@dataclass(frozen=True)
class Ran:
    """What came of a program. What it wrote is untrusted, cut to the limit, and without our secrets."""

    code: int
    output: str
    errors: str
    cut: bool


class Running:
    """Runs the variants of one command."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.source = f"command.{command.name}"

    async def run(self, arguments: Iterable[str], deadline_s: float) -> Ran:
        """Run the program to its end; with it ends every process of its group.

        Raises `ConnectorUnreachable`: with nothing begun where it did not start; where it was ended for taking too
        long, whether it took effect by then is not known.
        """
        process, report = await self._started(tuple(arguments))
        output, errors = _Kept(self.command.bounds.output_bytes), _Kept(self.command.bounds.output_bytes)
        seconds = min(self.command.bounds.seconds, deadline_s)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(output.read(process.stdout), errors.read(process.stderr))
                code = await process.wait()
        except TimeoutError:
            raise ConnectorUnreachable(f"{self.source} was ended: it took longer than {seconds:.3g} s") from None
        finally:
            await ended(process)
            refused = _told(report)
        if refused:
            raise not_begun(f"{self.source} was not started: {refused}")
        return Ran(code, self._hidden(output.text()), self._hidden(errors.text()), output.cut or errors.cut)

    async def _started(self, arguments: tuple[str, ...]) -> tuple[Process, int]:
        """Return the process, and the descriptor that tells why the program did not begin."""
        environment = self._environment()
        limits = _bounds(self.command.bounds)
        what = json.dumps([limits, list(environment), self.command.sha256, self.command.program, *arguments])
        report, theirs = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                str(STARTER),
                what,
                str(theirs),
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env=environment,
                cwd=self.command.directory,
                start_new_session=True,
                pass_fds=(theirs,),
            )
        except OSError as error:
            os.close(report)
            raise not_begun(f"{self.source} was not started: {error.strerror or error}") from error
        finally:
            os.close(theirs)
        return process, report

    def _environment(self) -> dict[str, str]:
        secrets = {name: secret.get_secret_value() for name, secret in self.command.secrets.items()}
        return {**self.command.environment, **secrets}

    def _hidden(self, text: str) -> str:
        for secret in self.command.secrets.values():
            text = text.replace(secret.get_secret_value(), HIDDEN) if secret.get_secret_value() else text
        return text

    def check(self) -> str:
        """Return where the program is; raises `DependencyMissing` where it is not, or is none."""
        program = self.command.program
        if not os.access(program, os.X_OK) or not Path(program).is_file():
            raise DependencyMissing(
                f"expected a program at {program}, found none that can be run",
                hint=f"Install it, or take the command {self.command.name} out of the settings.",
            )
        return program


class _Kept:
    """The beginning of what a program writes. The rest is read and dropped: it never waits for a reader."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = bytearray()
        self.cut = False

    async def read(self, stream: asyncio.StreamReader | None) -> None:
        """Read to the end."""
        while stream is not None and (chunk := await stream.read(_CHUNK)):
            left = self._most - len(self._kept)
            self._kept += chunk[:left]
            self.cut = self.cut or len(chunk) > left

    def text(self) -> str:
        """Return it as text: what is not UTF-8, and what would steer a terminal, is replaced."""
        text = self._kept.decode(errors="replace")
        return "".join(
            each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text
        )


def _told(report: int) -> str:
    """Return why the program did not begin, nothing where it did. The other end is closed: there is no waiting."""
    with os.fdopen(report, "rb") as told:
        return told.read(1000).decode(errors="replace")


def _bounds(bounds: Bounds) -> dict[str, int]:
    return bounds.model_dump(include={"cpu_s", "memory_mb", "file_mb", "open_files"})
