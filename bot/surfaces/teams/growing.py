"""An answer in Teams while it is made: one card that grows, with a button that stops it, and becomes the answer.

A stream that was begun ends in the first of it, and the card is replaced from then on. Whoever takes the arrival
up again after a crash finds the card under the key of the answer's first message.
"""

from contextlib import aclosing
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.surfaces.growing import Growing
from bot.surfaces.teams.elements import card, execute, line, words
from bot.surfaces.teams.limits import CARD_TEXT, pieces
from bot.surfaces.teams.replies import message
from bot.surfaces.teams.streaming import Stream
from bot.surfaces.teams.verbs import MADE, Verb
from bot.surfaces.teams.writing import Author
from memory.errors import TeamsError, TeamsRejected
from memory.model.teams import Place

EVERY: Final = timedelta(
    seconds=2
)  # Teams takes 60 writes of a thread in half a minute, and other cards live there
STILL: Final = "Looking further …"
_LINES: Final = 60

_log = structlog.get_logger(__name__)


class GrowingCard:
    """The card of one answer. `key` is that of the answer's first message."""

    def __init__(self, author: Author, place: Place, stream: Stream, key: str, opening: str = "") -> None:
        self.key = key
        self._author = author
        self._place = place
        self._stream = stream
        self._opening = opening
        self._id = ""

    async def show(self, answer: Growing, thread: str, every: timedelta) -> None:
        """Show the answer as it grows, until it is there. What Teams will not have is left."""
        async with aclosing(answer.texts(every)) as texts:
            async for text in texts:
                try:
                    await self._shown(self._card(text, thread))
                except TeamsError as error:  # the answer itself is still to come
                    _log.info("teams.not_growing", code=error.code, why=error.message)
                    return

    async def end(self, told: dict[str, Any]) -> bool:
        """Make the card the answer; return whether there was one that could be."""
        activity = self._id or await self._author.written(self._place, self.key)
        if not activity:
            return False
        try:
            await self._author.update(self._place, activity, told)
        except TeamsRejected as error:  # it may be deleted, or the end of a stream that nobody changes
            _log.info("teams.card_lost", code=error.code, why=error.message)
            self.key = f"{self.key}:again"
            return False
        return True

    async def _shown(self, told: dict[str, Any]) -> None:
        if self._id:
            await self._author.update(self._place, self._id, told)
            return
        await self._stream.over()
        ends = self._stream.final(told) if self._stream.id else told
        self._id = await self._author.post(self._place, ends, key=self.key)
        self._stream.id = ""

    def _card(self, text: str, thread: str) -> dict[str, Any]:
        lines = [part for each in text.splitlines()[:_LINES] if each.strip() for part in pieces(each, CARD_TEXT)]
        body = [line([words(self._opening, quiet=True)])] if self._opening else []
        body += [*(line([words(each)]) for each in lines), line([words(STILL, quiet=True)], spaced=True)]
        stops = execute("Stop", Verb.STOP, {"made": MADE, "thread": thread})
        return message(card(body, [stops]), text)
