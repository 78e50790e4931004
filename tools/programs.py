"""Running a program: an argument list and never a shell, in a group of its own, bounded in time and in output.

When its time is over, or whoever waits for it is cancelled, the whole group is ended: asked first where it
is given time to tidy up, then killed. The environment is what is given and nothing else.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memory.errors import ConnectorUnreachable, DependencyMissing, ResponseTooLarge
from tools.processes import ended, sent

SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"
MOST_BYTES = 4_000_000
MOST_COMPLAINT_BYTES = 64_000
_CHUNK = 65_536
_ASKED = signal.SIGTERM  # a shell has what it starts in the background ignore SIGINT


@dataclass(frozen=True)
class Finished:
    """How a program ended: its exit status, and what it wrote."""

    status: int
    out: bytes
    complaint: str  # its standard error: text from outside

    def text(self) -> str:
        """Return what it wrote as text; bytes that are none are replaced."""
        return self.out.decode(errors="replace")


async def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    within_s: float,
    given: bytes = b"",
    most_bytes: int = MOST_BYTES,
    grace_s: float = 0.0,
    into: int | None = None,
) -> Finished:
    """Run a program to its end and return how that was; `given` is its standard input.

    What it writes goes `into` that file descriptor, if there is one, and stays there if this process dies.

    Beyond `within_s` it is asked to end, and killed `grace_s` later. Raises `ConnectorUnreachable` where it did
    not end in time, `ResponseTooLarge` where it wrote more than `most_bytes`, `DependencyMissing` where there is
    none.
    """
    name = Path(command[0]).name
    if within_s <= 0:
        raise ConnectorUnreachable(f"{name} was not started: no time was left")
    process = await _started(command, folder, environment, into)
    try:
        async with asyncio.timeout(within_s):
            (out, too_much), (complaint, _), _ = await asyncio.gather(
                _read(process.stdout, most_bytes, lambda: sent(process, signal.SIGKILL)),
                _read(process.stderr, MOST_COMPLAINT_BYTES, lambda: None),
                _feed(process.stdin, given),
            )
            status = await process.wait()
    except TimeoutError:
        raise ConnectorUnreachable(f"{name} did not end within {within_s:.3g} s and was stopped") from None
    finally:
        await ended(process, grace_s, asked=_ASKED)
    if too_much:
        raise ResponseTooLarge(
            f"expected at most {most_bytes:,} bytes from {name}, found more", hint="Ask for less."
        )
    return Finished(status, out, complaint.decode(errors="replace"))


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the secrets."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "[hidden]")
    return text


async def _started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], into: int | None
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env={"PATH": SEARCH_PATH, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if into is None else into,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise DependencyMissing(
            f"expected to start {command[0]}, found: {error.strerror}",
            hint=f"Install {Path(command[0]).name}, or set where it is.",
        ) from error


async def _read(stream: asyncio.StreamReader | None, most: int, beyond: Callable[[], None]) -> tuple[bytes, bool]:
    """Return the first `most` bytes and whether there were more; the rest is read too, so that nothing blocks."""
    kept, more = bytearray(), False
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept += chunk[: most - len(kept) + 1]
        if len(kept) > most and not more:
            more = True
            beyond()
    return bytes(kept[:most]), more


async def _feed(stream: asyncio.StreamWriter | None, given: bytes) -> None:
    if stream is None:
        return
    with suppress(ConnectionError):  # it ended without reading it all, which its status tells
        stream.write(given)
        await stream.drain()
    stream.close()
