"""What is said aloud and does more than look: read back, confirmed with its code, and by nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest

from bot.surfaces.desk import Scope
from bot.surfaces.voice.codes import UNREPEATED
from bot.surfaces.voice.confirming import DROPPED, NOTHING_WAITS
from bot.surfaces.voice.conversing import REPLAYED
from memory.errors import SpokenCodeRefused
from memory.model.people import Surface
from memory.model.run import RunStatus
from tests.bot.surfaces.voice.house import KEY, UNHEARD, VoiceHouse, voices
from tests.fakes.people import TENANT

ROLLBACK = "roll back checkout"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[VoiceHouse]:
    async with voices(tmp_path) as made:
        yield made


async def test_speaking_is_enough_to_look(house: VoiceHouse) -> None:
    answer = await house.says("alice", "what is wrong with checkout")
    assert answer.says.startswith("checkout fails for thirty one percent of its requests")
    assert answer.waiting is None
    assert await house.runs() == 0


async def test_what_does_more_is_read_back_from_the_plan_and_nothing_is_submitted(house: VoiceHouse) -> None:
    answer = await house.says("alice", ROLLBACK)
    assert "checkout" in answer.says
    assert "production" in answer.says
    assert answer.says.endswith("Say confirm zero zero, or press the button.")
    assert answer.waiting is not None
    assert await house.runs() == 0


async def test_the_code_submits_exactly_what_was_read_back_and_people_still_approve(house: VoiceHouse) -> None:
    asked = await house.says("alice", ROLLBACK)
    answer = await house.says("alice", "confirm zero zero")
    (run,) = await house.behind.runs()
    assert run.status is RunStatus.WAITING
    assert run.plan.requester == "alice"
    assert answer.reply is not None
    assert answer.reply.card is not None
    assert asked.reply is not None
    assert run.correlation == asked.reply.correlation
    kept = await house.behind.store.readbacks.of_message(TENANT, asked.reply.to)
    assert kept is None


async def test_a_code_is_good_once(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    await house.says("alice", "confirm zero zero")
    again = await house.says("alice", "confirm zero zero")
    assert "nothing waits" in again.says
    assert await house.runs() == 1


async def test_three_wrong_codes_end_it_and_the_ledger_tells(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    for wrong in ("one one", "two two", "three three"):
        await house.says("alice", f"confirm {wrong}")
    right = await house.says("alice", "confirm zero zero")
    assert "nothing waits" in right.says
    assert await house.runs() == 0
    assert "denial" in await house.behind.told()


async def test_the_right_code_counts_after_two_wrong_ones(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    for wrong in ("one one", "two two"):
        await house.says("alice", f"confirm {wrong}")
    await house.says("alice", "confirm zero zero")
    assert await house.runs() == 1


async def test_a_code_that_comes_late_is_none(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    house.clock.by += timedelta(seconds=61)
    assert "nothing waits" in (await house.says("alice", "confirm zero zero")).says
    assert await house.runs() == 0


async def test_a_code_is_one_persons_in_one_session(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    assert "nothing waits" in (await house.says("alice", "confirm zero zero", session="ses_2")).says
    assert "nothing waits" in (await house.says("bob", "confirm zero zero")).says
    assert await house.runs() == 0


async def test_words_that_began_before_the_code_was_read_out_confirm_nothing(house: VoiceHouse) -> None:
    person = house.person("alice")
    before = house.clock.now()
    await house.says("alice", ROLLBACK)
    house.clock.by -= house.clock.now() - before
    house.clock.by -= timedelta(seconds=1)
    answer = await house.says_as(person, "confirm zero zero")
    assert "began before" in answer.says
    assert await house.runs() == 0


async def test_our_own_voice_confirms_nothing(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    answer = await house.says("alice", "confirm zero zero", over_us=True)
    assert "began before" in answer.says
    assert await house.runs() == 0


async def test_a_recording_that_was_heard_before_confirms_nothing_and_is_not_even_read_back(
    house: VoiceHouse,
) -> None:
    replayed = await house.says("alice", ROLLBACK, again=True)
    assert replayed.says == REPLAYED
    assert replayed.waiting is None
    await house.says("alice", ROLLBACK)
    answer = await house.says("alice", "confirm zero zero", again=True)
    assert "recording" in answer.says
    assert await house.runs() == 0


async def test_a_recording_of_somebody_elses_code_is_a_wrong_code(house: VoiceHouse) -> None:
    assert (await house.says("ada", ROLLBACK, session="ses_ada")).says.endswith("zero zero, or press the button.")
    await house.says("alice", ROLLBACK)
    await house.says("alice", "confirm zero zero")  # what ada was given; alice was given another
    assert await house.runs() == 0


@pytest.mark.parametrize(
    "background",
    [
        "so I told him to confirm zero zero and then we left",
        "confirm",
        "confirm zero",
        "confirm zero zero zero",
        "confirm zero zero and roll back payments",
        "zero zero",
        "yes",
        "go ahead",
    ],
)
async def test_talk_in_the_background_confirms_nothing(house: VoiceHouse, background: str) -> None:
    await house.says("alice", ROLLBACK)
    await house.says("alice", background)
    assert await house.runs() == 0


async def test_silence_confirms_nothing(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    assert (await house.says("alice")).says == UNHEARD
    assert await house.runs() == 0


@pytest.mark.parametrize("heard", [("cancel that",), ("council that", "cancel that"), ("no",), ("never mind",)])
async def test_a_cancel_ends_it_in_whichever_reading_it_is_heard(
    house: VoiceHouse, heard: tuple[str, ...]
) -> None:
    await house.says("alice", ROLLBACK)
    assert (await house.says("alice", *heard)).says == DROPPED
    assert "nothing waits" in (await house.says("alice", "confirm zero zero")).says
    assert await house.runs() == 0


async def test_the_cancel_key_works_with_and_without_something_that_waits(house: VoiceHouse) -> None:
    person = house.person("alice")
    conversation = house.voice.conversation(person, "thr_1")
    assert (await conversation.cancelled(person)).says == NOTHING_WAITS
    asked = await house.says("alice", ROLLBACK)
    assert (await conversation.cancelled(person)).says == DROPPED
    assert asked.waiting is not None
    with pytest.raises(SpokenCodeRefused):
        await conversation.pressed(person, asked.waiting.id)
    assert await house.runs() == 0


async def test_the_button_goes_ahead_as_the_code_does_and_once(house: VoiceHouse) -> None:
    person = house.person("alice")
    conversation = house.voice.conversation(person, "thr_1")
    asked = await house.says("alice", ROLLBACK)
    assert asked.waiting is not None
    await conversation.pressed(person, asked.waiting.id)
    with pytest.raises(SpokenCodeRefused):
        await conversation.pressed(person, asked.waiting.id)
    assert await house.runs() == 1


async def test_a_newer_command_ends_the_one_before(house: VoiceHouse) -> None:
    await house.says("alice", "roll back checkout")
    await house.says("alice", "roll back payments")
    await house.says("alice", "confirm zero zero")
    assert await house.runs() == 0
    await house.says("alice", "confirm zero one")
    (run,) = await house.behind.runs()
    assert run.plan.steps[0].call.arguments["service"] == "payments"


async def test_another_plan_than_the_one_read_back_is_not_submitted(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    house.behind.estate.versions["checkout"] = "1.3.9"
    answer = await house.says("alice", "confirm zero zero")
    assert "Another plan would come of it now" in answer.says
    assert await house.runs() == 0


async def test_no_code_is_kept_and_its_hash_needs_a_key(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    (kept,) = await house.behind.store.readbacks.given(TENANT, "alice", 9)
    assert len(kept) == 64
    assert KEY.hex() not in kept
    reply = (await house.says("alice", "confirm zero zero")).reply
    assert reply is not None
    page = await house.behind.desk.transcript(house.person("alice").principal, "thr_1", None, 50)
    assert all("zero" not in each.message.text for each in page.items)


async def test_a_new_code_is_none_of_the_last_ones(tmp_path: Path) -> None:
    numbers = cycle(f"{number:02d}" for number in range(UNREPEATED + 1))
    async with voices(tmp_path, draw=numbers) as house:
        given = [(await house.says("alice", ROLLBACK)).says[-40:] for _ in range(UNREPEATED + 1)]
    assert len(set(given)) == UNREPEATED + 1


async def test_who_may_only_look_is_told_so(house: VoiceHouse) -> None:
    person = house.person("alice", scopes=frozenset({Scope.OBSERVE}))
    answer = await house.says_as(person, ROLLBACK)
    assert "scope propose" in answer.says
    assert await house.runs() == 0


async def test_what_policy_denies_is_not_read_back(house: VoiceHouse) -> None:
    answer = await house.says("vic", ROLLBACK)
    assert answer.waiting is None
    assert answer.says.startswith("No.")


async def test_what_is_too_long_to_read_out_takes_the_button(house: VoiceHouse) -> None:
    asked = await house.says("alice", f"roll back checkout version={'1' * 800}")
    if asked.waiting is not None:
        assert not asked.waiting.coded
        assert "confirm" not in asked.says.lower().replace("press", "")
        await house.says("alice", "confirm zero zero")
    assert await house.runs() == 0


async def test_messages_that_were_spoken_say_so(house: VoiceHouse) -> None:
    await house.says("alice", ROLLBACK)
    page = await house.behind.desk.transcript(house.person("alice").principal, "thr_1", None, 50)
    assert {each.message.surface for each in page.items} == {Surface.VOICE}
