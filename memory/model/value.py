"""What every word of the vocabulary is: a frozen value that knows its fields and refuses others."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

Identifier = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = AwareDatetime

__all__ = ["Digest", "Identifier", "JsonValue", "Moment", "Value"]


class Value(BaseModel):
    """A frozen value. Two values with equal fields are equal; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
