"""Asking over REST, and everything an answer points to."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.bot.surfaces.conftest import Caller
from tests.fakes.desk import FakeDesk


async def ask(client: httpx.AsyncClient, text: str, **fields: str) -> httpx.Response:
    return await client.post("/v1/messages", json={"text": text, **fields})


async def test_an_answer_carries_its_evidence_and_its_correlation_id(alice: httpx.AsyncClient) -> None:
    response = await ask(alice, "What is wrong with checkout?")
    reply = response.json()
    assert response.status_code == 200
    assert [item["source"] for item in reply["evidence"]] == ["prometheus", "estate", "estate"]
    assert response.headers["X-Correlation-Id"] == reply["correlation"]


async def test_a_message_sent_twice_under_its_own_id_is_said_once(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    first, second = [await ask(alice, "hello", thread="t", id="m-1") for _ in range(2)]
    assert first.json() == second.json()
    assert len(desk.exchanges) == 1


async def test_the_same_id_from_two_people_is_two_messages(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, desk: FakeDesk
) -> None:
    replies = [await ask(client, f"hello from {client.headers}", id="m-1") for client in (alice, bob)]
    assert len({reply.json()["id"] for reply in replies}) == len(desk.exchanges) == 2


async def test_a_thread_reads_downwards_and_its_cursor_leads_back(alice: httpx.AsyncClient) -> None:
    for n in range(5):
        await ask(alice, f"message {n}", thread="t")
    last = (await alice.get("/v1/threads/t", params={"limit": 2})).json()
    before = (await alice.get("/v1/threads/t", params={"limit": 2, "cursor": last["next_cursor"]})).json()
    texts = [item["message"]["text"] for page in (before, last) for item in page["items"]]
    assert texts == ["message 1", "message 2", "message 3", "message 4"]


async def test_another_tenant_finds_neither_the_thread_nor_the_evidence(
    alice: httpx.AsyncClient, mallory: httpx.AsyncClient
) -> None:
    reply = (await ask(alice, "What is wrong with checkout?", thread="t")).json()
    assert (await mallory.get("/v1/threads/t")).json()["items"] == []
    assert (await mallory.get(f"/v1/evidence/{reply['evidence'][0]['id']}")).status_code == 404


async def test_evidence_and_reasons_can_be_looked_up(alice: httpx.AsyncClient) -> None:
    reply = (await ask(alice, "What is wrong with checkout?")).json()
    evidence = (await alice.get(f"/v1/evidence/{reply['evidence'][0]['id']}")).json()
    why = (await alice.get(f"/v1/explanations/{reply['to']}")).json()
    assert evidence == reply["evidence"][0]
    assert why["understanding"]["arguments"]["service"]["provenance"] == "said"
    assert why["policies"] == ["execute-needs-one-other"]


@pytest.mark.parametrize(
    ("name", "media_type", "begins"),
    [
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG"),
        ("svg?theme=dark", "image/svg+xml", b"<svg"),
    ],
)
async def test_a_chart_of_a_reply_is_drawn_as_a_picture(
    alice: httpx.AsyncClient, name: str, media_type: str, begins: bytes
) -> None:
    reply = (await ask(alice, "What is wrong with checkout?")).json()
    picture = await alice.get(f"/v1/charts/{reply['charts'][0]['id']}.{name}")
    assert picture.headers["Content-Type"].startswith(media_type)
    assert picture.content.startswith(begins)


async def test_the_status_is_what_asking_how_things_are_gives(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    reply = (await alice.get("/v1/status")).json()
    assert reply["kind"] == "answer"
    assert desk.exchanges[0].message.text == "How are things?"


async def test_conversations_are_listed_with_how_they_opened(alice: httpx.AsyncClient) -> None:
    await ask(alice, "first", thread="t")
    await ask(alice, "second", thread="t")
    (thread,) = (await alice.get("/v1/threads")).json()["items"]
    assert (thread["id"], thread["opening"], thread["messages"]) == ("t", "first", 2)


async def test_every_capability_is_listed_with_the_schema_of_its_arguments(alice: httpx.AsyncClient) -> None:
    items = {item["name"]: item for item in (await alice.get("/v1/capabilities")).json()["items"]}
    assert items["service.scale"]["arguments"]["properties"]["replicas"]["maximum"] == 1000
    assert items["service.scale"]["effect"] == "write"


async def test_the_capabilities_listed_are_only_what_policy_leaves_to_the_person(call: Caller) -> None:
    listed = await call(Authorization="Bearer qd_vic").get("/v1/capabilities")
    names = {item["name"] for item in listed.json()["items"]}
    assert "service.health" in names
    assert "service.scale" not in names


async def test_a_message_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(alice: httpx.AsyncClient) -> None:
    assert (await ask(alice, "a" * 16_384)).status_code == 200
    refused = await ask(alice, "a" * 16_385)
    assert (refused.status_code, refused.json()["code"]) == (413, "input.too_large")


async def test_a_message_of_100_kb_is_too_large(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    refused = await ask(alice, "a" * 100_000)
    assert (refused.status_code, refused.json()["code"]) == (413, "input.too_large")
    assert desk.exchanges == []


async def test_a_long_body_without_a_declared_length_is_too_large(alice: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    refused = await alice.post("/v1/messages", content=pieces(), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (413, "input.too_large")


@pytest.mark.parametrize("body", [b'{"text": "caf\xe9"}', b"\xff\xfe", b'{"text": "\\ud800"}'])
async def test_what_is_not_utf_8_is_refused_by_its_encoding(alice: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused = await alice.post("/v1/messages", content=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "input.encoding")


@pytest.mark.parametrize("text", ["", "   \n", "\x00"])
async def test_an_empty_message_is_refused(alice: httpx.AsyncClient, text: str) -> None:
    refused = await ask(alice, text)
    assert (refused.status_code, refused.json()["code"]) == (400, "input.invalid")


async def test_a_field_nobody_knows_is_refused_with_its_place(alice: httpx.AsyncClient) -> None:
    refused = (await ask(alice, "hello", tread="t")).json()
    assert refused["status"] == 422
    assert refused["errors"] == [{"pointer": "/tread", "detail": "Extra inputs are not permitted"}]


async def test_what_was_sent_is_not_repeated_in_the_refusal(alice: httpx.AsyncClient) -> None:
    refused = await alice.post("/v1/messages", json={"text": {"password": "hunter2"}})
    assert "hunter2" not in json.dumps(refused.json())
