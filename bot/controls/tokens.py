"""A language model left alone once the tenant's or the asker's tokens are spent; the embedded one answers then."""

from collections.abc import Callable, Collection

import structlog

from bot.asking import ASKING
from memory.clock import Clock
from memory.errors import ModelUnavailable
from memory.ids import Ids
from memory.model.bodies import Denied
from memory.model.limits import Limit, Resource
from memory.model.record import SYSTEM, Event, Record, Topic
from memory.store import Store
from runbooks.spending import tallied
from tools.limits import Demand, Exceeded, claims, judge

EVERYWHERE = "tenant"  # the thread of what happens to no thread in particular

_log = structlog.get_logger(__name__)


class TokenAllowance:
    """Lets models be asked while there are tokens left. What each answer spends, the journal counts.

    `publish` tells listeners, and whoever counts breaches, of a limit that is reached.
    """

    def __init__(
        self,
        store: Store,
        tenant: str,
        limits: Collection[Limit],
        *,
        publish: Callable[[Event], None],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._limits = tuple(limits)
        self._publish = publish
        self._clock = clock
        self._ids = ids
        self._told: set[tuple[str, str]] = set()  # which limits, and whose, until there are tokens again

    async def check(self) -> None:
        """Raise `ModelUnavailable` where no token is left to whoever asks."""
        one = Demand(resource=Resource.TOKENS, person=ASKING.get(), amount=1)
        for claim in claims(self._limits, [one]):
            verdict = judge([await tallied(self._store, self._tenant, claim, None, self._clock.now())])
            if isinstance(verdict, Exceeded):
                await self._tell(verdict)
                raise ModelUnavailable(f"is left alone: {verdict.says()}", hint=verdict.remedy())
            self._told.discard((claim.limit.scope.value, claim.whose))

    async def _tell(self, verdict: Exceeded) -> None:
        """Tell the log, listeners and operators, once until there are tokens again."""
        scope, whose = verdict.limit.scope.value, verdict.whose
        if (scope, whose) in self._told:
            return
        self._told.add((scope, whose))
        now, correlation = self._clock.now(), self._ids.new("cor")
        _log.warning("limit.exceeded", why=verdict.says())
        body = Denied(denial=self._ids.new("denial"), code="limit.exceeded")
        await self._store.ledger.append(
            Record(tenant=self._tenant, at=now, actor=whose or SYSTEM, correlation=correlation, body=body)
        )
        self._publish(
            Event(
                topic=Topic.LIMIT,
                tenant=self._tenant,
                thread=EVERYWHERE,
                correlation=correlation,
                at=now,
                body={"limit": f"{verdict.limit.resource.value}/{scope}", "says": verdict.says()},
            )
        )
