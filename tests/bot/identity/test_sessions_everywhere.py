"""Signing out here, there and everywhere: on every node of the house, and after a restart."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from memory.model.bodies import IdentityChanged
from tests.bot.identity.room import Room, node


@pytest.fixture
async def other(room: Room, tmp_path: Path) -> AsyncIterator[Room]:
    """A second node on the same store."""
    async with node(tmp_path, room.clock, room.provider) as second:
        yield second


async def inside(room: Room, browser: httpx.AsyncClient) -> bool:
    """Return whether this browser's cookie is worth something on a node."""
    there = room.client(Cookie=f"quarterdeck={browser.cookies['quarterdeck']}")
    return (await there.get("/console/accounts")).status_code == 200


async def test_a_sign_in_counts_on_every_node_and_so_does_signing_out(room: Room, other: Room) -> None:
    browser = await room.signed_in("alice")
    assert await inside(other, browser)
    cookie = room.client(Cookie=f"quarterdeck={browser.cookies['quarterdeck']}")
    await browser.post("/console/sign-out", data={"form_token": await room.token(browser)})
    del browser
    for each in (room, other):
        there = each.client(Cookie=cookie.headers["Cookie"])
        assert (await there.get("/console/accounts")).status_code == 303


async def test_a_link_that_was_used_on_one_node_is_used_on_all(room: Room, other: Room) -> None:
    code = await room.sessions.invite("alice", ["admin"])
    assert (await other.client().post("/console/sign-in", data={"code": code})).status_code == 303
    assert (await room.client().post("/console/sign-in", data={"code": code})).status_code == 401


async def test_signing_out_everywhere_ends_every_device_and_nobody_else(room: Room, other: Room) -> None:
    laptop, phone, bob = [await room.signed_in(name) for name in ("alice", "alice", "bob")]
    cookies = dict(laptop.cookies)
    left = await laptop.post(
        "/console/accounts/sign-out-everywhere", data={"form_token": await room.token(laptop)}
    )
    assert left.headers["Location"] == "/console/sign-in"
    for each in (room, other):
        there = each.client(Cookie=f"quarterdeck={cookies['quarterdeck']}")
        assert (await there.get("/console/accounts")).status_code == 303
        assert not await inside(each, phone)
        assert await inside(each, bob)
    assert [each.change for each in await room.told() if isinstance(each, IdentityChanged)] == ["signed_out"]


async def test_one_sees_where_one_is_signed_in_and_signs_out_there(room: Room) -> None:
    here, there = await room.signed_in("alice"), await room.signed_in("alice")
    page = await here.get("/console/accounts")
    assert page.text.count('data-testid="sign-in"') == 2
    away = room.client(Cookie=f"quarterdeck={there.cookies['quarterdeck']}")
    family = (await room.sessions.read(there.cookies["quarterdeck"])).family
    ended = await here.post(
        f"/console/accounts/sign-ins/{family}/end", data={"form_token": await room.token(here)}
    )
    assert ended.status_code == 303
    assert (await away.get("/console/accounts")).status_code == 303
    assert await inside(room, here)


async def test_nobody_ends_a_sign_in_of_somebody_else_but_an_administrator(room: Room, other: Room) -> None:
    bob, alice = await room.signed_in("bob"), await room.signed_in("alice")
    family = (await room.sessions.read(bob.cookies["quarterdeck"])).family
    token = {"form_token": await room.token(alice)}
    assert (await alice.post(f"/console/accounts/sign-ins/{family}/end", data=token)).status_code == 404
    assert (await alice.post("/console/people/bob/sign-out", data=token)).status_code == 403
    assert await inside(other, bob)
    ada = await room.signed_in("ada")
    token = {"form_token": await room.token(ada)}
    assert (await ada.post("/console/people/bob/sign-out", data=token)).status_code == 303
    assert not await inside(other, bob)


async def test_disabling_somebody_ends_their_sessions_and_keys_at_once(room: Room, other: Room) -> None:
    bob, ada = await room.signed_in("bob"), await room.signed_in("ada")
    _, key = await room.door.mint("acme", "bob", ("observe",), label="laptop")
    token = {"form_token": await room.token(ada)}
    assert (await ada.post("/console/people/bob/disable", data=token)).status_code == 303
    for each in (room, other):
        assert not await inside(each, bob)
    keyed = room.client(Authorization=f"Bearer {key}")
    assert (await keyed.get("/v1/sign-ins")).status_code == 401
    code = await room.sessions.invite("bob", ["admin"])
    assert (await room.client().post("/console/sign-in", data={"code": code})).status_code == 401
    await other.roster.look()
    assert (await other.client(Authorization=f"Bearer {key}").get("/v1/sign-ins")).status_code == 401


async def test_nobody_disables_themselves_or_without_being_an_administrator(room: Room) -> None:
    for name, whom in (("ada", "ada"), ("alice", "bob"), ("bob", "ada")):
        browser = await room.signed_in(name)
        token = {"form_token": await room.token(browser)}
        assert (await browser.post(f"/console/people/{whom}/disable", data=token)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "accounts/begin",
        "accounts/look",
        "accounts/answer",
        "accounts/links/link_1/finish",
        "accounts/identity_1/unlink",
        "accounts/sign-on",
        "accounts/sign-ins/ses_1/end",
        "accounts/sign-out-everywhere",
        "people/bob/disable",
        "people/bob/enable",
        "people/bob/sign-out",
    ],
)
async def test_no_form_without_its_token_or_from_another_site_changes_anything(room: Room, path: str) -> None:
    ada, bob = await room.signed_in("ada"), await room.signed_in("bob")
    address, token = f"/console/{path}", {"form_token": await room.token(ada)}
    assert (await ada.post(address, data={"code": "x"})).status_code == 403
    assert (await ada.post(address, data={"form_token": await room.token(bob)})).status_code == 403
    assert (await ada.post(address, data=token, headers={"Origin": "https://evil.test"})).status_code == 403
    assert (await room.client().post(address, data=token)).status_code == 401
    assert await inside(room, bob)
    assert await inside(room, ada)


async def test_a_session_of_a_narrow_key_links_nothing(room: Room) -> None:
    browser = room.client()
    _, key = await room.door.mint("acme", "alice", ("observe",), label="screen")
    await browser.post("/console/sign-in", data={"key": key})
    token = {"form_token": await room.token(browser)}
    for path in ("begin", "look", "answer", "sign-on"):
        assert (await browser.post(f"/console/accounts/{path}", data=token | {"code": "x"})).status_code == 403


async def test_a_change_of_roles_gives_another_cookie_at_once(room: Room) -> None:
    await room.arrived(browser := room.client(), "u-olga")
    await browser.get("/console/accounts")
    before = browser.cookies["quarterdeck"]
    room.provider.users["u-olga"] = dict(room.provider.users["u-olga"]) | {"groups": ["sre"]}
    await room.arrived(room.client(), "u-olga")
    await browser.get("/console/accounts")
    assert browser.cookies["quarterdeck"] != before
