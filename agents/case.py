"""What answering one message starts from: the intent, the turn, what was said before, and the ports.

A case can look and look up. It has no port that acts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from agents.answer import Answer
from agents.ports import Observer, Plans, Turn
from agents.recollection import Recollection
from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent, Provenance
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.contract import Capability

MOST_LOOKS_AT_ONCE = 12


@dataclass(frozen=True)
class Case:
    """One message to be answered."""

    intent: Intent
    turn: Turn
    now: datetime
    catalogue: Catalogue
    capabilities: dict[str, Capability]
    observer: Observer
    plans: Plans
    recollection: Recollection

    def argument(self, name: str) -> JsonValue:
        """Return the intent's argument, or the tool's default for it, or None."""
        found = self.intent.arguments.get(name)
        if found is not None:
            return found.value
        field = self.capabilities[self.intent.tool].arguments.model_fields.get(name)
        return None if field is None or field.is_required() else field.default

    def text(self, name: str) -> str:
        """Return the argument as text; raises `InvalidInput` when there is none."""
        value = self.argument(name)
        if not isinstance(value, str):
            raise InvalidInput(f"expected {name} for {self.intent.tool}, found {value!r}")
        return value

    def call(self, tool: str, **arguments: JsonValue) -> Call:
        """Return a call whose arguments have the provenance they have in the intent, where they stem from it."""
        given = {name: value for name, value in arguments.items() if value is not None}
        return Call(tool=tool, arguments=given, provenance={k: self._origin(k, v) for k, v in given.items()})

    async def look(self, tool: str, **arguments: JsonValue) -> Outcome:
        """Return what a read tool sees."""
        return await self.observer.observe(self.call(tool, **arguments), self.turn)

    def _origin(self, name: str, value: JsonValue) -> Provenance:
        said = self.intent.arguments.get(name)
        if said is not None and said.value == value:
            return said.provenance
        return Provenance.CATALOGUE if name in {"service", "environment"} else Provenance.DEFAULT


Handler = Callable[[Case], Awaitable[Answer]]


async def together(looks: dict[str, Awaitable[Outcome]]) -> dict[str, Outcome]:
    """Return what concurrent looks bring, by their names; a dozen go out at a time."""
    turnstile = asyncio.Semaphore(MOST_LOOKS_AT_ONCE)

    async def one(look: Awaitable[Outcome]) -> Outcome:
        async with turnstile:
            return await look

    outcomes = await asyncio.gather(*(one(look) for look in looks.values()))
    return dict(zip(looks, outcomes, strict=True))
