"""Lessons over REST, over the real room: gathered, replayed, accepted by digest and withdrawn; and thumbs."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.surfaces.ports import Ports
from bot.teaching.room import LessonRoom
from tests.agents.teaching.test_replay import ODD
from tests.bot.surfaces.conftest import Caller
from tests.bot.teaching.lesson_house import lessons_of
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import CountingIds, FakeClock

ROOM = "/v1/lessons"


@pytest.fixture
async def lessons(tmp_path: Path) -> AsyncIterator[LessonRoom]:
    async with lessons_of(tmp_path) as room:
        yield room


@pytest.fixture
def ports(
    lessons: LessonRoom, desk: FakeDesk, log: FakeSignedLog, doorkeeper: FakeDoorkeeper, clock: FakeClock
) -> Ports:
    plain = Ports(desk=desk, log=log, doorkeeper=doorkeeper, clock=clock, ids=CountingIds())
    return replace(plain, lessons=lessons)


@pytest.fixture
def alice(call: Caller) -> httpx.AsyncClient:
    return call(Authorization="Bearer qd_alice")


async def test_a_lesson_goes_from_a_turn_to_use_and_back(alice: httpx.AsyncClient) -> None:
    found = (await alice.post(f"{ROOM}/gathered")).json()
    (lesson,) = found["lessons"]
    assert (found["found"], lesson["phrasing"], lesson["state"]) == (1, ODD, "proposed")
    chosen = {"ids": [lesson["id"]]}
    seen = (await alice.post(f"{ROOM}/replayed", json=chosen)).json()
    assert (seen["against"], seen["replay"]["lessons"]["right_after"]) == ("", 1)
    refused = await alice.post(f"{ROOM}/accepted", json={**chosen, "replay": "0" * 64})
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, "application/problem+json")
    used = (await alice.post(f"{ROOM}/accepted", json={**chosen, "replay": seen["digest"]})).json()
    assert used["lessons"][0]["state"] == "in_use"
    assert (await alice.get(ROOM, params={"state": "in_use"})).json()["lessons"][0]["id"] == lesson["id"]
    back = (await alice.post(f"{ROOM}/{lesson['id']}/withdrawn")).json()
    assert (back["state"], back["by"]) == ("withdrawn", "alice")


async def test_a_thumb_down_holds_a_lesson_back(alice: httpx.AsyncClient) -> None:
    given = {"reply": "reply_1", "up": False}
    assert (await alice.post(f"{ROOM}/thumbs", json=given)).status_code == 204
    assert (await alice.post(f"{ROOM}/gathered")).json()["lessons"] == []


async def test_nobody_judges_an_answer_that_somebody_else_was_given(call: Caller) -> None:
    bob = call(Authorization="Bearer qd_bob")
    answer = await bob.post(f"{ROOM}/thumbs", json={"reply": "reply_1", "up": True})
    assert answer.status_code == 404


async def test_who_only_looks_reviews_nothing(alice: httpx.AsyncClient, call: Caller) -> None:
    (lesson,) = (await alice.post(f"{ROOM}/gathered")).json()["lessons"]
    vic = call(Authorization="Bearer qd_vic")
    assert (await vic.get(f"{ROOM}/{lesson['id']}")).json()["phrasing"] == ODD
    assert (await vic.post(f"{ROOM}/{lesson['id']}/declined")).status_code == 403
