"""The why page shows what led to what: people would rather look than read."""

from decimal import Decimal

import httpx

from bot.surfaces.desk import ModelUse
from bot.trace import Trace
from memory.trace import causal_graph, chains
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.console.test_talking import say
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.memory.trace.story import logged, story


async def why(client: httpx.AsyncClient, desk: FakeDesk) -> httpx.Response:
    await say(client, "What is wrong with checkout?")
    return await client.get(f"/console/why/{desk.exchanges[0].message.id}")


async def test_the_picture_stands_in_the_page_and_leads_to_the_entries(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    page = (await why(alice, desk)).text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="trace"' in page
    assert '<a href="#entry-0">' in page
    assert '<tr id="entry-0">' in page


async def test_what_belongs_to_another_turn_leads_there(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    graph = causal_graph(logged(story().values()))
    desk.traced = Trace(subject="cor_1", graph=graph, chains=chains(graph))
    page = (await why(alice, desk)).text
    assert '<a href="/console/why/cor_1">' in page


async def test_a_broken_chain_is_told_in_words_too(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    graph = causal_graph(logged(event for name, event in story().items() if name != "grant"))
    desk.traced = Trace(subject="cor_1", graph=graph, chains=chains(graph))
    assert "Entry #8 cannot be traced to its beginning. Missing: grant:g1." in (await why(alice, desk)).text


async def test_the_page_brings_its_style_from_this_site(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    assert "<style" not in (await why(alice, desk)).text
    style = await alice.get("/console/trace.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert ".trace .t-card" in style.text


async def test_a_session_that_may_not_look_is_refused_and_that_is_recorded(
    call: Caller, doorkeeper: FakeDoorkeeper
) -> None:
    approver = await signed_in(call, "qd_bob_approve")
    assert (await approver.get("/console/why/m1")).status_code == 403
    assert ("policy.denied", "bob") in doorkeeper.turned_away


async def test_a_used_up_link_is_refused_and_that_is_recorded(call: Caller, doorkeeper: FakeDoorkeeper) -> None:
    client = call(Origin="http://quarterdeck.test")
    assert (await client.post("/console/sign-in", data={"code": "none.none"})).status_code == 401
    assert doorkeeper.turned_away == [("auth.failed", "")]


async def test_each_model_that_was_asked_is_told_with_its_prompt_as_words(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    asked = ModelUse(
        index=0,
        number=1,
        purpose="interpretation",
        model="a-model",
        version="2026-10",
        template="interpret 3",
        template_digest="ef" * 32,
        prompt="Ask <email:1> <script>",
        output="{}",
        input_tokens=812,
        output_tokens=40,
        cost=Decimal("0.000125"),
    )
    unread = asked.model_copy(update={"number": 2, "prompt": None, "code": "model.unavailable", "cost": None})
    desk.asked_models = (asked, unread)
    page = (await why(alice, desk)).text
    assert "a-model 2026-10, for interpretation: 812 + 40 tokens, 0.000125 USD" in page
    assert 'Entry <a href="#entry-0">#0</a>, prompt interpret 3' in page
    assert "Ask &lt;email:1&gt; &lt;script&gt;" in page
    assert "did not answer (model.unavailable), cost not known" in page
    assert "Its words are for whoever asked and for auditors, or were erased." in page
