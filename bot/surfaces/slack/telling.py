"""Telling one person something that nobody else has to read: by the answer to a command, or in passing."""

from bot.surfaces.slack.blocks import Post, note
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Subject
from bot.surfaces.slack.rich import Block
from memory.errors import QuarterdeckError, SlackRejected


async def tell(visit: Visit, *lines: str, channel: str = "", thread: str = "") -> None:
    """Tell whoever this came from a few sentences."""
    await tell_posts(visit, [note(*lines)], channel=channel, thread=thread)


async def tell_posts(visit: Visit, sent: list[Post], *, channel: str = "", thread: str = "") -> None:
    """Tell whoever this came from something longer."""
    arrival, web = visit.arrival, visit.web
    for post in sent:
        if arrival.response_url and not channel:
            await web.respond(arrival.response_url, post)
            continue
        place = channel or arrival.channel
        try:
            await web.whisper(place or await private(visit), arrival.user, post, thread=thread or arrival.thread)
        except SlackRejected:
            if not place:
                raise
            await web.whisper(await private(visit), arrival.user, post)


async def private(visit: Visit) -> str:
    """Return the channel in which we are alone with this person."""
    opened = await visit.web.call("conversations.open", users=visit.arrival.user)
    return str(opened["channel"]["id"])


def refused(error: QuarterdeckError) -> tuple[str, ...]:
    """Return a refusal as a person reads it: what was expected, what was found, and what to do."""
    return tuple(_sentence(line) for line in (error.message, error.hint) if line)


def _sentence(text: str) -> str:
    whole = f"{text[0].upper()}{text[1:]}"
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


async def told(visit: Visit, about: Subject, *lines: str) -> None:
    """Tell whoever this came from something about a plan, where its card is."""
    await tell(visit, *lines, channel=about.channel, thread=about.thread)


async def opened(visit: Visit, view: Block) -> None:
    """Open a window; Slack allows that for three seconds after the press."""
    try:
        await visit.web.call("views.open", trigger_id=visit.arrival.trigger, view=view)
    except SlackRejected as error:
        if "trigger" not in error.error:
            raise
        await tell(visit, "That window took too long to open. Press again.")
