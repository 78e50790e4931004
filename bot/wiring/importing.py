"""Tools of MCP servers, for commands on this machine: looked at where they are, and agreed to by a person."""

import getpass
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.pins import keep, pins
from bot.settings import Settings
from bot.surfaces.cli.host import ImportedTool, ToolState
from bot.telemetry import Metrics
from bot.tool_watch import ToolWatch
from bot.wiring.log import open_log
from memory.clock import SystemClock
from memory.errors import Conflict, InvalidInput, NotFound
from memory.ids import RandomIds
from memory.model.attempt import Suspension
from memory.model.people import PrincipalKind
from memory.store import Store
from tools.capabilities.mcp import imported, tool_name
from tools.declared.pins import OfferedTool, Pin
from tools.declared.server import Server

SHORTEST_DIGEST = 12


@asynccontextmanager
async def open_tools(settings: Settings) -> AsyncIterator["ToolKeeper"]:
    """Open the store for what is agreed to of servers' tools."""
    async with open_log(settings, SystemClock(), RandomIds(), Metrics()) as log:
        yield ToolKeeper(settings, log.store)


class ToolKeeper:
    """Serves `bot.surfaces.cli.host.ToolKeeper`."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._clock = SystemClock()

    async def tools(self) -> tuple[ImportedTool, ...]:
        """Return every tool that is offered or agreed to; raises `ConnectorUnreachable` where a server is away."""
        suspended = {(each.tool, each.pinned): each for each in await self._store.suspensions.of(self._tenant)}
        found: list[ImportedTool] = []
        for server in self._settings.mcp_servers:
            now = await _offered(server)
            known = pins(self._settings).servers.get(server.name, {})
            names = sorted({*now, *known})
            found += [self._line(server, name, now.get(name), known.get(name), suspended) for name in names]
        return tuple(found)

    async def agree(self, tool: str, digest: str) -> ImportedTool:
        """Agree to a tool as it is, if its digest begins so; raises `NotFound`, `Conflict` or `InvalidInput`."""
        person = self._person()
        server, name = self._named(tool)
        now = (await _offered(server)).get(name)
        if now is None:
            raise NotFound(f"expected a tool that its server offers, found {tool}")
        if len(digest) < SHORTEST_DIGEST or not now.digest().startswith(digest):
            raise Conflict(
                f"expected {tool} with the digest {digest[:64]!r}, found {now.digest()}",
                hint="Look at it first: quarterdeck mcp diff. Give 12 digits of what you saw, or more.",
            )
        pin = Pin(tool=now, digest=now.digest(), by=person, at=self._clock.now())
        watch = ToolWatch(self._store, self._clock, RandomIds(), lambda _: None)
        keep(self._settings, pins(self._settings).having(server.name, pin))
        await watch.agreed(self._tenant, tool, pin.digest, person)
        return self._line(server, name, now, pin, {})

    @property
    def _tenant(self) -> str:
        return self._settings.tenant

    def _person(self) -> str:
        who = self._settings.principal or getpass.getuser()
        if not any(each.id == who and each.kind is PrincipalKind.PERSON for each in self._settings.people):
            raise InvalidInput(
                f"expected a person of the settings, found {who}", hint="Say who you are: --as PERSON"
            )
        return who

    def _named(self, tool: str) -> tuple[Server, str]:
        for server in self._settings.mcp_servers:
            beginning = tool_name(server.name, "")
            if tool.startswith(beginning):
                return server, tool.removeprefix(beginning)
        raise NotFound(f"expected a tool as mcp.SERVER.TOOL, found {tool[:80]!r}")

    def _line(
        self,
        server: Server,
        name: str,
        now: OfferedTool | None,
        pin: Pin | None,
        suspended: dict[tuple[str, str], Suspension],
    ) -> ImportedTool:
        tool, terms = tool_name(server.name, name), server.tools.get(name)
        held = pin is not None and (tool, pin.digest) in suspended
        refused = imported([server], pins(self._settings))[1].get(tool, "")
        why = (
            "suspended until somebody agrees"
            if held
            else refused
            if terms
            else "forbidden: the settings say nothing"
        )
        before, after = _told(pin.tool if pin else None), _told(now)
        return ImportedTool(
            tool=tool,
            state=_state(now, pin, held=held),
            effect=terms.effect if terms else "",
            tier=terms.tier if terms else "",
            pinned=pin.digest if pin else None,
            found=now.digest() if now else None,
            why=why,
            before=tuple(line for line in before if line not in after),
            after=tuple(line for line in after if line not in before),
        )


def _state(now: OfferedTool | None, pin: Pin | None, *, held: bool) -> ToolState:
    if pin is None:
        return ToolState.NEW
    if now is None:
        return ToolState.GONE
    return ToolState.CHANGED if held or now.digest() != pin.digest else ToolState.AGREED


def _told(tool: OfferedTool | None) -> list[str]:
    """Return a tool as lines, for comparison."""
    if tool is None:
        return []
    return json.dumps(tool.model_dump(mode="json"), indent=1, ensure_ascii=False, sort_keys=True).splitlines()


async def _offered(server: Server) -> dict[str, OfferedTool]:
    from tools.connectors.mcp import Session, offered  # the protocol, for commands that speak it

    session = Session(server)
    try:
        return {each.name: offered(each) for each in await session.tools()}
    finally:
        await session.close()
