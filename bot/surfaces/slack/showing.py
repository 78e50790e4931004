"""Plans in threads: one card for each, brought up to date in place, whoever decided and wherever.

A card is a view of the stored run. Its messages are noted in the store, so that a restart goes on where it ended.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.surfaces.background import background
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, note, posts
from bot.surfaces.slack.cards import card_blocks, card_text
from bot.surfaces.slack.ending import Ending
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.offering import open_to_all
from bot.surfaces.slack.outsiders import Outsiders
from bot.surfaces.slack.ports import Web, Webs
from memory.canonical import digest
from memory.errors import NotFound, QuarterdeckError, SlackChannelClosed, SlackMessageGone, SlackNotInstalled
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.run import Run, RunStatus
from memory.model.shown import Shown
from memory.model.talk import Card

_GONE: Final = Post(text="This plan is shown above.", blocks=())
_NOT_HERE: Final = note("Other organisations share this channel, so this plan is not shown here any more.")

_log = structlog.get_logger(__name__)


class Board:
    """Shows plans and keeps them up to date. `owners` tells which team owns each service."""

    def __init__(
        self,
        tenant: str,
        desk: Desk,
        webs: Webs,
        kept: Kept,
        places: Places,
        *,
        ending: Ending,
        outsiders: Outsiders,
        owners: Callable[[], dict[str, str]] = dict,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._webs = webs
        self._cards = kept.cards
        self._posted = kept.posted
        self._claims = kept.claims
        self._ending = ending
        self._outsiders = outsiders
        self._places = places
        self._owners = owners
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._watcher = watcher(tenant)

    async def show(self, web: Web, run: str, channel: str, thread: str) -> None:
        """Show a plan in a thread; where it has its card already, bring that up to date."""
        shown = Shown(tenant=self._tenant, run=run, team=web.team, channel=channel, thread=thread)
        await self._cards.keep(shown)
        await self.refresh(run, anew=True)

    async def refresh(self, run: str, *, anew: bool = False) -> None:
        """Bring a plan's card up to date now, where it has one; `anew` also where it says the same."""
        async with self._locks.setdefault(run, asyncio.Lock()):
            shown = await self._cards.find(self._tenant, run)
            if shown is not None and not shown.stamps:
                async with self._claims.held(self._tenant, f"card/{run}") as ours:
                    if ours:  # else another node draws it for the first time, and a look after that finds the rest
                        await self._brought_up_to_date(run, anew=anew)
            elif shown is not None:
                await self._brought_up_to_date(run, anew=anew)

    async def _brought_up_to_date(self, run: str, *, anew: bool) -> None:
        while (shown := await self._cards.find(self._tenant, run)) is not None:
            if shown.over and not anew:
                return
            if await self._cards.move(await self._drawn(shown, anew=anew)):
                return
            anew = True  # another node was ahead, and what was sent here may have come after what it sent

    async def open(self) -> tuple[str, ...]:
        """Return the plans whose cards may still change."""
        return tuple(shown.run for shown in await self._cards.open(self._tenant))

    async def _drawn(self, shown: Shown, *, anew: bool) -> Shown:
        """Return what is shown once the messages say how the plan stands."""
        try:
            web, run = await self._webs.of(shown.team), await self._desk.run(self._watcher, shown.run)
        except (NotFound, SlackNotInstalled) as error:
            return _over(shown, error)
        try:
            if run.version == shown.version and not anew and run.status is not RunStatus.WAITING:
                return shown
            card = open_to_all(self._desk.card(run, self._watcher))
            seen = digest(card)
            if seen != shown.seen or anew:
                shown = shown.model_copy(update={"stamps": await self._sent(web, shown, card, run)})
            if not await self._outsiders.read(web, shown.channel):
                await self._ending.told(web, shown, run, card)
        except SlackChannelClosed as error:
            await self._ending.closed(web, shown, run)
            return _over(shown, error)
        except SlackMessageGone as error:
            return _over(shown, error)
        return shown.model_copy(update={"version": run.version, "seen": seen, "over": run.status.final()})

    async def _sent(self, web: Web, shown: Shown, card: Card, run: Run) -> tuple[str, ...]:
        """Return the messages that show the card now: those there were, changed, and more where it takes more."""
        rests_on = await background(self._desk, self._watcher, run, self._owners())
        foreign = await self._outsiders.read(web, shown.channel)
        sent = [_NOT_HERE] if foreign else posts(card_blocks(card, self._places, rests_on), card_text(card))
        stamps = list(shown.stamps)
        for number, post in enumerate(sent):
            key = f"{run.id}:card:{number}"
            if number >= len(stamps):
                before = await self._posted.find(self._tenant, web.team, key)  # by who died before it was noted
                stamps.append(await web.post(shown.channel, post, key=key, thread=shown.thread))
                if before is None:
                    continue
            try:
                await web.update(shown.channel, stamps[number], post)
            except SlackMessageGone:
                again = f"{key}:{stamps[number]}"
                stamps[number] = await web.post(shown.channel, post, key=again, thread=shown.thread)
        for stamp in stamps[len(sent) :]:
            await web.update(shown.channel, stamp, _GONE)
        return tuple(stamps)


def _over(shown: Shown, error: QuarterdeckError) -> Shown:
    """Return it as something that does not change any more, since it cannot."""
    _log.warning("slack.card_over", run=shown.run, code=error.code, why=error.message)
    return shown.model_copy(update={"over": True})


def watcher(tenant: str) -> Principal:
    """Return who looks at plans to show them to a channel: somebody who may look, and nothing else."""
    return Principal(
        id="surface:slack", tenant=tenant, name="Slack", kind=PrincipalKind.SERVICE, roles=(Role.VIEWER,)
    )
