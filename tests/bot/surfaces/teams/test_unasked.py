"""Plans come to the channel of the settings unasked; charts come as pictures, or in words where too large."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.pictures import Format, Pictures, Theme
from bot.surfaces.places import Places
from bot.surfaces.teams import limits
from bot.surfaces.teams.cloud import CLOUDS
from bot.surfaces.teams.picturing import drawn
from bot.surfaces.teams.replies import reply_messages
from bot.wiring.teams import app_of
from memory.clock import SystemClock
from memory.model.approval import Verdict
from memory.model.people import Surface
from memory.model.talk import Chart
from tests.bot.surfaces.shown import reply
from tests.bot.surfaces.teams.house import everybody, house, joined, settings
from tests.fakes import scenes
from tests.fakes.teams.client import CHANNEL, CHAT, titles, words
from tests.fakes.teams.service import teams
from tests.fakes.time import MIDNIGHT
from tests.patience import until

OPS = "19:ops-approvals@thread.tacv2"
PLACES = Places("https://qd.test")


class Fixed(Pictures):
    """Draws pictures of so many bytes, fewer where they are narrow."""

    def __init__(self, size: int, narrow: int) -> None:
        super().__init__()
        self.sizes = (size, narrow)

    async def draw(
        self,
        chart: Chart,
        form: Format,
        theme: Theme = Theme.LIGHT,
        *,
        narrow: bool = False,
        scale: float = 2.0,
    ) -> bytes:
        del chart, form, theme, scale
        return b"x" * self.sizes[narrow]


def attachments(sent: list[dict[str, Any]]) -> list[list[str]]:
    return [[each["contentType"] for each in message["attachments"]] for message in sent]


async def test_a_plan_of_a_private_chat_is_shown_in_the_channel_once_and_decided_there(tmp_path: Path) -> None:
    async with (
        teams(SystemClock()) as service,
        house(tmp_path, joined(service), teams_channel=OPS) as at,
    ):
        await everybody(at.store)
        await at.client("alice").say("roll back checkout")
        await until(lambda: service.said(OPS))
        bob = at.client("bob", conversation=OPS, direct=False)
        own = (await bob.press(bob.seen()[0], "What can I do?"))["value"]
        await bob.press(own, "Approve")
        await until(lambda: "Approved by Bob" in words(bob.seen()[0]))
        await until(lambda: any("Approved by Bob" in words(each) for each in at.client("alice").seen()))
        assert len(service.said(OPS)) == 1


async def test_a_plan_of_a_channel_is_not_shown_twice(tmp_path: Path) -> None:
    async with (
        teams(SystemClock()) as service,
        house(tmp_path, joined(service), teams_channel=OPS) as at,
    ):
        await everybody(at.store)
        await at.client("alice", conversation=CHANNEL, direct=False).say("roll back checkout")
        await until(lambda: len(service.said(CHANNEL)) == 2)
        await at.client("alice").say("roll back payments")
        await until(lambda: service.said(OPS))
        assert len(service.said(OPS)) == 1
        assert "payments" in words(service.said(OPS)[0]["attachments"][0]["content"])


async def test_a_plan_that_began_to_wait_while_nobody_was_there_is_shown_at_the_start(tmp_path: Path) -> None:
    async with teams(SystemClock()) as service:
        async with house(tmp_path, joined(service)) as first:
            await everybody(first.store)
            await first.client("alice").say("roll back checkout")
            await until(lambda: len(service.said(CHAT)) == 2)
        async with house(tmp_path, service, teams_channel=OPS) as second:
            await until(lambda: service.said(OPS))
            await second.decide("bob", Verdict.DENY, Surface.CONSOLE)
            await until(lambda: "Denied by Bob" in words(service.said(OPS)[0]["attachments"][0]["content"]))
            assert titles(service.said(OPS)[0]["attachments"][0]["content"]) == ["Why?", "Receipts"]


async def test_a_chart_is_a_picture_beside_the_card_and_told_in_words_too() -> None:
    chart = scenes.chart("m1", MIDNIGHT)
    pictures = await drawn(Pictures(), [chart])
    assert base64.b64decode(str(pictures[0]["contentUrl"]).partition(",")[2]).startswith(b"\x89PNG")
    sent = json.loads(json.dumps(reply_messages(reply(charts=(chart,)), PLACES, pictures)))
    assert attachments(sent) == [["application/vnd.microsoft.card.adaptive", "image/png"]]
    assert chart.alt in words(sent[0]["attachments"][0]["content"])
    assert len(json.dumps(sent[0]).encode()) <= limits.MESSAGE_BYTES


@pytest.mark.parametrize(
    ("size", "narrow", "shown"), [(10, 10, 1), (200_000, 10, 1), (200_000, 200_000, 0)], ids=str
)
async def test_a_picture_that_is_too_large_is_drawn_narrower_or_not_at_all(
    size: int, narrow: int, shown: int
) -> None:
    found = await drawn(Fixed(size, narrow), [scenes.chart("m1", MIDNIGHT)])
    assert len(found) == shown


async def test_pictures_that_do_not_fit_beside_the_card_come_after_it() -> None:
    charts = [scenes.chart("m1", MIDNIGHT)] * 3
    pictures = await drawn(Fixed(40_000, 40_000), charts)
    sent = reply_messages(reply(), PLACES, pictures)
    assert [len(each) for each in attachments(json.loads(json.dumps(sent)))] == [2, 1, 1]
    assert all(len(json.dumps(each).encode()) <= limits.MESSAGE_BYTES for each in sent)


async def test_a_chart_that_cannot_be_drawn_is_told_in_words() -> None:
    chart = Chart(id="c", title="Errors", alt="They rise.", spec={"data": {"url": "https://evil.test"}})
    assert await drawn(Pictures(), [chart]) == []


def test_another_cloud_has_other_addresses_as_the_library_knows_them(tmp_path: Path) -> None:
    from botframework.connector.auth.government_constants import GovernmentConstants

    ours = app_of(settings(tmp_path, teams_cloud="us_government")).cloud
    assert ours.issuer == GovernmentConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
    assert ours.metadata == GovernmentConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL
    assert ours.scope == f"{GovernmentConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE}/.default"
    assert f"{ours.login}/" == GovernmentConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX
    assert app_of(settings(tmp_path)).cloud == CLOUDS["public"]
