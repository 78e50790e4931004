"""Runs that wait for their turn: the class each is of, and its place among those before it."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class RunClass(StrEnum):
    """How urgent a run is, the most urgent first. Each class has places of its own."""

    INCIDENT = "incident"
    INTERACTIVE = "interactive"  # a person waits for it
    ROUTINE = "routine"
    BATCH = "batch"

    def rank(self) -> int:
        """Return how many classes are more urgent."""
        return list(RunClass).index(self)


class QueuePlace(Value):
    """Where a run stands in the queue; `before` is how many are started first, as things are now."""

    run: Identifier
    run_class: RunClass
    before: int = Field(ge=0)
    queued_at: Moment
    starts_by: Moment  # what its class is promised; after this it goes into a more urgent one, where there is one
    expires_at: Moment  # after this it is not started at all

    def says(self) -> str:
        """Return the place in words, without a full stop."""
        return f"queued, {self.before} before you" if self.before else "queued, next"
