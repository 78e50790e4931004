"""What comes from Teams, as it is kept until it is done: under an id that is the same each time it comes. Pure."""

from datetime import datetime
from typing import Final

from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.visitors import place_id
from memory.errors import InvalidInput
from memory.ids import derived
from memory.model.arrival import Arrival, ArrivalKind

EDITED: Final = "editMessage"
DELETED: Final = "softDeleteMessage"


def name_of(came: Incoming) -> str:
    """Return the id of an activity, which an edit of a message has too; raises `InvalidInput` without one."""
    if not came.id or not came.conversation:
        raise InvalidInput("expected an activity with an id and a conversation, found one without")
    return derived("activity", came.tenant, came.conversation, came.id)


def arrival(came: Incoming, tenant: str, now: datetime) -> Arrival:
    """Return an activity of one of our tenants as it is kept; raises `InvalidInput`."""
    return Arrival(
        tenant=tenant,
        id=name_of(came),
        kind=_kind(came),
        name=came.name or came.type,
        team=came.tenant,
        user=came.person,
        channel=came.conversation,
        thread=place_id(came),
        ts=came.id,
        direct=came.direct,
        text=came.text,
        payload=came.model_dump(mode="json"),
        received_at=now,
    )


def kept(arrived: Arrival) -> Incoming:
    """Return the activity that was kept, with the words it has by now."""
    return Incoming.model_validate(arrived.payload).model_copy(update={"text": arrived.text})


def _kind(came: Incoming) -> ArrivalKind:
    """Return what it is. In a channel whose every message we are shown, those to somebody else are overheard."""
    match came.type:
        case "message":
            return ArrivalKind.MESSAGE if came.direct or came.named else ArrivalKind.OVERHEARD
        case "invoke":
            return ArrivalKind.CLICK
        case _:
            return ArrivalKind.EVENT
