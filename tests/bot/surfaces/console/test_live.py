"""The live connection tells a page when to look again, and ends with the session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.serving import listener, serving
from bot.sessions import Sessions
from bot.surfaces.console import suggestions
from bot.surfaces.console.live import names
from bot.surfaces.links import origins
from bot.surfaces.listening import Beat
from bot.surfaces.ports import Ports
from memory.model.record import Event, Gap, Topic
from tests.fakes.desk import FakeDesk
from tests.fakes.people import CATALOGUE, TENANT
from tests.fakes.time import MIDNIGHT
from tests.patience import until


def event(topic: Topic, thread: str = "t") -> Event:
    body = {"run": "run_1"} if topic is Topic.RUN else {"message": "msg_1"}
    return Event(topic=topic, tenant=TENANT, thread=thread, correlation="cor_1", at=MIDNIGHT, body=dict(body))


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (event(Topic.MESSAGE), ("exchange",)),
        (event(Topic.REPLY), ("exchange",)),
        (event(Topic.REPLY, "other"), ()),
        (event(Topic.GROWTH), ()),
        (event(Topic.RUN, "other"), ("plan-run_1", "plans")),
        (event(Topic.INCIDENT, "inc_1"), ("incident-inc_1", "incidents")),
        (Gap(missed=3), ("exchange", "plans", "switch", "incidents", "incident")),
        (Beat(), ()),
    ],
)
def test_a_page_is_told_what_to_look_at_again(happened: Event | Gap | Beat, told: tuple[str, ...]) -> None:
    assert names(happened, "t") == told


@asynccontextmanager
async def connected(app: httpx.ASGITransport, ports: Ports, cookie: str) -> AsyncIterator[AsyncIterator[str]]:
    with listener("127.0.0.1", 0) as bound:
        async with serving(app.app, bound, ports.closing):
            url = f"http://127.0.0.1:{bound.getsockname()[1]}/console/stream?thread=t"
            async with (
                httpx.AsyncClient(timeout=20, headers={"Cookie": f"quarterdeck={cookie}"}) as client,
                client.stream("GET", url) as answer,
            ):
                assert answer.headers["Content-Type"].startswith("text/event-stream")
                yield answer.aiter_lines()


async def test_signing_out_ends_the_connection(
    alice: httpx.AsyncClient, ports: Ports, sessions: Sessions, desk: FakeDesk
) -> None:
    cookie = alice.cookies["quarterdeck"]
    transport = alice._transport
    assert isinstance(transport, httpx.ASGITransport)
    async with connected(transport, ports, cookie) as lines:
        await until(lambda: desk.listeners)
        desk.lose()
        assert [await anext(lines) for _ in range(17)][3:7] == [
            "event: exchange",
            "data: changed",
            "",
            "event: plans",
        ]
        await sessions.end(await sessions.read(cookie))
        desk.lose()
        assert [line async for line in lines if line.startswith("event")] == []
    await until(lambda: not desk.listeners)


def test_suggestions_name_the_most_critical_services_first() -> None:
    assert suggestions(CATALOGUE) == (
        "How are things?",
        "What is wrong with payments?",
        "What is wrong with storefront?",
    )


def test_origins_are_what_browsers_compare() -> None:
    urls = (
        "http://prometheus:9090/graph",
        "https://grafana.test:443/d",
        "HTTPS://Grafana.test",
        "",
        "file:///etc",
        "x:y",
    )
    assert origins(urls) == {"http://prometheus:9090", "https://grafana.test"}


async def test_an_answer_grows_on_the_page_as_text_and_goes_when_the_reply_is_there(
    alice: httpx.AsyncClient, ports: Ports, desk: FakeDesk
) -> None:
    cookie, transport = alice.cookies["quarterdeck"], alice._transport
    assert isinstance(transport, httpx.ASGITransport)
    said = {"message": "msg_1", "sender": "alice", "text": "Well.\nthinker adds: <b>more</b> [1]."}
    async with connected(transport, ports, cookie) as lines:
        await until(lambda: desk.listeners)
        for thread in ("other", "t"):
            grown = event(Topic.GROWTH, thread).model_copy(update={"body": said})
            desk.publish(grown)
        desk.publish(event(Topic.REPLY))
        told = []
        async for line in lines:
            told.append(line)
            if line == "data: <!-- answered -->":
                break
    shown = "".join(told)
    assert shown.count("event: growing") == 2
    assert "thinker adds: &lt;b&gt;more&lt;/b&gt; [1]." in shown
    assert "/console/threads/t/stop" in shown
