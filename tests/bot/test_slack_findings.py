"""The doctor says of each part of the way to Slack and back whether it works, and what to do where it does not."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack_findings import slack_examined
from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.slack.installing.scopes import needed
from bot.telemetry import Metrics
from bot.wiring.log import open_log
from memory.clock import SystemClock
from memory.ids import RandomIds
from tests.bot.surfaces.slack.room import PACE, settings, workspace
from tests.fakes.slack.server import APP_TOKEN, SlackServer
from tests.memory.samples import arrival


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(workspace(), pace=PACE).serving() as served:
        served.scopes = ",".join(needed(audio=False, war_rooms=False))
        yield served


async def found(tmp_path: Path, slack: SlackServer, **more: Any) -> dict[str, Finding]:
    told = settings(tmp_path, slack, public_url="http://127.0.0.1:9", **more)
    return {each.check: each async for each in slack_examined(told)}


async def test_what_works_is_said_to(tmp_path: Path, slack: SlackServer) -> None:
    findings = await found(tmp_path, slack, slack_app_token=APP_TOKEN)
    for check in ("slack token", "slack scopes", "slack clock", "slack socket"):
        assert findings[check].health is Health.OK, findings[check]


async def test_a_missing_scope_is_named_with_its_reason(tmp_path: Path, slack: SlackServer) -> None:
    slack.scopes = slack.scopes.replace("users:read,", "").replace(",users:read", "")
    finding = (await found(tmp_path, slack))["slack scope"]
    assert finding.health is Health.WARN
    assert "users:read was not granted; it is needed to tell members from guests" in finding.found
    assert "manifest" in finding.hint


async def test_a_door_that_nobody_reaches_is_said_to_be_shut(tmp_path: Path, slack: SlackServer) -> None:
    finding = (await found(tmp_path, slack))["slack events"]
    assert finding.health is Health.FAIL
    assert "quarterdeck serve" in finding.hint


async def test_when_slack_was_last_heard_of_is_said(tmp_path: Path, slack: SlackServer) -> None:
    never = (await found(tmp_path, slack))["slack received"]
    assert (never.health, never.found) == (Health.WARN, "nothing within two days")
    async with open_log(settings(tmp_path, slack), SystemClock(), RandomIds(), Metrics()) as log:
        await log.store.arrivals.keep([arrival("acme")], "node_1", 60.0)
    told = (await found(tmp_path, slack))["slack received"]
    assert told.found == f"the last at {arrival('acme').received_at:%Y-%m-%d %H:%M:%S} UTC"


async def test_a_token_that_is_none_any_more_is_said_to_be(tmp_path: Path, slack: SlackServer) -> None:
    findings = await found(tmp_path, slack, slack_bot_token="xoxb-revoked", slack_app_token="xapp-revoked")
    assert findings["slack token"].health is Health.FAIL
    assert "install" in findings["slack token"].hint.lower()
    assert findings["slack socket"].health is Health.FAIL
    assert "xoxb-revoked" not in repr(findings)


async def test_without_slack_the_doctor_says_how_to_begin(tmp_path: Path, slack: SlackServer) -> None:
    findings = await found(tmp_path, slack, slack_bot_token="")
    assert findings["slack"].found == "not configured"
