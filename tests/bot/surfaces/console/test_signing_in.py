"""Coming in and going out of the console, and who does not."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from bot.server import create_app
from bot.sessions import IDLE, RENEWED_AFTER, Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.console.doors import inside
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.ports import Ports
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.origin import ORIGIN
from tests.bot.surfaces.visitors import token
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.time import FakeClock

PAGES = (
    "/console/",
    "/console/plans",
    "/console/history",
    "/console/threads/t",
    "/console/why/m",
    "/console/stream",
)


async def test_a_key_opens_a_session_that_scripts_and_other_sites_cannot_use(call: Caller) -> None:
    entered = await call(Origin=ORIGIN).post("/console/sign-in", data={"key": "qd_alice"})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/console/")
    name, _, attributes = entered.headers["Set-Cookie"].partition(";")
    assert name.startswith("quarterdeck=")
    assert {part.strip() for part in attributes.split(";")} == {
        "Path=/",
        "Max-Age=43200",
        "HttpOnly",
        "SameSite=Strict",
    }


async def test_over_tls_the_cookie_is_for_this_host_alone(ports: Ports, sessions: Sessions) -> None:
    console = ConsoleSettings(public_url="https://quarterdeck.test")
    app = create_app(ports, FakeReplays(), sessions, capabilities=(), console=console)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://quarterdeck.test") as client:
        origin = {"Origin": "https://quarterdeck.test"}
        entered = await client.post("/console/sign-in", data={"key": "qd_alice"}, headers=origin)
    assert entered.headers["Set-Cookie"].startswith("__Host-quarterdeck=")
    assert entered.headers["Set-Cookie"].endswith("; Secure")
    assert "max-age" in entered.headers["Strict-Transport-Security"]


async def test_a_sign_in_is_recorded(call: Caller, doorkeeper: FakeDoorkeeper) -> None:
    await signed_in(call, "qd_alice")
    assert doorkeeper.sign_ins == [("alice", "key")]


@pytest.mark.parametrize("fields", [{"key": "qd_nobody"}, {"key": ""}, {"code": "a.b"}])
async def test_a_wrong_key_opens_nothing(call: Caller, doorkeeper: FakeDoorkeeper, fields: dict[str, str]) -> None:
    refused = await call(Origin=ORIGIN).post("/console/sign-in", data=fields)
    assert refused.status_code == 401
    assert "Set-Cookie" not in refused.headers
    assert doorkeeper.sign_ins == []


async def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(call: Caller, sessions: Sessions) -> None:
    code = await sessions.invite("bob", EVERY_SCOPE)
    first, second = call(Origin=ORIGIN), call(Origin=ORIGIN)
    for _ in range(2):
        door = await first.get("/console/enter", params={"code": code})
        assert code in door.text
        assert "Set-Cookie" not in door.headers
    assert (await first.post("/console/sign-in", data={"code": code})).status_code == 303
    assert "Bob" in (await first.get("/console/plans")).text
    assert (await second.post("/console/sign-in", data={"code": code})).status_code == 401


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_session_every_page_leads_to_the_door(call: Caller, path: str) -> None:
    sent = await call().get(path)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/console/sign-in?next=")


async def test_without_a_session_a_part_of_a_page_says_so(call: Caller) -> None:
    part = await call(**{"HX-Request": "true"}).get("/console/plans/count")
    assert part.status_code == 401
    assert "Sign in again" in part.text


async def test_a_page_opened_from_another_site_asks_once_more_as_a_page_of_ours(call: Caller) -> None:
    again = await call(**{"Sec-Fetch-Site": "cross-site"}).get("/console/plans/run_1")
    assert again.status_code == 200
    assert 'content="0;url=/console/plans/run_1"' in again.text


@pytest.mark.parametrize(
    ("path", "onward"),
    [
        ("/console/plans/run_1", "/console/plans/run_1"),
        ("/console/", "/console/"),
        ("https://evil.test/", "/console/"),
        ("//evil.test/", "/console/"),
        ("/console//evil.test", "/console/"),
        ("/console/\\evil.test", "/console/"),
        ("/console/\r\nSet-Cookie: a=b", "/console/"),
        ("/v1/messages", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("", "/console/"),
    ],
)
def test_after_signing_in_one_goes_on_inside_the_console_only(path: str, onward: str) -> None:
    assert inside(path) == onward


async def test_a_session_that_is_over_leads_to_the_door(alice: httpx.AsyncClient, clock: FakeClock) -> None:
    clock.move(IDLE.total_seconds())
    assert (await alice.get("/console/plans")).status_code == 303


async def test_a_session_in_use_gets_a_new_cookie_in_time(alice: httpx.AsyncClient, clock: FakeClock) -> None:
    assert "Set-Cookie" not in (await alice.get("/console/plans")).headers
    for _ in range(30):
        clock.move(RENEWED_AFTER.total_seconds())
        looked = await alice.get("/console/plans")
        assert looked.status_code == 200
        assert "HttpOnly" in looked.headers["Set-Cookie"]


async def test_signing_out_ends_the_session_also_for_a_copy_of_its_cookie(
    alice: httpx.AsyncClient, call: Caller
) -> None:
    copy = call(Cookie=f"quarterdeck={alice.cookies['quarterdeck']}")
    assert (await copy.get("/console/plans")).status_code == 200
    left = await alice.post("/console/sign-out", data={"form_token": await form_token(alice)})
    assert left.status_code == 303
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    assert (await copy.get("/console/plans")).status_code == 303


async def test_somebody_who_was_removed_is_out_at_once(
    alice: httpx.AsyncClient, doorkeeper: FakeDoorkeeper
) -> None:
    doorkeeper.people.clear()
    assert (await alice.get("/console/plans")).status_code == 303


async def test_a_cookie_that_was_altered_is_worth_nothing(call: Caller, alice: httpx.AsyncClient) -> None:
    altered = alice.cookies["quarterdeck"].replace(".", "A.", 1)
    assert (await call(Cookie=f"quarterdeck={altered}").get("/console/plans")).status_code == 303


Change = Callable[[str], dict[str, str]]


@pytest.mark.parametrize(
    "fields",
    [
        lambda _: {},
        lambda _: {"form_token": ""},
        lambda _: {"form_token": "0" * 64},
        lambda token: {"form_token": token[:-1]},
    ],
)
async def test_a_form_without_its_token_changes_nothing(
    alice: httpx.AsyncClient, desk: FakeDesk, fields: Change
) -> None:
    sent = fields(await form_token(alice)) | {"text": "hello", "nonce": "n"}
    refused = await alice.post("/console/threads/t/say", data=sent)
    assert refused.status_code == 403
    assert desk.exchanges == []


async def test_a_form_with_somebody_elses_token_changes_nothing(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, desk: FakeDesk
) -> None:
    sent = {"form_token": await form_token(bob), "text": "hello", "nonce": "n"}
    assert (await alice.post("/console/threads/t/say", data=sent)).status_code == 403
    assert desk.exchanges == []


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", "http://quarterdeck.test.evil.test"])
async def test_a_form_from_another_site_changes_nothing(
    alice: httpx.AsyncClient, desk: FakeDesk, origin: str
) -> None:
    sent = {"form_token": await form_token(alice), "text": "hello", "nonce": "n"}
    refused = await alice.post("/console/threads/t/say", data=sent, headers={"Origin": origin})
    assert refused.status_code == 403
    assert desk.exchanges == []


async def test_another_site_cannot_sign_somebody_in_as_somebody_else(call: Caller) -> None:
    refused = await call(Origin="https://evil.test").post("/console/sign-in", data={"key": "qd_alice"})
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers


async def test_an_upload_is_no_form_of_ours(alice: httpx.AsyncClient) -> None:
    refused = await alice.post("/console/threads/t/say", files={"text": b"hello"})
    assert refused.status_code == 400


@pytest.mark.parametrize("body", [b"text=%ff", b"text=\xff", b"&".join([b"a=b"] * 21)])
async def test_a_form_that_cannot_be_read_is_refused(alice: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await alice.post("/console/threads/t/say", content=body, headers=headers)).status_code == 400


async def test_a_session_may_do_what_its_key_may_and_no_more(call: Caller, alice: httpx.AsyncClient) -> None:
    said = {"form_token": await form_token(alice), "text": "roll back checkout", "nonce": "n"}
    await alice.post("/console/threads/t/say", data=said)
    looking = await signed_in(call, "qd_bob_observe")
    page = await looking.get("/console/threads/t")
    assert "Waiting for approval" in page.text
    assert 'value="approve"' not in page.text
    sent = {"form_token": await form_token(looking), "text": "hello", "nonce": "n"}
    assert (await looking.post("/console/threads/t/say", data=sent)).status_code == 403


async def test_attempts_are_counted(call: Caller, app: FastAPI) -> None:
    del app
    await signed_in(call, "qd_alice")
    await call(Origin=ORIGIN).post("/console/sign-in", data={"key": "qd_nobody"})
    metrics = (await call().get("/metrics")).text
    assert 'quarterdeck_sign_ins_total{how="key",result="accepted"} 1.0' in metrics
    assert 'quarterdeck_sign_ins_total{how="key",result="auth.failed"} 1.0' in metrics


async def form_token(client: httpx.AsyncClient) -> str:
    """Return the token of the forms on a page, empty for who is not signed in."""
    page = (await client.get("/console/plans")).text
    return token(page) if page else ""
