"""What people say in an incident's room, kept as it is said: somebody else's words, never obeyed."""

from pydantic import Field

from memory.model.value import Identifier, Moment, Value

LONGEST = 40_000  # letters; no chat takes longer messages


class TranscriptLine(Value):
    """One message in a room. `id` is the platform's delivery, the same each time it comes.

    `author` is an account of the venue, `person` the principal it is linked to, empty where it is none's. Of what
    was deleted the words are gone, and that something was said stays.
    """

    tenant: Identifier
    incident: Identifier
    id: Identifier
    venue: Identifier
    author: str = Field(max_length=200)
    person: str = Field(default="", max_length=120)
    thread: str = Field(default="", max_length=1000)
    text: str = Field(max_length=LONGEST)
    said_at: Moment
    edited_at: Moment | None = None
    deleted_at: Moment | None = None
