"""Why, in every case in which it can be asked."""

import pytest

from agents.explanation import explained
from agents.recollection import LastTurn
from memory.errors import StoreUnavailable
from memory.model.decision import Allow, Deny
from memory.model.intent import Alternative, Argument, Intent, IntentKind, Provenance
from memory.model.run import Run, RunStatus
from memory.model.value import JsonValue
from tests.agents.talking import Talk, World
from tests.fakes.proposer import BASIS
from tools.capabilities import EVERY

CAPABILITIES = {capability.name: capability for capability in EVERY}
WHY = Intent(text="why?", kind=IntentKind.TOOL, tool="turn.explain")


def why(last: LastTurn, run: Run | None = None) -> str:
    return explained(WHY, last, run, CAPABILITIES).text


def understood(kind: IntentKind = IntentKind.TOOL, **told: JsonValue) -> Intent:
    return Intent.model_validate({"text": "hm", "kind": kind, "tool": "alerts.list", "confidence": 0.8, **told})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (IntentKind.CLARIFY, "I took it as not clear enough to act on, so I asked."),
        (IntentKind.OUT_OF_SCOPE, "I took it as nothing I can do."),
        (IntentKind.SMALLTALK, "I took it as small talk."),
    ],
)
def test_what_was_no_request_is_explained_too(kind: IntentKind, said: str) -> None:
    assert said in why(LastTurn(intent=understood(kind), kind="answer"))


def test_the_reader_its_doubts_and_its_note_are_told() -> None:
    alternatives = (Alternative(tool="alerts.rules", confidence=0.11),)
    intent = understood(brain="a-model", note="The model took its time").model_copy(
        update={"alternatives": alternatives}
    )
    text = why(LastTurn(intent=intent, kind="answer"))
    assert 'I took it by a-model as "Alerts" (alerts.list), 80 % sure.' in text
    assert "The model took its time." in text
    assert "I also considered reading it as alerts.rules (11 %)." in text
    assert "No evidence was needed for it." in text


def test_every_origin_of_an_argument_has_words() -> None:
    arguments = {origin.value: Argument(value=1, provenance=origin) for origin in Provenance}
    text = why(LastTurn(intent=understood().model_copy(update={"arguments": arguments}), kind="answer"))
    assert text.count(" is 1, from ") == len(Provenance)


def test_each_decision_is_told_with_its_policies() -> None:
    allowed = LastTurn(intent=understood(), kind="plan", decision=Allow(basis=BASIS))
    denied = LastTurn(intent=understood(), kind="plan", decision=Deny(basis=BASIS, reason="It is frozen."))
    assert "Policy allows it without asking anyone: policy writes-need-one-approval" in why(allowed)
    assert "Policy says no, It is frozen: policy writes-need-one-approval" in why(denied)


def test_a_denial_that_no_policy_made_is_the_default() -> None:
    assert "Policy said no: no policy allows it." in why(LastTurn(intent=understood(), kind="refusal"))


async def test_a_plan_is_told_as_it_stands_now(talk: Talk, world: World) -> None:
    plan = await talk.say("restart payments in staging")
    assert plan.run is not None
    done = plan.run.model_copy(update={"status": RunStatus.SUCCEEDED, "summary": "payments was restarted"})
    world.proposer.runs[plan.run.id] = done
    answer = await talk.say("why?")
    assert "The plan is done and verified: payments was restarted." in answer.text
    assert answer.run == done


async def test_a_refusal_is_what_is_explained_after_it(talk: Talk) -> None:
    await talk.say("error rate of checkout")
    await talk.say("sing me a song")
    assert 'You said "sing me a song". I took it as nothing I can do.' in (await talk.say("why?")).text


async def test_plans_that_cannot_be_looked_up_take_nothing_else_away(
    talk: Talk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.say("restart payments in staging")

    async def away(*_: object) -> tuple[Run, ...]:
        raise StoreUnavailable("expected the store, found nobody")

    monkeypatch.setattr(world.proposer, "plans", away)
    assert "Policy asks for one approval" in (await talk.say("why?")).text
    digest = (await talk.say("how are things?")).text
    assert "Plans that wait: not known." in digest
    assert "No alerts fire" in digest


async def test_a_plan_that_runs_already_cannot_be_dropped_with_words(talk: Talk, world: World) -> None:
    plan = await talk.say("restart payments in staging")
    assert plan.run is not None
    world.proposer.runs[plan.run.id] = plan.run.model_copy(update={"status": RunStatus.RUNNING})
    assert "There is nothing to drop" in (await talk.say("never mind")).text
    assert world.proposer.runs[plan.run.id].status is RunStatus.RUNNING


async def test_a_plan_that_policy_lets_run_at_once_says_so(talk: Talk, world: World) -> None:
    world.proposer.decision = Allow(basis=BASIS)
    answer = await talk.say("restart payments in staging")
    assert "Policy allows it without asking anyone, so it runs now." in answer.text
