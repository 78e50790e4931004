"""The whole house in Slack: real evidence and charts, a plan from words, another person's yes, a verified end."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.demo.stage import Stage, staged
from bot.settings import parsed
from memory.clock import SystemClock
from memory.model.identity import Account, AccountSource, Identity
from tests.bot.surfaces.slack.house import says
from tests.fakes.slack.deliveries import SIGNING_SECRET, Deliveries
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import TEAM, Workspace
from tests.servers import require

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PEOPLE = {"UALICE": "alice", "UBOB": "bob"}
WITHIN_S = 120.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[SlackServer]:
    workspace = Workspace()
    for user, name in PEOPLE.items():
        workspace.add_user(user, name)
    workspace.add_channel("C1", "ops", *PEOPLE)
    async with SlackServer(workspace).serving() as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack_stage(slack: SlackServer) -> AsyncIterator[Stage]:
    """A demo that stands, with Slack: its bad release is already doing harm."""
    require("prometheus")
    require("prometheus-alertmanager")
    given = {
        "port": 0,
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_api_url": f"{slack.url}/api/",
    }
    async with staged(parsed(given), lambda _: None) as standing:
        for user, person in PEOPLE.items():
            await standing.house.store.identities.add(
                Identity(
                    id=f"identity_{person}",
                    tenant="demo",
                    account=Account(source=AccountSource.SLACK, issuer=TEAM, subject=user),
                    person=person,
                    linked_at=SystemClock().now(),
                )
            )
        yield standing


async def test_checkout_is_asked_about_rolled_back_and_verified_in_one_thread(
    slack_stage: Stage, slack: SlackServer
) -> None:
    workspace = slack.workspaces[TOKEN]
    async with httpx.AsyncClient(base_url=slack_stage.running.url) as http:
        deliveries = Deliveries(http, workspace, hooks=slack.url)

        def ours() -> list[dict[str, Any]]:
            return [each for each in workspace.said("C1", thread) if each.get("bot_id")]

        async def saying(*words: str) -> dict[str, Any]:
            def found() -> list[dict[str, Any]]:
                return [each for each in ours() if all(word in says(each) for word in words)]

            await slack.until(found, WITHIN_S)
            return found()[0]

        thread = await deliveries.mention("C1", "UALICE", "what is wrong with checkout?")
        answer = await saying("release 1.4.2")
        picture = next(each for each in answer["blocks"] if each["type"] == "image")
        assert workspace.files[picture["slack_file"]["id"]]["bytes"].startswith(b"\x89PNG")

        await deliveries.mention("C1", "UALICE", "roll it back", thread)
        card = dict(await saying("Waiting for approval", "1.4.2 → 1.4.1"))
        assert "Rests on:" in says(card)
        await deliveries.press("UBOB", "C1", card, "approve")
        done = await saying("Done and verified", "Approved by Bob at ")
        assert done["ts"] == card["ts"]
        assert "rolled back from 1.4.2 to 1.4.1" in says(done)
        assert [error for _, error in slack.refused if error != "ratelimited"] == []
