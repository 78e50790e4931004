"""A conversation at the console, also without scripts: every page and form works by itself."""

import asyncio
import re

import httpx
import pytest

from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.console.test_signing_in import form_token
from tests.bot.surfaces.visitors import token
from tests.fakes.desk import FakeDesk
from tests.fakes.time import FakeClock
from tests.patience import until

PART = {"HX-Request": "true"}


async def say(client: httpx.AsyncClient, text: str, *, nonce: str = "n", thread: str = "t") -> httpx.Response:
    sent = {"form_token": await form_token(client), "text": text, "nonce": nonce}
    return await client.post(f"/console/threads/{thread}/say", data=sent)


async def say_in_page(client: httpx.AsyncClient, text: str, **changes: str) -> httpx.Response:
    sent = {"form_token": await form_token(client), "text": text, "nonce": "n"} | changes
    return await client.post("/console/threads/t/say", data=sent, headers=PART)


async def test_the_first_page_is_the_conversation_of_the_day(call: Caller, clock: FakeClock) -> None:
    opened = []
    for hours in (0, 20, 2):  # from three in the morning to eleven at night, and past midnight
        clock.move(hours * 3600)
        opened.append((await (await signed_in(call, "qd_alice")).get("/console/")).headers["Location"])
    morning, night, next_day = opened
    assert morning == night != next_day


async def test_two_people_have_their_own_conversation_of_the_day(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    assert (await alice.get("/console/")).headers["Location"] != (await bob.get("/console/")).headers["Location"]


async def test_a_new_conversation_is_another_one(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/console/new")).headers["Location"] != (await alice.get("/console/new")).headers[
        "Location"
    ]


async def test_an_empty_conversation_suggests_what_to_ask(alice: httpx.AsyncClient) -> None:
    page = (await alice.get("/console/threads/t")).text
    assert "What do you want to know?" in page
    assert 'value="What is wrong with checkout?"' in page


async def test_a_form_sent_without_scripts_leads_back_to_the_answer(alice: httpx.AsyncClient) -> None:
    sent = await say(alice, "How are things?")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/console/threads/t#end")
    assert "All is quiet." in (await alice.get("/console/threads/t")).text


async def test_a_form_sent_twice_is_said_once(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    await asyncio.gather(say(alice, "hello"), say(alice, "hello"))
    await say(alice, "hello")
    assert len(desk.exchanges) == 1


async def test_a_text_changed_after_a_failed_attempt_is_another_message(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    await say(alice, "hello")
    await say(alice, "hello, again")
    assert [each.message.text for each in desk.exchanges] == ["hello", "hello, again"]


async def test_a_form_sent_by_the_page_gets_a_fresh_nonce_and_news(alice: httpx.AsyncClient) -> None:
    answered = await say_in_page(alice, "hello")
    assert answered.headers["HX-Trigger"] == "said"
    assert 'id="nonce"' in answered.text
    assert 'hx-swap-oob="true"' in answered.text


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("", 400, "expected a message, found an empty one"),
        ("a" * 20_000, 413, "expected a message of at most 16384 bytes"),
        ("a" * 100_000, 413, "expected a request of at most 65536 bytes"),
        ("crash", 500, "Something went wrong on our side."),
    ],
)
async def test_what_cannot_be_said_is_explained_within_the_page(
    alice: httpx.AsyncClient, text: str, status: int, says: str
) -> None:
    refused = await say_in_page(alice, text)
    assert refused.status_code == status
    assert says in refused.text
    assert "<html" not in refused.text
    assert "secret internals" not in refused.text


async def test_without_scripts_an_error_is_a_page_with_a_way_back(alice: httpx.AsyncClient) -> None:
    refused = await say(alice, "")
    assert refused.status_code == 400
    assert 'href="/console/"' in refused.text


async def test_what_was_said_since_is_added_and_nothing_twice(alice: httpx.AsyncClient) -> None:
    await say(alice, "first")
    first = (await alice.get("/console/threads/t/later", headers=PART)).text
    after = re.search(r'id="after" name="after" value="(\w+)"', first)
    assert after is not None
    query = {"after": after[1]}
    assert (await alice.get("/console/threads/t/later", params=query, headers=PART)).status_code == 204
    await say(alice, "second")
    second = (await alice.get("/console/threads/t/later", params=query, headers=PART)).text
    assert "You said: second" in second
    assert "You said: first" not in second


async def test_a_question_is_shown_before_it_is_answered(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    desk.answering.clear()
    asking = asyncio.create_task(say(alice, "What is wrong with checkout?"))
    await until(lambda: desk.exchanges)
    message = desk.exchanges[0].message.id
    assert "unanswered" in (await alice.get("/console/threads/t")).text
    address = f"/console/threads/t/exchanges/{message}"
    assert (await alice.get(address, headers=PART)).status_code == 204
    desk.answering.set()
    await asking
    assert "31 % of its requests" in (await alice.get(address, headers=PART)).text


async def test_a_message_of_another_conversation_is_not_found(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/console/threads/t/exchanges/msg_x", headers=PART)).status_code == 404


async def test_a_long_conversation_begins_with_its_end_and_leads_back(alice: httpx.AsyncClient) -> None:
    for n in range(35):
        await say(alice, f"message number {n}.", nonce=str(n))
    page = (await alice.get("/console/threads/t")).text
    assert "number 34." in page
    assert "number 4." not in page
    earlier = re.search(r'hx-get="([^"]+/earlier\?cursor=[^"]+)"', page)
    assert earlier is not None
    before = (await alice.get(earlier[1], headers=PART)).text
    assert "number 4." in before
    assert "number 5." not in before
    assert "Show earlier" not in before


async def test_somebody_else_can_join_a_conversation_and_both_are_named(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await say(alice, "I look at it")
    await say(bob, "me too")
    page = (await alice.get("/console/threads/t")).text
    assert page.count('class="said mine"') == 2  # hers, and the one that waits to be filled
    assert "Bob" in page


async def test_the_history_lists_ones_own_conversations(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await say(alice, "What is wrong with checkout?", thread="t1")
    assert "What is wrong with checkout?" in (await alice.get("/console/history")).text
    assert "You have not said anything yet." in (await bob.get("/console/history")).text


async def test_an_unknown_page_is_a_page_with_a_way_back(alice: httpx.AsyncClient) -> None:
    missing = await alice.get("/console/nothing")
    assert missing.status_code == 404
    assert 'href="/console/"' in missing.text


async def test_why_is_answered_as_a_part_and_as_a_page(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    await say(alice, "What is wrong with checkout?")
    address = f"/console/why/{desk.exchanges[0].message.id}"
    part, page = (await alice.get(address, headers=PART)).text, (await alice.get(address)).text
    for text in (part, page):
        assert "Understood as <strong>service.health</strong>" in text
        assert "Restarting checkout" in text
    assert "<html" in page
    assert "<html" not in part


async def test_a_chart_is_a_picture_that_the_browser_may_keep(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    await say(alice, "What is wrong with checkout?")
    address = f"/console/charts/{desk.exchanges[0].message.id}%3A1.svg?theme=dark&narrow=true"
    assert address.partition("?")[0] in (await alice.get("/console/threads/t")).text
    picture = await alice.get(address)
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.headers["Cache-Control"].startswith("private")


async def test_a_person_stops_what_they_asked_here_with_a_form_of_the_page_alone(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    page = await alice.get("/console/threads/t")
    secret = token(page.text)
    assert (await alice.post("/console/threads/t/stop", data={"form_token": "x"})).status_code == 403
    assert desk.stops == []
    stopped = await alice.post("/console/threads/t/stop", data={"form_token": secret})
    assert (stopped.status_code, desk.stops) == (303, [("alice", "t")])
