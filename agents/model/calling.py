"""One call of one model: whether it is made, how long it may take, and what is counted of it.

Every call is told to its provider's breaker, to the model's standing and to the counter, however it ends.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from decimal import Decimal

from agents.model.asking import Asking, Breaker
from agents.model.chat import Chat
from agents.model.completion import Completion, ToolText
from agents.model.counting import Begun, Counter
from agents.model.failures import of_the_provider
from agents.model.fleet import Fleet, Model
from agents.model.spending import Purse
from agents.model.standing import Standings
from memory.errors import ModelFailing, ModelRateLimited, ModelRefused, ModelUnavailable, ModelUnreachable

SHORTEST_S = 0.05  # that is worth a try
BACKOFF_S = 0.1
LONGEST_WAIT_S = 0.5  # before trying again, where another model could answer instead
_FAIR = 0.6  # of the time left, for one model while another waits its turn


class Calling:
    """Calls the models of a fleet, each behind its provider's breaker and within its tenant's purse."""

    def __init__(
        self,
        fleet: Fleet,
        chats: Mapping[str, Chat],
        breakers: Mapping[str, Breaker],
        counter: Counter,
        purse: Purse,
    ) -> None:
        self.standings = Standings(counter.clock)
        self.counter = counter
        self.purse = purse
        self._fleet = fleet
        self._chats = chats
        self._breakers = breakers

    def time(self, asking: Asking, model: Model, *, more: bool) -> float | None:
        """Return the seconds a model has, None where it is not asked at all; why stands in `asking.tried`."""
        provider = self._fleet.provider_of(model)
        remaining = asking.remaining()
        until = self._breakers[provider.name].open_until() if remaining >= SHORTEST_S else None
        if remaining < SHORTEST_S:
            asking.missed(model, ModelUnavailable("was not asked: no time was left"), asked=False)
        elif until is not None:
            why = f"failed several times and is left alone until {until:%H:%M:%S}"
            asking.missed(model, ModelUnavailable(why), asked=False)
        else:
            return min(provider.timeout_s, remaining * _FAIR if more else remaining)
        return None

    async def answer(self, asking: Asking, model: Model, time: float) -> Completion:
        """Return one answer; raises `ModelUnavailable`."""
        began = asyncio.get_running_loop().time()
        call, reserved = await self._begun(asking, model)
        try:
            said = await self._chats[model.name].answer(asking.question, time)
            if said.refusal:
                raise ModelRefused("refused to answer")
        except ModelUnavailable as error:
            await self._failed(call, began, error, reserved)
            raise
        except asyncio.CancelledError:
            await self._left(call, began)
            raise
        await self._answered(call, began, said, reserved)
        return said

    async def stream(
        self, asking: Asking, model: Model, time: float
    ) -> AsyncGenerator[str | ToolText | Completion]:
        """Yield one answer as it comes, and at last the whole; raises `ModelUnavailable`."""
        began = asyncio.get_running_loop().time()
        call, reserved = await self._begun(asking, model)
        ended = False
        try:
            async with aclosing(self._chats[model.name].stream(asking.question, time)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        if piece.refusal:
                            raise ModelRefused("refused to answer")
                        ended = True
                        await self._answered(call, began, piece, reserved)
                    yield piece
        except ModelUnavailable as error:
            ended = True
            await self._failed(call, began, error, reserved)
            raise
        finally:
            if not ended:
                await self._left(call, began)

    def wait(self, asking: Asking, error: ModelUnavailable, *, more: bool) -> float | None:
        """Return how long to wait before trying the same model again, None where that is not to be done."""
        if asking.retried or not isinstance(error, ModelRateLimited | ModelFailing | ModelUnreachable):
            return None
        asked = None if isinstance(error, ModelUnreachable) else error.retry_after_s
        wait = BACKOFF_S if asked is None else asked
        most = asking.remaining() - SHORTEST_S
        return wait if wait < (min(most, LONGEST_WAIT_S) if more else most) else None

    async def close(self) -> None:
        """Close every connection, also where closing one fails."""
        await asyncio.gather(*(chat.close() for chat in self._chats.values()), return_exceptions=True)

    async def _begun(self, asking: Asking, model: Model) -> tuple[Begun, Decimal]:
        """Note that a call begins, once the money it may cost is put aside; raises `ModelUnavailable`."""
        reserved = await self.purse.reserve(asking.who.tenant, model, asking.question)
        return self.counter.begun(asking.who, asking.question, model, asking.fell), reserved

    async def _answered(self, call: Begun, began: float, said: Completion, reserved: Decimal) -> None:
        seconds, model = asyncio.get_running_loop().time() - began, call.model
        self._breakers[model.provider].succeeded()
        self.standings.note(model.name, seconds, answered=True)
        cost = model.cost(said.input_tokens or 0, said.cached_tokens or 0, said.output_tokens or 0)
        await self.purse.settle(call.who.tenant, model, call.at, reserved, cost or Decimal(0))
        await self.counter.answered(call, seconds, said, cost)

    async def _failed(self, call: Begun, began: float, error: ModelUnavailable, reserved: Decimal) -> None:
        seconds, breaker = asyncio.get_running_loop().time() - began, self._breakers[call.model.provider]
        (breaker.failed(error) if of_the_provider(error) else breaker.succeeded())
        self.standings.note(call.model.name, seconds, answered=False)
        await self.purse.settle(call.who.tenant, call.model, call.at, reserved, Decimal(0))
        await self.counter.failed(call, seconds, error)

    async def _left(self, call: Begun, began: float) -> None:
        """Count a call that nobody waits for any more. All that was put aside for it stays spent."""
        await self.counter.cancelled(call, asyncio.get_running_loop().time() - began)
