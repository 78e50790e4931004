"""`quarterdeck`: gives the command line what it needs of this process. Everything heavy is imported when used."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.demo.running import announced, found
from bot.settings import Settings, load, parsed
from bot.surfaces.cli.app import run
from bot.surfaces.cli.host import DemoReady, Door, Finding, KeyRing, LineReader, LogKeeper, Progress, ToolKeeper
from bot.witness.commands import witness
from memory.model.access import ApiKey
from memory.model.value import JsonValue

if TYPE_CHECKING:
    import httpx
    from starlette.types import ASGIApp

    from agents.costs.answer import CostAnswer
    from bot.voice.hearing import Ear
    from bot.wiring import House
    from memory.recall.recalling import Remembered, RunbookMatch
    from tools.policy import Facts
    from tools.policy.source import Library

_YOUNG = 20_000  # objects between two looks for garbage: what is imported stays, and looking through it took 0.4 s


class Process:
    """This process, as `bot.surfaces.cli.host.Host`."""

    def settings(self, **overrides: Any) -> Settings:
        """Return the configured settings with these in their place."""
        configured = load()
        return parsed({**configured.model_dump(exclude_unset=True), **overrides}) if overrides else configured

    def open_local(self, settings: Settings) -> "AbstractAsyncContextManager[tuple[ASGIApp, str]]":
        """Assemble the application in this process."""
        from bot.wiring import open_local

        _quiet()
        return open_local(settings)

    def demo_door(self, settings: Settings, person: str) -> Door | None:
        """Return the way to the demo that runs on this machine."""
        running = found(settings.home)
        return Door(url=running.url, key=running.key(person)) if running else None

    @asynccontextmanager
    async def open_keys(self, settings: Settings) -> AsyncIterator[KeyRing]:
        """Open the store for its keys."""
        from bot.wiring import assembled

        _quiet()
        async with assembled(settings) as house:
            yield _Keys(house)

    def open_log(self, settings: Settings) -> "AbstractAsyncContextManager[LogKeeper]":
        """Open the store for its log's key."""
        from bot.wiring import open_keeper

        _quiet()
        return open_keeper(settings)

    def open_tools(self, settings: Settings) -> "AbstractAsyncContextManager[ToolKeeper]":
        """Open the store for what is agreed to of MCP servers' tools."""
        from bot.wiring import open_tools

        _quiet()
        return open_tools(settings)

    async def speak(self, http: "httpx.AsyncClient") -> int:
        """Be an MCP server on standard input and output."""
        from bot.surfaces.mcp.stdio import speak

        _quiet()
        await speak(http)
        return 0

    def new_log_key(self, settings: Settings, path: Path) -> str:
        """Make a key in a file."""
        from bot.wiring import new_log_key

        return new_log_key(settings, path)

    def log_key_in(self, settings: Settings, path: Path) -> str:
        """Return the verifier key of the private one in a file."""
        from bot.wiring import log_key_in

        return log_key_in(settings, path)

    def open_reader(self, settings: Settings) -> LineReader:
        """Load the embedded interpreter. Without a catalogue of one's own it reads as for the demo's services."""
        from bot.demo.catalogue import CATALOGUE
        from bot.wiring import open_reader

        if not settings.services:
            settings = settings.model_copy(update={"services": CATALOGUE.services})
        return open_reader(settings)

    def open_ear(self, settings: Settings) -> "Ear":
        """Load what hears. Without a catalogue of one's own it hears the demo's services."""
        from bot.demo.catalogue import CATALOGUE
        from bot.wiring.hearing import open_ear

        if not settings.services:
            settings = settings.model_copy(update={"services": CATALOGUE.services})
        return open_ear(settings)

    def find_runbooks(
        self, settings: Settings, payload: bytes, library: Path | None, limit: int
    ) -> "tuple[RunbookMatch, ...]":
        """Search runbooks for an alert."""
        from bot.wiring.recall import find_runbooks

        _quiet()
        return find_runbooks(settings, payload, library, limit)

    def recall_files(
        self, settings: Settings, words: str, library: Path, services: tuple[str, ...], limit: int
    ) -> "tuple[Remembered, ...]":
        """Search a folder of post-mortems."""
        from bot.wiring.recall import recall_files

        _quiet()
        return recall_files(settings, words, library, services, limit)

    def ask_bills(self, bills: Sequence[Path], question: str, after: Sequence[str], now: datetime) -> "CostAnswer":
        """Answer a question about files of bills."""
        from bot.costs.alone import answered

        _quiet()
        return asyncio.run(answered(bills, question, after, now))

    def policy_library(self, settings: Settings, place: Path | None) -> "Library":
        """Read policies."""
        from bot.policies import library

        return library(settings, place)

    def policy_facts(self, settings: Settings) -> "Facts":
        """Return who and what policies are about. Without people of one's own they are the demo's."""
        from bot.demo.catalogue import CATALOGUE
        from bot.demo.people import PEOPLE
        from bot.policies import facts

        if not settings.people and not settings.services:
            settings = settings.model_copy(update={"people": PEOPLE, "services": CATALOGUE.services})
        return facts(settings)

    def examine(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at every part."""
        from bot.doctor import examined

        _quiet()
        door = None if settings.people or settings.server_url else self.demo_door(settings, settings.principal)
        if door is not None:
            settings = settings.model_copy(update={"server_url": door.url, "api_key": SecretStr(door.key)})
        return examined(settings)

    def examine_slack(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at the way to Slack and back."""
        from bot.slack_findings import slack_examined

        _quiet()
        return slack_examined(settings)

    def slack_manifest(
        self, settings: Settings, name: str, *, socket: bool
    ) -> tuple[dict[str, JsonValue], Mapping[str, str]]:
        """Return the manifest of the Slack app, and the reasons in it."""
        from bot.surfaces.slack.installing.manifest import manifest, reasons

        audio, rooms = settings.slack_audio, settings.slack_war_rooms
        made = manifest(settings.url(), name=name, socket=socket, audio=audio, war_rooms=rooms)
        return made, reasons(audio=audio, war_rooms=rooms)

    def examine_teams(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at the way to Microsoft Teams and back."""
        from bot.teams_findings import teams_examined

        _quiet()
        return teams_examined(settings)

    def teams_package(self, settings: Settings, name: str) -> bytes:
        """Return the app package for Teams."""
        from importlib.metadata import version

        from bot.surfaces.teams.packaging import package

        return package(settings.teams_app_id, settings.url(), name, version("quarterdeck"))

    async def serve(self, settings: Settings, opened: Progress) -> None:
        """Serve until told to stop."""
        from bot.serving import listener, serving, settle, until_told
        from bot.telemetry import configure_logging
        from bot.wiring import assembled

        configure_logging(settings.log_level)
        with closing(listener(settings.host, settings.port)) as bound:
            here = settings.model_copy(update={"port": bound.getsockname()[1]})
            async with assembled(here, tending=True) as house, serving(house.app, bound, house.closing):
                settle()
                opened(here.url())
                await until_told()

    async def demo(self, settings: Settings, tell: Progress, opened: Callable[[DemoReady], None]) -> None:
        """Run the demo until told to stop."""
        from bot.demo.stage import staged
        from bot.serving import until_told

        _quiet()
        async with staged(settings, tell) as stage:
            with announced(settings.home, stage.running):
                opened(DemoReady(url=stage.running.url, links=await stage.links()))
                await until_told()

    async def walk(self, settings: Settings, tell: Progress) -> dict[str, JsonValue]:
        """Take the demo's walk once."""
        from bot.demo.stage import staged
        from bot.demo.walk import walked

        _quiet()
        async with staged(settings.model_copy(update={"port": 0}), tell) as stage:
            report = await walked(stage.running, tell)
        return report.model_dump(mode="json")


class _Keys:
    """The keys of an assembled house."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._tenant = house.settings.tenant

    async def add(
        self, person: str, scopes: Iterable[str], *, label: str, lifetime: timedelta | None
    ) -> tuple[ApiKey, str]:
        return await self._house.door.mint(self._tenant, person, scopes, label=label, lifetime=lifetime)

    async def all(self) -> Sequence[ApiKey]:
        return await self._house.store.keys.of(self._tenant)

    async def revoke(self, key: str) -> ApiKey:
        return await self._house.door.revoke(self._tenant, key)

    async def rotate(self, key: str, overlap: timedelta) -> tuple[ApiKey, ApiKey, str]:
        return await self._house.door.rotate(self._tenant, key, overlap)


def _quiet() -> None:
    """Leave standard output to the command's result, and standard error to what goes wrong."""
    from bot.telemetry import configure_logging

    configure_logging("error")


def main() -> None:
    """Carry out the command line."""
    gc.set_threshold(_YOUNG)
    run(Process(), witness=witness)


if __name__ == "__main__":
    main()
