"""The processes that serve a tenant together: who is there, how each fares, and who leads in what."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class Health(StrEnum):
    """How a node fares, in its own words. One that cannot say so any more is gone."""

    WELL = "well"
    STRAINED = "strained"  # it carries out as much as it can
    DRAINING = "draining"  # it takes no more


class Node(Value):
    """A process, from its start to its end. One that lost touch and came back is another node."""

    id: Identifier
    tenant: Identifier
    address: str = ""  # where people and programs reach it
    version: str = ""
    capacity: int = Field(default=1, ge=0)  # runs it carries out at once
    load: int = Field(default=0, ge=0)  # runs it carries out now
    health: Health = Health.WELL
    started_at: Moment
    seen_at: Moment | None = None  # by the database's clock


class Term(Value):
    """A time of leading in one thing. Its token grows with every leader; what an earlier one writes is refused.

    `office` is what is led: "reaper", "tending", "retention".
    """

    tenant: Identifier
    office: Identifier
    holder: Identifier
    token: int = Field(ge=1)
