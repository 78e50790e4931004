"""Shows the models and tries them, for the surfaces: it implements `bot.surfaces.models.ModelDesk`."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import timedelta
from decimal import Decimal

from agents.model.choice import barred
from agents.model.completion import Completion
from agents.model.fleet import Fleet, Model, Need, Provider
from agents.model.question import Asker, Question, Said, Speaker, on_behalf_of
from agents.model.router import Breaker, Router
from agents.model.trial import Verdict, evaluated
from agents.prompts import body, prompt
from bot.models.probing import Probe, probed
from bot.models.watching import ProviderWatch
from bot.surfaces.models import LONGEST_TRY, HealthView, ModelsView, ModelView, ProviderView, Tried
from memory.clock import Clock
from memory.errors import InvalidInput, ModelUnavailable, NotFound
from memory.ids import Ids
from memory.model.people import Principal
from memory.store import Store

TRIALS_BACK = timedelta(days=30)
TRY_S = 60.0


class ModelRoom:
    """The models of this house. Without a router there are none."""

    def __init__(
        self,
        fleet: Fleet,
        router: Router | None,
        breakers: Mapping[str, Breaker],
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        probe: Probe = probed,
        watch: ProviderWatch | None = None,
    ) -> None:
        self._fleet = fleet
        self._router = router
        self._breakers = breakers
        self._store = store
        self._clock = clock
        self._ids = ids
        self._probe = probe
        self._watch = watch

    async def models(self, principal: Principal) -> ModelsView:
        """Return what there is and how it fares."""
        if self._router is None:
            return ModelsView()
        spent, bound = await self._spent_today(principal.tenant), await self._router.purse.spent(principal.tenant)
        return ModelsView(
            providers=tuple(map(self._provider, self._fleet.providers)),
            models=tuple(self._model(each, principal, self._router, bound) for each in self._fleet.models),
            spent_today=spent,
            experiments=tuple(each.name for each in self._fleet.experiments),
        )

    def _provider(self, provider: Provider) -> ProviderView:
        seen = self._watch.seen(provider.name) if self._watch is not None else None
        return ProviderView(
            name=provider.name,
            runtime=provider.runtime.value,
            address=provider.base_url,
            region=provider.region,
            trust=provider.trust,
            left_alone_until=self._rests(provider.name),
            up=None if seen is None else not seen.problem,
            problem="" if seen is None else seen.problem,
            looked_at="" if seen is None else seen.at.isoformat(timespec="seconds"),
            looked_s=None if seen is None else seen.seconds,
        )

    async def _spent_today(self, tenant: str) -> str:
        """Return what all processes together have spent since midnight UTC, as the store knows of it."""
        now = self._clock.now()
        since = now.replace(hour=0, minute=0, second=0, microsecond=0)
        sums = []
        for currency in sorted({each.currency for each in self._fleet.models}):
            spent = await self._store.usage.spent(tenant, since, now + timedelta(days=1), currency)
            sums.append(f"{spent:.4f} {currency}")
        return ", ".join(sums)

    def _model(
        self, model: Model, principal: Principal, router: Router, spent: Mapping[str, Decimal]
    ) -> ModelView:
        fares, rules = router.standings.of(model.name), self._fleet.rules_of(principal.tenant)
        why = barred(self._fleet, rules, _question("?"), model, spent=spent)
        return ModelView(
            name=model.name,
            provider=model.provider,
            size=model.size.value,
            context=model.context,
            tools=model.tools,
            json_schema=model.json_schema,
            input_price=None if model.input_price is None else str(model.input_price),
            output_price=None if model.output_price is None else str(model.output_price),
            currency=model.currency,
            calls=fares.calls,
            success=round(fares.success, 3),
            seconds=None if fares.seconds is None else round(fares.seconds, 3),
            allowed=not why,
            why_not=why,
        )

    def _rests(self, provider: str) -> str:
        until = self._breakers[provider].open_until()
        return "" if until is None else until.isoformat(timespec="seconds")

    async def check(self, principal: Principal) -> HealthView:  # noqa: ARG002  # the same for everybody
        """Ask every provider how it is, all at once."""
        of = {
            provider: tuple(each for each in self._fleet.models if each.provider == provider.name)
            for provider in self._fleet.providers
        }
        found = await asyncio.gather(*(self._probe(provider, models) for provider, models in of.items()))
        return HealthView(items=tuple(found))

    async def try_(self, principal: Principal, text: str, model: str) -> Tried:
        """Put a text to a model; raises `InvalidInput`, `NotFound`, `ModelUnavailable`."""
        if not text.strip() or len(text) > LONGEST_TRY:
            raise InvalidInput(f"expected 1 to {LONGEST_TRY} characters, found {len(text)}")
        if self._router is None or (model and self._fleet.model(model) is None):
            known = ", ".join(each.name for each in self._fleet.models) or "none"
            raise NotFound(f"expected one of the models {known}, found {model or 'none'}")
        clock = asyncio.get_running_loop().time
        began = clock()
        who = Asker(
            tenant=principal.tenant,
            correlation=self._ids.new("cor"),
            person=principal.id,
            roles=frozenset(principal.roles),
            until=began + TRY_S,
        )
        with on_behalf_of(who):
            said = await self._said(self._router, _question(text), model)
        answered = self._fleet.model(said.model)
        cost = (
            answered.cost(said.input_tokens or 0, said.cached_tokens or 0, said.output_tokens or 0)
            if answered
            else None
        )
        return Tried(
            model=said.model,
            text=said.text or said.said(),
            seconds=round(clock() - began, 3),
            first_token_s=said.first_token_s,
            input_tokens=said.input_tokens,
            output_tokens=said.output_tokens,
            cost=None if cost is None else f"{cost:.6f}",
            missed=tuple(dict.fromkeys(f"{each.model} {each.why}" for each in said.tried)),
        )

    async def _said(self, router: Router, question: Question, model: str) -> Completion:
        async with aclosing(router.stream(question, only=model)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Completion):
                    return piece
        raise ModelUnavailable("ended without an answer")

    async def experiment(self, principal: Principal, name: str) -> Verdict:
        """Return what an experiment shows so far; raises `NotFound`."""
        found = next((each for each in self._fleet.experiments if each.name == name), None)
        if found is None:
            known = ", ".join(each.name for each in self._fleet.experiments) or "none"
            raise NotFound(f"expected one of the experiments {known}, found {name}")
        since = self._clock.now() - TRIALS_BACK
        return evaluated(found, await self._store.model_trials.of(principal.tenant, name, since))


def _question(text: str) -> Question:
    return Question(
        purpose="trial",
        need=Need.CLASSIFY,
        prompt=prompt("try"),
        lines=(Said(speaker=Speaker.SYSTEM, text=body("try")), Said(speaker=Speaker.PERSON, text=text)),
    )
