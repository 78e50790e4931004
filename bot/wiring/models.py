"""The language models, put together: a router over those in the settings, what counts their calls, their desk."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from agents.inquiry import Inquiry, ModelInquiry
from agents.model.chat import OpenAIChat
from agents.model.counting import Counter
from agents.model.endpoint import LanguageModel
from agents.model.fleet import Fleet
from agents.model.meter import BoundedMeter
from agents.model.purposed import INTERPRETATION, Purpose, Purposed
from agents.model.remembered import ReadingCache
from agents.model.router import Router, Terms
from agents.ports import Meter, Understanding
from agents.profiles import Redaction
from agents.prompts import prompt
from bot.controls.tokens import TokenAllowance
from bot.conversation import Probe
from bot.models.desk import ModelRoom
from bot.models.metering import Meters, TrialMeter
from bot.models.watching import ProviderWatch
from bot.offered import offered
from bot.settings import Settings
from bot.telemetry import Metrics
from bot.wiring.profiles import data_profiles
from memory.canonical import digest
from memory.clock import Clock
from memory.embedding import Embedder
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.model.record import Event
from memory.model.value import JsonValue
from memory.store import Store
from tools.contract import Capability
from tools.http import Circuit
from tools.in_force import PolicyInForce

Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Metering:
    """Who counts calls besides the house's own watch, what else lets a model be asked, and the metrics."""

    meters: tuple[Meter, ...] = ()
    checked: Callable[[Check], Check] = lambda check: check
    metrics: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True)
class LanguageModels:
    """The models of the house. `router` is None where there are none; `recent` are the calls made lately."""

    settings: Settings
    fleet: Fleet
    router: Router | None
    room: ModelRoom
    recent: BoundedMeter
    watch: ProviderWatch
    store: Store
    clock: Clock
    rules: PolicyInForce

    def model(self, purpose: Purpose) -> LanguageModel | None:
        """Return a model for a purpose, None where there is none."""
        return Purposed(self.router, purpose) if self.router is not None else None

    def probes(self) -> dict[str, Probe]:
        """Return what readiness tells of each provider that is looked at; none has to be up."""
        return {f"model {name}": Probe(partial(self.watch.said, name), vital=False) for name in self.watch.watched}

    def inquiry(self, reader: Understanding) -> Inquiry | None:
        """Return what looks further into what is wrong; `reader` reads the changes it proposes."""
        if self.router is None or not self.settings.model_investigates:
            return None
        return ModelInquiry(self.router, reader)

    def cache(self, embedder: Embedder, catalogue: Catalogue) -> ReadingCache | None:
        """Return what keeps readings, None where they are not to be kept."""
        if self.router is None or not self.settings.model_cache_hours:
            return None
        tools = digest([_told(each) for each in offered(self.settings)])
        models = digest(self.fleet.model_dump(mode="json"))  # rules too: what one may not be asked is not reused
        fixed = (models, tools, digest(catalogue), prompt("interpret").sha256, prompt("repair").sha256)
        return ReadingCache(
            self.settings.tenant,
            self.store.model_answers,
            embedder,
            self.clock,
            terms=lambda: (*fixed, self.rules.now().hash),
            names=(*catalogue.names(), *catalogue.environments(), *catalogue.flags(), *_aliases(catalogue)),
            lifetime=timedelta(hours=self.settings.model_cache_hours),
            reused=Purposed(self.router, INTERPRETATION).reused,
        )


def language_models(  # what a router needs, each of another room
    settings: Settings,
    store: Store,
    rules: PolicyInForce,
    stack: AsyncExitStack,
    clock: Clock,
    ids: Ids,
    *,
    publish: Callable[[Event], None],
    redaction: Redaction | None = None,
    metering: Metering | None = None,
) -> LanguageModels:
    """Put the models of the settings together; raises `InvalidSettings`. Their connections end with the stack."""
    fleet, recent, metering = settings.fleet(), BoundedMeter(), metering or Metering()
    breakers = {each.name: Circuit(f"the model provider {each.name}") for each in fleet.providers}
    router = None
    if fleet.models:
        allowance = TokenAllowance(store, settings.tenant, settings.limits, publish=publish, clock=clock, ids=ids)
        router = Router(
            fleet,
            {each.name: OpenAIChat(fleet.provider_of(each), each) for each in fleet.models},
            breakers,
            Counter(Meters((recent, TrialMeter(store), *metering.meters)), clock, ids),
            Terms(
                tenant=settings.tenant,
                redaction=redaction or data_profiles(settings, clock),
                allowed=metering.checked(allowance.check),
                budget_s=settings.model_turn_s,
            ),
            store.model_spending,
        )
        stack.push_async_callback(router.close)
    watch = ProviderWatch(fleet.providers, metering.metrics, clock, every_s=settings.model_probe_s)
    room = ModelRoom(fleet, router, breakers, store, clock, ids, watch=watch)
    return LanguageModels(settings, fleet, router, room, recent, watch, store, clock, rules)


def _told(capability: Capability) -> list[JsonValue]:
    """Return all that a model is told of a tool, and what it may do."""
    schema = capability.arguments.model_json_schema()
    return [capability.name, capability.effect.value, capability.summary, [*capability.examples], schema]


def _aliases(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(alias for service in catalogue.services for alias in service.aliases)
