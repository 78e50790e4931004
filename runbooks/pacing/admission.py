"""Whether one more run may wait. What does not fit is refused with a time to ask again, and nothing falls over."""

from collections.abc import Iterable

import structlog

from memory.errors import QueueFull, StoreUnavailable
from memory.model.people import PrincipalKind
from memory.model.queue import RunClass
from runbooks.engine.port import Backlog, DurableEngine

MOST_QUEUED = 100  # of one tenant's runs, before programs are sent away; people at twice as many
_SECONDS_EACH = 1.0

_log = structlog.get_logger(__name__)


class Admission:
    """Counts what waits before a plan is taken. What people broke the glass for is never sent away."""

    def __init__(self, engine: DurableEngine, most: int = MOST_QUEUED) -> None:
        self._engine = engine
        self._most = most

    async def admit(self, tenant: str, requester: PrincipalKind) -> None:
        """Raise `QueueFull` where too many of the tenant's runs wait already.

        An engine that does not run yet holds nobody back: what is taken now waits in the store.
        """
        try:
            backlog = await self._engine.backlog()
        except StoreUnavailable as error:
            _log.warning("queue.not_counted", why=error.message)
            return
        judge(tenant, backlog, bound(self._most, requester))


def bound(most: int, requester: PrincipalKind) -> int:
    """Return how many may wait when this one asks: no flood of programs leaves a person without a place."""
    return most * 2 if requester is PrincipalKind.PERSON else most


def judge(tenant: str, backlog: Iterable[Backlog], most: int) -> None:
    """Raise `QueueFull` where as many of the tenant's runs wait as may; those of incidents are not counted."""
    own = [each for each in backlog if each.tenant == tenant and each.queue != RunClass.INCIDENT]
    queued, running = sum(each.queued for each in own), sum(each.running for each in own)
    if queued >= most:
        error = QueueFull(f"expected at most {most} runs that wait, found {queued}")
        error.retry_after_s = max(1.0, _SECONDS_EACH * (queued - most + 1) / max(1, running))
        error.hint = f"Ask again in {error.retry_after_s:.0f} s."
        raise error
