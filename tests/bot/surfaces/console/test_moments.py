"""Moments of calls at an incident's page: quoted, and settled by whoever may, in their own words."""

from dataclasses import replace

import httpx
import pytest

from bot.surfaces.ports import Ports
from memory.model.voice import DecisionMoment, MomentStanding
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.origin import ORIGIN
from tests.bot.surfaces.visitors import token
from tests.fakes.people import ALICE
from tests.fakes.scribe import INCIDENT, FakeScribe
from tests.fakes.time import MIDNIGHT

MOMENTS = f"/console/incidents/{INCIDENT}/moments"
SAID = "Let's <b>roll back</b> checkout."


@pytest.fixture
def scribe() -> FakeScribe:
    return FakeScribe()


@pytest.fixture
def ports(ports: Ports, scribe: FakeScribe) -> Ports:
    return replace(ports, scribe=scribe)


@pytest.fixture
async def moment(scribe: FakeScribe) -> DecisionMoment:
    found = await scribe.heard(ALICE, INCIDENT, speaker="Bob", text=SAID, at=MIDNIGHT, call="C1")
    assert found is not None
    return found


async def form(client: httpx.AsyncClient, path: str, in_page: bool = False, **fields: str) -> httpx.Response:
    """Send a form as the page does, with the token that stands in it."""
    page = await client.get(MOMENTS)
    headers = {"Origin": ORIGIN} | ({"HX-Request": "true"} if in_page else {})
    return await client.post(path, data={"form_token": token(page.text), **fields}, headers=headers)


async def test_a_call_without_decisions_says_so(alice: httpx.AsyncClient) -> None:
    assert "Nothing on a call sounded like a decision." in (await alice.get(MOMENTS)).text


async def test_what_was_heard_is_quoted_and_none_of_it_is_markup(
    alice: httpx.AsyncClient, moment: DecisionMoment
) -> None:
    page = (await alice.get(MOMENTS)).text
    assert moment.speaker in page
    assert "<b>roll back" not in page
    assert "&lt;b&gt;roll back" in page
    assert 'data-standing="proposed"' in page


async def test_a_person_says_that_it_was_decided_in_their_words_or_that_it_was_not(
    alice: httpx.AsyncClient, scribe: FakeScribe, moment: DecisionMoment
) -> None:
    other = await scribe.heard(ALICE, INCIDENT, speaker="", text="Let's see.", at=MIDNIGHT, call="C1")
    assert other is not None
    settled = await form(alice, f"{MOMENTS}/{moment.id}/accept", in_page=True, text=" Roll back to 1.4.1 ")
    assert 'data-standing="accepted"' in settled.text
    answer = await form(alice, f"{MOMENTS}/{other.id}/decline")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/console/incidents/{INCIDENT}")
    assert scribe.held[moment.id].text == "Roll back to 1.4.1"
    assert scribe.held[other.id].standing is MomentStanding.DECLINED
    assert 'data-testid="moment-accept"' not in (await alice.get(MOMENTS)).text


async def test_who_may_only_look_sees_no_buttons_and_settles_nothing(
    call: Caller, scribe: FakeScribe, moment: DecisionMoment
) -> None:
    vic = await signed_in(call, "qd_vic")
    assert 'data-testid="moment"' in (await vic.get(MOMENTS)).text
    refused = await vic.post(f"{MOMENTS}/{moment.id}/accept", data={"text": "x"}, headers={"Origin": ORIGIN})
    assert refused.status_code == 403
    assert scribe.held[moment.id].standing is MomentStanding.PROPOSED


async def test_no_other_page_settles_a_moment_and_nobody_unknown_sees_one(
    alice: httpx.AsyncClient, call: Caller, scribe: FakeScribe, moment: DecisionMoment
) -> None:
    refused = await alice.post(f"{MOMENTS}/{moment.id}/accept", data={"text": "x"}, headers={"Origin": ORIGIN})
    assert refused.status_code == 403
    assert scribe.held[moment.id].standing is MomentStanding.PROPOSED
    assert SAID not in (await call().get(MOMENTS)).text
