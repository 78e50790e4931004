"""Socket Mode: the same inbox behind a real WebSocket, over any number of connections, however often lost."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.slack.receiving.socket import listening
from memory.errors import StoreUnavailable
from memory.model.arrival import Arrival
from tests.bot.surfaces.slack.room import Node, linked, node
from tests.fakes.slack.server import APP_TOKEN, SlackServer
from tests.fakes.slack.workspace import BOT_USER, TEAM


@pytest.fixture
async def here(tmp_path: Path, slack: SlackServer) -> AsyncIterator[Node]:
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    told: dict[str, Any] = {"slack_app_token": APP_TOKEN, "slack_signing_secret": ""}
    async with node(address, tmp_path, slack, working=False, **told) as made:
        await linked(made.store, "UALICE", "alice")
        async with listening(made.room.bolt, APP_TOKEN, f"{slack.url}/api/", ping_s=0.2):
            await slack.until(lambda: len(slack.sockets) == 2)
            yield made


def mention(number: int = 1) -> dict[str, Any]:
    event = {"type": "app_mention", "channel": "C1", "user": "UALICE", "ts": f"7.{number}", "text": f"n{number}"}
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event": event,
        "event_id": f"Ev{number}",
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
    }


async def test_an_event_is_acknowledged_once_it_is_kept_and_worked_on(here: Node, slack: SlackServer) -> None:
    await slack.push("events_api", mention(), "env-1")
    await slack.until(lambda: "env-1" in slack.acknowledged and len(here.talking.done) == 1)
    assert here.talking.heard() == [("alice", "n1")]


async def test_a_repeat_over_another_connection_is_acknowledged_and_not_done_again(
    here: Node, slack: SlackServer
) -> None:
    for number, socket in enumerate([*slack.sockets, *slack.sockets]):
        await slack.push("events_api", mention(), f"env-{number}", retry=number, over=socket)
    await slack.until(lambda: len(slack.acknowledged) == 4)
    await slack.until(lambda: len(here.talking.done) == 1)
    assert len(here.talking.begun) == 1


async def test_what_was_lost_with_a_connection_is_taken_from_the_next(here: Node, slack: SlackServer) -> None:
    for socket in list(slack.sockets):
        await socket.close()
    await slack.until(lambda: len(slack.sockets) == 2)
    await slack.push("events_api", mention(), "env-9", retry=1)
    await slack.until(lambda: "env-9" in slack.acknowledged and len(here.talking.done) == 1)


async def test_slack_may_ask_us_to_connect_again(here: Node, slack: SlackServer) -> None:
    before = list(slack.sockets)
    for socket in before:
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
    await slack.until(lambda: len(slack.sockets) == 2 and not set(before) & set(slack.sockets))
    await slack.push("events_api", mention(), "env-1")
    await slack.until(lambda: len(here.talking.done) == 1)


async def test_a_window_with_mistakes_is_answered_in_the_acknowledgement(here: Node, slack: SlackServer) -> None:
    here.talking.at_once_says = {"response_action": "errors", "errors": {"reason": "Say why."}}
    view = {"id": "V1", "hash": "1.a", "callback_id": "deny", "type": "modal"}
    payload = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": "UALICE"}, "view": view}
    await slack.push("interactive", payload, "env-1")
    await slack.until(lambda: "env-1" in slack.acknowledged)
    assert slack.acknowledged["env-1"] == {"response_action": "errors", "errors": {"reason": "Say why."}}


async def test_what_could_not_be_kept_is_not_acknowledged(
    here: Node, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Arrival] = []

    async def away(came: Sequence[Arrival], *_: object) -> bool:
        tried.extend(came)
        raise StoreUnavailable("expected a database, found none")

    with monkeypatch.context() as broken:
        broken.setattr(here.store.arrivals, "keep", away)
        await slack.push("events_api", mention(1), "env-1")
        await slack.push("events_api", mention(2), "env-2")
        await slack.until(lambda: len(tried) == 2)
    await slack.push("events_api", mention(1), "env-3", retry=1)
    await slack.until(lambda: "env-3" in slack.acknowledged)
    assert set(slack.acknowledged) == {"env-3"}
