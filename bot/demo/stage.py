"""The demo put together: the estate, Quarterdeck beside it, and a way in for each of its people.

Everything it keeps lies in a folder of its own that goes with it. While it stands, `running` tells other programs
of this user where it is reached.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from bot.demo.estate import Estate, demo_estate
from bot.demo.people import PEOPLE
from bot.serving import listener, serving
from bot.settings import Profile, Settings
from bot.wiring import House, assembled
from memory.errors import InvalidSettings
from memory.model.value import Value

Progress = Callable[[str], None]

_FILE = "demo.json"


class Running(Value):
    """Where a demo is reached, its process, and a key for each of its people."""

    url: str
    pid: int
    keys: dict[str, str]


@dataclass(frozen=True)
class Stage:
    """A demo that stands."""

    house: House
    estate: Estate
    running: Running

    def links(self) -> dict[str, str]:
        """Return a link that signs each person in to the console, once."""
        return {person.id: self.house.invitation(person.id) for person in PEOPLE}


@asynccontextmanager
async def staged(base: Settings, tell: Progress) -> AsyncIterator[Stage]:
    """Start everything, let the bad release happen, and take everything down again at the end.

    Raises `DependencyMissing` when Prometheus or Alertmanager is not installed.
    """
    with TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
        async with demo_estate(Path(folder) / "estate", progress=tell) as estate:
            releasing = asyncio.create_task(estate.release_bad())
            try:
                async with _standing(base, Path(folder), estate, releasing) as stage:
                    yield stage
            finally:
                releasing.cancel()
                await asyncio.gather(releasing, return_exceptions=True)


@asynccontextmanager
async def _standing(
    base: Settings, folder: Path, estate: Estate, releasing: asyncio.Task[None]
) -> AsyncIterator[Stage]:
    with _bound(base) as bound:
        settings = _settings(base, folder, estate, bound.getsockname()[1])
        async with assembled(settings, tending=True) as house, serving(house.app, bound, house.closing):
            await releasing
            with _keys(house) as keys:
                yield Stage(house, estate, Running(url=settings.url(), pid=os.getpid(), keys=keys))


@contextmanager
def announced(base: Settings, running: Running) -> Iterator[None]:
    """Let `found` find this demo while the block lasts."""
    base.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = base.home / _FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(running.model_dump_json())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def found(base: Settings) -> Running | None:
    """Return the demo of this user that runs now, None where none does."""
    try:
        running = Running.model_validate_json((base.home / _FILE).read_bytes())
        os.kill(running.pid, 0)
    except (OSError, ValidationError):
        return None
    return running


def _settings(base: Settings, folder: Path, estate: Estate, port: int) -> Settings:
    return base.model_copy(
        update={
            "profile": Profile.DEMO,
            "tenant": "demo",
            "home": folder / "quarterdeck",
            "database_url": "",
            "port": port,
            "public_url": "",
            "prometheus_url": estate.prometheus_url,
            "alertmanager_url": estate.alertmanager_url,
            "estate_url": estate.control_url,
            "estate_token": type(base.estate_token)(estate.control_token),
            "people": PEOPLE,
            "services": estate.catalogue.services,
        }
    )


@contextmanager
def _bound(base: Settings) -> Iterator[socket]:
    """Bind to the configured port, or to any free one where that is taken: a demo is in nobody's way."""
    try:
        bound = listener(base.host, base.port)
    except InvalidSettings:
        bound = listener(base.host, 0)
    with bound:
        yield bound


@contextmanager
def _keys(house: House) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        people = [house.directory.person(house.settings.tenant, person.id) for person in PEOPLE]
        yield {person.id: stack.enter_context(house.door.trusted(person)) for person in people}
