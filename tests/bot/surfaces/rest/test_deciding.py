"""Plans over REST: proposed by one, decided on by another, once."""

import asyncio

import httpx
import pytest

from tests.fakes.desk import FakeDesk
from tests.fakes.time import FakeClock


@pytest.fixture
async def plan(alice: httpx.AsyncClient) -> dict[str, str]:
    card = (await alice.post("/v1/messages", json={"text": "roll back checkout", "thread": "t"})).json()["card"]
    return {"run": card["run"], "plan_digest": card["plan_digest"]}


async def decide(client: httpx.AsyncClient, plan: dict[str, str], **changes: str) -> httpx.Response:
    body = {"plan_digest": plan["plan_digest"], "verdict": "approve"} | changes
    return await client.post(f"/v1/runs/{plan['run']}/decisions", json=body)


async def test_another_person_approves_and_the_plan_goes_its_way(
    bob: httpx.AsyncClient, plan: dict[str, str]
) -> None:
    view = (await decide(bob, plan, reason="I see it too")).json()
    assert view["run"]["status"] == "running"
    assert view["run"]["approvals"][0]["surface"] == "rest"
    assert view["card"]["decided"] == ["Approved by Bob at 03:00 UTC: I see it too"]


async def test_a_card_shows_each_caller_their_own_buttons(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, plan: dict[str, str]
) -> None:
    cards = [(await client.get(f"/v1/runs/{plan['run']}")).json()["card"] for client in (alice, bob)]
    assert [[button["action"] for button in card["buttons"]] for card in cards] == [
        ["withdraw", "why"],
        ["approve", "deny", "why"],
    ]


async def test_the_requester_does_not_decide(alice: httpx.AsyncClient, plan: dict[str, str]) -> None:
    refused = await decide(alice, plan)
    assert (refused.status_code, refused.json()["code"]) == (403, "approval.self")


async def test_a_decision_on_another_plan_is_refused(bob: httpx.AsyncClient, plan: dict[str, str]) -> None:
    refused = await decide(bob, plan, plan_digest="0" * 64)
    assert (refused.status_code, refused.json()["code"]) == (409, "approval.digest_mismatch")


async def test_an_expired_plan_is_not_decided(
    bob: httpx.AsyncClient, plan: dict[str, str], clock: FakeClock
) -> None:
    clock.move(3600)
    refused = await decide(bob, plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "approval.expired")


async def test_of_two_racing_decisions_one_counts(bob: httpx.AsyncClient, plan: dict[str, str]) -> None:
    answers = await asyncio.gather(decide(bob, plan), decide(bob, plan, verdict="deny"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    "changes", [{"verdict": "maybe"}, {"plan_digest": "short"}, {"reason": "a" * 1001}, {"force": "yes"}]
)
async def test_a_decision_of_another_form_is_refused(
    bob: httpx.AsyncClient, plan: dict[str, str], desk: FakeDesk, changes: dict[str, str]
) -> None:
    assert (await decide(bob, plan, **changes)).status_code == 422
    assert desk.held[plan["run"]].approvals == ()


async def test_a_plan_can_be_withdrawn_while_it_waits_and_not_afterwards(
    alice: httpx.AsyncClient, plan: dict[str, str], desk: FakeDesk
) -> None:
    path = f"/v1/runs/{plan['run']}/cancel"
    withdrawn = await alice.post(path, json={"reason": "it recovered"})
    again = await alice.post(path, json={})
    assert withdrawn.json()["run"]["status"] == "cancelled"
    assert desk.cancelled == ["it recovered"]
    assert (again.status_code, again.json()["code"]) == (409, "resource.conflict")


async def test_plans_are_listed_by_how_they_stand_page_by_page(alice: httpx.AsyncClient) -> None:
    for n in range(3):
        await alice.post("/v1/messages", json={"text": f"roll back checkout {n}"})
    first = (await alice.get("/v1/runs", params={"status": "waiting", "limit": 2})).json()
    rest = (await alice.get("/v1/runs", params={"status": "waiting", "cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert (await alice.get("/v1/runs", params={"status": "running"})).json()["items"] == []


async def test_another_tenant_does_not_find_the_plan(mallory: httpx.AsyncClient, plan: dict[str, str]) -> None:
    assert (await mallory.get(f"/v1/runs/{plan['run']}")).status_code == 404
    assert (await decide(mallory, plan)).status_code == 404
