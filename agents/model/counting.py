"""Counts each call of a model: what it took and cost, told to the meter."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agents.model.completion import Completion
from agents.model.failures import outcome
from agents.model.fleet import Model
from agents.model.question import Asker, Question
from agents.ports import Meter
from memory.clock import Clock
from memory.errors import ModelUnavailable
from memory.ids import Ids
from memory.model.model_call import Assignment, CallOutcome, ModelCall


@dataclass(frozen=True)
class Begun:
    """A call that is under way."""

    who: Asker
    question: Question
    model: Model
    fell: Assignment | None
    id: str
    at: datetime


class Counter:
    """Counts calls."""

    def __init__(self, meter: Meter, clock: Clock, ids: Ids) -> None:
        self._meter = meter
        self.clock = clock
        self._ids = ids

    def nobody(self, tenant: str) -> Asker:
        """Return the asker of what nobody in particular asks."""
        return Asker(tenant=tenant, correlation=self._ids.new("cor"))

    def begun(self, who: Asker, question: Question, model: Model, fell: Assignment | None) -> Begun:
        """Note that a call begins."""
        return Begun(who, question, model, fell, self._ids.new("call"), self.clock.now())

    async def answered(self, call: Begun, seconds: float, said: Completion, cost: Decimal | None) -> None:
        """Count an answer and what it cost."""
        await self._count(call, seconds, CallOutcome.ANSWERED, said, cost)

    async def failed(self, call: Begun, seconds: float, error: ModelUnavailable) -> None:
        """Count a failure."""
        await self._count(call, seconds, outcome(error))

    async def cancelled(self, call: Begun, seconds: float) -> None:
        """Count a call that nobody waits for any more."""
        await self._count(call, seconds, CallOutcome.CANCELLED)

    async def cached(self, who: Asker, question: Question, model: Model) -> None:
        """Count an answer of our own cache, which costs nothing."""
        await self._count(
            self.begun(who, question, model, None), 0.0, CallOutcome.ANSWERED, None, Decimal(0), cached=True
        )

    async def _count(  # one row
        self,
        call: Begun,
        seconds: float,
        ended: CallOutcome,
        said: Completion | None = None,
        cost: Decimal | None = None,
        cached: bool = False,  # told by name or not at all
    ) -> None:
        prompt = call.question.prompt
        await self._meter.called(
            ModelCall(
                id=call.id,
                tenant=call.who.tenant,
                person=call.who.person,
                correlation=call.who.correlation,
                purpose=call.question.purpose,
                provider=call.model.provider,
                model=call.model.name,
                prompt=f"{prompt.id}/{prompt.version}",
                prompt_sha256=prompt.sha256,
                input_tokens=said.input_tokens if said else None,
                output_tokens=said.output_tokens if said else None,
                cached_tokens=said.cached_tokens if said else None,
                cost=cost,
                currency=call.model.currency,
                began=call.at,
                seconds=seconds,
                first_token_s=said.first_token_s if said else None,
                outcome=ended,
                cached=cached,
                assignment=call.fell,
            )
        )
