"""What is kept beside the log for a while alone, and goes by itself: news of alerts, what was said in rooms."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from bot.settings import Settings
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.store import Store

EVERY_S: Final = 3600.0
ASK_EVERY_S: Final = 60.0
FORGETTING: Final = "forgetting"
NEWS_KEPT: Final = timedelta(days=30)  # what an alert did lately; the alert itself stays
READBACKS_KEPT: Final = timedelta(days=7)  # a code that was said last week is none anybody is given soon
SOUNDS_KEPT: Final = timedelta(days=90)  # by its digest alone, so that a replay is known as one

_log = structlog.get_logger(__name__)


async def forget(
    store: Store, settings: Settings, leads: Callable[[str, float], Awaitable[bool]], clock: Clock
) -> None:
    """Forget what is old again and again, until this is cancelled; one node does it for all."""
    while True:
        try:
            if not await leads(FORGETTING, 2 * EVERY_S):
                await asyncio.sleep(ASK_EVERY_S)
                continue
            await forgotten(store, settings, clock)
        except QuarterdeckError as error:
            _log.warning("forgetting.failed", code=error.code, why=error.message)
        await asyncio.sleep(EVERY_S)


async def forgotten(store: Store, settings: Settings, clock: Clock) -> None:
    """Forget what is old now; raises `StoreUnavailable`."""
    now = clock.now()
    news = await store.alerts.prune(now - NEWS_KEPT)
    lines = await store.transcripts.prune(settings.tenant, now - timedelta(days=settings.transcript_days))
    await store.readbacks.prune(now - READBACKS_KEPT)
    await store.sounds.prune(now - SOUNDS_KEPT)
    if news or lines:
        _log.info("forgetting.done", alert_news=news, transcript_lines=lines)
