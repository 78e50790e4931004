"""One hand for every change of an incident: what it would change, that it is done once, what takes it back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from memory.model.incident import Incident
from memory.model.intent import Provenance
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.connectors.incidents.book import Book
from tools.connectors.incidents.wording import evidence
from tools.contract import Arguments, CallContext, Capability
from tools.hands import given


@dataclass(frozen=True)
class Settled:
    """A change of an incident, every argument settled. Without a `change`, nothing would be changed."""

    says: str
    change: Change | None = None
    arguments: dict[str, JsonValue] | None = None  # those that were settled besides the incident
    undo: Call | None = None


@dataclass(frozen=True)
class Deed:
    """One capability: what it would change, and how it is done, which may tell what takes it back."""

    capability: Capability
    settle: Callable[[Arguments, Incident, Book, CallContext], Awaitable[Settled]]
    do: Callable[[Arguments, Incident, Book, CallContext], Awaitable[Call | None]]


class Hand:
    """Serves the capability of a deed."""

    def __init__(self, book: Book, deed: Deed) -> None:
        self.capability = deed.capability
        self._book = book
        self._deed = deed

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would change, the incident settled; raises `NotFound` where none is meant."""
        asked = given(arguments, self.capability.arguments)
        found = await self._incident(asked, context)
        settled = await self._deed.settle(asked, found, self._book, context)
        said = asked.model_dump(mode="json", exclude_none=True)
        more = {"incident": str(found.number), **(settled.arguments or {})}
        return Preview(
            call=Call(
                tool=self.capability.name,
                arguments=said | more,
                provenance={name: Provenance.CATALOGUE for name in more if said.get(name) != more[name]},
            ),
            summary=settled.says,
            changes=(settled.change,) if settled.change else (),
            blast_radius=found.services if settled.change else (),
            undo=settled.undo if settled.change else None,
            evidence=(evidence(found, context),),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: it is done once it is written."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Change it, once per key."""
        asked = given(arguments, self.capability.arguments)
        found = await self._incident(asked, context)
        settled = await self._deed.settle(asked, found, self._book, context)
        undo = await self._deed.do(asked, found, self._book, context)
        after = await self._book.named(context, str(found.number))
        return Outcome(
            ok=True,
            summary=settled.says,
            evidence=(evidence(after, context),),
            undo=undo or settled.undo,
            data={"incident": after.id, "number": after.number},
        )

    async def look(self, context: CallContext) -> Outcome | None:
        """Return that it was done under this key, None if it was not."""
        if not await self._book.done(context):
            return None
        return Outcome(ok=True, summary=f"{self.capability.title}: done.")

    async def _incident(self, asked: Arguments, context: CallContext) -> Incident:
        number = getattr(asked, "incident", None)
        return await self._book.named(context, str(number) if number is not None else None)
