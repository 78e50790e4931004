"""Voice clips: heard where somebody listens, and given, in a chat of one's own, to who agrees to take them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.teams.clips import ASKS, DEAF, GIVEN, Sound
from memory.clock import SystemClock
from memory.errors import InvalidInput, NotFound
from memory.model.people import Principal
from tests.bot.surfaces.teams.house import House, everybody, house, joined
from tests.fakes.teams.client import CHANNEL, CHAT, words
from tests.fakes.teams.service import FakeTeams, teams
from tests.patience import until

FILE = "application/vnd.microsoft.teams.file.download.info"


class Ears:
    """Understands one clip."""

    async def heard(self, clip: bytes, media_type: str, person: Principal) -> str:
        assert (media_type, person.id) == ("audio/mp4", "alice")
        if clip != b"speech":
            raise InvalidInput("expected speech, found noise", hint="Say it again.")
        return "hello"


class Mouth:
    """Says any answer in the same way."""

    async def spoken(self, person: Principal, reply: str) -> bytes:
        if person.id != "alice":
            raise NotFound(f"expected an answer given to {person.id}, found {reply}")
        return b"mp3"


@pytest.fixture
async def microsoft() -> AsyncIterator[FakeTeams]:
    async with teams(SystemClock()) as made:
        made.files = {"clip": b"speech", "noise": b"bang", "large": b"x" * 11_000_000}
        yield joined(made)


@pytest.fixture
async def at(tmp_path: Path, microsoft: FakeTeams) -> AsyncIterator[House]:
    async with house(tmp_path, microsoft, sound=Sound(Ears(), Mouth())) as made:
        await everybody(made.store)
        yield made


def clip(at: House, name: str = "clip", **changed: Any) -> dict[str, Any]:
    content = {"downloadUrl": f"{at.service.url}/files/{name}", "fileType": "m4a", "uniqueId": "1"} | changed
    return {"attachments": [{"contentType": FILE, "name": "clip.m4a", "content": content}]}


async def offered(at: House) -> dict[str, Any]:
    """Have Alice say something in a clip, and return the offer she gets besides the answer."""
    await at.client("alice").say("", **clip(at))
    await until(lambda: len(at.service.said(CHAT)) == 2)
    return dict(at.service.said(CHAT)[1]["attachments"][0])


async def test_a_clip_is_heard_answered_and_the_answer_offered_as_one(at: House) -> None:
    offer = await offered(at)
    answer = words(at.service.said(CHAT)[0]["attachments"][0]["content"])
    assert "Heard: hello" in answer
    assert "You said: hello" in answer
    assert (offer["contentType"], offer["content"]["acceptContext"]["made"]) == (ASKS, 1)


@pytest.mark.parametrize("times", [1, 3])
async def test_who_agrees_is_given_the_clip_once(at: House, times: int) -> None:
    offer = await offered(at)
    alice = at.client("alice")
    place = {"contentUrl": "https://x.sharepoint.com/answer.mp3", "uniqueId": "2", "fileType": "mp3"}
    value = {
        "type": "fileUpload",
        "action": "accept",
        "context": offer["content"]["acceptContext"],
        "uploadInfo": place | {"uploadUrl": f"{at.service.url}/files/answer"},
    }
    taken = alice.activity(type="invoke", name="fileConsent/invoke", value=value)
    answers = [await alice.deliver(taken) for _ in range(times)]
    assert answers[0].status_code == 200
    await until(lambda: len(at.service.said(CHAT)) == 3)
    assert at.service.files["answer"] == b"mp3"
    assert at.service.said(CHAT)[2]["attachments"][0]["contentType"] == GIVEN


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "decline"},
        {"context": {"made": 0, "reply": "r"}},
        {"context": {}},
        {"uploadInfo": {"uploadUrl": "https://evil.test/put"}},
        {"uploadInfo": {}},
    ],
    ids=str,
)
async def test_who_declines_or_forges_is_given_nothing(at: House, changed: dict[str, Any]) -> None:
    offer = await offered(at)
    alice = at.client("alice")
    good = {
        "action": "accept",
        "context": offer["content"]["acceptContext"],
        "uploadInfo": {"uploadUrl": f"{at.service.url}/files/answer"},
    }
    await alice.deliver(alice.activity(type="invoke", name="fileConsent/invoke", value=good | changed))
    await until(at.settled)
    assert "answer" not in at.service.files
    assert len(at.service.said(CHAT)) == 2


@pytest.mark.parametrize(
    ("name", "changed", "says"),
    [
        ("noise", {}, "Say it again."),
        ("large", {}, "expected a file of at most"),
        ("gone", {}, "expected Teams to take a file, found the status 404"),
        ("clip", {"downloadUrl": "https://evil.test/clip"}, "expected a file where Teams keeps files"),
    ],
    ids=str,
)
async def test_what_is_no_clip_is_said(at: House, name: str, changed: dict[str, str], says: str) -> None:
    await at.client("alice").say("", **clip(at, name, **changed))
    await until(lambda: at.service.said(CHAT))
    assert says in words(at.service.said(CHAT)[0]["attachments"][0]["content"])
    assert at.thinking.answered == 0


async def test_in_a_channel_no_clip_is_offered(at: House) -> None:
    await at.client("alice", conversation=CHANNEL, direct=False).say("", **clip(at))
    await until(lambda: at.service.said(CHANNEL))
    await until(at.settled)
    assert len(at.service.said(CHANNEL)) == 1


async def test_where_nobody_listens_that_is_said_and_what_was_typed_is_answered(
    tmp_path: Path, microsoft: FakeTeams
) -> None:
    async with house(tmp_path, microsoft) as at:
        await everybody(at.store)
        await at.client("alice").say("hello", **clip(at))
        await until(lambda: len(microsoft.said(CHAT)) == 2)
        said = [words(each["attachments"][0]["content"]) for each in microsoft.said(CHAT)]
        assert DEAF in said[0]
        assert said[1] == "You said: hello"


async def test_other_files_are_left_alone(at: House) -> None:
    await at.client("alice").say("hello", **clip(at, fileType="pdf"))
    await until(lambda: at.service.said(CHAT))
    assert "You said: hello" in words(at.service.said(CHAT)[0]["attachments"][0]["content"])
