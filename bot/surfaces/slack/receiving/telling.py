"""Telling one person something, where they did what is answered, and seen by nobody else."""

from collections.abc import Sequence

from bot.surfaces.slack.blocks import Post, actions, escaped
from bot.surfaces.slack.ports import Arrival, Web
from bot.surfaces.slack.rich import Block, rich, section, words
from memory.errors import QuarterdeckError, SlackChannelClosed


def said(*lines: str, buttons: Sequence[Block] = (), name: str = "told") -> Post:
    """Return a few lines, with what to press below them."""
    blocks = [rich(*[section([words(line)]) for line in lines]), *actions(name, buttons)]
    return Post(text=escaped(lines[0]), blocks=tuple(blocks))


def refused(error: QuarterdeckError) -> Post:
    """Return an error in words."""
    lines = [f"That did not work: {error.message}.", *([error.hint] if error.hint else [])]
    return said(*lines, f"({error.code})")


async def tell(web: Web, arrival: Arrival, post: Post) -> None:
    """Say it to whom it came from, to them alone; in a channel that is closed by now nobody is told."""
    if arrival.response_url:
        await web.respond(arrival.response_url, post)
    elif arrival.channel and arrival.user:
        try:
            await web.whisper(arrival.channel, arrival.user, post, thread=_thread(arrival))
        except SlackChannelClosed:
            return


def _thread(arrival: Arrival) -> str:
    """Return the thread, where there is one: a whisper under a message without answers would be seen by nobody."""
    return arrival.thread if arrival.thread != arrival.ts else ""
