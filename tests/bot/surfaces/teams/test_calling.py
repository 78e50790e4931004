"""What we send keeps to Teams' limits, is tried again where Microsoft says to, and never goes on for ever."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.surfaces.teams.calling import ATTEMPTS, Calls
from bot.surfaces.teams.cloud import App
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.limits import MESSAGE_BYTES, TENANT, THREAD
from bot.surfaces.teams.pacing import Lane, Pacer
from memory.errors import InputTooLarge, TeamsBusy, TeamsGone, TeamsRejected, TeamsUnreachable
from tests.fakes.teams.service import TENANT as ENTRA
from tests.fakes.teams.service import FakeTeams
from tests.fakes.time import FakeClock

TOKEN = f"/{ENTRA}/oauth2/v2.0/token"


@pytest.fixture
async def calls(service: FakeTeams, clock: FakeClock) -> AsyncIterator[Calls]:
    credentials = Credentials(service.registration(), clock)
    made = Calls(credentials, Pacer(), pace=0.01)
    yield made
    await made.close()
    await credentials.close()


async def post(calls: Calls, service: FakeTeams, text: str = "hello", thread: str = "a:1") -> str:
    path = ("conversations", thread, "activities")
    told = {"type": "message", "text": text}
    said = await calls.call(ENTRA, service.url, "POST", *path, thread=thread, body=told)
    return str(said["id"])


async def test_one_token_of_our_own_tenant_serves_many_calls_until_it_is_about_to_end(
    calls: Calls, service: FakeTeams, clock: FakeClock
) -> None:
    await asyncio.gather(*[post(calls, service) for _ in range(3)])
    assert service.asked[TOKEN] == 1
    clock.move(3600 - 299)
    await post(calls, service)
    assert service.asked[TOKEN] == 2


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_what_may_pass_is_tried_again(status: int, calls: Calls, service: FakeTeams) -> None:
    service.answers = [status, status]
    await post(calls, service)
    assert len(service.said("a:1")) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, TeamsRejected), (403, TeamsGone), (404, TeamsGone), (413, TeamsRejected), (500, TeamsUnreachable)],
)
async def test_a_no_is_a_no(status: int, error: type[Exception], calls: Calls, service: FakeTeams) -> None:
    service.answers = [status]
    with pytest.raises(error):
        await post(calls, service)
    assert service.said("a:1") == []


async def test_it_is_not_tried_for_ever(calls: Calls, service: FakeTeams) -> None:
    service.answers = [429] * 20
    with pytest.raises(TeamsBusy):
        await post(calls, service)
    assert len(service.answers) == 20 - ATTEMPTS


async def test_a_thread_is_written_in_no_faster_than_teams_allows(calls: Calls, service: FakeTeams) -> None:
    service.throttling = True
    began = time.monotonic()
    await asyncio.gather(*[post(calls, service, thread="a:busy") for _ in range(9)], post(calls, service))
    assert time.monotonic() - began >= 1.0
    assert len(service.said("a:busy")) == 9


@pytest.mark.parametrize("windows", [THREAD, TENANT], ids=["thread", "tenant"])
def test_no_window_ever_has_more_than_it_may(windows: tuple[tuple[int, float], ...]) -> None:
    lane, went = Lane(windows), []
    for _ in range(2_000):
        went.append(lane.next(0.0))
        lane.take(went[-1])
    for most, window in windows:
        assert all(later - one >= window - 1e-6 for one, later in zip(went, went[most:], strict=False))


async def test_who_would_wait_too_long_is_turned_away_at_once(calls: Calls, service: FakeTeams) -> None:
    pacer = Pacer(pace=0.01)
    with pytest.raises(TeamsBusy):
        await asyncio.gather(*[pacer.turn(ENTRA, "a:1") for _ in range(200)])
    await post(calls, service)


async def test_a_secret_that_is_not_taken_is_said(service: FakeTeams, clock: FakeClock) -> None:
    wrong = App(id="x", home=ENTRA, secret=SecretStr("no"), cloud=service.cloud())
    credentials = Credentials(wrong, clock)
    with pytest.raises(TeamsRejected, match="refuses our app"):
        await credentials.headers()
    await credentials.close()


async def test_nothing_goes_to_an_address_without_tls_or_beyond_the_size(calls: Calls, service: FakeTeams) -> None:
    with pytest.raises(TeamsRejected):
        await calls.call(ENTRA, "http://evil.test/", "POST", "conversations")
    with pytest.raises(InputTooLarge):
        await post(calls, service, "é" * (MESSAGE_BYTES // 2))
    assert service.asked[TOKEN] == 0


async def test_a_service_that_is_gone_is_said_to_be(calls: Calls) -> None:
    with pytest.raises(TeamsUnreachable):
        await calls.call(ENTRA, "http://127.0.0.1:9/", "GET", "conversations")
