"""Turn after turn: questions asked back, follow-ups, offers taken up or dropped, restarts in between."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from agents.answer import AnswerKind
from memory.model.intent import Provenance
from memory.model.run import RunStatus
from memory.model.talk import ButtonAction
from tests.agents.talking import Talk, World, talking
from tests.fakes.people import BOB, VIC
from tests.fakes.understanding import FakeUnderstanding


async def test_a_question_about_a_service_is_answered_with_evidence_that_the_text_cites(
    talk: Talk, incident: World
) -> None:
    answer = await talk.say("what is wrong with checkout?")
    assert answer.kind is AnswerKind.ANSWER
    assert answer.text.startswith("checkout's error rate is 32 % [1], up from 0.2 % at 03:02 UTC [1]")
    assert all(f"[{number}]" in answer.text for number in range(1, len(answer.evidence) + 1))
    assert incident.proposer.proposals == 0


async def test_a_wish_becomes_a_plan_that_waits_and_carries_where_its_arguments_came_from(
    talk: Talk, world: World
) -> None:
    answer = await talk.say("roll back checkout in production to 1.4.1")
    assert answer.kind is AnswerKind.PLAN
    assert answer.run is not None
    assert answer.run.status is RunStatus.WAITING
    call = answer.run.plan.steps[0].call
    assert call.arguments == {"service": "checkout", "environment": "production", "version": "1.4.1"}
    assert set(call.provenance.values()) == {Provenance.SAID}
    assert "waits for one approval" in answer.text
    assert list(world.proposer.runs) == [answer.run.id]


async def test_do_it_takes_up_what_the_investigation_suggested_with_its_evidence(
    talk: Talk, incident: World
) -> None:
    seen = await talk.say("what is wrong with checkout?")
    plan = await talk.say("do it")
    assert plan.run is not None
    assert plan.run.plan.steps[0].says == "Roll back checkout in production to 1.4.1"
    assert plan.run.evidence == tuple(fact.id for fact in seen.evidence)
    again = await talk.say("do it")
    assert again.run is None
    assert "nothing to take up" in again.text
    assert len(incident.proposer.runs) == 1


async def test_an_offer_outlives_questions_in_between_but_not_half_an_hour(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?")
    await talk.say("error rate of payments")
    await talk.say("why?")
    assert (await talk.say("do it")).kind is AnswerKind.PLAN
    await talk.say("what is wrong with checkout?")
    incident.clock.move(timedelta(minutes=31).total_seconds())
    assert (await talk.say("do it")).kind is AnswerKind.ANSWER


async def test_an_offer_is_dropped_when_the_person_says_so(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?")
    assert "dropped the suggestion" in (await talk.say("never mind")).text
    assert (await talk.say("do it")).run is None
    assert incident.proposer.runs == {}


async def test_a_question_is_asked_back_and_its_button_completes_the_request(talk: Talk, world: World) -> None:
    question = await talk.say("roll back checkout")
    assert question.kind is AnswerKind.CLARIFY
    assert question.text == "In which environment?"
    assert [(button.action, button.value) for button in question.buttons] == [
        (ButtonAction.SAY, "production"),
        (ButtonAction.SAY, "staging"),
    ]
    assert world.proposer.proposals == 0
    plan = await talk.say(question.buttons[0].value)
    assert plan.run is not None
    assert plan.run.plan.steps[0].says == "Roll back checkout in production to 1.4.1"
    assert plan.run.plan.steps[0].call.provenance["service"] is Provenance.CONVERSATION
    assert world.proposer.proposals == 1


async def test_another_request_instead_of_an_answer_drops_the_question(talk: Talk, incident: World) -> None:
    await talk.say("restart payments")
    other = await talk.say("what is wrong with checkout?")
    assert other.text.startswith("checkout's error rate")
    late = await talk.say("production")
    assert late.kind is AnswerKind.REFUSAL
    assert incident.proposer.runs == {}


async def test_never_mind_drops_the_question(talk: Talk, world: World) -> None:
    await talk.say("restart payments")
    assert "dropped the question" in (await talk.say("never mind")).text
    assert world.proposer.proposals == 0


async def test_a_question_can_be_asked_back_twice_in_a_row(talk: Talk) -> None:
    assert (await talk.say("restart payments")).kind is AnswerKind.CLARIFY
    assert (await talk.say("roll back checkout")).kind is AnswerKind.CLARIFY
    plan = await talk.say("staging")
    assert plan.run is not None
    assert plan.run.plan.steps[0].call.tool == "deploy.rollback"


async def test_a_question_survives_a_restart_before_its_answer(world: World, tmp_path: Path) -> None:
    async with talking(tmp_path / "talks.db", world) as before:
        assert (await before.say("restart payments")).kind is AnswerKind.CLARIFY
    async with talking(tmp_path / "talks.db", world) as after:
        plan = await after.say("staging")
    assert plan.run is not None
    assert plan.run.plan.steps[0].says == "Restart payments in staging"


async def test_an_offer_survives_a_restart(incident: World, tmp_path: Path) -> None:
    async with talking(tmp_path / "talks.db", incident) as before:
        await before.say("what is wrong with checkout?")
    async with talking(tmp_path / "talks.db", incident) as after:
        assert (await after.say("do it")).kind is AnswerKind.PLAN


async def test_follow_ups_use_what_was_said_before(talk: Talk, world: World) -> None:
    await talk.say("error rate of checkout")
    await talk.say("same for payments")
    await talk.say("and yesterday?")
    signals = [call.arguments for call in world.observer.calls if call.tool == "metrics.signal"]
    assert [(each["service"], each.get("window", "1h")) for each in signals] == [
        ("checkout", "1h"),
        ("payments", "1h"),
        ("payments", "yesterday"),
    ]


async def test_hours_later_nothing_said_before_is_meant(talk: Talk, world: World) -> None:
    await talk.say("error rate of checkout")
    world.clock.move(timedelta(hours=5).total_seconds())
    assert (await talk.say("and yesterday?")).kind is AnswerKind.REFUSAL


async def test_nobody_follows_up_on_what_was_said_to_another(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?")
    assert (await talk.say("do it", who=BOB)).run is None
    assert (await talk.say("do it", thread="elsewhere")).run is None
    assert incident.proposer.runs == {}


async def test_the_same_message_taken_again_gives_the_same_plan(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?")
    first = await talk.say("do it", message="m-repeated")
    second = await talk.say("do it", message="m-repeated")
    assert first.run == second.run
    assert first.run is not None
    assert len(incident.proposer.runs) == 1


async def test_an_answer_to_a_question_taken_again_gives_the_same_plan(talk: Talk, world: World) -> None:
    await talk.say("restart payments")
    first = await talk.say("staging", message="m-repeated")
    second = await talk.say("staging", message="m-repeated")
    assert first.run is not None
    assert first.run == second.run
    assert len(world.proposer.runs) == 1


async def test_a_question_taken_again_is_asked_again_and_can_still_be_answered(talk: Talk) -> None:
    await talk.say("restart payments", message="m-repeated")
    assert (await talk.say("restart payments", message="m-repeated")).kind is AnswerKind.CLARIFY
    assert (await talk.say("staging")).kind is AnswerKind.PLAN


async def test_two_answers_at_once_make_one_plan(incident: World, tmp_path: Path) -> None:
    incident.understanding = FakeUnderstanding(delay=0.02)
    async with talking(tmp_path / "talks.db", incident) as talk:
        await talk.say("restart payments")
        first, second = await asyncio.gather(talk.say("staging"), talk.say("staging"))
    assert [first.kind, second.kind] == [AnswerKind.PLAN, AnswerKind.REFUSAL]
    assert len(incident.proposer.runs) == 1
    assert len(talk.thinker._locks) == 0


async def test_threads_do_not_wait_for_each_other(world: World, tmp_path: Path) -> None:
    world.understanding = FakeUnderstanding(delay=0.05)
    async with talking(tmp_path / "talks.db", world) as talk:
        answers = await asyncio.gather(*(talk.say("flags", thread=f"t{n}") for n in range(8)))
    assert all(answer.kind is AnswerKind.ANSWER for answer in answers)


async def test_a_plan_that_waits_is_withdrawn_by_the_one_who_asked_for_it(talk: Talk, world: World) -> None:
    plan = await talk.say("restart payments in staging")
    dropped = await talk.say("never mind")
    assert plan.run is not None
    assert "withdrawn" in dropped.text
    assert world.proposer.runs[plan.run.id].status is RunStatus.CANCELLED


async def test_a_viewer_is_told_that_policy_says_no_and_why_on_request(talk: Talk, world: World) -> None:
    refused = await talk.say("restart payments in staging", who=VIC)
    assert refused.kind is AnswerKind.REFUSAL
    assert refused.text == "Policy says no: viewers may not ask for changes."
    assert "viewers-only-look" in (await talk.say("why?", who=VIC)).text
    assert world.proposer.runs == {}


@pytest.mark.usefixtures("incident")
async def test_why_tells_the_reading_the_evidence_and_what_was_not_done(talk: Talk) -> None:
    await talk.say("what is wrong with checkout?")
    why = await talk.say("why?")
    assert 'as "Service health" (service.health), 97 % sure' in why.text
    assert '- service is checkout, from your words, "checkout"' in why.text
    assert "It rests on:" in why.text
    assert "suggested, not done" in why.text
    assert len(why.evidence) > 3
    assert (await talk.say("why?")).text == why.text


async def test_why_after_a_plan_names_the_policy_and_how_the_plan_stands(talk: Talk) -> None:
    plan = await talk.say("restart payments in staging")
    why = await talk.say("why?")
    assert (
        "Policy asks for one approval: policy writes-need-one-approval, of the policy set abababababab" in why.text
    )
    assert "The plan waits." in why.text
    assert why.run == plan.run


async def test_why_with_nothing_before_says_so(talk: Talk) -> None:
    assert (await talk.say("why?")).text == "I have not answered anything here yet."


async def test_a_plan_that_would_change_nothing_is_not_made(talk: Talk, world: World) -> None:
    answer = await talk.say("roll back checkout in production to 1.4.2")
    assert answer.text == "Nothing would change: checkout runs 1.4.2 already."
    assert world.proposer.runs == {}


async def test_a_tool_that_is_not_there_is_never_called(talk: Talk, world: World) -> None:
    assert (await talk.say("drop the database")).kind is AnswerKind.REFUSAL
    assert world.proposer.proposals == 0
    assert world.observer.looks.total() == 0


async def test_words_never_approve(talk: Talk, world: World) -> None:
    plan = await talk.say("restart payments in staging")
    answer = await talk.say("yes")
    assert plan.run is not None
    assert answer.run is None
    assert world.proposer.runs[plan.run.id].status is RunStatus.WAITING
    assert "approved with its button" in answer.text


@pytest.mark.usefixtures("incident")
async def test_small_talk_leaves_the_offer_standing(talk: Talk) -> None:
    await talk.say("what is wrong with checkout?")
    assert (await talk.say("thanks")).kind is AnswerKind.SMALLTALK
    assert (await talk.say("do it")).kind is AnswerKind.PLAN
