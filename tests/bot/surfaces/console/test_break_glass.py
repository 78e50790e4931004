"""Break-glass and signing at the console, without a browser: forms in, pages out."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from memory.model.approval import Assurance
from memory.model.run import RunStatus
from tests.bot.signing_room import SigningRoom, signing_room
from tests.bot.surfaces.visitors import token
from tests.fakes.people import TENANT, glass
from tools.approvals import Requirement

KEY = Requirement(environments=("production",), assurance=Assurance.KEY)
STRICT = KEY.model_copy(update={"assurance": Assurance.PASSKEY})
WHY = "Everything is down and nobody else answers."


@pytest.fixture
async def room(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SigningRoom]:
    async with signing_room(tmp_path, *getattr(request, "param", ()), more=glass()) as standing:
        yield standing


async def signed_in(room: SigningRoom, who: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=room.app), base_url=room.url, headers={"Origin": room.url}
    )
    entered = await client.post("/console/sign-in", data={"key": await room.key(who)})
    assert entered.status_code == 303
    return client


async def test_going_ahead_alone_is_a_button_of_its_own_and_a_banner_for_everybody(room: SigningRoom) -> None:
    run = await room.propose()
    alice, bob = await signed_in(room, "alice"), await signed_in(room, "bob")
    page = (await alice.get(f"/console/plans/{run.id}")).text
    assert 'data-testid="break-glass-send"' in page
    assert 'data-testid="approve"' not in page
    assert 'data-testid="break-glass-send"' not in (await bob.get(f"/console/plans/{run.id}")).text
    form = {"form_token": token(page), "plan_digest": run.plan_digest, "verdict": "approve", "break_glass": "yes"}
    assert (await alice.post(f"/console/plans/{run.id}/decide", data={**form, "reason": "now"})).status_code == 403
    assert (await alice.post(f"/console/plans/{run.id}/decide", data={**form, "reason": WHY})).status_code == 303
    assert (await room.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    seen = (await bob.get(f"/console/plans/{run.id}")).text
    assert 'data-testid="break-glass-banner"' in seen
    assert "BREAK-GLASS by Alice" in seen


async def test_the_form_is_kept_as_evidence_without_the_token_of_the_session(room: SigningRoom) -> None:
    run = await room.propose()
    bob = await signed_in(room, "bob")
    secret = token((await bob.get(f"/console/plans/{run.id}")).text)
    form = {"form_token": secret, "plan_digest": run.plan_digest, "verdict": "approve"}
    await bob.post(f"/console/plans/{run.id}/decide", data=form)
    await room.runner.finished(TENANT, run.id)
    told = next(each for each in await room.entries() if each.kind.value == "approval")
    event = (await room.store.blobs.get(TENANT, str(told.body["event"]))).content
    assert run.plan_digest.encode() in event
    assert secret.encode() not in event


@pytest.mark.parametrize("room", [(STRICT,)], indirect=True)
async def test_the_page_to_sign_on_says_what_is_missing(room: SigningRoom) -> None:
    run = await room.propose()
    bob, vic = await signed_in(room, "bob"), await signed_in(room, "vic")
    assert f"/console/approve/{run.id}" in (await bob.get(f"/console/plans/{run.id}")).text
    assert 'data-testid="no-passkey"' in (await bob.get(f"/console/approve/{run.id}")).text
    assert 'data-testid="nothing-to-sign"' in (await vic.get(f"/console/approve/{run.id}")).text


async def test_forms_of_other_pages_enrol_nothing(room: SigningRoom) -> None:
    bob = await signed_in(room, "bob")
    page = (await bob.get("/console/passkeys")).text
    assert 'data-testid="no-credentials"' in page
    elsewhere = {"Origin": "https://evil.example"}
    refused = await bob.post("/console/passkeys/make", data={"form_token": token(page)}, headers=elsewhere)
    assert refused.status_code == 403
    assert (await bob.post("/console/passkeys/make", data={"form_token": "x"})).status_code == 403
    made = await bob.post("/console/passkeys/make", data={"form_token": token(page)})
    assert made.json()["options"]["authenticatorSelection"]["userVerification"] == "required"
    nonsense = {"form_token": token(page), "nonce": made.json()["nonce"], "answer": "{}"}
    assert (await bob.post("/console/passkeys/keep", data=nonsense)).status_code == 422
    assert not await room.store.credentials.of(TENANT)


@pytest.mark.parametrize("room", [(KEY,)], indirect=True)
async def test_where_a_key_is_asked_the_page_says_which_command_signs(room: SigningRoom) -> None:
    run = await room.propose()
    bob = await signed_in(room, "bob")
    page = (await bob.get(f"/console/approve/{run.id}")).text
    assert f"quarterdeck approve {run.id} --key FILE" in page
    assert "data-passkey" not in page
