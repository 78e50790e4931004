"""What came in from a chat platform, kept before it is acknowledged, so that it is worked on once and not lost."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, JsonValue, Moment, Value


class ArrivalKind(StrEnum):
    """What somebody did, or what happened."""

    MESSAGE = "message"  # said to us: a mention, or anything in a direct message or the agent view
    OVERHEARD = "overheard"  # said in a channel we are in, but not to us
    COMMAND = "command"  # `/qd …`; name: the command
    CLICK = "click"  # a button; name: its action_id
    SHORTCUT = "shortcut"  # name: its callback_id
    SUBMISSION = "submission"  # a modal that was sent; name: its callback_id
    EVENT = "event"  # everything else; name: the event's type, such as app_home_opened or link_shared


class Arrival(Value):
    """One thing that came, whichever way and however often it was delivered: `id` is the same each time.

    `payload` is as the platform sent it, an event's inner part alone. `thread` is where an answer goes: the thread
    of the message, or the message that a thread would begin at; empty where there is none. `edited` says that the
    words were changed before anybody read them; `text` has the new ones.
    """

    tenant: Identifier
    id: Identifier
    kind: ArrivalKind
    name: str = Field(max_length=255)
    team: Identifier
    enterprise: str = ""
    user: str = ""
    channel: str = ""
    thread: str = ""
    ts: str = ""  # of the message that was said or clicked in
    direct: bool = False  # between the person and us alone
    shared: bool | None = None  # with other organisations, who read along; None: the platform did not say
    text: str = ""  # what was said, or typed after the command, without the mention of us
    trigger: str = ""  # opens one modal, within 3 s
    response_url: str = ""
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    received_at: Moment
    edited: bool = False
