"""Where an arrival goes: who it is from is found out here, and only people who are known get any further."""

import structlog

from bot.surfaces.inbox import Passing
from bot.surfaces.slack.blocks import Post
from bot.surfaces.slack.ports import Arrival, ArrivalKind, Talking, Visit, Web, Webs
from bot.surfaces.slack.receiving.changes import Changes
from bot.surfaces.slack.receiving.linking import Linking
from bot.surfaces.slack.receiving.once import Once
from bot.surfaces.slack.receiving.telling import refused, said, tell
from bot.surfaces.slack.receiving.visitors import Standing, Visitor, Visitors
from memory.errors import (
    OutOfTouch,
    QuarterdeckError,
    RaceLost,
    SlackBusy,
    SlackError,
    SlackNotInstalled,
    SlackTokenInvalid,
    SlackUnreachable,
    StoreUnavailable,
)

_PASSING = (StoreUnavailable, RaceLost, OutOfTouch, SlackBusy, SlackUnreachable)
_AWAY = (SlackNotInstalled, SlackTokenInvalid)
_ANSWERED = frozenset({ArrivalKind.COMMAND, ArrivalKind.CLICK, ArrivalKind.SHORTCUT})
_SILENT = frozenset({ArrivalKind.OVERHEARD, ArrivalKind.EVENT})  # nobody asked us anything

_log = structlog.get_logger(__name__)


class Reception:
    """Works on one arrival. What it raises is `Passing`, where it is to be tried again."""

    def __init__(
        self, webs: Webs, visitors: Visitors, linking: Linking, changes: Changes, talking: Talking, once: Once
    ) -> None:
        self._webs = webs
        self._visitors = visitors
        self._linking = linking
        self._changes = changes
        self._talking = talking
        self._once = once

    async def work(self, arrival: Arrival) -> None:
        """Do what is asked, as far as whoever asks may."""
        try:
            await self._done(arrival)
        except _PASSING as error:
            _log.warning("slack.passing", arrival=arrival.id, code=error.code, why=error.message)
            raise Passing from error
        except _AWAY as error:
            _log.warning("slack.not_there", arrival=arrival.id, code=error.code, why=error.message)
        except QuarterdeckError as error:
            _log.info("slack.refused", arrival=arrival.id, code=error.code, why=error.message)
            if isinstance(error, SlackError):
                await self._visitors.missing(arrival.team, error)
            await self._told(arrival, refused(error))

    async def _done(self, arrival: Arrival) -> None:
        if await self._changes.take(arrival) or not arrival.user:
            return
        web = await self._webs.of(arrival.team)
        visitor = await self._visitors.who(web, arrival.user)
        if visitor.standing is not Standing.MEMBER:
            await self._turn_away(arrival, visitor, web)
        elif self._linking.concerns(arrival):
            await self._linking.answer(arrival, visitor, web)
        elif visitor.person is None:
            if await self._speaks(arrival, "unlinked"):
                await tell(web, arrival, self._linking.invitation())
        else:
            await self._talking.work(
                Visit(arrival=arrival, person=visitor.person, account=visitor.account, web=web)
            )

    async def _turn_away(self, arrival: Arrival, visitor: Visitor, web: Web) -> None:
        """Say once to a guest or a stranger that they have no rights here; to a bot, nothing."""
        words = _AWAY_WORDS.get(visitor.standing)
        if words is not None and await self._speaks(arrival, visitor.standing.value):
            await tell(web, arrival, said(*words))

    async def _speaks(self, arrival: Arrival, about: str) -> bool:
        """Return whether somebody is told: always where they pressed a button, else now and then."""
        if arrival.kind in _SILENT:
            return False
        return arrival.kind in _ANSWERED or await self._once.first(arrival.team, about, arrival.user)

    async def _told(self, arrival: Arrival, post: Post) -> None:
        if arrival.kind in _SILENT:
            return
        try:
            await tell(await self._webs.of(arrival.team), arrival, post)
        except SlackError as error:
            _log.warning("slack.untold", arrival=arrival.id, code=error.code, why=error.message)


_AWAY_WORDS = {
    Standing.GUEST: ("Guests of this workspace have no rights with me.", "Ask a full member to do it."),
    Standing.STRANGER: ("People of other organisations have no rights with me.", "Ask somebody of this one."),
    Standing.UNKNOWN: (
        "Slack does not tell me who you are, so I may not answer you.",
        "An administrator finds out why with: quarterdeck slack doctor",
    ),
}
