"""One command being carried out: for whom, against which Quarterdeck, and with which exit code it ends.

The one boundary where an error becomes words on the terminal and a code for the shell.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import httpx
import typer
from starlette.types import ASGIApp

from bot.error_classes import exit_code
from bot.settings import Profile, Settings
from bot.surfaces.cli.client import ANSWER_WITHIN_S, CONNECT_WITHIN_S, Client
from bot.surfaces.cli.host import Host
from bot.surfaces.cli.in_process import InProcess
from bot.surfaces.cli.recent import Recent
from bot.surfaces.cli.screen import Screen
from memory.errors import InvalidInput, InvalidSettings, QuarterdeckError
from memory.ids import RandomIds

INTERRUPTED = 130  # what shells give for Ctrl-C

Work = Callable[[Client], Awaitable[int]]
T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """What a command was started with."""

    host: Host
    screen: Screen
    server: str = ""
    person: str = ""

    def run(self, work: Work) -> NoReturn:
        """Carry out the work against Quarterdeck and end the command with its exit code."""
        self.run_alone(lambda: self._connected(work))

    def run_over(self, work: Callable[[httpx.AsyncClient], Awaitable[int]]) -> NoReturn:
        """Carry out work that speaks to Quarterdeck in its own way and end the command with its exit code."""
        self.run_alone(lambda: self._over(work))

    def run_alone(self, work: Callable[[], Awaitable[int]]) -> NoReturn:
        """Carry out work that needs no Quarterdeck and end the command with its exit code."""
        self.run_here(lambda: asyncio.run(_awaited(work)))

    def run_here(self, work: Callable[[], int]) -> NoReturn:
        """Carry out work that waits for nothing and end the command with its exit code."""
        try:
            code = work()
        except QuarterdeckError as error:
            self.screen.fail(error)
            code = exit_code(error)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except BrokenPipeError:
            raise  # whoever read the output has enough; typer ends quietly
        except Exception as fault:  # noqa: BLE001  # the one place where a fault of ours becomes an exit code
            code = self._crashed(fault)
        raise typer.Exit(code)

    def settings(self) -> Settings:
        """Return the settings as the options of the command change them; raises `InvalidSettings`."""
        given = {"server_url": self.server, "principal": self.person}
        return self.host.settings(**{name: value for name, value in given.items() if value})

    def recent(self) -> Recent:
        """Return the conversation this terminal is in."""
        settings = self.settings()
        return Recent(settings.home, settings.server_url, settings.principal)

    def _crashed(self, fault: Exception) -> int:
        traceback.print_exception(fault)
        error = QuarterdeckError(
            f"something went wrong on our side: {type(fault).__name__}", hint="Tell us what is printed above."
        )
        self.screen.fail(error)
        return exit_code(error)

    async def _connected(self, work: Work) -> int:
        async with AsyncExitStack() as stack:
            with self.screen.waiting("Getting ready"):
                http = await stack.enter_async_context(self._reached(self.settings()))
            return await work(Client(http, RandomIds()))

    async def _over(self, work: Callable[[httpx.AsyncClient], Awaitable[int]]) -> int:
        async with self._reached(self.settings()) as http:
            return await work(http)

    @asynccontextmanager
    async def _reached(self, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
        if settings.server_url:
            if self.person and settings.profile is Profile.PRODUCTION:
                raise InvalidInput(
                    "expected a server or a person, found both", hint="A server knows you by QUARTERDECK_API_KEY."
                )
            async with over_network(settings.server_url, settings.api_key.get_secret_value()) as http:
                yield http
            return
        door = self.host.demo_door(settings, settings.principal) if not settings.people else None
        if door is not None:
            self.screen.note(f"talking to the demo at {door.url}")
            async with over_network(door.url, door.key, here=True) as http:
                yield http
            return
        async with self.host.open_local(settings) as (app, key), _in_process(app, key) as http:
            yield http


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()


def over_network(url: str, key: str, *, here: bool = False) -> httpx.AsyncClient:
    """Return what speaks to the server at this address with this key; raises `InvalidSettings` without one.

    A server on this machine (`here`) is reached without the proxies that other addresses may need.
    """
    if not key:
        raise InvalidSettings("expected an API key for the server, found none", hint="Set QUARTERDECK_API_KEY.")
    timeout = httpx.Timeout(ANSWER_WITHIN_S, connect=CONNECT_WITHIN_S)
    return httpx.AsyncClient(base_url=url, headers=_authorized(key), timeout=timeout, trust_env=not here)


def _in_process(app: ASGIApp, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=InProcess(app),
        base_url="http://local",
        headers=_authorized(key),
        timeout=None,  # noqa: S113  # nothing is sent anywhere: the work has deadlines of its own
    )


def _authorized(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "User-Agent": "quarterdeck-cli"}
