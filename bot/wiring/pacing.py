"""What paces the runner: the queues, rates, retries and dead letters, over one store and one engine."""

import random
import time
from asyncio import sleep
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.identity import Directory
from bot.queueing import QueueBook
from bot.settings import Settings
from memory.clock import Clock
from memory.errors import AuthenticationFailed
from memory.model.people import PrincipalKind
from memory.model.record import Event
from memory.store import Store
from runbooks.deadletters.keeping import Keeping
from runbooks.deadletters.sweeping import Sweeping
from runbooks.engine.port import DurableEngine
from runbooks.pacing.admission import Admission
from runbooks.pacing.lanes import Lanes
from runbooks.pacing.paced import Paced
from runbooks.pacing.rating import Rates
from runbooks.pacing.targets import Targets


@dataclass(frozen=True)
class Pace:
    """What the runner is driven with, and what tells people of the queue."""

    pacing: Paced
    sweeping: Sweeping
    queue: QueueBook


def pace(
    settings: Settings,
    store: Store,
    engine: DurableEngine,
    directory: Directory,
    publish: Callable[[Event], None],
    clock: Clock,
) -> Pace:
    """Return the pacing of this node."""

    def kind(tenant: str, person: str) -> PrincipalKind:
        try:
            return directory.person(tenant, person).kind
        except AuthenticationFailed:  # somebody who has left: nobody waits for it
            return PrincipalKind.SERVICE

    lanes = Lanes(clock, kind)
    keeping = Keeping(clock, timedelta(days=settings.dead_letter_days))
    pacing = Paced(
        lanes,
        Admission(engine, settings.queue_most),
        Rates(store, settings.rates, clock, sleep),
        Targets(settings.target_concurrency, time.monotonic),
        keeping.gave_up,
        clock=clock,
        timer=time.monotonic,
        chance=random.SystemRandom().random,
    )
    sweeping = Sweeping(store, engine, lanes, keeping, publish, clock=clock)
    return Pace(pacing, sweeping, QueueBook(store, engine, lanes, settings.queue_most))
