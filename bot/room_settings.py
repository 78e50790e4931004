"""The settings of the rooms in which incidents are worked on, a part of all settings (`bot.settings`)."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

from memory.model.value import Identifier


class RoomSettings(BaseModel):
    """Which incidents get a room, where, how often people are told, and how long it stays."""

    room_venue: str = Field(
        default="",
        pattern=r"^(slack|teams|console)?$",
        description="Where rooms are made: slack, teams or console; empty: where the incident was declared",
    )
    room_severity: int = Field(
        default=3, ge=1, le=5, description="The mildest severity for which alerts alone open a room"
    )
    room_private: bool = Field(default=False, description="Whether rooms are seen only by who is brought in")
    room_update_minutes: tuple[int, ...] = Field(
        default=(15, 30, 60, 120, 240), description="How often people are told how it stands, for severity 1 to 5"
    )
    transcript_days: int = Field(
        default=365, ge=1, le=36_500, description="How long what is said in the rooms of incidents is kept"
    )
    room_linger_minutes: int = Field(
        default=60, ge=0, le=10_080, description="How long a room stays open after its incident is resolved"
    )
    room_links: dict[str, str] = Field(
        default={}, description="Links of every room by their title; {service} and {environment} are filled in"
    )
    room_reader: Identifier | None = Field(
        default=None,
        description="On whose behalf systems are read while nobody commands; unset: nobody's",
    )

    @model_validator(mode="after")
    def _a_cadence_for_each(self) -> Self:
        if not 1 <= len(self.room_update_minutes) <= 5 or min(self.room_update_minutes) < 1:  # noqa: PLR2004 - severities
            raise ValueError("room_update_minutes needs one to five numbers of minutes, the worst severity first")
        return self
