"""Asks the model that fits best, and the next one where it does not answer; every prompt of the house passes here.

In this order: the asker's allowance, redaction, the models that rules allow, the breaker of each provider, the
time that is left. One request in a question is tried again at most, here and nowhere else. Every call is counted.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from agents.model.asking import Asking, Breaker, Terms, nobody_answered
from agents.model.chat import Chat
from agents.model.choice import barred, candidates
from agents.model.completion import Completion
from agents.model.counting import Counter
from agents.model.failures import of_the_provider
from agents.model.fleet import Fleet, Model
from agents.model.question import Asker, Question, asker
from agents.model.standing import Standings
from agents.model.trial import assigned
from memory.errors import ModelFailing, ModelRateLimited, ModelRefused, ModelUnavailable, ModelUnreachable
from memory.model.model_call import Assignment

MOST_MODELS = 3  # a question
SHORTEST_S = 0.05  # that is worth a try
BACKOFF_S = 0.1
LONGEST_WAIT_S = 0.5  # before trying again, where another model could answer instead
_FAIR = 0.6  # of the time left, for one model while another waits its turn

__all__ = ["Breaker", "Router", "Terms"]


class Router:
    """Routes questions over a fleet. `chats` are by model, `breakers` by provider."""

    def __init__(
        self,
        fleet: Fleet,
        chats: Mapping[str, Chat],
        breakers: Mapping[str, Breaker],
        counter: Counter,
        terms: Terms,
    ) -> None:
        self.fleet = fleet
        self.standings = Standings(counter.clock)
        self.counter = counter
        self._chats = chats
        self._breakers = breakers
        self._terms = terms

    @property
    def name(self) -> str:
        """Return the model's name, or what stands for several."""
        return self.fleet.models[0].name if len(self.fleet.models) == 1 else "router"

    async def ask(self, question: Question, *, only: str = "") -> Completion:
        """Return what the first model that can says; raises `ModelUnavailable`, or what `allowed` raises.

        `only` asks one model and no other, within the same rules.
        """
        asking, models = await self._begun(question, only)
        for number, model in enumerate(models):
            said = await self._asked(asking, model, more=number + 1 < len(models))
            if said is not None:
                return self._revealed(said, asking)
        raise asking.nobody()

    async def stream(self, question: Question, *, only: str = "") -> AsyncGenerator[str | Completion]:
        """Yield what a model says as it says it, and at last the whole. Another takes over until the first word.

        Nothing is read ahead of whoever takes the pieces, and closing the generator ends the request.
        """
        asking, models = await self._begun(question, only)
        for model in models:
            began = False
            async with aclosing(self._streamed(asking, model)) as pieces:
                async for piece in pieces:
                    began = True
                    yield (
                        self._revealed(piece, asking) if isinstance(piece, Completion) else asking.veil.scan(piece)
                    )
            if began:
                return
        raise asking.nobody()

    async def reused(self, question: Question, name: str) -> None:
        """Count an answer that was used again, which asks and costs nothing."""
        model = self.fleet.model(name)
        if model is not None:
            who = asker() or self.counter.nobody(self._terms.tenant)
            await self.counter.cached(who, question, model)

    async def close(self) -> None:
        """Close every connection."""
        for chat in self._chats.values():
            await chat.close()

    async def _begun(self, question: Question, only: str) -> tuple[Asking, tuple[Model, ...]]:
        await self._terms.allowed()
        who = asker() or self.counter.nobody(self._terms.tenant)
        veil = self._terms.redaction.begin(who.tenant, who.roles)
        lines = tuple(line.model_copy(update={"text": veil.hide(line.text)}) for line in question.lines)
        hidden = question.model_copy(update={"lines": lines})
        until = asyncio.get_running_loop().time() + self._terms.budget_s
        until = until if who.until is None else min(until, who.until)
        models, fell = self._order(hidden, who, only)
        return Asking(hidden, who, veil, until, fell), models

    def _order(self, question: Question, who: Asker, only: str) -> tuple[tuple[Model, ...], Assignment | None]:
        """Return the models to ask, in order; an experiment's arm goes first where rules allow it."""
        rules, spent = self.fleet.rules_of(who.tenant), self.counter.spent(who.tenant)
        models = candidates(self.fleet, rules, question, self.standings.of, spent=spent)
        if only:
            models = tuple(each for each in models if each.name == only)
        if not models:
            raise nobody_answered(self._why_none(question, who, only))
        unit = who.person or who.correlation
        for experiment in self.fleet.experiments:
            fell = assigned(experiment, who.tenant, unit) if experiment.need is question.need else None
            arm = experiment.arms[fell.arm] if fell else ""
            first = next((each for each in models if each.name == arm), None)
            if first is not None and not only:
                return (first, *(each for each in models if each is not first))[:MOST_MODELS], fell
        return models[:MOST_MODELS], None

    def _why_none(self, question: Question, who: Asker, only: str) -> str:
        rules, spent = self.fleet.rules_of(who.tenant), self.counter.spent(who.tenant)
        reasons = [
            f"{each.name}: {why}"
            for each in self.fleet.models
            if only in {"", each.name} and (why := barred(self.fleet, rules, question, each, spent=spent))
        ]
        return f"may not be asked ({'; '.join(reasons) or 'there is none of that name'})"

    async def _asked(self, asking: Asking, model: Model, *, more: bool) -> Completion | None:
        """Return what one model says, None where it does not; why stands in `asking.tried`."""
        chat = self._chats[model.name]
        while True:
            time = self._time(asking, model, more=more)
            if time is None:
                return None
            try:
                return await self._counted(asking, model, chat, time)
            except ModelUnavailable as error:
                wait = self._wait(asking, error, more=more)
                asking.missed(model, error)
                if wait is None:
                    return None
                asking.retried = True
                await self._terms.pause(wait)

    def _time(self, asking: Asking, model: Model, *, more: bool) -> float | None:
        """Return the seconds a model has, None where it is not asked at all."""
        provider = self.fleet.provider_of(model)
        remaining = asking.remaining()
        if remaining < SHORTEST_S:
            asking.missed(model, ModelUnavailable("was not asked: no time was left"), asked=False)
            return None
        until = self._breakers[provider.name].open_until()
        if until is not None:
            why = f"failed several times and is left alone until {until:%H:%M:%S}"
            asking.missed(model, ModelUnavailable(why), asked=False)
            return None
        return min(provider.timeout_s, remaining * _FAIR if more else remaining)

    async def _counted(self, asking: Asking, model: Model, chat: Chat, time: float) -> Completion:
        """Return one answer; whatever comes of it is counted, and told to the breaker."""
        breaker, clock = self._breakers[model.provider], asyncio.get_running_loop().time
        call, began = self.counter.begun(asking.who, asking.question, model, asking.fell), clock()
        try:
            said = await chat.answer(asking.question, time)
            if said.refusal:
                raise ModelRefused("refused to answer")
        except ModelUnavailable as error:
            (breaker.failed(error) if of_the_provider(error) else breaker.succeeded())
            self.standings.note(model.name, clock() - began, answered=False)
            await self.counter.failed(call, clock() - began, error)
            raise
        except asyncio.CancelledError:
            await self.counter.cancelled(call, clock() - began)
            raise
        breaker.succeeded()
        self.standings.note(model.name, clock() - began, answered=True)
        await self.counter.answered(call, clock() - began, said, model)
        return said

    async def _streamed(self, asking: Asking, model: Model) -> AsyncGenerator[str | Completion]:
        time = self._time(asking, model, more=False)
        if time is None:
            return
        breaker, clock = self._breakers[model.provider], asyncio.get_running_loop().time
        call, began, spoke = self.counter.begun(asking.who, asking.question, model, asking.fell), clock(), False
        ended = False
        try:
            async with aclosing(self._chats[model.name].stream(asking.question, time)) as pieces:
                async for piece in pieces:
                    spoke = True
                    if isinstance(piece, Completion):
                        ended = True
                        breaker.succeeded()
                        self.standings.note(model.name, clock() - began, answered=True)
                        await self.counter.answered(call, clock() - began, piece, model)
                    yield piece
        except ModelUnavailable as error:
            ended = True
            (breaker.failed(error) if of_the_provider(error) else breaker.succeeded())
            self.standings.note(model.name, clock() - began, answered=False)
            await self.counter.failed(call, clock() - began, error)
            asking.missed(model, error)
            if spoke:
                raise
        finally:
            if not ended:
                await self.counter.cancelled(call, clock() - began)

    def _wait(self, asking: Asking, error: ModelUnavailable, *, more: bool) -> float | None:
        """Return how long to wait before trying the same model again, None where that is not to be done."""
        if asking.retried or not isinstance(error, ModelRateLimited | ModelFailing | ModelUnreachable):
            return None
        asked = None if isinstance(error, ModelUnreachable) else error.retry_after_s
        wait = BACKOFF_S if asked is None else asked
        most = asking.remaining() - SHORTEST_S
        return wait if wait < (min(most, LONGEST_WAIT_S) if more else most) else None

    def _revealed(self, said: Completion, asking: Asking) -> Completion:
        """Return what a model said with what its reader may see, and both sides as they may be kept."""
        veil = asking.veil
        requests = tuple(
            each.model_copy(update={"arguments": veil.reveal(each.arguments)}) for each in said.requests
        )
        return said.model_copy(
            update={
                "text": veil.reveal(said.text),
                "called": None if said.called is None else veil.reveal(said.called),
                "requests": requests,
                "shown": asking.question.shown(),
                "recorded": veil.scan(said.said()),
                "tried": tuple(asking.tried),
                "assignment": asking.fell,
            }
        )
