"""The console of a house that listens, on a real port, and people signed in to it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx

from bot.server import create_app
from bot.serving import listener, serving
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.desk import EVERY_SCOPE
from tests.bot.surfaces.voice.house import VoiceHouse
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.people import TENANT
from tools.capabilities import EVERY

_TOKEN = re.compile(r'data-token="([0-9a-f]+)"')
_THREAD = re.compile(r'data-thread="([^"]+)"')


@dataclass
class SignedIn:
    """A browser without scripts: its cookie, and what its page says of the microphone."""

    cookie: str
    token: str
    thread: str
    page: httpx.Response


@dataclass
class ListeningConsole:
    """A console with a microphone."""

    house: VoiceHouse
    sessions: Sessions
    url: str

    async def link(self, name: str) -> str:
        return f"{self.url}/console/enter?code={await self.sessions.invite(name, EVERY_SCOPE)}"

    async def signed_in(self, name: str) -> SignedIn:
        async with httpx.AsyncClient(base_url=self.url, headers={"Origin": self.url}) as browser:
            code = await self.sessions.invite(name, EVERY_SCOPE)
            entered = await browser.post("/console/sign-in", data={"code": code})
            assert entered.status_code == 303, entered.text
            page = await browser.get("/console/", follow_redirects=True)
            cookie = "; ".join(f"{each}={value}" for each, value in browser.cookies.items())
        token, thread = _TOKEN.search(page.text), _THREAD.search(page.text)
        return SignedIn(cookie, token[1] if token else "", thread[1] if thread else "", page)


@asynccontextmanager
async def console(house: VoiceHouse) -> AsyncIterator[ListeningConsole]:
    """Serve the console of a house that listens."""
    made = house.behind
    ports = replace(made.ports, voice=house.voice)
    with listener("127.0.0.1", 0) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        store = made.store
        sessions = Sessions(b"s" * 32, TENANT, store.sign_ins, store.codes, house.clock, ports.ids)
        app = create_app(
            ports, FakeReplays(), sessions, capabilities=EVERY, console=ConsoleSettings(public_url=url)
        )
        async with serving(app, bound, ports.closing):
            yield ListeningConsole(house, sessions, url)
