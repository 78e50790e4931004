"""The channel that the settings name: where approvals are asked and incidents worked on, each in a thread."""

from typing import Final
from urllib.parse import quote

from bot.surfaces.teams.ports import Known
from memory.clock import Clock
from memory.errors import TeamsGone
from memory.ids import derived
from memory.model.teams import Place

THREAD: Final = ";messageid="  # between a channel's id and that of the message a thread begins at


class Channel:
    """Finds the channel, and its threads. `entra` is the tenant it is in."""

    def __init__(self, tenant: str, entra: str, conversation: str, known: Known, clock: Clock) -> None:
        self._tenant = tenant
        self._entra = entra
        self._conversation = conversation
        self._known = known
        self._clock = clock

    @property
    def configured(self) -> bool:
        """Whether the settings name one."""
        return bool(self._conversation)

    async def place(self) -> Place:
        """Return the channel as a place to write in; raises `TeamsGone` where the app is nowhere in the tenant.

        What Teams calls us and where it is reached are the same all over a tenant, and known from wherever we are.
        """
        return await self.thread(self._conversation)

    async def thread(self, conversation: str) -> Place:
        """Return a conversation of the tenant as a place to write in; raises `TeamsGone` as `place`."""
        name = derived("place", self._entra, conversation)
        found = await self._known.find(self._tenant, name)
        if found is not None:
            return found
        anywhere = next((each for each in await self._known.of(self._tenant) if each.entra == self._entra), None)
        if anywhere is None or not conversation:
            raise TeamsGone(
                "expected a channel of Teams to write in, found none",
                hint="Set teams_channel, and add the app to the channel's team.",
            )
        place = Place(
            tenant=self._tenant,
            id=name,
            entra=self._entra,
            service_url=anywhere.service_url,
            conversation=conversation,
            bot=anywhere.bot,
            seen_at=self._clock.now(),
        )
        await self._known.put(place)  # what is shown there is brought up to date by looking it up
        return place

    def link(self, conversation: str) -> str:
        """Return the address of a thread for people, empty for what is none."""
        channel, _, message = conversation.partition(THREAD)
        if not message:
            return ""
        where = f"{quote(channel, safe='')}/{quote(message, safe='')}"
        return f"https://teams.microsoft.com/l/message/{where}?tenantId={quote(self._entra, safe='')}"
