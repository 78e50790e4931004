"""What led to what, over REST: as data and as a picture."""

import httpx

from tests.fakes.doorkeeper import FakeDoorkeeper


async def asked(client: httpx.AsyncClient) -> str:
    answer = await client.post("/v1/messages", json={"text": "What is wrong with checkout?"})
    return str(answer.json()["to"])


async def test_a_trace_is_told_as_a_graph(alice: httpx.AsyncClient) -> None:
    message = await asked(alice)
    found = (await alice.get(f"/v1/log/trace/{message}")).json()
    assert found["subject"] == message
    assert found["graph"]["roots"] == ["message:m1"]
    assert found["people"] == {"p_alice": "Alice"}


async def test_a_trace_is_drawn_as_svg(alice: httpx.AsyncClient) -> None:
    message = await asked(alice)
    drawn = await alice.get(f"/v1/log/trace/{message}.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg ")
    assert "Alice · #0" in drawn.text


async def test_what_is_none_is_not_found(alice: httpx.AsyncClient, mallory: httpx.AsyncClient) -> None:
    message = await asked(alice)
    for client, path in ((alice, "nothing"), (alice, "nothing.svg"), (mallory, message)):
        answer = await client.get(f"/v1/log/trace/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "resource.not_found")


async def test_a_key_that_may_not_is_refused_and_that_is_recorded(
    alice: httpx.AsyncClient, doorkeeper: FakeDoorkeeper
) -> None:
    alice.headers["Authorization"] = "Bearer qd_alice_approve"
    assert (await alice.get("/v1/log/trace/m1")).status_code == 403
    assert doorkeeper.turned_away == [("policy.denied", "alice")]
