"""The scribe of calls: what is said goes into an incident's timeline: quoted, untrusted, by speaker where known.

What sounds like a decision is proposed beside it. It stands in the timeline as one only after a person said so.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from agents.hearing.heard import Hints
from bot.surfaces.incidents import LONGEST_NOTE, IncidentDesk
from bot.surfaces.prose import visible
from bot.surfaces.scribing import Written
from bot.surfaces.voice.calls import TOGETHER, utterances_of
from bot.surfaces.voice.moments import cue_in
from bot.voice.ports import Clip, Frames, Recogniser
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput
from memory.ids import derived
from memory.model.people import Principal
from memory.model.voice import DecisionMoment, MomentStanding
from memory.store import Store

SOURCE: Final = "call"
SPEAKER: Final = "Speaker"
LONGEST_NAME: Final = 60
_SETTLED: Final = {MomentStanding.ACCEPTED: "Decided", MomentStanding.DECLINED: "Not decided"}


class Scribe:
    """Serves `bot.surfaces.scribing.ScribeDesk`."""

    def __init__(
        self,
        incidents: IncidentDesk,
        recogniser: Recogniser,
        hints: Callable[[], Hints],
        store: Store,
        clock: Clock,
    ) -> None:
        self._incidents = incidents
        self._recogniser = recogniser
        self._hints = hints
        self._store = store
        self._clock = clock

    async def write(
        self, principal: Principal, incident: str, clip: Clip, *, began: datetime, names: tuple[str, ...] = ()
    ) -> Written:
        """Write a recording into the timeline."""
        if began > self._clock.now():
            raise InvalidInput("expected a call that began before now, found one that is yet to begin")
        found = await self._incidents.incident(principal, incident)
        call = await asyncio.to_thread(utterances_of, clip.sound)
        recording = hashlib.sha256(clip.sound).hexdigest()[:24]
        entries, moments, spoke = [], [], dict[str, None]()
        for number, each in enumerate(call.utterances):
            heard = await self._recogniser.hear(Clip(each.sound, Frames.PCM_16K.value), self._hints())
            if not heard.text.strip():
                continue
            speaker = _speaker(each.channel, call.channels, names)
            at = min(began + timedelta(seconds=each.start), self._clock.now())
            key = f"{recording}/{number}"
            entry, moment = await self._noted(
                principal, found.id, speaker=speaker, text=heard.text, at=at, key=key
            )
            entries.append(entry)
            moments += [moment] if moment is not None else []
            spoke[speaker] = None
        return Written(
            incident=found.id,
            entries=tuple(entries),
            speakers=tuple(filter(None, spoke)),
            moments=tuple(moments),
            seconds=round(call.seconds, 1),
        )

    async def heard(
        self, principal: Principal, incident: str, *, speaker: str, text: str, at: datetime, call: str
    ) -> DecisionMoment | None:
        """Write one utterance of a call that goes on."""
        found = await self._incidents.incident(principal, incident)
        key = f"{call}/{speaker}/{at.timestamp():.2f}"
        _, moment = await self._noted(
            principal, found.id, speaker=_name(speaker), text=text, at=min(at, self._clock.now()), key=key
        )
        return moment

    async def moments(self, principal: Principal, incident: str) -> tuple[DecisionMoment, ...]:
        """Return the moments of an incident's calls."""
        found = await self._incidents.incident(principal, incident)
        return await self._store.decision_moments.of(principal.tenant, found.id)

    async def accept(self, principal: Principal, moment: str, text: str = "") -> DecisionMoment:
        """Say that this was decided."""
        return await self._settled(principal, moment, MomentStanding.ACCEPTED, text)

    async def decline(self, principal: Principal, moment: str) -> DecisionMoment:
        """Say that nothing was decided then."""
        return await self._settled(principal, moment, MomentStanding.DECLINED, "")

    async def _settled(
        self, principal: Principal, moment: str, standing: MomentStanding, text: str
    ) -> DecisionMoment:
        """Return the moment as this person settled it, which the timeline tells; again, it changes nothing."""
        found = await self._store.decision_moments.get(principal.tenant, moment)
        if found.standing is not MomentStanding.PROPOSED:
            if (found.standing, found.settled_by) != (standing, principal.id):
                raise Conflict(f"expected a moment that waits, found it {found.standing.value}")
            return found
        words = " ".join((text or found.text).split())[: LONGEST_NOTE // 2]
        who = f" ({found.speaker})" if found.speaker else ""
        said = f"{_SETTLED[standing]} on the call{who}: {words}"
        key = f"moment/{found.id}/{standing.value}"
        await self._incidents.note(principal, found.incident, said, found.at, key=key, source=SOURCE)
        settled = found.model_copy(
            update={"standing": standing, "settled_by": principal.id, "settled_at": self._clock.now()}
        )
        await self._store.decision_moments.settle(settled)
        return settled

    async def _noted(
        self, principal: Principal, incident: str, *, speaker: str, text: str, at: datetime, key: str
    ) -> tuple[str, DecisionMoment | None]:
        words = visible(" ".join(text.split()))[: LONGEST_NOTE // 2]
        said = f"{speaker}: {words}" if speaker else words
        entry = await self._incidents.note(
            principal, incident, said, at, trusted=False, key=f"call/{key}", source=SOURCE
        )
        cue = cue_in(words)
        if not cue:
            return entry.id, None
        moment = DecisionMoment(
            id=derived("dm", principal.tenant, incident, key),
            tenant=principal.tenant,
            incident=incident,
            at=at,
            speaker=speaker,
            text=words,
            cue=cue,
        )
        await self._store.decision_moments.propose(moment)
        return entry.id, moment


def _speaker(channel: int, channels: int, names: tuple[str, ...]) -> str:
    """Return who speaks on a channel: by name where it was given; nobody knows who of several does on one."""
    if channels == 1:
        return _name(names[0]) if len(names) == 1 else ""
    if channel == TOGETHER:
        return ""
    named = names[channel] if channel < len(names) else ""
    return _name(named) or f"{SPEAKER} {channel + 1}"


def _name(text: str) -> str:
    return visible(" ".join(text.split()))[:LONGEST_NAME]
