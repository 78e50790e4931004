"""Who is called when nobody comes: the steps of an escalation, as data. Pure."""

from pydantic import Field

from memory.model.value import Value


class CallingStep(Value):
    """One step: `after_minutes` without anybody on it, counted from the step before, these are called.

    `who` is `oncall` (whoever is on call for the team that owns it), `team:NAME` (on call for another team), or a
    principal's id.
    """

    after_minutes: float = Field(default=0, ge=0, le=1440)
    who: tuple[str, ...] = Field(default=("oncall",), min_length=1)
