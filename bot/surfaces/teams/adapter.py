"""botbuilder's cloud adapter: reads activities, drives turns and answers invokes; its doors and hands are ours.

Whatever comes here was verified before, and is verified by the library once more.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    Entity,
    ResourceResponse,
)
from botframework.connector.auth import ClaimsIdentity
from botframework.connector.auth.authentication_constants import AuthenticationConstants

from bot.surfaces.teams.calling import Calls
from bot.surfaces.teams.cloud import App
from bot.surfaces.teams.doors import ENTRA, Doors
from bot.surfaces.teams.metadata import Metadata
from memory.model.teams import Place

CHANNEL: Final = "msteams"

Content = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a request is answered with."""

    status: int
    body: Content | None = None


class Whole(Entity):
    """An entity with everything in it: the library's own keeps its type, and drops the rest."""

    _attribute_map: ClassVar = {
        "additional_properties": {"key": "", "type": "{object}"},
        "type": {"key": "type", "type": "str"},
    }

    def __init__(self, told: Content) -> None:
        super().__init__(type=told["type"])
        self.additional_properties = {name: each for name, each in told.items() if name != "type"}


class Adapter(CloudAdapterBase):
    """Takes activities that were verified, and writes in conversations."""

    def __init__(self, app: App, metadata: Metadata, calls: Calls) -> None:
        super().__init__(Doors(app, metadata, calls))
        self._app = app

    async def take(
        self, header: str | None, told: Content, work: Callable[[], Awaitable[Answer | None]]
    ) -> Answer:
        """Have the library check and read an activity, do the `work` as its turn, and return what to answer.

        Without a header, only an app without an id takes anything. Raises `PermissionError` as the library does.
        """
        activity = Activity().deserialize(told)
        trusted = await self.bot_framework_authentication.authenticate_request(activity, header)

        async def turn(context: TurnContext) -> None:
            answer = await work()
            if answer is not None:
                said = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=said))

        response = await self.process_activity(trusted, activity, turn)
        if activity.type != ActivityTypes.invoke or response is None:
            return Answer(202)
        return Answer(int(response.status), response.body)

    async def post(self, place: Place, told: Content) -> str:
        """Write an activity in a conversation and return its id; raises `TeamsError` or one of its kinds."""
        sent: list[ResourceResponse] = []

        async def turn(context: TurnContext) -> None:
            sent.append(await context.send_activity(_activity(told)))

        await self._proactive(place, turn)
        return str(sent[0].id or "")

    async def update(self, place: Place, activity: str, told: Content) -> None:
        """Replace an activity of ours; raises `TeamsError` or one of its kinds."""

        async def turn(context: TurnContext) -> None:
            await context.update_activity(_activity(told | {"id": activity}))

        await self._proactive(place, turn)

    async def _proactive(self, place: Place, turn: Callable[[TurnContext], Awaitable[None]]) -> None:
        claims = ClaimsIdentity(
            claims={
                AuthenticationConstants.AUDIENCE_CLAIM: self._app.id,
                AuthenticationConstants.APP_ID_CLAIM: self._app.id,
                ENTRA: place.entra,
            },
            is_authenticated=True,
        )
        await self.continue_conversation_with_claims(claims, _reference(place), None, turn)


def _activity(told: Content) -> Activity:
    activity = Activity().deserialize(told)
    activity.entities = [Whole(each) for each in told.get("entities", ())] or None
    return activity


def _reference(place: Place) -> ConversationReference:
    return ConversationReference(
        bot=ChannelAccount(id=place.bot),
        conversation=ConversationAccount(id=place.conversation, tenant_id=place.entra or None),
        channel_id=CHANNEL,
        service_url=place.service_url,
    )
