"""Pause, resume and cancel over REST: by whom policy lets, with a reason, and a clear no otherwise."""

import httpx
import pytest

from memory.model.run import RunStatus
from tests.fakes.desk import FakeDesk


@pytest.fixture
async def run(alice: httpx.AsyncClient, desk: FakeDesk) -> str:
    card = (await alice.post("/v1/messages", json={"text": "roll back checkout", "thread": "t"})).json()["card"]
    desk.change(card["run"], status=RunStatus.RUNNING)
    return str(card["run"])


async def test_a_run_is_paused_resumed_and_cancelled_and_the_card_says_by_whom(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, run: str
) -> None:
    paused = (await bob.post(f"/v1/runs/{run}/pause", json={"reason": "looking"})).json()
    assert paused["card"]["status"] == "held"
    assert paused["card"]["state"] == "Paused by Bob at 03:00 UTC: looking"
    assert [each["action"] for each in paused["card"]["buttons"]] == ["resume", "cancel", "why"]
    resumed = (await alice.post(f"/v1/runs/{run}/resume", json={})).json()
    assert (resumed["card"]["status"], resumed["card"]["state"]) == ("running", "")
    ended = (await alice.post(f"/v1/runs/{run}/stop", json={"reason": "enough", "leave": True})).json()
    assert ended["card"]["status"] == "called_off"
    assert "left as it is: enough" in ended["card"]["state"]


async def test_what_is_over_or_unknown_or_anothers_is_a_clear_no(
    alice: httpx.AsyncClient, mallory: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    assert (await mallory.post(f"/v1/runs/{run}/pause", json={})).status_code == 404
    assert (await alice.post("/v1/runs/run_none/pause", json={})).json()["code"] == "resource.not_found"
    assert (await alice.post(f"/v1/runs/{run}/stop", json={"why": "x"})).status_code == 422
    desk.change(run, status=RunStatus.SUCCEEDED)
    over = (await alice.post(f"/v1/runs/{run}/pause", json={})).json()
    assert (over["code"], "succeeded" in over["detail"]) == ("resource.conflict", True)
