"""Where an incident is worked on, and how far the furnishing of that room is."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class WarRoom(Value):
    """A room that stands: the `turn`-th of an incident, which gets another one each time it is opened again.

    `venue` is where rooms are made ("slack", "teams", "console"), `place` what the venue calls this one, and
    `link` its address for people, empty where there is none.
    """

    tenant: Identifier
    incident: Identifier
    turn: int = Field(default=1, ge=1)
    venue: Identifier
    place: str = Field(min_length=1, max_length=1000)
    name: str = Field(min_length=1, max_length=200)
    link: str = Field(default="", max_length=2000)


class Fixture(StrEnum):
    """What a room is furnished with. Kinds are appended, never renamed."""

    ROOM = "room"  # that there is one
    DUTIES = "duties"
    TOPIC = "topic"
    SUMMARY = "summary"
    PEOPLE = "people"
    LINKS = "links"
    EVIDENCE = "evidence"
    RUNBOOK = "runbook"
    FAREWELL = "farewell"  # what is said once it is over, and when it is open again
    CLOSED = "closed"


class Fitting(Value):
    """One fixture of a room: the digest of what stands, or why it does not yet and when that is tried again."""

    fixture: Fixture
    stands: str = Field(default="", max_length=64)
    at: Moment | None = None
    tries: int = Field(default=0, ge=0)  # since it last went well
    failure: str = Field(default="", max_length=500)
    due_at: Moment | None = None


class Reminder(StrEnum):
    """What the people in a room are reminded of. Kinds are appended, never renamed."""

    COMMANDER = "commander"  # nobody commands
    UPDATE = "update"  # people outside were not told for longer than the cadence
    NEXT_STEP = "next_step"  # nobody wrote down for a while what is done


class Reminded(Value):
    """How often people were reminded of something, and when last."""

    reminder: Reminder
    times: int = Field(ge=1)
    at: Moment


class RoomRecord(Value):
    """What is known of one room while it is made, lived in and closed: the `turn`-th of its incident.

    `post` is the pinned summary, as the venue calls it. `people` were brought in, `updated_at` is when the last
    update was said and `over_at` when the room was closed for good.
    """

    tenant: Identifier
    incident: Identifier
    turn: int = Field(default=1, ge=1)
    venue: Identifier
    room: WarRoom | None = None
    fittings: tuple[Fitting, ...] = ()
    post: str = Field(default="", max_length=500)
    people: tuple[Identifier, ...] = ()
    updated_at: Moment | None = None
    reminded: tuple[Reminded, ...] = ()
    created_at: Moment
    over_at: Moment | None = None
    version: int = Field(default=0, ge=0)

    def fitting(self, fixture: Fixture) -> Fitting:
        """Return how a fixture stands."""
        return next((each for each in self.fittings if each.fixture is fixture), Fitting(fixture=fixture))

    def fitted(self, fitting: Fitting) -> "RoomRecord":
        """Return the record with this fixture as it is now."""
        rest = tuple(each for each in self.fittings if each.fixture is not fitting.fixture)
        return self.model_copy(update={"fittings": (*rest, fitting)})


class RoomPost(Value):
    """What was said in a room that has no chat of its own, once for each key, as the JSON of the notice."""

    tenant: Identifier
    incident: Identifier
    turn: int = Field(default=1, ge=1)
    key: Identifier
    at: Moment
    notice: str
    pinned: bool = False
