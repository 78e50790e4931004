"""The room for policies at the console: it shows what would change, and two people put it in force or go back."""

import httpx
import pytest
from fastapi import FastAPI

from bot.policies import shipped
from tests.bot.surfaces.test_controls import app
from tests.bot.surfaces.visitors import at_console, client, token

__all__ = ["app"]

EXTRA = '@id("freeze") @reason("frozen") forbid (principal, action == Action::"service.scale", resource);\n'
GOLDEN = (
    "at: 2026-11-20T03:00:00Z\ndecisions:\n  - {principal: alice, tool: service.scale, expect: deny, "
    "arguments: {service: checkout, environment: production, replicas: 4}}\n"
)


@pytest.fixture
async def proposal(app: FastAPI) -> dict[str, str]:
    asked = {
        "policies": [{"name": "all.cedar", "text": shipped().text() + EXTRA}],
        "decisions": [{"name": "golden.yaml", "text": GOLDEN}],
        "reason": "too many <pods>",
    }
    found: dict[str, str] = (await client(app, "ada").post("/v1/policy/proposals", json=asked)).json()
    return found


async def shown(visitor: httpx.AsyncClient, proposal: dict[str, str]) -> str:
    return (await visitor.get(f"/console/policies/{proposal['id']}")).text


async def test_a_page_shows_what_changes_and_what_it_would_have_changed(
    app: FastAPI, proposal: dict[str, str]
) -> None:
    eve = await at_console(app, "eve")
    assert proposal["policy_hash"][:12] in (await eve.get("/console/policies")).text
    page = await shown(eve, proposal)
    assert proposal["policy_hash"] in page
    assert proposal["previous"] in page
    assert "+@id(&#34;freeze&#34;)" in page
    assert "past requests were decided again" in page
    assert "too many &lt;pods&gt;" in page


async def test_another_administrator_puts_it_in_force_and_the_proposer_cannot(
    app: FastAPI, proposal: dict[str, str]
) -> None:
    ada, eve = await at_console(app, "ada"), await at_console(app, "eve")
    own, others = await shown(ada, proposal), await shown(eve, proposal)
    assert 'data-testid="agree"' not in own
    assert 'data-testid="agree"' in others
    address = f"/console/policies/{proposal['id']}/agree"
    form = {"policy_hash": proposal["policy_hash"]}
    assert (await ada.post(address, data={**form, "form_token": token(own)})).status_code == 403
    other = {"policy_hash": "0" * 64, "form_token": token(others)}
    assert (await eve.post(address, data=other)).status_code == 409
    assert (await eve.post(address, data={**form, "form_token": token(others)})).status_code == 303
    history = (await eve.get("/console/policies")).text
    assert "agreed by eve (chat)" in history
    assert 'data-testid="rollback"' in history


async def test_a_refused_proposal_is_gone_and_the_reason_is_asked_for(
    app: FastAPI, proposal: dict[str, str]
) -> None:
    eve = await at_console(app, "eve")
    form = {"form_token": token(await shown(eve, proposal))}
    address = f"/console/policies/{proposal['id']}/refuse"
    assert (await eve.post(address, data={**form, "reason": " "})).status_code == 400
    assert (await eve.post(address, data={**form, "reason": "the night shift needs it"})).status_code == 303
    assert 'data-testid="no-proposals"' in (await eve.get("/console/policies")).text


async def test_who_neither_administers_nor_audits_is_not_let_in(app: FastAPI, proposal: dict[str, str]) -> None:
    bob = await at_console(app, "bob")
    assert (await bob.get("/console/policies")).status_code == 403
    assert (await bob.get(f"/console/policies/{proposal['id']}")).status_code == 403
    assert "/console/policies" not in (await bob.get("/console/controls")).text
