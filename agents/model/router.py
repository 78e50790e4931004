"""Asks the model that fits best, and the next one where it does not answer; every prompt of the house passes here.

In this order: the asker's allowance, redaction, the models that rules allow, the breaker of each provider, the
time that is left. One request in a question is tried again at most, here and nowhere else. Every call is counted.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from decimal import Decimal

from agents.model.asking import Asking, Breaker, Terms, nobody_answered, unasked
from agents.model.calling import Calling
from agents.model.chat import Chat
from agents.model.choice import barred, candidates
from agents.model.completion import Begins, Completion, Item, ToolText
from agents.model.counting import Counter
from agents.model.fleet import Fleet, Model, Rules
from agents.model.items import Items
from agents.model.preference import Preferences
from agents.model.question import Asker, Question, asker
from agents.model.screen import Screen
from agents.model.spending import Purse, Spending, Spendings
from agents.model.trial import assigned
from memory.errors import ModelOverBudget, ModelUnavailable
from memory.model.model_call import Assignment

MOST_MODELS = 3  # a question

__all__ = ["Breaker", "Router", "Terms"]


class Router:
    """Routes questions over a fleet. `chats` are by model, `breakers` by provider.

    `spending` is where every process counts what was spent; without it, this one counts for itself.
    """

    def __init__(  # the ports of asking
        self,
        fleet: Fleet,
        chats: Mapping[str, Chat],
        breakers: Mapping[str, Breaker],
        counter: Counter,
        terms: Terms,
        spending: Spending | None = None,
    ) -> None:
        self.fleet = fleet
        self.purse = Purse(fleet, spending or Spendings(), counter.clock)
        self._calling = Calling(fleet, chats, breakers, counter, self.purse)
        self.standings = self._calling.standings
        self.preferences = Preferences()
        self.counter = counter
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

    async def stream(
        self, question: Question, *, only: str = ""
    ) -> AsyncGenerator[str | Item | Begins | Completion]:
        """Yield what a model says as it says it, and at last the whole; raises as `ask`.

        No secret goes out, nor half of one. Where a model breaks off, the next begins, and that is told.
        Nothing is read ahead of whoever takes the pieces, and closing the generator ends the request.
        """
        asking, models = await self._begun(question, only)
        for number, model in enumerate(models):
            async with aclosing(self._streamed(asking, model, more=number + 1 < len(models))) as pieces:
                async for piece in pieces:
                    yield piece
                    if isinstance(piece, Completion):
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
        await self._calling.close()

    async def _begun(self, question: Question, only: str) -> tuple[Asking, tuple[Model, ...]]:
        try:
            await self._terms.allowed()
        except ModelUnavailable as error:
            raise unasked(error) from None
        who = asker() or self.counter.nobody(self._terms.tenant)
        veil = self._terms.redaction.begin(who.tenant, who.roles)
        lines = tuple(line.model_copy(update={"text": veil.hide(line.text)}) for line in question.lines)
        hidden = question.model_copy(update={"lines": lines})
        until = asyncio.get_running_loop().time() + self._terms.budget_s
        until = until if who.until is None else min(until, who.until)
        models, fell = await self._order(hidden, who, only)
        return Asking(hidden, who, veil, until, fell), models

    async def _order(
        self, question: Question, who: Asker, only: str
    ) -> tuple[tuple[Model, ...], Assignment | None]:
        """Return the models to ask, in order; an experiment's arm goes first where rules allow it."""
        rules = self.fleet.rules_of(who.tenant)
        try:
            spent = await self.purse.spent(who.tenant)
        except ModelUnavailable as error:
            raise unasked(error) from None
        weights = self.preferences.of(who.tenant, question.need)
        models = candidates(self.fleet, rules, question, self.standings.of, spent=spent, weights=weights)
        if only:
            models = tuple(each for each in models if each.name == only)
        if not models:
            raise self._none(question, rules, spent, only)
        unit = who.person or who.correlation
        for experiment in self.fleet.experiments:
            fell = assigned(experiment, who.tenant, unit) if experiment.need is question.need else None
            arm = experiment.arms[fell.arm] if fell else ""
            first = next((each for each in models if each.name == arm), None)
            if first is not None and not only:
                return (first, *(each for each in models if each is not first))[:MOST_MODELS], fell
        return models[:MOST_MODELS], None

    def _none(self, question: Question, rules: Rules, spent: Mapping[str, Decimal], only: str) -> ModelUnavailable:
        """Return why no model may be asked; its code says so where it is the money alone."""
        meant = [each for each in self.fleet.models if only in {"", each.name}]
        reasons = {each.name: barred(self.fleet, rules, question, each, spent=spent) for each in meant}
        why = "; ".join(f"{name}: {reason}" for name, reason in reasons.items() if reason)
        error = nobody_answered(f"may not be asked ({why or 'there is none of that name'})")
        if any(not barred(self.fleet, rules, question, each, spent={}) for each in meant):
            error.code = ModelOverBudget.code
        return error

    async def _asked(self, asking: Asking, model: Model, *, more: bool) -> Completion | None:
        """Return what one model says, None where it does not; why stands in `asking.tried`."""
        asking.last = None
        while (time := await self._next(asking, model, more=more)) is not None:
            try:
                return await self._calling.answer(asking, model, time)
            except ModelUnavailable as error:
                asking.failed(model, error)
        return None

    async def _streamed(
        self, asking: Asking, model: Model, *, more: bool
    ) -> AsyncGenerator[str | Item | Begins | Completion]:
        asking.last = None
        while (time := await self._next(asking, model, more=more)) is not None:
            yield Begins(model=model.name)
            try:
                async with (
                    aclosing(self._calling.stream(asking, model, time)) as pieces,
                    aclosing(self._screened(pieces, asking)) as screened,
                ):
                    async for piece in screened:
                        yield piece
            except ModelUnavailable as error:
                asking.failed(model, error)

    async def _next(self, asking: Asking, model: Model, *, more: bool) -> float | None:
        """Return how long a model has for its next try, None where there is none."""
        if asking.last is not None:
            wait = self._calling.wait(asking, asking.last, more=more)
            if wait is None:
                return None
            asking.retried = True
            await self._terms.pause(wait)
        return self._calling.time(asking, model, more=more)

    async def _screened(
        self, pieces: AsyncIterator[str | ToolText | Completion], asking: Asking
    ) -> AsyncGenerator[str | Item | Completion]:
        """Yield pieces as their reader may see them: words whole, and of documents their elements."""
        spoken, listed, items = Screen(asking.veil), Screen(asking.veil), Items()
        async for piece in pieces:
            if isinstance(piece, str):
                if words := spoken.take(piece):
                    yield str(asking.veil.reveal(words))
            elif isinstance(piece, ToolText):
                if piece.number == 0:
                    for value in items.take(piece.text):
                        yield Item(tool=piece.tool, value=asking.veil.reveal(listed.document(value)))
            else:
                if words := spoken.rest():
                    yield str(asking.veil.reveal(words))
                yield self._revealed(piece, asking)

    def _revealed(self, said: Completion, asking: Asking) -> Completion:
        """Return what a model said without secrets, with what its reader may see, and as it may be kept."""
        veil = asking.veil
        requests = tuple(
            each.model_copy(update={"arguments": veil.reveal(Screen(veil).document(each.arguments))})
            for each in said.requests
        )
        return said.model_copy(
            update={
                "text": veil.reveal(veil.scan(said.text)),
                "called": requests[0].arguments if requests else said.called,
                "requests": requests,
                "shown": asking.question.shown(),
                "recorded": veil.scan(said.said()),
                "tried": tuple(asking.tried),
                "assignment": asking.fell,
            }
        )
