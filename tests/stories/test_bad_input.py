"""What goes wrong in the middle of the night: each with a clear answer, and nothing lost or half done."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.demo.stage import Stage
from tests.servers import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


class Person:
    """Somebody at the REST surface."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, text: str, thread: str) -> Any:
        answered = await self.client.post("/v1/messages", json={"text": text, "thread": thread})
        assert answered.status_code == 200, answered.text
        return answered.json()

    async def plan(self, thread: str) -> Any:
        """Ask for a change that is undone by its opposite and return the card of its plan."""
        reply = await self.ask("scale checkout in production to 3 replicas", thread)
        assert reply["card"], reply["text"]
        return reply["card"]

    async def decide(self, card: Any, verdict: str = "approve", **changes: str) -> httpx.Response:
        body = {"plan_digest": card["plan_digest"], "verdict": verdict, **changes}
        return await self.client.post(f"/v1/runs/{card['run']}/decisions", json=body)

    async def status(self, card: Any) -> str:
        found = (await self.client.get(f"/v1/runs/{card['run']}")).json()
        return str(found["run"]["status"])


@pytest_asyncio.fixture(loop_scope="module")
async def alice(stage: Stage) -> AsyncIterator[Person]:
    async with _client(stage, "alice") as client:
        yield Person(client)


@pytest_asyncio.fixture(loop_scope="module")
async def bob(stage: Stage) -> AsyncIterator[Person]:
    async with _client(stage, "bob") as client:
        yield Person(client)


def _client(stage: Stage, person: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {stage.running.keys[person]}"}
    return httpx.AsyncClient(base_url=stage.running.url, headers=headers, timeout=30, trust_env=False)


async def test_an_unknown_service_is_asked_about_and_never_guessed(alice: Person) -> None:
    reply = await alice.ask("roll back zanzibar in production", "unknown")
    assert reply["card"] is None
    assert reply["kind"] == "clarify"
    assert "zanzibar" in reply["text"]


async def test_a_promql_error_is_shown_in_prometheus_own_words(alice: Person) -> None:
    reply = await alice.ask("promql: sum(rate(http_requests_total[5m])", "promql")
    assert "parse error" in reply["text"]


async def test_a_plan_for_another_digest_is_not_approved(alice: Person, bob: Person) -> None:
    card = await alice.plan("edited")
    refused = await bob.decide({**card, "plan_digest": "f" * 64})
    assert refused.status_code == 409
    assert refused.json()["code"] == "approval.digest_mismatch"
    assert await bob.status(card) == "waiting"


async def test_the_requester_does_not_approve_their_own_plan(alice: Person) -> None:
    card = await alice.plan("own")
    refused = await alice.decide(card)
    assert refused.json()["code"] == "approval.self"
    assert await alice.status(card) == "waiting"


async def test_a_double_click_and_a_race_start_the_plan_once(alice: Person, bob: Person) -> None:
    card = await alice.plan("race")
    clicks = await asyncio.gather(*(bob.decide(card) for _ in range(3)))
    codes = sorted(click.status_code for click in clicks)
    assert codes == [200, 409, 409]
    await eventually(lambda: bob.status(card), lambda status: status == "succeeded", "the plan's success")
    entries = (await bob.client.get("/v1/log", params={"kind": "decided", "limit": 200})).json()["items"]
    assert len([each for each in entries if each["entry"]["body"]["run"] == card["run"]]) == 1


async def test_a_plan_that_waited_too_long_is_not_approved(alice: Person, bob: Person, stage: Stage) -> None:
    reply = await alice.ask("scale storefront in production to 3 replicas", "late")
    card = reply["card"]
    run = await stage.house.store.runs.get("demo", card["run"])
    expired = run.model_copy(update={"expires_at": run.created_at})
    await stage.house.store.runs.replace(expired, expected_version=run.version)
    refused = await bob.decide(card)
    assert (refused.status_code, refused.json()["code"]) == (409, "approval.expired")
    await eventually(lambda: bob.status(card), lambda status: status == "expired", "the plan's end")


async def test_a_message_of_100_kilobytes_is_refused_and_nothing_is_kept(alice: Person) -> None:
    refused = await alice.client.post("/v1/messages", json={"text": "x" * 100_000, "thread": "long"})
    assert refused.status_code == 413
    assert refused.json()["code"] == "input.too_large"
    assert not (await alice.client.get("/v1/threads/long")).json()["items"]


async def test_what_is_not_utf_8_is_refused(alice: Person) -> None:
    headers = {"Content-Type": "application/json"}
    refused = await alice.client.post("/v1/messages", content=b'{"text": "\xff\xfe"}', headers=headers)
    assert refused.status_code == 400
    assert refused.json()["code"] == "input.encoding"


async def test_prometheus_going_down_in_mid_conversation_is_said_and_the_rest_is_answered(
    alice: Person, stage: Stage
) -> None:
    before = await alice.ask("what is wrong with checkout?", "down")
    assert not before["missing"]
    os.kill(stage.estate.endpoints.prometheus_pid, signal.SIGKILL)
    after = await alice.ask("and now?", "down")
    again = await alice.ask("what is wrong with checkout?", "down")
    for reply in (after, again):
        assert reply["kind"] in {"answer", "clarify", "error"}
    assert again["missing"]
    assert "1.4.2" in again["text"]
    assert await alice.ask("which flags are there?", "down")
