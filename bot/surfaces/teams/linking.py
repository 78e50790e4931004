"""`link` and `unlink`: how somebody in Teams becomes a person here, by a yes of both sides.

Only in a chat with us alone, where nobody else reads a code.
"""

from typing import Final

from bot.surfaces.identities import Identities
from memory.errors import Conflict, NotFound, QuarterdeckError
from memory.model.identity import Account

WORDS: Final = frozenset({"link", "unlink"})
STRANGER: Final = (
    "I do not know you yet. Write “link” to me in a chat of our own, and I will tell you how that changes."
)
ELSEWHERE: Final = "Write that to me in a chat of our own, where nobody else reads it."


class Linking:
    """Answers these words."""

    def __init__(self, identities: Identities, console: str) -> None:
        self._identities = identities
        self._console = console

    async def answer(self, account: Account, label: str, text: str) -> str:
        """Return what to say to `link`, `link yes`, `link CODE`, `link CODE yes` or `unlink`."""
        word, _, rest = text.strip().partition(" ")
        try:
            if word.lower() == "unlink":
                await self._identities.unlink_account(account)
                return "This account is nobody's any more."
            if not rest.strip():
                return await self._begun(account, label)
            if rest.strip().lower() == "yes":
                return await self._finished(account)
            code, _, agreed = rest.strip().partition(" ")
            if agreed.strip().lower() == "yes":
                return await self._answered(account, label, code)
            return await self._looked_at(account, code)
        except QuarterdeckError as error:
            return " ".join(each for each in (error.message, error.hint) if each)

    async def _begun(self, account: Account, label: str) -> str:
        waiting = await self._identities.waiting(account)
        if waiting:
            return f"{waiting[0].person} wants this account. If that is you, write “link yes”."
        begun = await self._identities.begin_link(account, label)
        return (
            f"Sign in at {self._console}/accounts and type {begun.code} there, before "
            f"{begun.expires_at:%H:%M} UTC. Then write “link yes” to me. Show the code to nobody."
        )

    async def _looked_at(self, account: Account, code: str) -> str:
        link = await self._identities.look_link(account, code)
        return f"This would make the account {link.person}'s. If you are {link.person}, write “link {code} yes”."

    async def _answered(self, account: Account, label: str, code: str) -> str:
        link = await self._identities.answer_link(account, code, label)
        return f"Now say yes at {self._console}/accounts, as {link.person}. Until then nothing has changed."

    async def _finished(self, account: Account) -> str:
        waiting = await self._identities.waiting(account)
        if not waiting:
            raise NotFound("expected somebody who wants this account, found nobody")
        if len(waiting) > 1:
            raise Conflict("expected one person who wants this account, found several", hint="Begin again.")
        linked = await self._identities.finish_link(account, waiting[0].id)
        return f"This account is {linked.person}'s now."


def links(text: str) -> bool:
    """Return whether a message is about linking."""
    return text.strip().partition(" ")[0].lower() in WORDS
