"""What every word of the vocabulary is: a frozen value that knows its fields and refuses others."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

Identifier = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Index = Annotated[int, Field(ge=0, lt=2**63)]  # the numbers that every database and every log reader can count to

# A moment outside these, near the first or the last year in a zone far away, cannot be said in UTC at all.
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]

__all__ = ["Digest", "Identifier", "Index", "JsonValue", "Moment", "Value"]


class Value(BaseModel):
    """A frozen value. Two values with equal fields are equal; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
