"""What went well, in one message for each channel and day that is brought up to date in place."""

from collections.abc import Sequence
from typing import Final

import structlog

from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, context, posts
from bot.surfaces.slack.keeping import Successes
from bot.surfaces.slack.ports import Web
from bot.surfaces.slack.rich import link, points, rich, section, words
from memory.errors import SlackError
from memory.model.run import Run
from memory.model.shown import Shown, Success

MOST: Final = 20  # plans that are named; the others are counted

_log = structlog.get_logger(__name__)


class Gathering:
    """Gathers successes. Where Slack does not take the message, the plan's own card has said it anyway."""

    def __init__(self, successes: Successes, places: Places) -> None:
        self._successes = successes
        self._places = places

    async def add(self, web: Web, shown: Shown, run: Run) -> None:
        """Have the day's message of the channel say that a plan went well."""
        if run.ended_at is None or shown.channel.startswith("D"):
            return
        success = Success(
            tenant=run.tenant,
            team=web.team,
            channel=shown.channel,
            day=f"{run.ended_at:%Y-%m-%d}",
            run=run.id,
            title=run.plan.goal,
            requester=run.plan.requester,
            at=run.ended_at,
        )
        await self._successes.add(success)
        try:
            await self._told(web, success)
        except SlackError as error:
            _log.info("slack.no_digest", code=error.code, why=error.message)

    async def _told(self, web: Web, newest: Success) -> None:
        """Bring the message up to date, again where another node added something meanwhile."""
        key, channel = f"digest:{newest.channel}:{newest.day}", newest.channel
        said: tuple[Success, ...] = ()
        while (found := await self._all(newest)) != said:
            post = gathered(found, self._places)
            before = await web.posted(key)
            ts = await web.post(channel, post, key=key)
            if before is not None:
                await web.update(channel, ts, post)
            said = found

    async def _all(self, newest: Success) -> tuple[Success, ...]:
        return await self._successes.of(newest.tenant, newest.team, newest.channel, newest.day)


def gathered(found: Sequence[Success], places: Places) -> Post:
    """Return the message about these, the newest first. There is at least one."""
    count = f"{len(found)} plan{'s' if len(found) > 1 else ''} done and verified on {found[0].day}"
    lines = [
        [link(places.plan(each.run), each.title), words(f"  {each.at:%H:%M} UTC, asked by {each.requester}")]
        for each in list(reversed(found))[:MOST]
    ]
    more = [context(f"and {len(found) - MOST} more")] if len(found) > MOST else []
    (post,) = posts([rich(section([words(count, bold=True)]), points(lines)), *more], count)
    return post
