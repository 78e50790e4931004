"""Which conversation something in Slack belongs to, and what somebody said there. Pure."""

import re
from typing import Final

from bot.surfaces.inbound import spoken
from memory.errors import InvalidInput
from memory.model.arrival import Arrival
from memory.model.people import Principal, Surface
from memory.model.talk import Message

_CONVERSATION: Final = re.compile(r"slack:[A-Za-z0-9._:+-]{1,110}")


def conversation(team: str, channel: str, thread: str) -> str:
    """Return the id of a Slack thread as a conversation."""
    return f"slack:{team}:{channel}:{thread}"


def message(
    arrival: Arrival, person: Principal, text: str, thread: str, *, part: str = "", spoken_aloud: bool = False
) -> Message:
    """Return what a person said, by clicking or in words. Its id is the arrival's: a repeat is recognised.

    `part` tells apart what one arrival says more than once; what is `spoken_aloud` is treated as such. Raises as
    `bot.surfaces.inbound.spoken`.
    """
    return Message(
        id=f"{arrival.id}:{part}" if part else arrival.id,
        tenant=person.tenant,
        thread=thread,
        sender=person.id,
        surface=Surface.VOICE if spoken_aloud else Surface.SLACK,
        text=spoken(text),
        at=arrival.received_at,
    )


def named(conversation: str) -> str:
    """Return a conversation that a button names; raises `InvalidInput` for what is none."""
    if not _CONVERSATION.fullmatch(conversation):
        raise InvalidInput("expected a button that names a conversation, found one that names none")
    return conversation
