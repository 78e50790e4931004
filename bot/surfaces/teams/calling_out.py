"""Messages that call a person: their name is a mention, where they have an account, and the rest is a card."""

import re
from collections.abc import Iterable
from typing import Final, Protocol

from bot.surfaces.teams.elements import Element, card, line, quote, words
from bot.surfaces.teams.replies import message
from bot.surfaces.teams.writing import Author
from memory.model.teams import Place
from memory.model.value import JsonValue

LONGEST_NAME: Final = 60
_MARKUP: Final = re.compile(r"[^\w -]|_")  # a dot could make a link of it


class Accounts(Protocol):
    """Tells the account of a person."""

    async def user(self, tenant: str, issuer: str, person: str) -> str:
        """Return their object id in an Entra tenant, empty where they have none there."""


class CallingOut:
    """Calls people in conversations, once for each key."""

    def __init__(self, author: Author, accounts: Accounts) -> None:
        self._author = author
        self._accounts = accounts

    async def call(self, place: Place, person: str, says: str, *, key: str, quoted: str = "") -> None:
        """Tell a person something where everybody of the conversation sees it; `quoted` is what another wrote."""
        body = [line([words(says)]), *([quote(quoted)] if quoted else [])]
        told = message(card(body), says) | await self.mentioned(place, (person,))
        await self._author.post(place, told, key=key)

    async def knows(self, place: Place, person: str) -> bool:
        """Return whether a person has an account there."""
        return bool(await self._accounts.user(place.tenant, place.entra, person))

    async def mentioned(self, place: Place, people: Iterable[str]) -> Element:
        """Return what makes a message call these people; a name is left with its letters alone."""
        marked: list[str] = []
        entities: list[JsonValue] = []
        for person in () if place.direct else people:
            account = await self._accounts.user(place.tenant, place.entra, person)
            if account:
                name = _MARKUP.sub("", person)[:LONGEST_NAME] or "you"
                marked.append(f"<at>{name}</at>")
                entities.append(
                    {"type": "mention", "text": marked[-1], "mentioned": {"id": account, "name": name}}
                )
        return {"text": " ".join(marked), "entities": entities} if marked else {}
