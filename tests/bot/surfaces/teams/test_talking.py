"""What is said in Teams is answered there, once, to people who are known, and decided on by those who may."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.settings import parsed
from bot.surfaces.ports import Ports
from bot.surfaces.teams.elements import CONTENT_TYPE
from bot.wiring.teams import teams_room
from memory.model.run import RunStatus, StepStatus
from tests.bot.surfaces.teams.conftest import Room
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.client import CHANNEL, CHAT, Client, buttons, titles, words
from tests.fakes.teams.service import KEYS, TENANT, teams
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tests.patience import until

ACTIVITIES = Path(__file__).parents[5] / "shared" / "data" / "webhooks" / "teams_activities"


async def proposed(room: Room, **told: Any) -> tuple[Client, dict[str, Any]]:
    """Have Alice ask for a rollback, and return her and the card everybody sees."""
    alice = room.client("alice", **told)
    await alice.say("roll back checkout")
    await until(lambda: len(alice.seen()) == 2)
    return alice, alice.seen()[1]


async def heard_by(somebody: Client, number: int) -> str:
    """Return the words of that message of their conversation, once it is there."""
    await until(lambda: len(somebody.seen()) == number)
    return words(somebody.seen()[-1])


def beside(room: Room, other: Client, name: str) -> Client:
    """Return somebody else in the same conversation."""
    return room.client(name, conversation=other.conversation, direct=other.direct)


async def test_a_question_is_answered_where_it_was_asked(room: Room) -> None:
    alice = room.client("alice")
    assert (await alice.say("What is wrong with checkout?")).status_code == 202
    await until(alice.seen)
    assert "checkout fails for 31 % of its requests [1]" in words(alice.seen()[0])
    assert room.desk.exchanges[0].message.sender == "alice"


async def test_while_it_takes_its_time_we_are_shown_to_type(room: Room) -> None:
    room.desk.answering.clear()
    alice = room.client("alice")
    await alice.say("What is wrong with checkout?")
    await until(lambda: room.service.typing == [CHAT])
    room.desk.answering.set()
    await until(alice.seen)


async def test_a_mention_of_us_is_no_part_of_the_question(room: Room) -> None:
    alice = room.client("alice", conversation=CHANNEL, direct=False)
    mention = {"type": "mention", "text": "<at>Quarterdeck</at>", "mentioned": {"id": "28:11111111-app"}}
    await alice.say("<at>Quarterdeck</at>&nbsp;how are <at>Bob</at> and things", entities=[mention])
    await until(lambda: room.desk.exchanges)
    assert room.desk.exchanges[0].message.text == "how are Bob and things"
    await until(alice.seen)
    assert list(room.service.shown) == [CHANNEL]


async def test_threads_of_a_channel_are_conversations_of_their_own(room: Room) -> None:
    one = room.client("alice", conversation=CHANNEL, direct=False)
    other = room.client("alice", conversation=f"{CHANNEL}9", direct=False)
    for each in (one, other, one):
        await each.say("how are things")
    await until(lambda: len(room.desk.exchanges) == 3)
    assert len({each.message.thread for each in room.desk.exchanges}) == 2


async def test_the_same_message_again_is_answered_once(room: Room) -> None:
    alice = room.client("alice")
    activity = alice.activity(type="message", text="how are things")
    for _ in range(3):
        assert (await alice.deliver(activity)).status_code == 202
    await alice.say("what is wrong with checkout")
    await until(lambda: len(alice.seen()) == 2)
    assert len(room.desk.exchanges) == 2


async def test_strangers_and_guests_get_no_answer_and_learn_how(room: Room) -> None:
    for name in ("eve", "gus"):
        somebody = room.client(name, conversation=f"a:{name}")
        await somebody.say("what is wrong with checkout")
        await until(somebody.seen)
        assert "I do not know you" in words(somebody.seen()[0])
    assert room.desk.exchanges == []


async def test_somebody_of_whom_teams_does_not_say_that_they_are_no_guest_has_no_rights(room: Room) -> None:
    del room.service.members["29:alice"]
    alice = room.client("alice")
    await alice.say("what is wrong with checkout")
    await until(alice.seen)
    assert room.desk.exchanges == []


async def test_what_goes_wrong_is_said(room: Room) -> None:
    alice = room.client("alice")
    await alice.say("  ")
    await until(alice.seen)
    assert "expected a message, found an empty one" in words(alice.seen()[0])


async def test_linking_is_for_a_chat_of_our_own(room: Room) -> None:
    eve = room.client("eve")
    await eve.say("link")
    await until(eve.seen)
    assert "WXYZ-1234" in words(eve.seen()[0])
    there = room.client("eve", conversation=CHANNEL, direct=False)
    await there.say("link")
    await until(there.seen)
    assert "WXYZ-1234" not in words(there.seen()[0])
    room.people.open["WXYZ-1234"] = room.people.open["WXYZ-1234"].model_copy(update={"person": "alice"})
    for number, (said, heard) in enumerate(
        [
            ("link nothing", "found another"),
            ("link WXYZ-1234", "If you are alice, write"),
            ("link WXYZ-1234 yes", "Now say yes at https://qd.test/console/accounts, as alice"),
            ("link", "alice wants this account"),
            ("link yes", "This account is alice's now."),
        ]
    ):
        await eve.say(said)
        assert heard in await heard_by(eve, number + 2)
    alice = room.client("alice", conversation="a:alice")
    await alice.say("unlink")
    await until(alice.seen)
    assert "nobody's any more" in words(alice.seen()[0])


async def test_a_plan_is_approved_by_somebody_else_and_its_card_brought_up_to_date(room: Room) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    bob = beside(room, alice, "bob")
    own = (await bob.press(base, "What can I do?"))["value"]
    assert {"Approve", "Deny"} <= set(titles(own))
    answer = await bob.press(own, "Approve")
    assert (answer["statusCode"], answer["type"]) == (200, CONTENT_TYPE)
    assert "Approved by" in words(answer["value"])
    assert "Approve" not in titles(answer["value"])
    await until(lambda: "Approved by" in words(alice.seen()[1]))
    run = next(iter(room.desk.held.values()))
    assert [each.approver for each in run.approvals] == ["bob"]


async def test_the_card_that_everybody_sees_decides_nothing(room: Room) -> None:
    _, base = await proposed(room)
    assert titles(base) == ["What can I do?", "Why?"]
    assert base["refresh"]["userIds"] == ["29:alice"]
    assert base["refresh"]["action"]["verb"] == "view"


async def test_a_view_shows_what_the_viewer_may_do(room: Room) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    own = {
        name: titles((await beside(room, alice, name).press(base, "What can I do?", trigger="automatic"))["value"])
        for name in ("alice", "bob", "vic")
    }
    assert "Withdraw" in own["alice"]
    assert "Approve" not in own["alice"]
    assert "Approve" in own["bob"]
    assert own["vic"] == ["Why?", "Ask for more"]
    refused = await beside(room, alice, "gus").press(base, "What can I do?")
    assert (refused["statusCode"], refused["type"]) == (403, "application/vnd.microsoft.error")


async def test_what_teams_asks_by_itself_decides_nothing(room: Room) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    bob = beside(room, alice, "bob")
    own = (await bob.press(base, "What can I do?"))["value"]
    for trigger in ("automatic", "", "Manual"):
        answer = await bob.press(own, "Approve", trigger=trigger)
        assert "Approve" in titles(answer["value"])
    assert next(iter(room.desk.held.values())).approvals == ()


async def test_a_second_press_and_a_press_by_who_may_not_change_nothing(room: Room) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    bob = beside(room, alice, "bob")
    own = (await bob.press(base, "What can I do?"))["value"]
    approve = next(each for each in buttons(own) if each["title"] == "Approve")
    requester = await alice.invoke(approve)
    assert words(requester["value"]).startswith("expected somebody other than the requester")
    assert (await beside(room, alice, "gus").invoke(approve))["statusCode"] == 403
    assert (await beside(room, alice, "eve").invoke(approve))["statusCode"] == 403
    await bob.press(own, "Approve")
    again = await bob.press(own, "Approve")
    assert words(again["value"]).startswith("expected")
    assert len(next(iter(room.desk.held.values())).approvals) == 1


async def test_a_replayed_invoke_is_refused(room: Room) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    bob = beside(room, alice, "bob")
    own = (await bob.press(base, "What can I do?"))["value"]
    await bob.press(own, "Deny", reason="not now")
    again = (await bob.deliver(bob.sent[-1])).json()
    assert again["statusCode"] == 409
    run = next(iter(room.desk.held.values()))
    assert [each.reason for each in run.approvals] == ["not now"]


@pytest.mark.parametrize(
    "changed", [{"digest": "0" * 64}, {"digest": ""}, {"made": 0}, {"made": "1"}, {"run": "run_of_another"}]
)
async def test_another_plan_than_was_seen_or_an_older_card_decides_nothing(
    changed: dict[str, Any], room: Room
) -> None:
    alice, base = await proposed(room, conversation=CHANNEL, direct=False)
    bob = beside(room, alice, "bob")
    own = (await bob.press(base, "What can I do?"))["value"]
    approve = next(each for each in buttons(own) if each["title"] == "Approve")
    approve["data"] |= changed
    await bob.invoke(approve)
    assert next(iter(room.desk.held.values())).approvals == ()


async def test_a_card_says_how_it_ends(room: Room) -> None:
    alice, _ = await proposed(room)
    run = next(iter(room.desk.held))
    room.desk.change(run, status=RunStatus.RUNNING)
    room.desk.carry_out(run, so_far=StepStatus.VERIFIED)
    await until(lambda: "Rolled back and verified." in words(alice.seen()[1]))
    assert titles(alice.seen()[1]) == ["Why?", "Receipts"]
    assert "refresh" not in alice.seen()[1]


async def test_a_plan_is_shown_unasked_from_a_stored_reference(room: Room) -> None:
    bob = room.client("bob", conversation="a:bob")
    await bob.deliver(bob.activity(type="conversationUpdate", membersAdded=[{"id": "29:bob"}]))
    _, _ = await proposed(room)
    place = next(each for each in await room.store.teams_places.of("acme") if each.conversation == "a:bob")
    await room.board.show(place, next(iter(room.desk.held)))
    assert "asked by" in words(bob.seen()[0])


async def test_a_button_that_says_something_says_it_for_whoever_presses(room: Room) -> None:
    alice = room.client("alice", conversation=CHANNEL, direct=False)
    await alice.say("what is wrong with checkout")
    await until(alice.seen)
    answer = await beside(room, alice, "bob").press(alice.seen()[0], "Roll it back")
    assert answer["statusCode"] == 200
    await until(lambda: len(alice.seen()) == 3)
    assert [each.message.sender for each in room.desk.exchanges] == ["alice", "bob"]


@pytest.mark.parametrize(
    ("changed", "claims"),
    [
        ({}, {"aud": "another"}),
        ({}, {"exp": 1}),
        ({}, {"exp": None}),
        ({}, {"serviceurl": "https://evil.test/"}),
        ({"serviceUrl": "https://evil.test/"}, {}),
        ({"serviceUrl": None}, {}),
        ({"channelId": "webchat"}, {}),
        ({"channelData": {"tenant": {"id": "another"}}}, {}),
    ],
    ids=str,
)
async def test_what_is_forged_is_turned_away_and_noted(
    changed: dict[str, Any], claims: dict[str, Any], room: Room
) -> None:
    alice = room.client("alice")
    activity = alice.activity(type="message", text="how are things") | changed
    answer = await alice.deliver(activity, room.service.token(**claims))
    assert answer.status_code == 401
    assert [who for _, who in room.doorkeeper.turned_away] == [""]
    assert room.desk.exchanges == []
    assert not room.service.shown


async def test_without_a_token_or_with_a_wrong_key_nobody_comes_in(room: Room) -> None:
    alice = room.client("alice")
    told = alice.activity(type="message", text="how are things")
    room.service.signing = KEYS[2]
    assert (await alice.deliver(told)).status_code == 401
    transport = httpx.ASGITransport(app=room.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://quarterdeck.test") as client:
        assert (await client.post("/teams/messages", json=told)).status_code == 401
        assert (await client.post("/teams/messages", content=b"\xff{")).status_code == 401


@pytest.mark.parametrize("body", [[], "x", {"type": 1}, {"type": "message", "from": 7}], ids=str)
async def test_a_token_alone_makes_no_activity(body: Any, room: Room) -> None:
    alice = room.client("alice")
    assert (await alice.deliver(body)).status_code in {400, 401}


@pytest.mark.skipif(not ACTIVITIES.exists(), reason="the shared data is not beside this repository")
async def test_real_activities_are_taken(room: Room) -> None:
    somebody = room.client("eve")
    for file in sorted(ACTIVITIES.glob("*.json")):
        found = json.loads(file.read_text())
        for told in found if isinstance(found, list) else [found]:
            if told["channelId"] != "msteams":
                continue
            token = room.service.token(serviceurl=told["serviceUrl"])
            assert (await somebody.deliver(told, token)).status_code == 202, file.name
    async with asyncio.timeout(15):
        while not (known := await room.store.teams_places.of("acme")):  # noqa: ASYNC110 - a store tells nobody
            await asyncio.sleep(0.01)
    assert {each.entra for each in known} == {TENANT}


async def test_in_the_open_a_playground_needs_no_token(tmp_path: Path) -> None:
    clock, desk, people = FakeClock(datetime.now(UTC)), FakeDesk(FakeClock(datetime.now(UTC))), FakeIdentities()
    settings = parsed({"home": tmp_path, "tenant": "acme", "profile": "development", "teams_open": True})
    settings = settings.model_copy(update={"teams_tenants": (TENANT,)})
    ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=FakeDoorkeeper(), clock=clock, ids=CountingIds())
    app = FastAPI()
    async with (
        teams(clock) as service,
        opened(f"sqlite:///{tmp_path}/qd.db", clock) as store,
        teams_room(settings, ports, store, people, tending=False, cloud=service.cloud()) as made,
    ):
        service.open = True
        app.include_router(made.router)
        eve = Client(app, service, "eve")
        assert (await eve.deliver(eve.activity(type="message", text="hello"), "")).status_code == 202
        await until(eve.seen)
        assert service.asked["/keys"] == 0
