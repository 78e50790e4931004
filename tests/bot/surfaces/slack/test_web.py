"""Calls to Slack keep to its limits, are repeated only where that is safe, and post each message once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.surfaces.slack import pacing
from bot.surfaces.slack.blocks import Post
from bot.surfaces.slack.calling import Caller, repeatable
from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.receiving.telling import said
from bot.surfaces.slack.web import Workspace
from memory.clock import SystemClock
from memory.errors import (
    SlackBusy,
    SlackChannelClosed,
    SlackError,
    SlackMessageGone,
    SlackRejected,
    SlackScopeMissing,
    SlackTokenInvalid,
    SlackUnreachable,
)
from memory.store import Store
from tests.bot.surfaces.slack.room import PACE
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import BOT_USER, TEAM
from tests.fakes.slack.workspace import Workspace as Theirs
from tests.memory.opening import opened

POST = said("done")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'quarterdeck.db'}") as store:
        yield store


@pytest.fixture
async def caller(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Caller]:
    monkeypatch.setattr("bot.surfaces.slack.calling.BACKOFF_S", (0.0, 0.0))
    made = Caller(f"{slack.url}/api/", Pacer(PACE), timeout_s=2.0)
    yield made
    await made.close()


def workspace(store: Store, caller: Caller) -> Workspace:
    async def token() -> str:
        return TOKEN

    return Workspace(TEAM, BOT_USER, token, caller, store.slack_posts, tenant="acme", clock=SystemClock())


@pytest.fixture
def web(store: Store, caller: Caller) -> Workspace:
    return workspace(store, caller)


@pytest.fixture
def theirs(slack: SlackServer) -> Theirs:
    return slack.workspaces[TOKEN]


async def test_a_message_is_posted_once_for_its_key_by_whoever_comes(
    web: Workspace, store: Store, caller: Caller, theirs: Theirs
) -> None:
    ts = await web.post("C1", POST, key="run_1:card")
    assert await workspace(store, caller).post("C1", POST, key="run_1:card") == ts
    assert len(theirs.said("C1")) == 1
    posted = await web.posted("run_1:card")
    assert posted is not None
    assert (posted.channel, posted.ts) == ("C1", ts)


async def test_a_crash_between_post_and_note_posts_nothing_twice(
    web: Workspace, store: Store, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: object) -> None:
        raise SlackUnreachable("the process died")

    with monkeypatch.context() as dying:
        dying.setattr(store.slack_posts, "finish", crash)
        with pytest.raises(SlackUnreachable):
            await web.post("C1", POST, key="run_1:card")
    [message] = theirs.said("C1")
    assert await web.post("C1", POST, key="run_1:card") == message["ts"]
    assert len(theirs.said("C1")) == 1


async def test_a_post_that_was_lost_on_its_way_back_is_found_and_not_repeated(
    web: Workspace, slack: SlackServer, theirs: Theirs
) -> None:
    first = theirs.post("C1", "UALICE", "status")
    slack.losing["chat.postMessage"] = 1  # taken, and then no answer
    ts = await web.post("C1", POST, key="run_1:card", thread=first["ts"])
    assert [each["ts"] for each in theirs.said("C1", first["ts"])] == [first["ts"], ts]


async def test_a_post_that_never_arrived_is_posted_again(
    web: Workspace, slack: SlackServer, theirs: Theirs
) -> None:
    slack.failing["chat.postMessage"] = [503]
    await web.post("C1", POST, key="run_1:card")
    assert len(theirs.said("C1")) == 1


async def test_where_nobody_may_look_a_message_is_rather_posted_twice_than_not_at_all(
    web: Workspace, slack: SlackServer, theirs: Theirs
) -> None:
    slack.failing |= {"chat.postMessage": [503], "conversations.history": ["missing_scope"]}
    await web.post("C1", POST, key="run_1:card")
    assert len(theirs.said("C1")) == 1


async def test_a_post_that_slack_refused_may_be_tried_again(
    web: Workspace, slack: SlackServer, theirs: Theirs
) -> None:
    slack.failing["chat.postMessage"] = ["is_archived"]
    with pytest.raises(SlackChannelClosed):
        await web.post("C1", POST, key="run_1:card")
    await web.post("C1", POST, key="run_1:card")
    assert len(theirs.said("C1")) == 1


async def test_many_posts_to_one_channel_all_go_out_and_each_once(web: Workspace, theirs: Theirs) -> None:
    await asyncio.gather(*(web.post("C1", said(f"{n}"), key=f"k:{n}") for n in range(30)))
    assert sorted(int(each["text"]) for each in theirs.said("C1")) == list(range(30))


class Kept(deque[float]):
    """When calls went, the ones that no longer count as well."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[float] = []

    def append(self, at: float) -> None:
        super().append(at)
        self.all.append(at)


async def test_no_more_calls_go_within_a_minute_than_slack_takes() -> None:
    pacer, went = Pacer(0.002), Kept()
    pacer._lane("T", "pins.add", "C1").went = went
    await asyncio.gather(*(pacer.turn("T", "pins.add", "C1") for _ in range(60)))
    window = 60 * 0.002
    assert len(went.all) == 60
    assert all(later - earlier >= window * 0.99 for earlier, later in zip(went.all, went.all[20:], strict=False))


async def test_after_a_429_everybody_waits_as_long_as_slack_asks(web: Workspace, slack: SlackServer) -> None:
    slack.failing["users.info"] = [429]
    now = asyncio.get_running_loop().time
    began = now()
    await web.call("users.info", user="UALICE")
    assert now() - began >= 1.0
    assert slack.refused == [("users.info", "429")]


@pytest.mark.parametrize("method", ["users.info", "views.publish", "chat.update"])
def test_reading_and_setting_may_be_repeated(method: str) -> None:
    assert repeatable(method)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.startStream", "bookmarks.add"])
def test_what_would_be_there_twice_is_not_repeated(method: str) -> None:
    assert not repeatable(method)


async def test_a_fault_of_slacks_is_waited_out_where_nothing_can_happen_twice(
    web: Workspace, slack: SlackServer
) -> None:
    slack.failing["users.info"] = [500, 503]
    assert (await web.call("users.info", user="UALICE"))["user"]["id"] == "UALICE"
    slack.failing["chat.postEphemeral"] = [503]
    with pytest.raises(SlackUnreachable, match="HTTP 503"):
        await web.whisper("C1", "UALICE", POST)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("missing_scope", SlackScopeMissing),
        ("not_in_channel", SlackChannelClosed),
        ("message_not_found", SlackMessageGone),
        ("token_revoked", SlackTokenInvalid),
        ("some_new_word", SlackRejected),
        ("internal_error", SlackUnreachable),
    ],
)
async def test_each_no_of_slacks_is_one_of_our_errors(
    web: Workspace, slack: SlackServer, word: str, kind: type[SlackError]
) -> None:
    slack.failing["chat.postEphemeral"] = [word]
    with pytest.raises(kind, match=word) as caught:
        await web.whisper("C1", "UALICE", POST)
    assert type(caught.value) is kind
    assert TOKEN not in repr(caught.value)


async def test_of_updates_that_wait_only_the_last_is_sent(web: Workspace, theirs: Theirs) -> None:
    ts = await web.post("C1", POST, key="card")
    await asyncio.gather(*(web.update("C1", ts, said(f"step {n}")) for n in range(20)))
    assert theirs.said("C1")[0]["text"] == "step 19"
    assert len(theirs.called("chat.update")) < 20


async def test_when_too_many_wait_the_next_is_turned_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MOST_WAITING", 3)
    pacer = Pacer()
    waiting = [asyncio.create_task(pacer.turn("T", "chat.postMessage", "C1")) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(SlackBusy, match="calls before it"):
        await pacer.turn("T", "chat.postMessage", "C1")
    await pacer.turn("T", "chat.postMessage", "C2")
    for task in waiting:
        task.cancel()


async def test_lanes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MOST_LANES", 50)
    pacer = Pacer(PACE)
    for number in range(500):
        await pacer.turn("T", "chat.postMessage", f"C{number}")
    assert len(pacer._lanes) == 50


async def test_a_file_is_uploaded_and_shared(web: Workspace, theirs: Theirs) -> None:
    file = await web.upload("chart.png", b"\x89PNG", "Errors", channel="C1")
    assert theirs.files[file]["bytes"] == b"\x89PNG"
    assert theirs.said("C1")[0]["files"][0]["id"] == file


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://hooks.slack.com.evil.test/x", "https://evil.test/hooks"]
)
async def test_only_addresses_of_slacks_are_called(web: Workspace, url: str) -> None:
    with pytest.raises(SlackRejected, match="an address of Slack's"):
        await web.respond(url, POST)
    with pytest.raises(SlackRejected, match="an address of Slack's"):
        await web.download(url, 1000)


async def test_every_message_is_within_slacks_limits(web: Workspace, slack: SlackServer) -> None:
    await web.post("C1", Post(text="x" * 4000, blocks=POST.blocks), key="long")
    assert not slack.refused
