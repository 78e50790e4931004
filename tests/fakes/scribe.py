"""A scribe in memory: a recording is its words, an utterance a line, said by its speakers in turn."""

from datetime import datetime

from bot.surfaces.scribing import Written
from bot.voice.ports import Clip
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.people import Principal
from memory.model.voice import DecisionMoment, MomentStanding
from tests.fakes.people import TENANT

INCIDENT = "12"
CUE = "let's"


class FakeScribe:
    """Serves `bot.surfaces.scribing.ScribeDesk` about one incident. What begins with "let's" may be a decision."""

    def __init__(self) -> None:
        self.held: dict[str, DecisionMoment] = {}

    async def write(
        self, principal: Principal, incident: str, clip: Clip, *, began: datetime, names: tuple[str, ...] = ()
    ) -> Written:
        if clip.sound.startswith(b"%PDF"):
            raise InvalidInput("expected a recording, found another thing")
        lines = clip.sound.decode().splitlines()
        found = [
            await self.heard(
                principal, incident, speaker=names[number % len(names)], text=text, at=began, call="C"
            )
            for number, text in enumerate(lines)
        ]
        return Written(
            incident=incident,
            entries=tuple(f"tl_{number}" for number in range(len(lines))),
            speakers=tuple(dict.fromkeys(names)),
            moments=tuple(filter(None, found)),
            seconds=61.0,
        )

    async def heard(
        self, principal: Principal, incident: str, *, speaker: str, text: str, at: datetime, call: str
    ) -> DecisionMoment | None:
        _check(incident)
        if not text.lower().startswith(CUE):
            return None
        moment = DecisionMoment(
            id=f"dm_{len(self.held)}", tenant=TENANT, incident=incident, at=at, speaker=speaker, text=text, cue=CUE
        )
        self.held[moment.id] = moment
        return moment

    async def moments(self, principal: Principal, incident: str) -> tuple[DecisionMoment, ...]:
        _check(incident)
        return tuple(self.held.values())

    async def accept(self, principal: Principal, moment: str, text: str = "") -> DecisionMoment:
        return self._settled(principal, moment, MomentStanding.ACCEPTED, text)

    async def decline(self, principal: Principal, moment: str) -> DecisionMoment:
        return self._settled(principal, moment, MomentStanding.DECLINED, "")

    def _settled(self, principal: Principal, moment: str, standing: MomentStanding, text: str) -> DecisionMoment:
        if moment not in self.held:
            raise NotFound(f"expected a moment, found {moment!r}")
        if "operator" not in principal.roles:
            raise PolicyDenied("expected somebody who may note")
        if self.held[moment].standing is not MomentStanding.PROPOSED:
            raise Conflict("expected a moment that waits")
        told = {"standing": standing, "settled_by": principal.id, "text": text or self.held[moment].text}
        self.held[moment] = self.held[moment].model_copy(update=told)
        return self.held[moment]


def _check(incident: str) -> None:
    if incident != INCIDENT:
        raise NotFound(f"expected an incident, found {incident!r}")
