"""Plans in threads: one card for each, brought up to date in place, whoever decided and wherever.

A card is a view of the stored run. Its messages are noted in the store, so that a restart goes on where it ended.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.prose import visible
from bot.surfaces.slack.blocks import Post, escaped, posts
from bot.surfaces.slack.cards import Background, card_blocks, card_text
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.offering import open_to_all
from bot.surfaces.slack.ports import Web, Webs
from bot.surfaces.slack.rich import person, rich, section, words
from memory.canonical import digest
from memory.errors import NotFound, SlackChannelClosed, SlackMessageGone, SlackNotInstalled
from memory.model.evidence import Evidence
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.run import Run, RunStatus
from memory.model.shown import Shown
from memory.model.talk import Card

LOUD: Final = frozenset({RunStatus.FAILED, RunStatus.UNDONE, RunStatus.EXPIRED})

_GONE: Final = Post(text="This plan is shown above.", blocks=())

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
        owners: Callable[[], dict[str, str]] = dict,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._webs = webs
        self._cards = kept.cards
        self._posted = kept.posted
        self._accounts = kept.accounts
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
            while (shown := await self._cards.find(self._tenant, run)) is not None:
                if shown.over and not anew:
                    break
                if await self._cards.move(await self._drawn(shown, anew=anew)):
                    break

    async def open(self) -> tuple[str, ...]:
        """Return the plans whose cards may still change."""
        return tuple(shown.run for shown in await self._cards.open(self._tenant))

    async def _drawn(self, shown: Shown, *, anew: bool) -> Shown:
        """Return what is shown once the messages say how the plan stands."""
        try:
            web, run = await self._webs.of(shown.team), await self._desk.run(self._watcher, shown.run)
            if run.version == shown.version and not anew and run.status is not RunStatus.WAITING:
                return shown
            card = open_to_all(self._desk.card(run, self._watcher))
            seen = digest(card)
            if seen != shown.seen or anew:
                shown = shown.model_copy(update={"stamps": await self._sent(web, shown, card, run)})
            if run.status in LOUD:
                await self._cry(web, shown, run)
        except (NotFound, SlackChannelClosed, SlackMessageGone, SlackNotInstalled) as error:
            _log.warning("slack.card_over", run=shown.run, code=error.code, why=error.message)
            return shown.model_copy(update={"over": True})
        return shown.model_copy(update={"version": run.version, "seen": seen, "over": run.status.final()})

    async def _evidence(self, run: Run) -> tuple[Evidence, ...]:
        found = []
        for each in run.evidence:
            try:
                found.append(await self._desk.evidence(self._watcher, each))
            except NotFound:
                continue
        return tuple(found)

    async def _sent(self, web: Web, shown: Shown, card: Card, run: Run) -> tuple[str, ...]:
        """Return the messages that show the card now: those there were, changed, and more where it takes more."""
        background = Background(self._owners(), await self._evidence(run))
        sent = posts(card_blocks(card, self._places, background), card_text(card))
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

    async def _cry(self, web: Web, shown: Shown, run: Run) -> None:
        """Tell who asked, once, that it did not end well. What went well stands on the card alone."""
        user = await self._accounts.user(self._tenant, web.team, run.plan.requester)
        said = f"{card_text(self._desk.card(run, self._watcher))}. {run.summary}"
        whom = [person(user), words(" ")] if user else []
        post = Post(text=escaped(visible(said)), blocks=(rich(section([*whom, words(said)])),))
        await web.post(shown.channel, post, key=f"{run.id}:ended", thread=shown.thread)


def watcher(tenant: str) -> Principal:
    """Return who looks at plans to show them to a channel: somebody who may look, and nothing else."""
    return Principal(
        id="surface:slack", tenant=tenant, name="Slack", kind=PrincipalKind.SERVICE, roles=(Role.VIEWER,)
    )
