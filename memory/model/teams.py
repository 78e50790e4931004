"""Where Quarterdeck is in Microsoft Teams, and which plans it shows there."""

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value


class Place(Value):
    """A conversation we may write in, unasked too: a chat, a group, or one thread of a channel.

    `id` is ours, made of Teams' own. `entra` is the Entra tenant. `people` are who has spoken or pressed there, as
    Teams calls them, the latest last.
    """

    tenant: Identifier
    id: Identifier
    entra: str = Field(default="", max_length=120)
    service_url: str = Field(min_length=1, max_length=1000)
    conversation: str = Field(min_length=1, max_length=1000)
    direct: bool = False
    bot: str = Field(default="", max_length=200)
    people: tuple[str, ...] = Field(default=(), max_length=60)
    seen_at: Moment


class ShownCard(Value):
    """A plan as it is shown in a place: under which activity, and what was shown last of which version.

    `closed` cards are not brought up to date any more.
    """

    tenant: Identifier
    place: Identifier
    run: Identifier
    activity: str = Field(min_length=1, max_length=300)
    requester: Identifier
    content: Digest | None = None
    version: int = -1
    closed: bool = False
    shown_at: Moment
