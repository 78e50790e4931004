"""Lessons over REST, over the real room: gathered, replayed, accepted by digest and withdrawn; and thumbs."""

from dataclasses import replace

import httpx
import pytest

from bot.surfaces.ports import Ports
from bot.teaching.room import LessonRoom
from tests.agents.teaching.test_replay import ODD
from tests.bot.surfaces.conftest import Caller

ROOM = "/v1/lessons"


@pytest.fixture
def ports(plain: Ports, lessons: LessonRoom) -> Ports:
    return replace(plain, lessons=lessons)


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
