"""Who somebody in Teams is here: nobody at all, unless their account was linked and they are no guest."""

from datetime import timedelta

import structlog

from bot.surfaces.identities import Identities
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.limits import REFRESHED
from bot.surfaces.teams.ports import Conversations, Groups, Roll
from memory.clock import Clock
from memory.errors import TeamsError
from memory.ids import derived
from memory.model.identity import Account, AccountSource
from memory.model.people import Principal
from memory.model.teams import Place

FRESH = timedelta(hours=1)  # a conversation is written down again after this, changed or not

_log = structlog.get_logger(__name__)


class Visitors:
    """Knows places and people. `tenant` is ours."""

    def __init__(
        self,
        tenant: str,
        identities: Identities,
        roll: Roll,
        conversations: Conversations,
        clock: Clock,
        groups: Groups | None = None,
    ) -> None:
        self._tenant = tenant
        self._identities = identities
        self._roll = roll
        self._conversations = conversations
        self._clock = clock
        self._groups = groups

    async def place(self, came: Incoming) -> Place:
        """Return where an activity came from, and remember that we may write there, and who was there."""
        now = self._clock.now()
        known = await self._conversations.find(self._tenant, place_id(came))
        people = known.people if known else ()
        if came.sender and came.sender not in people:
            people = (*people, came.sender)[-REFRESHED:]
        place = Place(
            tenant=self._tenant,
            id=place_id(came),
            entra=came.tenant,
            service_url=came.service_url,
            conversation=came.conversation,
            direct=came.direct or (known.direct if known else False),
            bot=came.bot or (known.bot if known else ""),
            people=people,
            seen_at=now,
        )
        same = known is not None and known.model_copy(update={"seen_at": now}) == place
        if known is None or not same or now >= known.seen_at + FRESH:
            await self._conversations.put(place)
        return place

    async def person(self, came: Incoming, place: Place) -> Principal | None:
        """Return whoever it is from, None for strangers and guests; raises `TeamsError` where that is unknown."""
        account = account_of(came)
        if account is None or await self._identities.resolve(account) is None:
            return None
        if await self._roll.guest(place, came.sender):
            return None
        return await self._with_groups(account)

    async def _with_groups(self, account: Account) -> Principal | None:
        """Return the person with what their groups give now, or while nobody says, what they gave before."""
        try:
            names = None if self._groups is None else await self._groups.of(account)
        except TeamsError as error:
            _log.warning("teams.groups_unknown", code=error.code, why=error.message)
            names = None
        if names is None:
            return await self._identities.resolve(account)
        return await self._identities.seen(account, names)


def account_of(came: Incoming) -> Account | None:
    """Return the account an activity is from, None where it does not say."""
    if not came.person or not came.tenant or not came.person.isprintable() or " " in came.person:
        return None
    return Account(source=AccountSource.TEAMS, issuer=came.tenant, subject=came.person)


def place_id(came: Incoming) -> str:
    """Return our name for the conversation."""
    return derived("place", came.tenant, came.conversation)
