"""Approving with a passkey in a real browser, whose authenticator is a virtual one of the DevTools protocol."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, expect

from memory.errors import StatementInvalid, StatementSpent
from memory.model.approval import Assurance
from memory.model.bodies import Approved, Denied
from memory.model.run import Run, RunStatus
from tests.bot.signing_room import SigningRoom, signing_room
from tests.bot.surfaces.console.pages import DESK, Console
from tests.fakes.people import TENANT
from tools.approvals import Envelope, Requirement, keyring, verify

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSKEY = Requirement(environments=("production",), assurance=Assurance.PASSKEY)
POST = """async ([path, fields]) => {
  const body = new URLSearchParams({form_token: document.querySelector("[name=form_token]").value, ...fields});
  const answer = await fetch(path, {method: "POST", body});
  return {status: answer.status, text: await answer.text()};
}"""
SIGN = """async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return JSON.stringify((await navigator.credentials.get({publicKey})).toJSON());
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def room(tmp_path: Path) -> AsyncIterator[SigningRoom]:
    async with signing_room(tmp_path, PASSKEY) as standing:
        yield standing


class Person:
    """Somebody at a browser with an authenticator of their own."""

    def __init__(self, console: Console, devtools: CDPSession, authenticator: str) -> None:
        self.console = console
        self.page = console.page
        self._devtools = devtools
        self._authenticator = authenticator

    async def verifies(self, *, verified: bool) -> None:
        """Let the authenticator verify its holder from now on, or fail to."""
        given = {"authenticatorId": self._authenticator, "isUserVerified": verified}
        await self._devtools.send("WebAuthn.setUserVerified", given)

    async def post(self, path: str, **fields: str) -> Any:
        """Send a form of this page."""
        return await self.page.evaluate(POST, [path, fields])

    async def enrol(self) -> None:
        await self.page.goto(f"{self.console.url}/console/passkeys")
        await self.console.by("label").fill("laptop")
        await self.console.by("enrol").click()
        await expect(self.console.by("standing")).to_have_text("proposed")

    async def look(self, run: Run) -> None:
        """Open the page that asks for a passkey."""
        await self.page.goto(f"{self.console.url}/console/approve/{run.id}")


@pytest_asyncio.fixture(loop_scope="module")
async def people(browser: Browser, room: SigningRoom) -> AsyncIterator[dict[str, Person]]:
    """Bob and Ada, signed in, each with an authenticator that knows no passkey yet."""
    contexts, found = [], {}
    for name in ("bob", "ada"):
        context = await browser.new_context(viewport=DESK)  # type: ignore[arg-type]  # a plain dict is one
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        added = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        console = Console(page, room.url)
        await console.sign_in_with_key(await room.key(name))
        found[name] = Person(console, devtools, added["authenticatorId"])
    yield found
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def bob(people: dict[str, Person]) -> Person:
    """Bob, whose passkey Ada agreed to."""
    bob, ada = people["bob"], people["ada"]
    await bob.enrol()
    await ada.page.goto(f"{ada.console.url}/console/passkeys")
    await ada.console.by("confirm").click()
    await expect(ada.console.by("standing")).to_have_text("active")
    return bob


async def test_a_passkey_approves_exactly_the_plan_that_is_shown(
    bob: Person, room: SigningRoom, tmp_path: Path
) -> None:
    run = await room.propose()
    await bob.console.open_plans()
    await bob.console.open_first_plan()
    await expect(bob.console.approve).to_have_count(0)
    await bob.console.by("sign-link").click()
    await expect(bob.console.by("digest")).to_have_text(run.plan_digest)
    await expect(bob.console.card).to_contain_text("1.4.1")
    await bob.console.photograph(tmp_path / "approve.png")
    await bob.console.by("sign-approve").click()
    await bob.page.wait_for_url("**/console/plans/*")
    ended = await room.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert ended.approvals[0].assurance is Assurance.PASSKEY
    assert bob.console.complaints == []


async def test_anybody_verifies_it_with_the_entries_of_the_log_and_the_envelope(
    bob: Person, room: SigningRoom
) -> None:
    run = await room.propose()
    await bob.look(run)
    await bob.console.by("sign-approve").click()
    await bob.page.wait_for_url("**/console/plans/*")
    told = await room.told()
    place = next(place for place, each in enumerate(told) if isinstance(each, Approved))
    approved = told[place]
    assert isinstance(approved, Approved)
    kept = await room.store.blobs.get(TENANT, str(approved.statement))
    verified = verify(Envelope.parse(kept.content), keyring(enumerate(told), place))
    assert verified.statement.plan_digest == run.plan_digest
    assert verified.statement.predicate.approver == (await room.entries())[place].actor


async def test_a_click_is_refused_where_a_passkey_is_asked_and_the_link_is_given(
    bob: Person, room: SigningRoom
) -> None:
    run = await room.propose()
    await bob.look(run)
    path = f"/console/plans/{run.id}/decide"
    answer = await bob.post(path, plan_digest=run.plan_digest, verdict="approve")
    assert answer["status"] == 403
    assert f"{room.url}/console/approve/{run.id}" in answer["text"]
    assert await _refusals(room) == ["approval.assurance"]


async def test_a_passkey_does_not_work_without_verifying_its_holder(bob: Person, room: SigningRoom) -> None:
    run = await room.propose()
    await bob.look(run)
    await bob.verifies(verified=False)
    await bob.console.by("sign-approve").click()
    await expect(bob.console.by("problem")).to_contain_text("The passkey was not used")
    asked = await _asked(bob, run)
    careless = {**asked["options"], "userVerification": "discouraged"}
    answer = await bob.page.evaluate(SIGN, careless)
    refused = await bob.post(f"/console/approve/{run.id}/cast", payload=asked["payload"], answer=answer)
    assert refused["status"] == 422
    assert await _refusals(room) == [StatementInvalid.code]
    assert (await room.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING


async def test_a_passkey_used_on_another_origin_is_refused(bob: Person, room: SigningRoom) -> None:
    run = await room.propose()
    await bob.look(run)
    asked = await _asked(bob, run)
    await bob.page.route(
        "http://localhost:9/**", lambda route: route.fulfill(body="<p>evil</p>", content_type="text/html")
    )
    await bob.page.goto("http://localhost:9/")
    answer = await bob.page.evaluate(SIGN, asked["options"])
    await bob.look(run)
    refused = await bob.post(f"/console/approve/{run.id}/cast", payload=asked["payload"], answer=answer)
    assert refused["status"] == 422
    assert "origin" in refused["text"]
    assert await _refusals(room) == [StatementInvalid.code]
    assert (await room.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING


async def test_a_page_at_another_host_cannot_even_ask_for_a_passkey(
    people: dict[str, Person], room: SigningRoom
) -> None:
    bob = people["bob"]
    elsewhere = Console(bob.page, room.url.replace("localhost", "127.0.0.1"))
    await elsewhere.sign_in_with_key(await room.key("bob"))
    await bob.page.goto(f"{elsewhere.url}/console/passkeys")
    await elsewhere.by("enrol").click()
    await expect(elsewhere.by("problem")).to_contain_text("The passkey was not used")
    assert not await room.store.credentials.of(TENANT)


async def test_an_answer_of_a_passkey_counts_once(bob: Person, room: SigningRoom) -> None:
    run = await room.propose()
    await bob.look(run)
    asked = await _asked(bob, run)
    answer = await bob.page.evaluate(SIGN, asked["options"])
    path = f"/console/approve/{run.id}/cast"
    assert (await bob.post(path, payload=asked["payload"], answer=answer))["status"] == 200
    assert (await bob.post(path, payload=asked["payload"], answer=answer))["status"] == 409
    await room.runner.finished(TENANT, run.id)
    assert await _refusals(room) == [StatementSpent.code]
    assert sum(room.estate.effects.values()) == 1


async def test_a_passkey_counts_only_once_a_second_person_agreed(
    people: dict[str, Person], room: SigningRoom
) -> None:
    bob = people["bob"]
    run = await room.propose()
    await bob.enrol()
    await expect(bob.console.by("confirm")).to_have_count(0)
    await bob.look(run)
    await expect(bob.console.by("no-passkey")).to_be_visible()
    refused = await bob.post(f"/console/approve/{run.id}/ask", verdict="approve")
    assert refused["status"] == 403


async def test_a_passkey_that_was_ended_signs_nothing(
    bob: Person, people: dict[str, Person], room: SigningRoom
) -> None:
    run = await room.propose()
    await bob.look(run)
    asked = await _asked(bob, run)
    answer = await bob.page.evaluate(SIGN, asked["options"])
    await bob.page.goto(f"{room.url}/console/passkeys")
    await bob.console.by("revoke").click()
    await expect(bob.console.by("standing")).to_have_text("suspended")
    refused = await bob.post(f"/console/approve/{run.id}/cast", payload=asked["payload"], answer=answer)
    assert refused["status"] == 403
    ada = people["ada"]
    await ada.page.reload()
    await ada.console.by("confirm").click()
    await expect(ada.console.by("standing")).to_have_text("revoked")
    told = [each.body["change"] for each in await room.entries() if each.kind.value == "credential"]
    assert told == ["proposed", "confirmed", "suspended", "revoked"]


async def _asked(person: Person, run: Run) -> Any:
    answer = await person.post(f"/console/approve/{run.id}/ask", verdict="approve")
    assert answer["status"] == 200, answer["text"]
    return json.loads(answer["text"])


async def _refusals(room: SigningRoom) -> list[str]:
    return [each.code for each in await room.told() if isinstance(each, Denied)]
