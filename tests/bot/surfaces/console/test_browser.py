"""Two people at two real browsers: one asks, another approves, and both see it happen."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.sessions import Sessions
from bot.surfaces.desk import EVERY_SCOPE
from memory.model.run import RunStatus, StepStatus
from tests.bot.surfaces.console.conftest import Open
from tests.bot.surfaces.console.pages import PHONE
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_alice_asks_bob_approves_and_her_card_changes_by_itself(
    open_as: Open, desk: FakeDesk, tmp_path: Path
) -> None:
    alice, bob = await open_as("alice"), await open_as("bob")
    await alice.photograph(tmp_path / "1-empty.png")
    answer = await alice.ask("What is wrong with checkout?")
    await expect(answer.get_by_test_id("evidence")).to_have_count(3)
    await expect(answer.locator("img")).to_be_visible()
    await alice.photograph(tmp_path / "2-answer.png")

    await answer.get_by_test_id("say-button").click()
    await expect(alice.card).to_be_visible()
    await expect(alice.approve).to_have_count(0)
    await alice.live()
    await alice.photograph(tmp_path / "3-card.png")

    await expect(bob.by("waiting")).to_have_text("1")
    await bob.open_plans()
    await bob.photograph(tmp_path / "4-plans.png")
    await bob.open_first_plan()
    await bob.photograph(tmp_path / "5-plan.png")
    await bob.approve.click()
    await expect(bob.by("card-status")).to_have_text("Running")
    await expect(bob.approve).to_have_count(0)
    await expect(bob.deny).to_have_count(0)
    await expect(alice.by("card-status")).to_have_text("Running")
    await expect(alice.by("decided")).to_contain_text("Approved by Bob")

    (run,) = desk.held
    for so_far in (StepStatus.DECIDED, StepStatus.DONE, StepStatus.VERIFIED):
        desk.carry_out(run, so_far=so_far)
        await expect(alice.by("step")).to_have_attribute("data-status", so_far)
    await expect(alice.by("card-status")).to_have_text("Done and verified")
    await expect(alice.by("card-summary")).to_have_text("Rolled back and verified.")
    await alice.photograph(tmp_path / "6-done.png")
    assert alice.complaints == bob.complaints == []


async def test_the_walk_works_on_a_phone(open_as: Open, tmp_path: Path) -> None:
    alice, bob = await open_as("alice", PHONE), await open_as("bob", PHONE, color_scheme="dark")
    await alice.photograph(tmp_path / "p1-empty.png")
    answer = await alice.ask("What is wrong with checkout?")
    await expect(answer.locator("img")).to_be_visible()
    await alice.photograph(tmp_path / "p2-answer.png")
    await alice.ask("Roll it back")
    assert not await alice.overflows()
    await bob.open_plans()
    await bob.open_first_plan()
    await bob.photograph(tmp_path / "p3-plan.png")
    box = await bob.approve.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert not await bob.overflows()
    await bob.deny.click()
    await bob.by("deny-reason").fill("It recovers by itself.")
    await bob.photograph(tmp_path / "p4-deny.png")
    await bob.by("deny-send").click()
    await expect(alice.by("card-status")).to_have_text("Denied")
    await expect(alice.by("decided")).to_contain_text("It recovers by itself.")
    assert alice.complaints == bob.complaints == []


async def test_when_two_approve_at_once_one_counts_and_the_other_is_told(open_as: Open, desk: FakeDesk) -> None:
    alice, bob, cara = await open_as("alice"), await open_as("bob"), await open_as("cara")
    await alice.ask("Roll back checkout")
    for approver in (bob, cara):
        await approver.open_plans()
        await approver.open_first_plan()
    (run,) = desk.held
    held = desk.held[run]
    desk.held[run] = held.model_copy(update={"status": RunStatus.RUNNING})  # decided, and nobody was told
    await cara.approve.click()
    await expect(cara.by("problem")).to_contain_text("approval.already_decided")
    await expect(cara.approve).to_have_count(0)


async def test_without_the_live_connection_the_page_says_so_and_keeps_up(open_as: Open, desk: FakeDesk) -> None:
    alice = await open_as("alice")
    await alice.ask("Roll back checkout")
    await alice.page.route("**/console/stream*", lambda route: route.abort())
    await alice.page.reload()
    await expect(alice.by("connection")).to_contain_text("Live connection lost.")
    (run,) = desk.held
    desk.change(run, status=RunStatus.EXPIRED)
    await expect(alice.by("card-status")).to_have_text("Expired")
    await alice.page.unroute("**/console/stream*")
    await alice.live()
    await expect(alice.by("connection")).to_be_empty()


async def test_a_half_written_reason_survives_what_happens_elsewhere(open_as: Open, desk: FakeDesk) -> None:
    alice, bob = await open_as("alice"), await open_as("bob")
    await alice.ask("Roll back checkout")
    await bob.open_plans()
    await bob.open_first_plan()
    await bob.live()
    await bob.deny.click()
    await bob.by("deny-reason").fill("Because")
    (run,) = desk.held
    async with bob.page.expect_response(lambda answer: "/card?" in answer.url):
        desk.change(run)  # told, and the same to look at
    await expect(bob.by("deny-reason")).to_have_value("Because")


async def test_what_was_typed_comes_back_when_it_could_not_be_sent(open_as: Open) -> None:
    alice = await open_as("alice")
    await alice.by("text").fill("crash")
    await alice.by("text").press("Enter")
    await expect(alice.by("problem")).to_contain_text("Something went wrong on our side.")
    await expect(alice.by("text")).to_have_value("crash")
    await alice.page.route("**/say", lambda route: route.abort())
    await alice.by("text").fill("hello")
    await alice.by("send").click()
    await expect(alice.by("problems")).to_contain_text("cannot be reached")
    await expect(alice.by("text")).to_have_value("hello")
    await alice.page.reload()
    await expect(alice.by("text")).to_have_value("hello")


async def test_ones_own_words_stand_there_while_the_answer_is_found(open_as: Open, desk: FakeDesk) -> None:
    alice, bob = await open_as("alice"), await open_as("bob")
    await alice.live()
    await bob.page.goto(alice.page.url)
    await bob.live()
    desk.answering.clear()
    await alice.by("text").fill("What is wrong with checkout?")
    await alice.by("text").press("Enter")
    for person in (alice, bob):
        await expect(person.by("unanswered")).to_be_visible()
        await expect(person.by("words").last).to_have_text("What is wrong with checkout?")
    await expect(alice.by("text")).to_have_value("")
    desk.answering.set()
    for person in (alice, bob):
        await expect(person.replies).to_have_count(1)
        await expect(person.by("unanswered")).to_have_count(0)
        await expect(person.exchanges).to_have_count(1)


async def test_the_keyboard_is_enough(open_as: Open, desk: FakeDesk) -> None:
    alice = await open_as("alice")
    await alice.by("send").focus()
    await alice.page.keyboard.press("/")
    await alice.page.keyboard.type("first line")
    await alice.page.keyboard.press("Shift+Enter")
    await alice.page.keyboard.type("second line")
    await alice.page.keyboard.press("Enter")
    await expect(alice.replies).to_have_count(1)
    assert desk.exchanges[0].message.text == "first line\nsecond line"


async def test_a_citation_opens_its_evidence_and_a_script_in_it_does_not_run(
    open_as: Open, tmp_path: Path
) -> None:
    alice = await open_as("alice")
    answer = await alice.ask("What is wrong with checkout?")
    await answer.get_by_role("link", name="Evidence 3").click()
    await expect(answer.get_by_test_id("untrusted")).to_be_visible()
    await answer.get_by_test_id("why").click()
    await expect(answer.get_by_test_id("explanation")).to_contain_text("service.health")
    await alice.photograph(tmp_path / "evidence.png")
    assert await alice.page.locator("script:not([src])").count() == 0
    assert alice.complaints == []


async def test_times_are_the_viewers_with_utc_at_hand(open_as: Open) -> None:
    alice = await open_as("alice", timezone_id="Asia/Kolkata", locale="en-GB")
    answer = await alice.ask("hello")
    time = answer.locator("time").first
    await expect(time).to_have_text("20 Nov, 08:30 GMT+5:30")
    await expect(time).to_have_attribute("title", "2026-11-20 03:00:00 UTC")


async def test_the_walk_works_without_scripts(open_as: Open, desk: FakeDesk) -> None:
    alice = await open_as("alice", java_script_enabled=False)
    bob = await open_as("bob", java_script_enabled=False)
    await alice.by("text").fill("Roll back checkout")
    await alice.by("send").click()
    await expect(alice.by("card-status")).to_have_text("Waiting for approval")
    await bob.open_plans()
    await bob.open_first_plan()
    await bob.approve.click()
    await expect(bob.by("card-status")).to_have_text("Running")
    (run,) = desk.held.values()
    assert run.status is RunStatus.RUNNING


async def test_everything_one_can_press_or_fill_has_a_name(open_as: Open) -> None:
    alice, bob = await open_as("alice"), await open_as("bob")
    await alice.ask("What is wrong with checkout?")
    await alice.ask("Roll it back")
    await bob.open_plans()
    await bob.open_first_plan()
    await bob.deny.click()
    for person in (alice, bob):
        snapshot = await person.page.locator("body").aria_snapshot()
        nameless = [
            line for line in snapshot.splitlines() if line.strip() in {"- button", "- textbox", "- link", "- img"}
        ]
        assert nameless == []


async def test_signing_in_by_link_and_out_again(open_as: Open, sessions: Sessions) -> None:
    alice = await open_as("alice")
    await alice.sign_out()
    await expect(alice.by("key")).to_be_visible()
    code = await sessions.invite("bob", EVERY_SCOPE)
    await alice.sign_in_with_link(f"{alice.url}/console/enter?code={code}")
    await expect(alice.by("me")).to_have_text("B")
