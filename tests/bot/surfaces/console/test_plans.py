"""Plans at the console: what waits for whom, and what a press of a button does."""

import re

import httpx
import pytest

from memory.model.plan import Comparison
from memory.model.run import RunStatus, StepRecord, StepStatus, Waiting
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.console.test_signing_in import form_token
from tests.bot.surfaces.console.test_talking import PART, say
from tests.fakes.desk import FakeDesk
from tests.fakes.time import FakeClock


@pytest.fixture
async def run(alice: httpx.AsyncClient, desk: FakeDesk) -> str:
    await say(alice, "roll back checkout")
    (name,) = desk.held
    return name


async def decide(client: httpx.AsyncClient, desk: FakeDesk, run: str, **changes: str) -> httpx.Response:
    sent = {
        "form_token": await form_token(client),
        "plan_digest": desk.held[run].plan_digest,
        "verdict": "approve",
    }
    return await client.post(f"/console/plans/{run}/decide", data=sent | changes, headers=PART)


async def test_a_plan_waits_for_those_who_may_decide(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, call: Caller, run: str
) -> None:
    vic = await signed_in(call, "qd_vic")
    sections = [
        re.findall(r'<section aria-label="([^"]+)">', (await client.get("/console/plans")).text)
        for client in (alice, bob, vic)
    ]
    counts = [
        (await client.get("/console/plans/count", headers=PART)).text.strip() for client in (alice, bob, vic)
    ]
    assert sections == [["Waiting for you", "Waiting for others"], ["Waiting for you"], sections[0]]
    assert [bool(count) for count in counts] == [False, True, False]
    assert run in (await bob.get("/console/plans")).text


async def test_a_card_shows_everything_one_decides_on(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, desk: FakeDesk
) -> None:
    await say(alice, "What is wrong with checkout?")
    await say(alice, "roll back checkout")
    (run,) = desk.held
    page = (await bob.get(f"/console/plans/{run}")).text
    for fact in (
        "Roll back checkout in production from 1.4.2 to 1.4.1",
        "<del>1.4.2</del>",
        "<ins>1.4.1</ins>",
        "said before",
        "catalogue",
        "storefront",
        "checkout&#39;s error rate is below 2 %",
        "deploy.release service=checkout",
        "execute-needs-one-other",
        "1 approval, not from Alice",
        desk.held[run].plan_digest[:12],
        "Waits until",
        "5xx responses of checkout are at 31 % of requests",
    ):
        assert fact in page


async def test_approving_gives_the_card_without_its_buttons(
    bob: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    card = (await decide(bob, desk, run)).text
    assert "Approved by Bob at 03:00 UTC" in card
    assert "/decide" not in card
    assert "/withdraw" not in card
    assert desk.held[run].status is RunStatus.RUNNING


async def test_denying_keeps_the_reason(bob: httpx.AsyncClient, desk: FakeDesk, run: str) -> None:
    card = (await decide(bob, desk, run, verdict="deny", reason=" It recovers. ")).text
    assert "Denied by Bob at 03:00 UTC: It recovers." in card


async def test_without_scripts_deciding_leads_back_to_the_plan(
    bob: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    sent = {"form_token": await form_token(bob), "plan_digest": desk.held[run].plan_digest, "verdict": "approve"}
    decided = await bob.post(f"/console/plans/{run}/decide", data=sent)
    assert (decided.status_code, decided.headers["Location"]) == (303, f"/console/plans/{run}")


async def test_a_double_click_decides_once_and_the_page_looks_again(
    bob: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    await decide(bob, desk, run)
    again = await decide(bob, desk, run)
    assert again.status_code == 409
    assert "approval.already_decided" in again.text
    assert again.headers["HX-Trigger"] == "catchup"
    assert len(desk.held[run].approvals) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"plan_digest": "0" * 64}, 409),
        ({"plan_digest": ""}, 409),
        ({"verdict": "maybe"}, 400),
        ({"verdict": ""}, 400),
        ({"reason": "a" * 1001}, 400),
        ({"form_token": "0" * 64}, 403),
    ],
)
async def test_a_decision_that_is_not_exactly_one_changes_nothing(
    bob: httpx.AsyncClient, desk: FakeDesk, run: str, changes: dict[str, str], status: int
) -> None:
    assert (await decide(bob, desk, run, **changes)).status_code == status
    assert desk.held[run].status is RunStatus.WAITING


async def test_the_requester_is_told_that_somebody_else_decides(
    alice: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    refused = await decide(alice, desk, run)
    assert (refused.status_code, "approval.self" in refused.text) == (403, True)


async def test_an_expired_plan_offers_no_buttons_and_takes_no_answer(
    bob: httpx.AsyncClient, desk: FakeDesk, run: str, clock: FakeClock
) -> None:
    clock.move(3600)
    assert 'value="approve"' not in (await bob.get(f"/console/plans/{run}")).text
    assert (await decide(bob, desk, run)).status_code == 409


async def test_a_session_that_may_only_look_takes_no_decision(call: Caller, desk: FakeDesk, run: str) -> None:
    looking = await signed_in(call, "qd_bob_observe")
    assert (await decide(looking, desk, run)).status_code == 403
    assert desk.held[run].status is RunStatus.WAITING


async def test_who_asked_can_withdraw(alice: httpx.AsyncClient, desk: FakeDesk, run: str) -> None:
    sent = {"form_token": await form_token(alice), "reason": ""}
    card = (await alice.post(f"/console/plans/{run}/withdraw", data=sent, headers=PART)).text
    assert "Withdrawn" in card
    assert desk.held[run].status is RunStatus.CANCELLED


async def test_a_card_is_sent_again_only_when_it_changed(bob: httpx.AsyncClient, desk: FakeDesk, run: str) -> None:
    card = (await bob.get(f"/console/plans/{run}/card", headers=PART)).text
    seen = re.search(r'name="seen" value="(\w+)"', card)
    assert seen is not None
    query = {"seen": seen[1]}
    assert (await bob.get(f"/console/plans/{run}/card", params=query, headers=PART)).status_code == 204
    desk.change(run, status=RunStatus.RUNNING)
    desk.carry_out(run, so_far=StepStatus.DECIDED)
    changed = await bob.get(f"/console/plans/{run}/card", params=query, headers=PART)
    assert 'data-status="decided"' in changed.text


async def test_a_conversation_shows_the_plan_as_it_stands_and_not_as_it_stood(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    await decide(bob, desk, run)
    desk.carry_out(run, so_far=StepStatus.VERIFIED)
    page = (await alice.get("/console/threads/t")).text
    assert "Done and verified" in page
    assert "Waiting for approval" not in page


async def test_a_plan_that_is_no_longer_known_keeps_its_card_without_buttons(
    alice: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    del desk.held[run]
    page = (await alice.get("/console/threads/t")).text
    assert "Roll back checkout in production to 1.4.1" in page
    assert "withdraw" not in page


async def test_somebody_of_another_tenant_finds_no_plan(call: Caller, desk: FakeDesk, run: str) -> None:
    mallory = await signed_in(call, "qd_mallory")
    for address in (f"/console/plans/{run}", f"/console/plans/{run}/card"):
        assert (await mallory.get(address)).status_code == 303  # a cookie of another tenant is no session here
    assert (await decide(mallory, desk, run)).status_code == 401
    assert run not in (await mallory.get("/console/plans")).text


async def test_a_run_under_way_is_paused_by_a_button_and_says_who_did_it(
    alice: httpx.AsyncClient, desk: FakeDesk, run: str
) -> None:
    desk.change(run, status=RunStatus.RUNNING)
    assert 'data-testid="pause-send"' in (await alice.get(f"/console/plans/{run}")).text
    sent = {"form_token": await form_token(alice), "how": "pause", "reason": "looking <first>"}
    paused = await alice.post(f"/console/plans/{run}/steer", data=sent, headers=PART)
    assert "Paused by Alice at 03:00 UTC: looking &lt;first&gt;" in paused.text
    assert 'data-testid="resume-send"' in paused.text
    ended = await alice.post(f"/console/plans/{run}/steer", data=sent | {"how": "cancel"}, headers=PART)
    assert "Cancelled by Alice" in ended.text
    assert 'data-testid="pause-send"' not in ended.text


async def test_steering_says_what_it_expected(alice: httpx.AsyncClient, run: str) -> None:
    sent = {"form_token": await form_token(alice), "how": "explode"}
    wrong = await alice.post(f"/console/plans/{run}/steer", data=sent, headers=PART)
    assert "expected pause, resume or cancel" in wrong.text
    over = await alice.post(f"/console/plans/{run}/steer", data=sent | {"how": "pause"}, headers=PART)
    assert "under way, found it waiting" in over.text


async def test_a_step_shows_since_when_it_runs_and_what_it_waits_for(
    alice: httpx.AsyncClient, desk: FakeDesk, run: str, clock: FakeClock
) -> None:
    wait = Waiting(
        number=1,
        says="the error rate is below 2 %",
        comparison=Comparison.BELOW,
        bound=0.02,
        since=clock.now(),
        until=clock.now(),
        value=0.31,
        unit="ratio",
    )
    step = StepRecord(index=0, status=StepStatus.DONE, started_at=clock.now(), waiting=wait)
    desk.change(run, status=RunStatus.RUNNING, steps=(step,))
    page = (await alice.get(f"/console/plans/{run}")).text
    assert "under way" in page
    assert "31 % now, wanted below 2 %" in page
