"""What people ask about somebody else's message: "explain this alert".

A message may say anything, so nothing of it is ever taken for the person's words: only names of services that are
ours are read out of it, and what is asked is always the same question.
"""

import re
from collections.abc import Callable, Collection
from typing import Final

from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.blocks import Post, actions, button, note
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import mapping
from bot.surfaces.slack.rich import plain
from bot.surfaces.slack.telling import tell, tell_posts
from memory.model.arrival import Arrival
from memory.model.talk import ButtonAction
from memory.model.value import JsonValue

MOST: Final = 5


class Shortcuts:
    """Answers what is asked about a message, in its thread. `services` are the names of what is ours."""

    def __init__(self, answering: Answering, services: Callable[[], Collection[str]]) -> None:
        self._answering = answering
        self._services = services

    async def explain(self, visit: Visit) -> None:
        """Say what is wrong with the service that a message speaks of."""
        named = mentioned(told(visit.arrival), self._services())
        if not named:
            await tell(visit, "This message names none of our services, so there is nothing to look at.")
        elif len(named) == 1:
            thread = visit.arrival.thread or visit.arrival.ts
            opening = f"{visit.person.name} asks to explain this alert"
            await self._answering.answer(visit, question(named[0]), visit.arrival.channel, thread, opening=opening)
        else:
            row = actions(
                "which",
                [
                    button(name, f"{ButtonAction.SAY.value}:{number}", question(name))
                    for number, name in enumerate(named[:MOST])
                ],
            )
            said = note("It names several of our services. Which one?")
            await tell_posts(visit, [Post(said.text, (*said.blocks, *row))])


def question(service: str) -> str:
    """Return the question that is asked about a service."""
    return f"What is wrong with {service}?"


def told(arrival: Arrival) -> str:
    """Return every word of the message that a shortcut was used on."""
    message = mapping(arrival.payload.get("message"))
    parts: list[JsonValue] = [message.get("text"), message.get("blocks"), message.get("attachments")]
    texts = [part if isinstance(part, str) else plain(_blocks(part)) for part in parts]
    return "\n".join(texts)


def mentioned(text: str, services: Collection[str]) -> list[str]:
    """Return the services whose names stand in a text as words of their own, in the order they come in."""
    found = {
        name: at.start()
        for name in services
        if (at := re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))
    }
    return sorted(found, key=lambda name: found[name])


def _blocks(part: JsonValue | None) -> list[dict[str, JsonValue]]:
    return [each for each in part if isinstance(each, dict)] if isinstance(part, list) else []
