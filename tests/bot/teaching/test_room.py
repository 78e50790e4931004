"""Lessons from turns to use and back, over a real store."""

from datetime import timedelta
from pathlib import Path

import pytest

from agents.understanding import EmbeddedUnderstanding
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.bodies import EntryKind
from memory.model.intent import Intent, IntentKind
from memory.model.teaching import TeachingState
from tests.agents.teaching.test_replay import ODD, SAID
from tests.bot.teaching import lesson_house
from tests.bot.teaching.lesson_house import room
from tests.fakes.people import ALICE, VIC
from tests.fakes.time import MIDNIGHT
from tests.memory.opening import opened
from tests.memory.samples import message, reply
from tests.memory.teaching_calls import teaching

OLA = ALICE  # an operator


@pytest.fixture(scope="module")
def learner() -> EmbeddedUnderstanding:
    return lesson_house.learner()


async def test_a_lesson_goes_from_a_thumb_to_use_and_back(learner: EmbeddedUnderstanding, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as store:
        desk, before = room(store), learner.interpreter
        said = message().model_copy(update={"text": SAID, "sender": "alice", "at": MIDNIGHT - timedelta(hours=1)})
        await store.turns.receive(said)
        meant = Intent(text=SAID, kind=IntentKind.TOOL, tool="service.restart")
        given = reply().model_copy(update={"to": said.id, "understood": meant, "card": None})
        await store.turns.answer("acme", given)
        assert (await desk.gather(OLA)).found == 0
        await desk.thumb(OLA, given.id, up=True)
        found = await desk.gather(OLA)
        assert [(each.phrasing, each.tool) for each in found.lessons] == [(ODD, "service.restart")]
        assert (await desk.gather(OLA)).found == 0, "it is proposed once"
        (name,) = [each.id for each in found.lessons]
        with pytest.raises(InvalidInput, match="replay"):
            await desk.accept(OLA, [name], "")
        with pytest.raises(Conflict, match="replay"):
            await desk.accept(OLA, [name], "0" * 64)
        seen = await desk.replay(OLA, [name])
        assert seen.against == "", seen.replay.phrasings.lost
        assert learner.interpreter is before, "a replay puts nothing in use"
        accepted = await desk.accept(OLA, [name], seen.digest)
        assert (accepted.lessons[0].state, accepted.lessons[0].by) == (TeachingState.IN_USE, "alice")
        assert learner.interpreter.interpret(SAID).tool == "service.restart"
        await desk.withdraw(OLA, name)
        assert learner.interpreter is before
        told = [
            each.entry.body["change"] for each in (await store.ledger.page("acme", kind=EntryKind.TEACHING)).items
        ]
        assert sorted(map(str, told)) == ["accepted", "withdrawn"]


async def test_lessons_that_make_something_worse_or_nothing_better_are_refused(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as store:
        desk = room(store)
        bad = teaching(phrasing="is {service} healthy", tool="service.restart")
        await store.teachings.add(bad)
        seen = await desk.replay(OLA, [bad.id])
        assert seen.against
        with pytest.raises(Conflict, match="nothing worse"):
            await desk.accept(OLA, [bad.id], seen.digest)
        assert (await desk.lesson(OLA, bad.id)).state is TeachingState.PROPOSED
        assert (await desk.decline(OLA, bad.id)).state is TeachingState.DECLINED
        with pytest.raises(Conflict):
            await desk.withdraw(OLA, bad.id)


async def test_a_lesson_for_a_tool_that_is_not_offered_is_not_even_tried(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as store:
        await store.teachings.add(teaching(tool="cluster.wipe"))
        with pytest.raises(Conflict, match="offered"):
            await room(store).replay(OLA, ["tea_1"])


async def test_who_only_looks_reviews_nothing_and_no_other_tenant_looks(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as store:
        desk = room(store)
        await store.teachings.add(teaching())
        assert len((await desk.lessons(VIC)).lessons) == 1
        with pytest.raises(PolicyDenied):
            await desk.decline(VIC, "tea_1")
        with pytest.raises(PolicyDenied):
            await desk.lessons(OLA.model_copy(update={"tenant": "evil"}))
        with pytest.raises(NotFound):
            await desk.thumb(OLA, "reply_of_somebody_else", up=True)
