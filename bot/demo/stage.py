"""The demo put together: the estate, Quarterdeck beside it, and a way in for each of its people.

Everything it keeps lies in a folder of its own that goes with it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from socket import socket
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.alert_settings import AlertSource
from bot.demo.estate import Estate, demo_estate
from bot.demo.people import ALICE, PEOPLE
from bot.demo.running import Running
from bot.serving import listener, serving
from bot.settings import Profile, Settings
from bot.wiring import House, assembled
from memory.errors import InvalidSettings
from memory.tasks import stopped

Progress = Callable[[str], None]

SCRAPE_S = 1.0  # as the estate tells its Prometheus


@dataclass(frozen=True)
class Stage:
    """A demo that stands."""

    house: House
    estate: Estate
    running: Running

    async def links(self) -> dict[str, str]:
        """Return a link that signs each person in to the console, once."""
        return {person.id: await self.house.invitation(person.id) for person in PEOPLE}


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
                await stopped(releasing)


@asynccontextmanager
async def _standing(
    base: Settings, folder: Path, estate: Estate, releasing: asyncio.Task[None]
) -> AsyncIterator[Stage]:
    with _bound(base) as bound:
        settings = _settings(base, folder, estate, bound.getsockname()[1])
        async with assembled(settings, tending=True) as house, serving(house.app, bound, house.closing):
            (source,) = settings.alert_sources
            await estate.send_alerts(f"{settings.url()}/hooks/{source.name}", source.secret.get_secret_value())
            await releasing
            with _keys(house) as keys:
                yield Stage(house, estate, Running(url=settings.url(), pid=os.getpid(), keys=keys))


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
            "prometheus_scrape_s": SCRAPE_S,
            "alertmanager_url": estate.alertmanager_url,
            "estate_url": estate.control_url,
            "estate_token": type(base.estate_token)(estate.control_token),
            "alert_sources": (_alertmanager(),),
            "room_reader": ALICE.id,
            "people": (*PEOPLE, *base.people),
            "services": estate.catalogue.services,
        }
    )


def _alertmanager() -> AlertSource:
    return AlertSource(name="alertmanager", kind="alertmanager", secret=SecretStr(token_hex()))


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
        people = [house.directory.person(house.settings.tenant, each.id) for each in house.settings.people]
        yield {person.id: stack.enter_context(house.door.trusted(person)) for person in people}
