"""A house as it is built for production, with the outside that it acts on running as a program of its own."""

import asyncio
import json
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.policies import facts, shipped
from bot.settings import Settings, parsed
from bot.wiring import House, assembled
from memory.model.credential import Credential, CredentialForm
from memory.model.people import Principal
from tests.fakes.openai_server import FakeOpenAI, Script, openai_server
from tests.keys import private_key
from tools.contract import Capability
from tools.gate import Gate
from tools.policy import Policy

TENANT = "acme"
PROGRAM = Path(__file__).with_name("outside.py")
NOTE = {"pattern": "[a-z0-9-]{1,40}", "longest": 40}
PLACE = {"service": {"kind": "service"}, "environment": {"kind": "environment"}, "note": NOTE}

PEOPLE = [
    {"id": "alice", "roles": ["operator", "approver"]},
    {"id": "bob", "roles": ["approver"]},
    {"id": "carol", "roles": ["approver"]},
    {"id": "robot", "kind": "service", "roles": ["operator", "approver"]},
]
SERVICES = [{"name": "checkout", "criticality": 2, "environments": ["staging", "production", "vault"]}]
HOUSE_RULES = """
@id("tidying-needs-nobody-in-staging")
@needed("the role operator, in staging")
permit (principal in Role::"operator", action == Action::"http.tidy", resource)
when { context.environment == "staging" };

@id("nobody-touches-the-vault")
@reason("the vault is changed by nobody")
@needed("another environment")
forbid (principal, action in [Action::"execute", Action::"autonomous"], resource)
when { context.environment == "vault" };
"""


class Shifted:
    """The time of day, moved forward: attempts at a freeze do not wait for one."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Outside:
    """The program outside: where it listens, what it has written, and what it answers when it is looked at."""

    url: str
    ledger: Path
    poison: Path

    def effects(self) -> list[dict[str, str]]:
        """Return what reached it, in order."""
        return [json.loads(line) for line in self.ledger.read_text(encoding="utf-8").splitlines()]


@dataclass
class World:
    """A house, the world outside it, and the model that it asks."""

    house: House
    outside: Outside
    model: FakeOpenAI
    clock: Shifted
    began: datetime

    @property
    def gate(self) -> Gate:
        """The gate that the runner passes: tests alone may take hold of it."""
        return self.house.runner._gate

    def person(self, name: str) -> Principal:
        """Return somebody of the tenant."""
        return self.house.directory.person(TENANT, name)

    def enforce(self, text: str, *more: Principal, capabilities: tuple[Capability, ...] = ()) -> None:
        """Put other policies in force, over these people besides, with these in place of what has their names."""
        known = facts(self.house.settings)
        others = {each.name: each for each in capabilities}
        changed = {
            "people": (*known.people, *more),
            "capabilities": tuple(others.get(each.name, each) for each in known.capabilities),
        }
        self.gate._in_force.replace(Policy(text, known.model_copy(update=changed)))


def policies() -> str:
    """Return the shipped policies and the rules of this house."""
    return f"{shipped().text()}\n{HOUSE_RULES}"


def settings(home: Path, outside: Outside, model: FakeOpenAI, began: datetime, freezes: int) -> Settings:
    """Return a house's settings: people, a service, a model and what may be called outside.

    A change freeze takes an hour, with an hour between two, so that each attempt crosses one of its own.
    """
    folder = home / "policies"
    folder.mkdir(parents=True)
    (folder / "house.cedar").write_text(policies(), encoding="utf-8")
    return parsed(
        {
            "home": str(home),
            "profile": "development",
            "tenant": TENANT,
            "people": PEOPLE,
            "services": SERVICES,
            "policy_dir": str(folder),
            "freezes": [_freeze(number, began) for number in range(freezes)],
            "http_endpoints": endpoints(outside.url),
            "model_url": model.base_url,
            "model_name": "worst-case",
            "model_timeout_s": 20,
        }
    )


def _freeze(number: int, began: datetime) -> dict[str, str]:
    starts = began + timedelta(hours=2 * number + 1)
    ends = starts + timedelta(hours=1)
    return {"name": f"freeze-{number}", "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}


def endpoints(url: str) -> list[dict[str, Any]]:
    """Return what may be called outside: a change, one that needs nobody, one that is final, a way out, a look."""
    here: dict[str, Any] = {"networks": ["127.0.0.0/8"]}
    changes = {**here, "look": {"url": f"{url}/done/{{key}}"}, "parameters": PLACE, "body": {"note": "{note}"}}
    place = {"service": "{service}", "environment": "{environment}", "note": "{note}"}
    replicas = {"kind": "integer", "least": 1, "most": 50}
    return [
        {
            **changes,
            "name": "capacity",
            "title": "Set the capacity",
            "effect": "write",
            "tier": "execute",
            "method": "PUT",
            "url": f"{url}/capacity/{{service}}/{{environment}}",
            "parameters": {**PLACE, "replicas": replicas},
            "body": {"replicas": "{replicas}", "note": "{note}"},
            "undo": {"tool": "http.capacity", "arguments": {**place, "replicas": "{replicas}"}},
            "examples": ["set the capacity of {service} in {environment} to 4 replicas"],
        },
        {
            **changes,
            "name": "tidy",
            "title": "Tidy the caches",
            "effect": "write",
            "tier": "autonomous",
            "method": "POST",
            "url": f"{url}/tidy/{{service}}/{{environment}}",
            "undo": {"tool": "http.tidy", "arguments": place},
            "examples": ["tidy the caches of {service} in {environment}"],
        },
        {
            **changes,
            "name": "purge",
            "title": "Purge the store",
            "effect": "destructive",
            "tier": "execute",
            "method": "POST",
            "url": f"{url}/purge/{{service}}/{{environment}}",
            "examples": ["purge the store of {service} in {environment}"],
        },
        {
            **here,
            "name": "search",
            "title": "Search the web",
            "effect": "egress",
            "tier": "execute",
            "url": f"{url}/search?q={{q}}",
            "parameters": {"q": {}},
            "examples": ["search the web for something"],
        },
        {
            **here,
            "name": "lookup",
            "title": "Look into the wiki",
            "effect": "read",
            "tier": "observe",
            "url": f"{url}/lookup/{{topic}}",
            "parameters": {"topic": {"choices": ["capacity", "caches"]}},
            "examples": ["what does the wiki say of caches"],
        },
    ]


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Outside]:
    """Start the program outside, and end it after the block."""
    ledger, poison = folder / "outside.jsonl", folder / "poison.txt"
    ledger.touch()
    poison.write_text("nothing of note", encoding="utf-8")
    command = (sys.executable, "-I", str(PROGRAM), str(ledger), str(poison))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            port = int(await process.stdout.readline())
        yield Outside(f"http://127.0.0.1:{port}", ledger, poison)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def world(folder: Path, script: Script, freezes: int) -> AsyncIterator[World]:
    """Open everything, and close it after the block."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    clock, began = Shifted(), datetime.now(UTC)
    async with outside(folder) as there, openai_server(script=script) as model:
        model.heedless = True
        configured = settings(folder / "home", there, model, began, freezes)
        async with assembled(configured, clock=clock) as house:
            await house.store.credentials.add(_key_of("bob", began))
            yield World(house, there, model, clock, began)


def _key_of(name: str, at: datetime) -> Credential:
    """Return the key that somebody enrolled, and an administrator agreed to."""
    return Credential(
        id=f"key_{name}",
        tenant=TENANT,
        holder=name,
        form=CredentialForm.KEY,
        public=b64encode(private_key(name).public_key().public_bytes_raw()).decode(),
        proposed_at=at,
        confirmed_by="carol",
        confirmed_at=at,
    )
