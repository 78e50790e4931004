"""A house for who is who: a real store, the console on a port, a provider on another, a runner, its policy."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from bot import entries
from bot.identity import Directory, Door
from bot.identity.oidc.provider import Provider
from bot.identity.roster import Roster
from bot.journal import Journal
from bot.policy_watch import PolicyWatch
from bot.refusals import Refusals
from bot.server import create_app
from bot.serving import listener, serving
from bot.sessions import Sessions
from bot.settings import Person, Settings
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.identities import IdentityRoom
from bot.surfaces.ports import Ports
from bot.telemetry import Metrics
from bot.wiring.identity import roster, who_is_who
from memory.bus import LocalBus
from memory.ids import RandomIds
from memory.model.bodies import Body, KeyChanged
from memory.model.identity import Account, AccountSource, RoleMapping
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, PrincipalKind, Role, Surface
from memory.model.plan import Call
from memory.model.record import SYSTEM, LogFilter, Record
from memory.model.run import Run
from memory.model.talk import Message
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Drive, Runner, Terms
from tests.bot.surfaces.visitors import token
from tests.fakes.desk import FakeDesk
from tests.fakes.estate import FakeEstate
from tests.fakes.oidc import CLIENT, SECRET, Claims, FakeProvider, provider
from tests.fakes.people import CATALOGUE, TENANT, default_text, facts
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.in_force import PolicyInForce
from tools.policy import Policy
from tools.registry import Registry

PEOPLE = (
    Person(id="ada", name="Ada", roles=(Role.ADMIN,)),
    Person(id="alice", name="Alice", roles=(Role.OPERATOR, Role.APPROVER)),
    Person(id="bob", name="Bob", roles=(Role.APPROVER,)),
    Person(id="vic", name="Vic", roles=(Role.VIEWER,)),
    Person(id="robot", name="Robot", kind=PrincipalKind.SERVICE, roles=(Role.OPERATOR, Role.APPROVER)),
)
MAPPINGS = (
    RoleMapping(source=AccountSource.OIDC, group="sre", role=Role.OPERATOR, team="shop"),
    RoleMapping(source=AccountSource.OIDC, group="approvers", role=Role.APPROVER),
    RoleMapping(source=AccountSource.SLACK, group="S-oncall", role=Role.OPERATOR),
)
USERS: dict[str, Claims] = {
    "u-olga": {
        "preferred_username": "olga",
        "name": "Olga",
        "groups": ["sre", "approvers"],
    },
    "u-nina": {"preferred_username": "nina", "groups": ["kitchen"]},
    "u-alice": {"preferred_username": "Alice", "groups": ["approvers"]},
}
SLACK = Account(source=AccountSource.SLACK, issuer="T0ACME", subject="U0ALICE")
OTHER = Account(source=AccountSource.SLACK, issuer="T0ACME", subject="U0MALLORY")
ROLLBACK = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})


@dataclass
class Room:
    """One node of the house."""

    url: str
    app: FastAPI
    store: Store
    clock: FakeClock
    directory: Directory
    roster: Roster
    door: Door
    sessions: Sessions
    identity: IdentityRoom
    runner: Runner
    in_force: PolicyInForce
    watch: PolicyWatch
    provider: FakeProvider
    bus: LocalBus
    asks: Provider | None = None

    def person(self, name: str) -> Principal:
        return self.directory.person(TENANT, name)

    async def told(self) -> list[Body]:
        """Return what the whole ledger tells, oldest first."""
        return [each.entry.told() for each in await self.store.ledger.matching(TENANT, LogFilter(), 0, 500)]

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Return a browser without scripts, at the console."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=self.url, headers={"Origin": self.url} | headers)

    async def signed_in(self, name: str) -> httpx.AsyncClient:
        """Return a browser that is signed in as this person, by a link."""
        browser = self.client()
        code = await self.sessions.invite(name, ["admin"])
        assert (await browser.post("/console/sign-in", data={"code": code})).status_code == 303
        return browser

    async def token(self, browser: httpx.AsyncClient) -> str:
        """Return the token of this browser's forms."""
        return token_of(await browser.get("/console/accounts"))

    def leads_to(self, page: httpx.Response) -> str:
        """Return the address that a page goes on to by itself."""
        return unescape(page.text.partition('content="0;url=')[2].partition('"')[0])

    async def rest(self, name: str, *scopes: str) -> httpx.AsyncClient:
        """Return a caller of the REST surface with a key of this person."""
        _, secret = await self.door.mint(TENANT, name, scopes or ("admin",), label="test")
        return self.client(Authorization=f"Bearer {secret}")

    async def sent(self, browser: httpx.AsyncClient, sub: str) -> str:
        """Leave for the provider, sign in there, and return the address it sends the browser back to."""
        left = await browser.get("/console/oidc/leave")
        assert left.status_code == 303
        return await self.provider.answer(left.headers["Location"], sub)

    async def arrived(self, browser: httpx.AsyncClient, sub: str) -> httpx.Response:
        """Sign in at the provider, and return what the browser is shown when it comes back."""
        back = await self.sent(browser, sub)
        return await browser.get(urlsplit(back).path, params=dict(parse_qsl(urlsplit(back).query)))

    async def propose(self, who: Principal, message: str = "m1") -> Run:
        """Return a plan of somebody's that waits."""
        said = Message(
            id=message,
            tenant=TENANT,
            thread="t1",
            sender=who.id,
            surface=Surface.REST,
            text="roll it back",
            at=self.clock.now(),
        )
        turn = Turn(message=said, principal=who, correlation=f"c-{message}")
        await self.store.ledger.append(entries.received(said, turn.correlation, self.clock.now()))
        intent = Intent(text=said.text, kind=IntentKind.TOOL, tool=ROLLBACK.tool, confidence=0.9)
        await Journal(self.store, self.clock).understood(turn, Reading(intent=intent), Recollection())
        caller = Caller(principal=who, thread="t1", message=message, correlation=turn.correlation)
        submission = await self.runner.propose(Proposal(goal="Roll back checkout", calls=(ROLLBACK,)), caller)
        assert submission.run is not None, submission
        return submission.run


def token_of(page: httpx.Response) -> str:
    """Return the token of the forms on a page."""
    return token(page.text)


@asynccontextmanager
async def identity_room(folder: Path, clock: FakeClock | None = None) -> AsyncIterator[Room]:
    """Serve a house with a provider."""
    clock = clock or FakeClock()
    async with provider(clock, deepcopy(USERS)) as there, node(folder, clock, there) as room:
        yield room


@asynccontextmanager
async def node(folder: Path, clock: FakeClock, there: FakeProvider) -> AsyncIterator[Room]:
    """Serve one node on the store of the folder, at `localhost`."""
    ids, bus, metrics = RandomIds(), LocalBus(), Metrics()
    async with AsyncExitStack() as stack:
        store = await Store.open(f"sqlite:///{folder / 'q.db'}", clock, LOG_KEY)
        stack.push_async_callback(store.close)
        first = KeyChanged(change="created", key=str(LOG_KEY.signer(TENANT).key))
        await store.ledger.begin(
            Record(tenant=TENANT, at=clock.now(), actor=SYSTEM, correlation="cor_0", body=first)
        )
        bound = stack.enter_context(listener("127.0.0.1", 0))
        url = f"http://localhost:{bound.getsockname()[1]}"
        settings = Settings(
            tenant=TENANT,
            people=PEOPLE,
            services=CATALOGUE.services,
            public_url=url,
            oidc_issuer=there.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET),
            oidc_label="Corp",
            role_mappings=MAPPINGS,
        )
        directory = Directory(settings.principals())
        people = roster(settings, store, directory, clock)
        await people.look()

        def made(text: str) -> Policy:
            return Policy(text, facts(people=directory.people()))

        in_force = PolicyInForce(made(default_text()))
        watch = PolicyWatch(store, in_force, made, bus=bus, metrics=metrics, clock=clock, ids=ids)
        people.governs(watch.renew)
        gate = Gate(Registry(FakeEstate().hands()), in_force, clock=clock, ids=ids)
        terms = Terms(Attester(LOG_KEY))
        drive = Drive(pause=clock.pause)
        runner = Runner(store, gate, bus.publish, EVERY, clock=clock, ids=ids, terms=terms, drive=drive)
        stack.push_async_callback(runner.close)
        refusals = Refusals(store, TENANT, clock, ids)
        door = Door(store, directory, refusals, clock, ids)
        identity = who_is_who(settings, store, directory, people, door, bus=bus, clock=clock, ids=ids)
        stack.push_async_callback(identity.close)
        ports = Ports(
            desk=FakeDesk(clock),
            log=FakeSignedLog(),
            doorkeeper=door,
            clock=clock,
            ids=ids,
            metrics=metrics,
            identity=identity.room,
        )
        sessions = Sessions(b"k" * 32, TENANT, store.sign_ins, store.codes, clock, ids)
        app = create_app(
            ports, store.idempotency, sessions, capabilities=EVERY, console=ConsoleSettings(public_url=url)
        )
        await stack.enter_async_context(serving(app, bound, ports.closing))
        yield Room(
            url,
            app,
            store,
            clock,
            directory,
            people,
            door,
            sessions,
            identity.room,
            runner,
            in_force,
            watch,
            there,
            bus,
            identity.provider,
        )
