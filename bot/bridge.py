"""What thinking needs, served by the runner and the store: looking, proposing, and looking plans up."""

from agents.ports import Turn
from memory.model.plan import Call
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Submission
from memory.model.value import Identifier
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Runner


class Bridge:
    """Implements the ports of `agents.ports`."""

    def __init__(self, runner: Runner, store: Store) -> None:
        self._runner = runner
        self._store = store

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        """Look, on behalf of the person who asks."""
        return await self._runner.observe(call, _caller(turn))

    async def propose(
        self, goal: str, calls: tuple[Call, ...], turn: Turn, evidence: tuple[Identifier, ...]
    ) -> Submission:
        """Submit the calls as a plan."""
        return await self._runner.propose(Proposal(goal=goal, calls=calls, evidence=evidence), _caller(turn))

    async def plans(self, turn: Turn, statuses: tuple[RunStatus, ...]) -> tuple[Run, ...]:
        """Return the tenant's newest plans of these statuses."""
        return (await self._store.runs.page(turn.principal.tenant, statuses=statuses)).items

    async def withdraw(self, run: Identifier, turn: Turn) -> Run:
        """Withdraw a plan of this person's."""
        return await self._runner.withdraw(turn.principal.tenant, run, turn.principal.id)


def _caller(turn: Turn) -> Caller:
    return Caller(
        principal=turn.principal,
        thread=turn.message.thread,
        message=turn.message.id,
        correlation=turn.correlation,
    )
