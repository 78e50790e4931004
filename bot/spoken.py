"""What was said aloud and does more than look: kept until it is confirmed, and read back from the typed plan.

Nothing of the sound or the transcript goes into it: what is read out is what would be done.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from agents.nodes.proposing import UNCONFIRMED
from agents.ports import Turn
from agents.units import listed, sentence
from memory.clock import Clock
from memory.ids import derived
from memory.model.plan import Call, Plan
from memory.model.run import Run
from memory.model.voice import Readback, ReadbackKind
from memory.store import Store
from runbooks.proposal import Proposal

__all__ = ["KEPT", "UNCONFIRMED", "Spoken", "of_run", "spoken_plan"]

KEPT: Final = timedelta(minutes=2)  # from hearing it to reading it back
LONGEST: Final = 4000  # characters


class Spoken:
    """Keeps proposals that were said aloud."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, turn: Turn, proposal: Proposal, plan: Plan) -> None:
        """Keep what a turn would submit, under the digest of the plan that it would be."""
        message = turn.message
        digest = plan.digest()
        await self._store.readbacks.put(
            Readback(
                id=derived("rb", message.tenant, message.id, digest),
                tenant=message.tenant,
                person=turn.principal.id,
                kind=ReadbackKind.PROPOSE,
                thread=message.thread,
                message=message.id,
                correlation=turn.correlation,
                plan_digest=digest,
                says=spoken_plan(plan),
                proposal=proposal.model_dump(mode="json"),
                expires_at=self._clock.now() + KEPT,
            )
        )


def of_run(run: Run, person: str, thread: str, message: str, expires_at: datetime) -> Readback:
    """Return the readback of a plan that waits for this person's yes."""
    return Readback(
        id=derived("rb", run.tenant, message, run.id, run.plan_digest),
        tenant=run.tenant,
        person=person,
        kind=ReadbackKind.APPROVE,
        thread=thread,
        message=message,
        correlation=run.correlation,
        plan_digest=run.plan_digest,
        says=spoken_plan(run.plan),
        run=run.id,
        expires_at=expires_at,
    )


def spoken_plan(plan: Plan) -> str:
    """Return the whole plan as it is read out: each step, and every argument that its words leave out."""
    said = [_step(step.says, step.call) for step in plan.steps]
    if len(said) == 1:
        return _cut(sentence(said[0]))
    return _cut(f"{len(said)} steps: " + " ".join(f"{number}, {each}." for number, each in enumerate(said, 1)))


def _step(says: str, call: Call) -> str:
    missing = _missing(says, call)
    return f"{says}, with {listed(missing)}" if missing else says


def _missing(says: str, call: Call) -> list[str]:
    words = says.casefold()
    return [
        f"{name.replace('_', ' ')} {_words(value)}"
        for name, value in sorted(call.arguments.items())
        if value is not None and _words(value).casefold() not in words
    ]


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(map(str, value))
    return str(value)


def _cut(text: str) -> str:
    """Return what is kept of it; what is as long as that is looked at, and never confirmed by voice."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
