"""Calls in the timeline: quoted and untrusted, by speaker, with decisions that a person has to say were made."""

import io
import wave
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from agents.hearing.heard import Heard, Hints
from bot.surfaces.incidents import Declaration, IncidentDesk, Window
from bot.surfaces.voice.scribe import Scribe
from bot.voice.decoding import RATE, samples_of
from bot.voice.ports import Clip
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.incident import Incident
from memory.model.voice import DecisionMoment, MomentStanding
from tests.bot.surfaces.voice.house import HINTS, VoiceHouse, voices
from tests.eval.voice.voices import NATURAL
from tests.fakes.recogniser import heard

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[VoiceHouse]:
    async with voices(tmp_path) as made:
        yield made


@pytest.fixture
def incidents(house: VoiceHouse) -> IncidentDesk:
    assert house.behind.ports.incidents is not None
    return house.behind.ports.incidents


@pytest.fixture
def scribe(house: VoiceHouse, incidents: IncidentDesk) -> Scribe:
    return Scribe(incidents, house.recogniser, lambda: HINTS, house.behind.store, house.clock)


@pytest.fixture
async def incident(house: VoiceHouse, incidents: IncidentDesk) -> Incident:
    return await incidents.declare(house.behind.person("alice"), Declaration(title="Checkout fails"))


async def decision(house: VoiceHouse, scribe: Scribe, incident: Incident) -> DecisionMoment:
    moment = await scribe.heard(
        house.behind.person("alice"),
        incident.id,
        speaker="Bob",
        text="Okay, let's roll back checkout.",
        at=house.clock.now() - timedelta(minutes=2),
        call="CA1",
    )
    assert moment is not None
    return moment


async def told(house: VoiceHouse, incidents: IncidentDesk, incident: Incident) -> dict[str, bool]:
    page = await incidents.timeline(house.behind.person("alice"), incident.id, Window(), None, 50)
    return {entry.text: entry.trusted for entry in page.items}


async def test_a_decision_is_proposed_and_stands_only_once_a_person_says_so(
    house: VoiceHouse, scribe: Scribe, incidents: IncidentDesk, incident: Incident
) -> None:
    moment = await decision(house, scribe, incident)
    before = await told(house, incidents, incident)
    assert before["Bob: Okay, let's roll back checkout."] is False
    assert not any(text.startswith("Decided") for text in before)
    accepted = await scribe.accept(house.behind.person("ada"), moment.id, "Roll back checkout to 1.4.1.")
    assert (accepted.standing, accepted.settled_by) == (MomentStanding.ACCEPTED, "ada")
    after = await told(house, incidents, incident)
    assert after["Decided on the call (Bob): Roll back checkout to 1.4.1."] is True
    await scribe.accept(house.behind.person("ada"), moment.id, "Roll back checkout to 1.4.1.")
    assert len(await told(house, incidents, incident)) == len(after)


async def test_what_was_declined_never_stands_as_a_decision(
    house: VoiceHouse, scribe: Scribe, incidents: IncidentDesk, incident: Incident
) -> None:
    moment = await decision(house, scribe, incident)
    await scribe.decline(house.behind.person("ada"), moment.id)
    with pytest.raises(Conflict):
        await scribe.accept(house.behind.person("alice"), moment.id)
    assert not any(text.startswith("Decided") for text in await told(house, incidents, incident))
    (kept,) = await scribe.moments(house.behind.person("vic"), incident.id)
    assert kept.standing is MomentStanding.DECLINED


async def test_who_may_not_note_may_not_write_or_accept(
    house: VoiceHouse, scribe: Scribe, incident: Incident
) -> None:
    with pytest.raises(PolicyDenied):
        await scribe.heard(
            house.behind.person("vic"), incident.id, speaker="", text="hello there", at=house.clock.now(), call="C"
        )
    with pytest.raises(NotFound):
        await scribe.accept(house.behind.person("alice"), "dm_none")
    moment = await decision(house, scribe, incident)
    for settle in (scribe.accept, scribe.decline):
        with pytest.raises(PolicyDenied):
            await settle(house.behind.person("vic"), moment.id)
    (kept,) = await scribe.moments(house.behind.person("alice"), incident.id)
    assert kept.standing is MomentStanding.PROPOSED


async def test_the_same_utterance_is_written_once(
    house: VoiceHouse, scribe: Scribe, incidents: IncidentDesk, incident: Incident
) -> None:
    at = house.clock.now()
    for _ in range(2):
        await scribe.heard(
            house.behind.person("alice"), incident.id, speaker="Bob", text="it is slow", at=at, call="C"
        )
    assert list(await told(house, incidents, incident)).count("Bob: it is slow") == 1


async def test_a_recording_that_is_none_or_is_yet_to_begin_is_refused(
    house: VoiceHouse, scribe: Scribe, incident: Incident
) -> None:
    alice, now = house.behind.person("alice"), house.clock.now()
    with pytest.raises(InvalidInput):
        await scribe.write(alice, incident.id, Clip(b"no sound"), began=now)
    with pytest.raises(InvalidInput, match="yet to begin"):
        await scribe.write(alice, incident.id, Clip(_silence()), began=now + timedelta(hours=1))


async def test_a_silent_call_writes_nothing(house: VoiceHouse, scribe: Scribe, incident: Incident) -> None:
    pytest.importorskip("faster_whisper")
    written = await scribe.write(
        house.behind.person("alice"), incident.id, Clip(_silence()), began=house.clock.now()
    )
    assert (written.entries, written.moments) == ((), ())
    assert written.seconds == 1.0


class Numbering:
    """A recogniser that hears of each utterance which one it is."""

    def __init__(self) -> None:
        self.sounds: list[bytes] = []

    async def hear(self, clip: Clip, hints: Hints) -> Heard:
        del hints
        self.sounds.append(clip.sound)
        return heard(f"utterance {len(self.sounds)}")


async def test_two_speakers_on_two_channels_are_written_down_by_name_in_the_order_of_the_call(
    house: VoiceHouse, incidents: IncidentDesk, incident: Incident
) -> None:
    pytest.importorskip("faster_whisper")
    alice, bob = (_spoken(voice, "it is slow for everybody") for voice in ("slt", "rms"))
    pause = np.zeros(2 * RATE, dtype=np.float32)
    left = np.concatenate([alice, pause, np.zeros_like(bob), pause, alice])
    right = np.concatenate([np.zeros_like(alice), pause, bob, pause, np.zeros_like(alice)])
    scribe = Scribe(incidents, Numbering(), lambda: HINTS, house.behind.store, house.clock)  # type: ignore[arg-type]  # it only hears clips
    began = house.clock.now() - timedelta(hours=1)

    written = await scribe.write(
        house.behind.person("alice"),
        incident.id,
        Clip(_recorded(left, right)),
        began=began,
        names=("Alice", "Bob"),
    )

    assert written.speakers == ("Alice", "Bob")
    page = await incidents.timeline(house.behind.person("alice"), incident.id, Window(), None, 50)
    said = sorted((entry.at, entry.text) for entry in page.items if "utterance" in entry.text)
    assert [text for _, text in said] == ["Alice: utterance 1", "Bob: utterance 2", "Alice: utterance 3"]
    assert timedelta(seconds=3) < said[1][0] - began < timedelta(seconds=6)


async def test_one_channel_with_several_people_on_it_names_none_of_them(
    house: VoiceHouse, incidents: IncidentDesk, incident: Incident
) -> None:
    pytest.importorskip("faster_whisper")
    both = np.concatenate([_spoken("slt", "it is slow for everybody"), _spoken("rms", "I can see it too")])
    scribe = Scribe(incidents, Numbering(), lambda: HINTS, house.behind.store, house.clock)  # type: ignore[arg-type]  # it only hears clips
    began = house.clock.now() - timedelta(hours=1)

    for sound in (_recorded(both), _recorded(both, both)):
        written = await scribe.write(
            house.behind.person("alice"), incident.id, Clip(sound), began=began, names=("Alice", "Bob")
        )
        assert written.speakers == ()
        assert written.entries


def _spoken(voice: str, words: str) -> "NDArray[np.float32]":
    return samples_of(Clip(NATURAL[voice](words)))


def _silence() -> bytes:
    return _recorded(*(np.zeros(RATE, dtype=np.float32),) * 2)


def _recorded(*channels: "NDArray[np.float32]") -> bytes:
    """Return a WAV of these channels."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(len(channels))
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
