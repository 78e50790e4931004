"""Signing in at a real OpenID provider: who gets in, as whom, and every answer that is not one."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.published_keys import KEPT
from memory.model.bodies import Denied, IdentityChanged, SignedIn
from memory.model.people import Role
from tests.bot.identity.forgeries import TWISTS
from tests.bot.identity.room import Room, token_of


async def test_somebody_whose_groups_give_roles_is_let_in_and_known_from_then_on(room: Room) -> None:
    browser = room.client()
    back = await room.arrived(browser, "u-olga")
    assert 'content="0;url=/console/"' in back.text
    assert "Olga" in (await browser.get("/console/accounts")).text
    olga = room.person("olga")
    assert (olga.name, olga.roles, olga.teams) == ("Olga", (Role.OPERATOR, Role.APPROVER), ("shop",))
    told = await room.told()
    assert [each.change for each in told if isinstance(each, IdentityChanged)] == ["joined", "linked"]
    assert [each.how for each in told if isinstance(each, SignedIn)] == ["oidc"]


async def test_the_cookies_of_a_sign_in_are_out_of_reach(room: Room) -> None:
    left = await room.client().get("/console/oidc/leave")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= _attributes(left, "leaving")
    back = await room.arrived(browser := room.client(), "u-olga")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= _attributes(back, "quarterdeck=")
    assert "quarterdeck-leaving" not in browser.cookies


async def test_the_provider_is_asked_for_a_code_with_pkce_state_and_nonce(room: Room) -> None:
    left = await room.client().get("/console/oidc/leave")
    asked = dict(parse_qsl(urlsplit(left.headers["Location"]).query))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{room.url}/console/oidc/arrive"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


async def test_who_came_before_is_the_same_person_again(room: Room) -> None:
    for _ in range(2):
        await room.arrived(room.client(), "u-olga")
    assert len(await room.store.identities.of("acme")) == 1
    assert len(await room.store.sign_ins.of("acme", "olga")) == 2


async def test_groups_without_a_role_let_nobody_in(room: Room) -> None:
    back = await room.arrived(room.client(), "u-nina")
    assert back.status_code == 401
    assert "in a group with a role, found one that is neither" in back.text
    assert "quarterdeck=" not in str(back.headers.get_list("Set-Cookie"))
    assert await room.store.members.of("acme") == ()
    assert [each.code for each in await room.told() if isinstance(each, Denied)] == ["auth.account_unknown"]


@pytest.mark.parametrize("name", ["Alice", "ALICE", "alice"])
async def test_an_account_named_like_somebody_known_is_not_made_a_second_person(room: Room, name: str) -> None:
    room.provider.users["u-alice"]["preferred_username"] = name
    back = await room.arrived(room.client(), "u-alice")
    assert back.status_code == 401
    assert "who is known here by another account" in back.text
    assert await room.store.identities.of("acme") == ()


async def test_an_address_like_somebodys_makes_no_second_person_either(room: Room) -> None:
    room.provider.users["u-x"] = {"preferred_username": "x9", "email": "alice@corp.test", "groups": ["sre"]}
    assert (await room.arrived(room.client(), "u-x")).status_code == 401


async def test_the_same_name_given_to_another_account_is_not_the_same_person(room: Room) -> None:
    await room.arrived(room.client(), "u-olga")
    room.provider.users["u-new-olga"] = dict(room.provider.users["u-olga"])
    assert (await room.arrived(room.client(), "u-new-olga")).status_code == 401


async def test_roles_follow_the_groups_at_the_next_sign_in(room: Room) -> None:
    await room.arrived(room.client(), "u-olga")
    room.provider.users["u-olga"]["groups"] = ["sre"]
    await room.arrived(room.client(), "u-olga")
    assert room.person("olga").roles == (Role.OPERATOR,)
    room.provider.users["u-olga"]["groups"] = []
    assert (await room.arrived(room.client(), "u-olga")).status_code == 401


async def test_groups_count_for_a_day_and_then_somebody_has_to_come_again(room: Room) -> None:
    browser = room.client()
    await room.arrived(browser, "u-olga")
    room.clock.move(timedelta(hours=24).total_seconds())
    await room.roster.look()
    assert (await browser.get("/console/accounts")).status_code == 303
    back = await room.arrived(browser, "u-olga")
    assert back.status_code == 200, back.text


async def test_an_answer_is_taken_once(room: Room) -> None:
    browser = room.client()
    back = urlsplit(await room.sent(browser, "u-olga"))
    query, kept = dict(parse_qsl(back.query)), dict(browser.cookies)
    assert (await browser.get(back.path, params=query)).status_code == 200
    again = room.client()
    again.cookies.update(kept)
    assert (await again.get(back.path, params=query)).status_code == 401


async def test_an_answer_to_another_browser_is_refused(room: Room) -> None:
    back = urlsplit(await room.sent(room.client(), "u-olga"))
    victim = room.client()
    refused = await victim.get(back.path, params=dict(parse_qsl(back.query)))
    assert refused.status_code == 401
    assert "this browser began" in refused.text


@pytest.mark.parametrize("state", ["", "x", "0" * 43])
async def test_another_state_is_refused(room: Room, state: str) -> None:
    browser = room.client()
    back = urlsplit(await room.sent(browser, "u-olga"))
    query = dict(parse_qsl(back.query)) | {"state": state}
    assert (await browser.get(back.path, params=query)).status_code == 401


async def test_a_code_that_was_given_to_another_sign_in_is_refused(room: Room) -> None:
    one, other = room.client(), room.client()
    stolen = dict(parse_qsl(urlsplit(await room.sent(one, "u-olga")).query))["code"]
    back = urlsplit(await room.sent(other, "u-nina"))
    query = dict(parse_qsl(back.query)) | {"code": stolen}
    assert (await other.get(back.path, params=query)).status_code == 401  # its verifier is another


async def test_an_answer_that_came_late_is_refused(room: Room) -> None:
    browser = room.client()
    back = urlsplit(await room.sent(browser, "u-olga"))
    room.clock.move(601)
    assert (await browser.get(back.path, params=dict(parse_qsl(back.query)))).status_code == 401


@pytest.mark.parametrize("changed", [{"error": "access_denied"}, {"code": ""}, {"iss": "https://evil.test"}])
async def test_an_answer_of_no_code_or_of_another_provider_is_refused(room: Room, changed: dict[str, str]) -> None:
    browser = room.client()
    back = urlsplit(await room.sent(browser, "u-olga"))
    assert (await browser.get(back.path, params=dict(parse_qsl(back.query)) | changed)).status_code == 401


async def test_a_token_that_is_not_for_this_sign_in_opens_nothing_and_is_told_to_the_log(room: Room) -> None:
    room.provider.twist = TWISTS["nonce"]
    refused = await room.arrived(browser := room.client(), "u-olga")
    assert refused.status_code == 401
    assert "quarterdeck" not in browser.cookies
    assert await room.store.members.of("acme") == ()
    assert [each.code for each in await room.told() if isinstance(each, Denied)] == ["auth.token_invalid"]


async def test_a_provider_that_is_away_says_so_and_other_ways_in_work(room: Room) -> None:
    room.provider.away = True
    left = await room.client().get("/console/oidc/leave")
    assert left.status_code == 503
    assert "the sign-in provider answered GET /.well-known/openid-configuration with 503" in left.text
    assert 'data-testid="key"' in left.text
    assert (await (await room.signed_in("alice")).get("/console/accounts")).status_code == 200


async def test_what_the_provider_published_is_used_while_it_does_not_answer(room: Room) -> None:
    await room.arrived(room.client(), "u-olga")
    room.clock.move(KEPT.total_seconds())
    room.provider.away = True
    left = await room.client().get("/console/oidc/leave")
    assert left.status_code == 303


async def test_a_provider_that_calls_itself_something_else_is_not_ours(room: Room) -> None:
    room.provider.confused = "https://evil.test"
    left = await room.client().get("/console/oidc/leave")
    assert left.status_code == 503
    assert "expected the configuration of" in left.text


async def test_a_provider_that_signs_out_ends_the_sessions_here(room: Room) -> None:
    browser = room.client()
    await room.arrived(browser, "u-olga")
    token = room.provider.logout_token("u-olga")
    said = await room.client().post("/console/oidc/signed-out", data={"logout_token": token})
    assert said.status_code == 200
    assert (await browser.get("/console/accounts")).status_code == 303


async def test_an_id_token_signs_nobody_out(room: Room) -> None:
    browser = room.client()
    await room.arrived(browser, "u-olga")
    token = room.provider.signed(room.provider.claims("u-olga", "n"))
    said = await room.client().post("/console/oidc/signed-out", data={"logout_token": token})
    assert said.status_code == 400
    assert (await browser.get("/console/accounts")).status_code == 200


async def test_a_sign_in_ends_the_session_that_the_browser_had(room: Room) -> None:
    browser = await room.signed_in("alice")
    before = browser.cookies["quarterdeck"]
    await room.arrived(browser, "u-olga")
    old = room.client(Cookie=f"quarterdeck={before}")
    assert (await old.get("/console/accounts")).status_code == 303
    assert token_of(await browser.get("/console/accounts"))


def _attributes(response: httpx.Response, name: str) -> set[str]:
    found = [each for each in response.headers.get_list("Set-Cookie") if name in each.partition(";")[0]]
    return {part.strip() for part in found[0].split(";")[1:]}
