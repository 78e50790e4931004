"""What thinking needs from the rest of the house. Nothing here can act: a proposal is only ever submitted."""

from typing import Protocol

from agents.interpreter.focus import Focus
from agents.reading import ModelExchange, Reading
from agents.recollection import Recollection
from memory.model.model_call import ModelCall
from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Message, Submission
from memory.model.value import Identifier, Value
from runbooks.proposal import Proposal
from runbooks.simulation import Outlook, Simulation


class Turn(Value):
    """One message being answered: what was said, by whom, under which correlation id."""

    message: Message
    principal: Principal
    correlation: Identifier


class Understanding(Protocol):
    """Reads what a message means."""

    async def interpret(self, text: str, focus: Focus) -> Reading:
        """Return what the words mean after what was said before. Raises `InvalidInput` for what is no message."""


class Journal(Protocol):
    """Keeps what was understood before anything is looked at or proposed."""

    async def asked(self, turn: Turn, exchanges: tuple[ModelExchange, ...], *, before: int) -> None:
        """Record what a model was asked on the way to an answer, after `before` calls recorded already."""

    async def understood(self, turn: Turn, reading: Reading, recollection: Recollection) -> None:
        """Record durably, all at once, what was remembered, what a model was asked, and what the words meant.

        A turn that is taken again is recorded again. Raises `StoreUnavailable`: what cannot be recorded goes no
        further.
        """


class Meter(Protocol):
    """Counts what calls of language models take. `agents.model.meter.BoundedMeter` is one that forgets."""

    async def called(self, call: ModelCall) -> None:
        """Count one call, however it ended; the same id again counts once. Never raises: it stops no turn."""


class Observer(Protocol):
    """Looks at the world through the gate, with read tools only."""

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        """Return what was seen. Never raises for a no: a denial or a failure is an `Outcome` that is not ok."""

    def permitted(self, turn: Turn) -> frozenset[str]:
        """Return the names of the tools this person may use for something, once enough people agree."""


class Proposer(Protocol):
    """Takes a wish and makes it a plan that waits for people."""

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[Identifier, ...]
    ) -> Submission:
        """Dry-run the calls, compile them to a plan, have policy assess it and record it durably.

        The same turn and calls always give the same run. Arguments that the estate settles (the version before
        the current one) come back settled in the plan.
        """

    async def follow(self, proposal: Proposal, turn: Turn) -> Submission:
        """Do the same with a proposal that was compiled from a runbook."""

    async def simulate(self, proposal: Proposal, turn: Turn) -> tuple[Simulation, Outlook | None]:
        """Return what submitting it would lead to, and what is known beforehand. Nothing is recorded or done."""


class Plans(Protocol):
    """Looks plans up."""

    async def plans(self, turn: Turn, statuses: tuple[RunStatus, ...]) -> tuple[Run, ...]:
        """Return the tenant's plans that stand so, newest first, 50 at most."""

    async def withdraw(self, run: Identifier, turn: Turn) -> Run:
        """Cancel a plan that still waits; raises `Conflict` when it no longer does."""
