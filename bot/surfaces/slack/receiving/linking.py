"""`/qd link` and `/qd unlink`: an account here and a person there become one once both sides have said so.

A code is shown to whoever asked for it and to nobody else.
"""

from typing import Final

from bot.surfaces.identities import Identities
from bot.surfaces.slack.blocks import Post, button
from bot.surfaces.slack.ports import Arrival, ArrivalKind, Web
from bot.surfaces.slack.receiving.telling import said, tell
from bot.surfaces.slack.receiving.visitors import Visitor
from memory.errors import NotFound

PREFIX: Final = "link:"
CHECK, YES, ANSWER = f"{PREFIX}check", f"{PREFIX}yes", f"{PREFIX}answer"


class Linking:
    """Answers what is about linking. `console` is where people sign in."""

    def __init__(self, identities: Identities, console: str) -> None:
        self._identities = identities
        self._console = console

    def concerns(self, arrival: Arrival) -> bool:
        """Return whether this is about linking."""
        if arrival.kind is ArrivalKind.CLICK:
            return arrival.name.startswith(PREFIX)
        return arrival.kind is ArrivalKind.COMMAND and arrival.text.split(" ")[0] in {"link", "unlink"}

    async def answer(self, arrival: Arrival, visitor: Visitor, web: Web) -> None:
        """Take a step, and tell the person; raises `QuarterdeckError` where it cannot be taken."""
        await tell(web, arrival, await self._step(arrival, visitor))

    def invitation(self, command: str = "/qd") -> Post:
        """Return how somebody becomes known."""
        return said(
            "Your Slack account is not linked to anybody here yet, so I may not answer you.",
            f"Type {command} link, and I give you a code. It takes a minute.",
        )

    async def _step(self, arrival: Arrival, visitor: Visitor) -> Post:
        if arrival.kind is ArrivalKind.CLICK:
            return await self._clicked(arrival, visitor)
        verb, _, code = arrival.text.partition(" ")
        if verb == "unlink":
            await self._identities.unlink_account(visitor.account)
            return said("Your Slack account is nobody's here from now on.")
        if code.strip():
            return await self._look(visitor, code.strip())
        return await self._begin(visitor)

    async def _clicked(self, arrival: Arrival, visitor: Visitor) -> Post:
        value = _value(arrival)
        if arrival.name == CHECK:
            return await self._check(visitor)
        if arrival.name == YES:
            identity = await self._identities.finish_link(visitor.account, value)
            return said(f"Linked: in Slack you are {identity.person} here from now on.")
        if arrival.name == ANSWER:
            await self._identities.answer_link(visitor.account, value, visitor.name)
            return said(f"Nearly done: say yes at {self._console}, where the code is from.")
        raise NotFound(f"expected a button about linking, found {arrival.name}")

    async def _begin(self, visitor: Visitor) -> Post:
        begun = await self._identities.begin_link(visitor.account, visitor.name)
        return said(
            f"Your code is {begun.code}. It is for you alone, and good until {begun.expires_at:%H:%M} UTC.",
            f"Sign in at {self._console} and type it there, under your accounts.",
            "Then press the button below.",
            buttons=[button("I have typed it", CHECK)],
            name="link",
        )

    async def _check(self, visitor: Visitor) -> Post:
        waiting = await self._identities.waiting(visitor.account)
        if not waiting:
            return said(
                f"Nobody typed your code at {self._console} yet.",
                buttons=[button("Look again", CHECK)],
                name="link",
            )
        asks = [button(f"Yes, I am {link.person}", f"{YES}", link.id, look="primary") for link in waiting[:1]]
        return said(
            f"{waiting[0].person} wants this Slack account to be theirs. Is that you?", buttons=asks, name="link"
        )

    async def _look(self, visitor: Visitor, code: str) -> Post:
        link = await self._identities.look_link(visitor.account, code)
        return said(
            f"This code is from {link.person}. Is that you?",
            buttons=[button(f"Yes, I am {link.person}", ANSWER, code, look="primary")],
            name="link",
        )


def _value(arrival: Arrival) -> str:
    actions = arrival.payload.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    value = first.get("value") if isinstance(first, dict) else None
    return value if isinstance(value, str) else ""
