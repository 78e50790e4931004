"""The page of lessons: what past turns teach is listed with its evidence, tried, used and taken out of use."""

import re
from dataclasses import replace

import httpx
import pytest

from bot.surfaces.ports import Ports
from bot.teaching.room import LessonRoom
from memory.model.teaching import TeachingState
from tests.agents.teaching.test_replay import ODD, SAID
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.visitors import filled_in
from tests.bot.teaching.lesson_house import learner
from tests.fakes.people import ALICE

ROOM = "/console/lessons"


@pytest.fixture
def ports(plain: Ports, lessons: LessonRoom) -> Ports:
    return replace(plain, lessons=lessons)


async def form(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await filled_in(client, ROOM, path, **fields)


async def test_a_lesson_is_found_tried_used_and_taken_out_of_use(
    alice: httpx.AsyncClient, lessons: LessonRoom
) -> None:
    assert "There are no lessons yet." in (await alice.get(ROOM)).text
    answer = await form(alice, f"{ROOM}/gathered")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROOM}?found=1")
    (lesson,) = (await lessons.lessons(ALICE)).lessons
    page = (await alice.get(ROOM)).text
    assert ODD in page
    assert "waits for a review" in page
    assert 'href="/console/why/m1"' in page, "its evidence"
    chosen = {f"lesson.{lesson.id}": "on"}
    tried = (await form(alice, f"{ROOM}/replayed", **chosen)).text
    assert f"{ODD}: nothing → service.restart" in tried
    assert (await lessons.lesson(ALICE, lesson.id)).state is TeachingState.PROPOSED
    before = learner().interpreter
    digest = re.findall(r'name="replay" value="([0-9a-f]{64})"', tried)[0]
    assert (await form(alice, f"{ROOM}/accepted", replay=digest, **chosen)).status_code == 303
    assert learner().interpreter.interpret(SAID).tool == "service.restart"
    assert "in use, by alice" in (await alice.get(ROOM)).text
    assert (await form(alice, f"{ROOM}/withdrawn", **chosen)).status_code == 303
    assert learner().interpreter is before
    assert "taken out of use" in (await alice.get(ROOM)).text


async def test_no_lesson_is_used_without_the_replay_that_was_seen(
    alice: httpx.AsyncClient, lessons: LessonRoom
) -> None:
    (lesson,) = (await lessons.gather(ALICE)).lessons
    chosen = {f"lesson.{lesson.id}": "on"}
    assert (await form(alice, f"{ROOM}/accepted", **chosen)).status_code == 400
    assert (await form(alice, f"{ROOM}/accepted", replay="0" * 64, **chosen)).status_code == 409
    assert (await form(alice, f"{ROOM}/replayed")).status_code == 400
    assert (await lessons.lesson(ALICE, lesson.id)).state is TeachingState.PROPOSED


async def test_who_only_looks_sees_lessons_and_decides_nothing(call: Caller, lessons: LessonRoom) -> None:
    (lesson,) = (await lessons.gather(ALICE)).lessons
    vic = await signed_in(call, "qd_vic")
    page = (await vic.get(ROOM)).text
    assert ODD in page
    assert "Decline" not in page
    assert (await form(vic, f"{ROOM}/declined", **{f"lesson.{lesson.id}": "on"})).status_code == 403
    assert (await lessons.lesson(ALICE, lesson.id)).state is TeachingState.PROPOSED


async def test_a_form_of_another_page_decides_nothing(alice: httpx.AsyncClient, lessons: LessonRoom) -> None:
    (lesson,) = (await lessons.gather(ALICE)).lessons
    answer = await alice.post(
        f"{ROOM}/declined", data={f"lesson.{lesson.id}": "on"}, headers={"Origin": "https://evil.test"}
    )
    assert answer.status_code == 403
    assert (await lessons.lesson(ALICE, lesson.id)).state is TeachingState.PROPOSED
