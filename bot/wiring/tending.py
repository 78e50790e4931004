"""What goes on as long as a house stands: plans are expired and resumed, and listeners are told."""

import asyncio
from collections.abc import Callable

import structlog

from bot.refusals import Refusals
from bot.telemetry import Metrics
from bot.wiring.controls import Levers
from bot.wiring.pacing import Pace
from bot.wiring.running import TENDING, Running
from memory.bus import Bus
from memory.errors import QuarterdeckError
from memory.model.record import Event, Topic
from memory.model.run import RunStatus
from runbooks.runner import Runner

EVERY_S = 2.0

_log = structlog.get_logger(__name__)


def announcing(bus: Bus, metrics: Metrics) -> Callable[[Event], None]:
    """Return what tells listeners of what happens to runs, and counts those that ended or were held back."""

    def announce(event: Event) -> None:
        if event.topic is Topic.LIMIT:
            metrics.limit_breached(str(event.body["limit"]))
        elif RunStatus(str(event.body["status"])).final():
            metrics.run_ended(str(event.body["status"]))
        bus.publish(event)

    return announce


async def tend(runner: Runner, refusals: Refusals, held: Levers, paced: Pace, carrying: Running) -> None:
    """Expire and resume plans, again and again. A store that is away now may be back the next time."""
    while True:
        try:
            if await carrying.leads(TENDING, 2.5 * EVERY_S):
                await runner.tend()
            await paced.sweeping.sweep()
            await refusals.settle()
            await held.watch()
        except QuarterdeckError as error:
            _log.warning("runner.tend_failed", code=error.code, why=error.message)
        await asyncio.sleep(EVERY_S)
