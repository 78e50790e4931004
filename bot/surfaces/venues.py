"""The port of the places where an incident is worked on: a channel, a chat, a page.

Every call may be made again, after a crash or by another node, and then finds what the first one did. A venue
renders and remembers nothing of an incident; what is said is said once for each key.
"""

import re
from typing import Final, Protocol

from pydantic import Field

from memory.model.alert import Alert, Link
from memory.model.evidence import Evidence
from memory.model.incident import TimelineEntry
from memory.model.people import Principal
from memory.model.talk import Button, Chart
from memory.model.value import Identifier, Moment, Value
from memory.model.war_room import Fitting, WarRoom

LONGEST_NAME: Final = 80  # letters; a channel of Slack has no more
_OTHER: Final = re.compile(r"[^a-z0-9]+")


class Opening(Value):
    """The room that is wanted. `thread` is the conversation in which the incident was declared, if it was in one.

    The room's key is `incident` and `turn`: the same two find the room that was made for them.
    """

    tenant: Identifier
    incident: Identifier
    number: int
    title: str
    severity: int
    turn: int = 1
    thread: Identifier | None = None
    private: bool = False

    @property
    def name(self) -> str:
        """A name of a-z, 0-9 and - that nothing else has: `inc-12-checkout-is-failing`, later `inc-12-2-…`."""
        again = f"-{self.turn}" if self.turn > 1 else ""
        words = _OTHER.sub("-", self.title.lower()).strip("-")
        return f"inc-{self.number}{again}-{words}"[:LONGEST_NAME].rstrip("-")


class Source(Value):
    """What a citation leads to: what it is, in a line, and its address in the console."""

    label: str
    link: str = ""


class Notice(Value):
    """What is said in a room: paragraphs, lines that begin with "- " as points, and [n] citing `sources`.

    Everything in it is plain text. What came from outside is quoted in it and is never to be parsed as markup.
    `mentions` are people who have to see it.
    """

    title: str = Field(default="", max_length=300)
    text: str = Field(min_length=1)
    sources: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()
    charts: tuple[Chart, ...] = ()
    buttons: tuple[Button, ...] = ()
    mentions: tuple[Identifier, ...] = ()


class Venue(Protocol):
    """Makes rooms, furnishes them and closes them. Raises a `QuarterdeckError` for what cannot be done now."""

    @property
    def name(self) -> str:
        """What rooms of here are known by: "slack", "teams", "console"."""

    def fits(self, thread: str) -> bool:
        """Return whether this conversation is one of here, so that a room for it is best made here."""

    async def open(self, opening: Opening) -> WarRoom:
        """Return the room, made where there is none; raises `Conflict` where another has its name."""

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Say in a line what the room is about; cut to what the venue takes."""

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:
        """Bring principals in, and return those who cannot be: they have no account here, or may not enter."""

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        """Say something once for each key, and return what the post is called here."""

    async def pin(self, room: WarRoom, post: str) -> None:
        """Have a post stand out; nothing where the venue cannot."""

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Have a bookmark of this title lead there; nothing where the venue cannot."""

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        """Have the living summary say this and nothing else: `post` is the pinned one, to be edited in place."""

    async def close(self, room: WarRoom) -> None:
        """Archive the room, or say that it is closed where rooms cannot be."""


class Said(Value):
    """What was said in the console's own room, and when."""

    at: Moment
    notice: Notice


class RoomView(Value):
    """How an incident's rooms stand: those that are open, what could not be done in them yet, what was said here.

    `alerts` are the incident's own, whose texts are from outside; `names` are what people call those who have to
    do with it. People are told how it stands every `update_minutes`.
    """

    rooms: tuple[WarRoom, ...] = ()
    unfinished: tuple[Fitting, ...] = ()
    said: tuple[Said, ...] = ()
    alerts: tuple[Alert, ...] = ()
    names: dict[Identifier, str] = Field(default_factory=dict)
    update_minutes: int


class RoomDesk(Protocol):
    """What a surface asks of the rooms. `incident` is an id, or the number people say.

    Each raises `NotFound` for no such incident of the person's tenant, and `PolicyDenied` where policy says no.
    """

    async def at(self, tenant: str, venue: str, place: str) -> WarRoom | None:
        """Return the room that a place is, the latest where it was several; None where it is none.

        What is said there belongs to its incident: `IncidentDesk.join` ties a conversation to it.
        """

    async def of(self, person: Principal, incident: str) -> RoomView:
        """Return how an incident's rooms stand."""

    async def source(self, person: Principal, incident: str, source: str) -> TimelineEntry | Evidence:
        """Return what a summary cites: an entry of the incident's timeline, or evidence."""

    async def living(self, person: Principal, incident: str) -> Notice:
        """Return the living summary as it is now."""

    async def review(self, person: Principal, incident: str) -> Notice:
        """Return the post-incident review."""

    async def catch_up(self, person: Principal, incident: str) -> Notice:
        """Return what this person missed. Show it to them alone."""

    async def hand_over(self, person: Principal, incident: str) -> Notice:
        """Return the note for whoever takes over, after it was said in the room."""

    async def public_update(self, person: Principal, incident: str) -> str:
        """Return a draft of what to tell people outside. A person reads it and sends it."""

    async def told(self, person: Principal, incident: str, text: str) -> TimelineEntry:
        """Note that a person told people outside how it stands, in these words."""
