"""What surfaces ask of the scribe: calls written into an incident's timeline, and what people make of them."""

from typing import Protocol

from bot.voice.ports import Clip
from memory.model.people import Principal
from memory.model.value import Identifier, Moment, Value
from memory.model.voice import DecisionMoment


class Written(Value):
    """What came of a call: how much was written down, by how many speakers, and the moments that are proposed."""

    incident: Identifier
    entries: tuple[Identifier, ...] = ()
    speakers: tuple[str, ...] = ()
    moments: tuple[DecisionMoment, ...] = ()
    seconds: float = 0.0


class ScribeDesk(Protocol):
    """Writes calls down. What was said on them is untrusted; only a person says that something was decided."""

    async def write(
        self, principal: Principal, incident: str, clip: Clip, *, began: Moment, names: tuple[str, ...] = ()
    ) -> Written:
        """Write a recording into the timeline, where it began at that moment; `names` are its channels' speakers.

        The same recording is written once. Raises `PolicyDenied`, `NotFound`, and as `Recogniser.hear` does.
        """

    async def heard(
        self, principal: Principal, incident: str, *, speaker: str, text: str, at: Moment, call: str
    ) -> DecisionMoment | None:
        """Write one utterance of a call that goes on; return the moment that it may be."""

    async def moments(self, principal: Principal, incident: str) -> tuple[DecisionMoment, ...]:
        """Return the moments of an incident's calls, in order."""

    async def accept(self, principal: Principal, moment: str, text: str = "") -> DecisionMoment:
        """Say that this was decided, in these words (empty: as it was heard): then it stands in the timeline."""

    async def decline(self, principal: Principal, moment: str) -> DecisionMoment:
        """Say that nothing was decided then."""
