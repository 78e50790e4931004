"""A yes that is spoken: to exactly the plan that was read back, at its own level, as far as policy takes it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.model.approval import Assurance
from memory.model.people import Surface
from memory.model.run import Run, RunStatus
from tests.bot.surfaces.voice.house import VoiceHouse, voices
from tools.approvals import Requirement

NO_SPOKEN_YES_IN_PRODUCTION = """
@id("no-spoken-yes-in-production")
@reason("a spoken yes is not enough in production")
@needed("a click or a passkey")
forbid (principal, action == Action::"approve", resource is Run)
when { context.spoken && context.environment == "production" };
"""
TWO_PEOPLE = """
@id("two-people")
@reason("production takes two approvals")
@needed("approvals by two different people")
forbid (principal, action in [Action::"execute", Action::"autonomous"], resource is Service)
when { context.approvals < 2 };
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[VoiceHouse]:
    async with voices(tmp_path) as made:
        yield made


async def waiting(house: VoiceHouse, service: str = "payments") -> Run:
    """Return a plan of alice's that waits."""
    person, known = house.person("alice", "ses_alice"), {each.id for each in await house.behind.runs()}
    asked = await house.says_as(person, f"roll back {service}")
    assert asked.waiting is not None
    await house.voice.conversation(person, "thr_1").pressed(person, asked.waiting.id)
    (run,) = [each for each in await house.behind.runs() if each.id not in known]
    return run


async def test_a_spoken_yes_is_read_back_and_stands_under_its_own_level(house: VoiceHouse) -> None:
    run = await waiting(house)
    asked = await house.says("bob", "approve the plan")
    assert asked.says.startswith("Approve this: ")
    code = asked.says.split("Say confirm ")[1].split(",")[0]
    answer = await house.says("bob", f"confirm {code}")
    assert answer.says.startswith("Your yes is noted.")
    (approval,) = (await house.behind.store.runs.get(run.tenant, run.id)).approvals
    assert (approval.approver, approval.assurance, approval.surface) == ("bob", Assurance.SPOKEN, Surface.VOICE)


async def test_nothing_is_approved_without_the_code(house: VoiceHouse) -> None:
    run = await waiting(house)
    await house.says("bob", "approve the plan")
    await house.says("bob", "yes approve it")
    assert (await house.behind.store.runs.get(run.tenant, run.id)).approvals == ()


async def test_who_asked_for_a_plan_does_not_approve_it_by_voice_either(house: VoiceHouse) -> None:
    await waiting(house)
    answer = await house.says("alice", "approve the plan")
    assert answer.says.startswith("No plan waits for your approval.")
    assert answer.waiting is None


async def test_two_person_rules_stay_for_spoken_yeses(tmp_path: Path) -> None:
    async with voices(tmp_path, rules=TWO_PEOPLE) as house:
        run = await waiting(house)
        for name, waits in (("bob", True), ("cara", False)):
            asked = await house.says(name, "approve the plan", session=f"ses_{name}")
            code = asked.says.split("Say confirm ")[1].split(",")[0]
            await house.says(name, f"confirm {code}", session=f"ses_{name}")
            held = await house.behind.store.runs.get(run.tenant, run.id)
            assert (held.status is RunStatus.WAITING) is waits


async def test_policy_can_refuse_a_spoken_yes_where_it_takes_a_click(tmp_path: Path) -> None:
    async with voices(tmp_path, rules=NO_SPOKEN_YES_IN_PRODUCTION) as house:
        run = await waiting(house)
        asked = await house.says("bob", "approve the plan")
        code = asked.says.split("Say confirm ")[1].split(",")[0]
        refused = await house.says("bob", f"confirm {code}")
        assert "not spoken" in refused.says
        assert (await house.behind.store.runs.get(run.tenant, run.id)).approvals == ()
        person = house.person("bob")
        again = await house.says("bob", "approve the plan")
        assert again.waiting is not None
        await house.voice.conversation(person, "thr_1").pressed(person, again.waiting.id)
        (approval,) = (await house.behind.store.runs.get(run.tenant, run.id)).approvals
        assert approval.assurance is Assurance.CHAT


async def test_where_a_passkey_is_asked_for_no_code_is_given(tmp_path: Path) -> None:
    async with voices(tmp_path, Requirement(assurance=Assurance.PASSKEY)) as house:
        await waiting(house)
        answer = await house.says("bob", "approve the plan")
        assert answer.waiting is None
        assert "passkey" in answer.says


async def test_of_several_plans_it_is_asked_which(house: VoiceHouse) -> None:
    await waiting(house, "payments")
    await waiting(house, "checkout")
    answer = await house.says("bob", "approve the plan")
    assert answer.says.startswith("Two plans wait: one,")
    assert answer.waiting is None
    chosen = await house.says("bob", "approve payments")
    assert chosen.waiting is not None
    assert "payments" in chosen.says


def test_a_spoken_yes_is_on_the_rung_of_a_click_and_below_a_passkey() -> None:
    assert Assurance.SPOKEN.level() == Assurance.CHAT.level() == 1
    assert not Assurance.SPOKEN.meets(Assurance.PASSKEY)
    assert [each for each in Assurance if each.attested] == [Assurance.SPOKEN, Assurance.CHAT]


def test_nobody_can_ask_for_a_spoken_yes() -> None:
    with pytest.raises(ValueError, match="policy refuses a spoken yes"):
        Requirement(assurance=Assurance.SPOKEN)
