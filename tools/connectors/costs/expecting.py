"""Saying that a finding is expected, and taking that back: our own notes alone, each once for a key."""

from memory.model.intent import Provenance
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from memory.model.watching import Again
from tools.capabilities.cost_watch import COST_EXPECT, COST_UNEXPECT, Expecting, Unexpecting
from tools.contract import Arguments, CallContext, Capability, Tool
from tools.cost_watching import CostWatchBook, Meant
from tools.hands import given

WHEN = {
    Again.ONCE: "this once",
    Again.MONTHLY: "around that day of every month",
    Again.ALWAYS: "from now on",
}


class Expect:
    """Serves `cost.expect`."""

    capability: Capability = COST_EXPECT

    def __init__(self, book: CostWatchBook) -> None:
        self._book = book

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return which finding is meant and what is learnt; raises `NotFound` or `InvalidInput`."""
        asked = given(arguments, Expecting)
        meant = await self._book.meant(context.tenant, asked.which, expected=False)
        return _preview(
            _expected(meant, asked.again, asked.reason), _says(meant, asked), _taken_back(meant), "yes"
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: it is done once it is written."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Write it down."""
        asked = given(arguments, Expecting)
        meant = await self._book.meant(context.tenant, asked.which, expected=False)
        await self._book.expect(context, meant.finding.id, asked.again, asked.reason)
        return Outcome(ok=True, summary=_says(meant, asked), undo=_taken_back(meant))

    async def look(self, context: CallContext) -> Outcome | None:
        """Return that it was done under this key, None if it was not."""
        return await _done(self._book, self.capability, context)


class Unexpect:
    """Serves `cost.unexpect`."""

    capability: Capability = COST_UNEXPECT

    def __init__(self, book: CostWatchBook) -> None:
        self._book = book

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return which finding is meant, and as what it was expected; raises `NotFound` or `InvalidInput`."""
        meant = await self._meant(arguments, context)
        undo = _expected(meant, meant.again, meant.reason)
        return _preview(_taken_back(meant), _says_not(meant), undo, "no")

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: it is done once it is written."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Take it back."""
        meant = await self._meant(arguments, context)
        await self._book.unexpect(context, meant.finding.id)
        return Outcome(ok=True, summary=_says_not(meant), undo=_expected(meant, meant.again, meant.reason))

    async def look(self, context: CallContext) -> Outcome | None:
        """Return that it was done under this key, None if it was not."""
        return await _done(self._book, self.capability, context)

    async def _meant(self, arguments: Arguments, context: CallContext) -> Meant:
        return await self._book.meant(context.tenant, given(arguments, Unexpecting).which, expected=True)


def _preview(call: Call, says: str, undo: Call, expected: str) -> Preview:
    before = "no" if expected == "yes" else "yes"
    change = Change(field="expected", before=before, after=expected)
    return Preview(call=call, summary=says, changes=(change,), undo=undo)


def _expected(meant: Meant, again: Again, reason: str) -> Call:
    settled: dict[str, JsonValue] = {"which": meant.finding.id, "again": again.value, "reason": reason}
    return Call(tool=COST_EXPECT.name, arguments=settled, provenance={"which": Provenance.CATALOGUE})


def _taken_back(meant: Meant) -> Call:
    which: dict[str, JsonValue] = {"which": meant.finding.id}
    return Call(tool=COST_UNEXPECT.name, arguments=which, provenance={"which": Provenance.CATALOGUE})


def _what(meant: Meant) -> str:
    return f"{meant.finding.group.words()} since {meant.finding.since}"


def _says(meant: Meant, asked: Expecting) -> str:
    return f"{_what(meant)} is expected, {WHEN[asked.again]}: it and what is alike are told no more"


def _says_not(meant: Meant) -> str:
    return f"{_what(meant)} is not expected after all, and is told again"


async def _done(book: CostWatchBook, capability: Capability, context: CallContext) -> Outcome | None:
    done = await book.done(context)
    return Outcome(ok=True, summary=f"{capability.title}: done.") if done else None


def expecting(book: CostWatchBook) -> tuple[Tool, ...]:
    """Return the hands that learn what is expected."""
    return Expect(book), Unexpect(book)
