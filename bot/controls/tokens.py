"""A language model that is left alone once the tenant's tokens are spent, so that the embedded one answers."""

from collections.abc import Callable, Collection
from typing import Any

import structlog

from agents.model.endpoint import Completion, LanguageModel
from memory.clock import Clock
from memory.errors import ModelUnavailable
from memory.ids import Ids
from memory.model.bodies import Denied
from memory.model.limits import Limit, LimitScope, Resource
from memory.model.record import SYSTEM, Record
from memory.store import Store
from runbooks.spending import tallied
from tools.limits import Claim, Exceeded, judge

_log = structlog.get_logger(__name__)


class MeteredModel:
    """Asks the model while there are tokens left. What each answer spends, the journal counts."""

    def __init__(
        self,
        model: LanguageModel,
        store: Store,
        tenant: str,
        limits: Collection[Limit],
        *,
        breached: Callable[[str], None],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._model = model
        self._store = store
        self._tenant = tenant
        self._limits = [
            each for each in limits if (each.resource, each.scope) == (Resource.TOKENS, LimitScope.TENANT)
        ]
        self._breached = breached
        self._clock = clock
        self._ids = ids
        self._told = False

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what the model says; raises `ModelUnavailable`, also where no token is left."""
        for limit in self._limits:
            claim = Claim(limit=limit, whose="", wanted=1)
            verdict = judge([await tallied(self._store, self._tenant, claim, None, self._clock.now())])
            if isinstance(verdict, Exceeded):
                await self._tell(verdict)
                raise ModelUnavailable(f"is left alone: {verdict.says()}", hint=verdict.remedy())
        self._told = False
        return await self._model.complete(system, text, schema)

    async def _tell(self, verdict: Exceeded) -> None:
        """Tell the log and operators, once until there are tokens again."""
        if self._told:
            return
        self._told = True
        self._breached(f"{verdict.limit.resource.value}/{verdict.limit.scope.value}")
        _log.warning("limit.exceeded", why=verdict.says())
        await self._store.ledger.append(
            Record(
                tenant=self._tenant,
                at=self._clock.now(),
                actor=SYSTEM,
                correlation=self._ids.new("cor"),
                body=Denied(denial=self._ids.new("denial"), code="limit.exceeded"),
            )
        )
