"""What is said of a plan besides its card: how it ended, with pictures, and that its channel was closed meanwhile.

Each is said once. What went well calls nobody: it is gathered into one message of the channel.
"""

from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.places import Places
from bot.surfaces.prose import visible
from bot.surfaces.slack.blocks import Post, context, escaped, note, posts, uploaded
from bot.surfaces.slack.cards import card_text
from bot.surfaces.slack.gathering import Gathering
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.picturing import Picturing, post_pictured
from bot.surfaces.slack.ports import Web
from bot.surfaces.slack.rich import person, rich, section, words
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.run import Run, RunStatus
from memory.model.shown import Shown
from memory.model.talk import Card

LOUD: Final = frozenset({RunStatus.FAILED, RunStatus.UNDONE, RunStatus.EXPIRED})
AGAIN: Final = timedelta(days=30)  # before people are told again that a channel is closed
_MEASURED: Final = "What was measured before and after"

_log = structlog.get_logger(__name__)


class Ending:
    """Tells it to the thread, the channel, or the person who asked."""

    def __init__(self, kept: Kept, places: Places, picturing: Picturing, clock: Clock) -> None:
        self._kept = kept
        self._places = places
        self._picturing = picturing
        self._clock = clock
        self._gathering = Gathering(kept.successes, places)

    async def told(self, web: Web, shown: Shown, run: Run, card: Card) -> None:
        """Say how a plan ended; nothing for one that has not."""
        if not run.status.final():
            return
        if card.charts:
            await self._pictured(web, shown, card)
        if run.status in LOUD:
            await self._cry(web, shown, run, card)
        elif run.status is RunStatus.SUCCEEDED:
            await self._gathering.add(web, shown, run)

    async def closed(self, web: Web, shown: Shown, run: Run) -> None:
        """Tell who asked, once for each channel, where their plans are now that it is closed."""
        user = await self._kept.accounts.user(shown.tenant, web.team, run.plan.requester)
        about = f"closed:{shown.channel}"
        if not user or not await self._kept.notices.first(shown.tenant, web.team, about, self._clock.now(), AGAIN):
            return
        said = note(
            "A channel with a plan of yours was archived, or I am not in it any more, so I say nothing there.",
            f"You find “{run.plan.goal}” at {self._places.plan(run.id)}.",
        )
        try:
            opened = await web.call("conversations.open", users=user)
            await web.post(str(opened["channel"]["id"]), said, key=f"{run.id}:{about}")
        except QuarterdeckError as error:
            _log.warning("slack.untold", run=run.id, code=error.code, why=error.message)

    async def _pictured(self, web: Web, shown: Shown, card: Card) -> None:
        """Show what was measured, in the thread."""
        key = f"{card.run}:measured"
        before = await web.posted(key)
        if before is not None and before.ts:
            return
        files = await self._picturing.uploaded(web, card.charts)
        blocks = [
            uploaded(files[chart.id], chart.alt, chart.title)
            if chart.id in files
            else context(f"{chart.title}: {chart.alt}")
            for chart in card.charts
        ]
        title = rich(section([words(f"{_MEASURED}: {card.title}", bold=True)]))
        for number, post in enumerate(posts([title, *blocks], f"{_MEASURED}: {card.title}")):
            part = f"{key}:{number}" if number else key
            await post_pictured(web, shown.channel, post, key=part, thread=shown.thread)

    async def _cry(self, web: Web, shown: Shown, run: Run, card: Card) -> None:
        """Tell who asked, once, that it did not end well."""
        user = await self._kept.accounts.user(shown.tenant, web.team, run.plan.requester)
        said = f"{card_text(card)}. {run.summary}"
        whom = [person(user), words(" ")] if user else []
        post = Post(text=escaped(visible(said)), blocks=(rich(section([*whom, words(said)])),))
        await web.post(shown.channel, post, key=f"{run.id}:ended", thread=shown.thread)
