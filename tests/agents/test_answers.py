"""Single looks, talk about the talk, and bad input: each answered clearly, with nothing lost or half done."""

from datetime import timedelta

import pytest

from agents.answer import AnswerKind
from agents.units import counted, length, listed, quantity
from agents.untrusted import quoted
from memory.model.plan import Effect
from memory.model.run import Outcome, RunStatus
from memory.model.talk import Submission
from tests.agents.talking import Talk, World
from tests.fakes.people import VIC
from tools.capabilities import EVERY
from tools.contract import Signal


async def test_a_signal_is_told_with_its_turn_and_drawn_with_what_was_changed(talk: Talk, incident: World) -> None:
    answer = await talk.say("error rate of checkout")
    assert answer.text == "checkout's error rate is 32 % [1], up from 0.2 % at 03:02 UTC."
    assert "1.4.2 released" in str(answer.charts[0].spec)
    assert incident.observer.looks == {"metrics.signal": 1, "deploys.list": 1}


async def test_a_signal_without_data_is_said_as_it_is(talk: Talk, world: World) -> None:
    world.observer.silent = {("checkout", Signal.ERROR_RATE)}
    answer = await talk.say("error rate of checkout")
    assert answer.text == "There is no data on checkout's error_rate [1]."


async def test_prometheus_going_away_in_the_middle_leaves_the_last_number_and_a_way_on(
    talk: Talk, incident: World
) -> None:
    await talk.say("error rate of checkout")
    incident.observer.away = {"prometheus"}
    answer = await talk.say("error rate of checkout")
    assert answer.kind is AnswerKind.ERROR
    assert answer.text.startswith("I could not look: expected prometheus to answer within 5 s, found nobody. ")
    assert "The last I saw is from 03:20 UTC: checkout's error_rate is 0.3196 now [1]." in answer.text
    assert answer.missing == ("metrics.signal",)
    assert answer.buttons[0].value == "error rate of checkout"
    incident.observer.away = set()
    assert (await talk.say("error rate of checkout")).kind is AnswerKind.ANSWER


async def test_nothing_seen_of_another_service_is_offered_instead(talk: Talk, world: World) -> None:
    await talk.say("error rate of payments")
    world.observer.away = {"prometheus"}
    assert "The last I saw" not in (await talk.say("error rate of checkout")).text


async def test_a_query_that_does_not_parse_is_answered_in_the_words_of_its_source(
    talk: Talk, world: World
) -> None:
    world.observer.broken_query = 'could not evaluate: 1:5: parse error: unclosed left parenthesis\n"and more"'
    answer = await talk.say("query sum(up")
    assert answer.kind is AnswerKind.ERROR
    assert answer.text == (
        "The query was refused [1]: \"could not evaluate: 1:5: parse error: unclosed left parenthesis 'and more'\""
    )
    assert answer.evidence[0].query == "sum(up"
    assert answer.evidence[0].text == world.observer.broken_query


async def test_a_look_that_policy_denies_is_a_refusal(talk: Talk, world: World) -> None:
    world.observer.forbidden = {"flags.list"}
    answer = await talk.say("flags", who=VIC)
    assert (answer.kind, answer.text) == (AnswerKind.REFUSAL, "Policy says no: viewers may not look at this.")


async def test_several_facts_are_listed_with_a_citation_each(talk: Talk, incident: World) -> None:
    incident.observer.alerts *= 3
    answer = await talk.say("list alerts")
    assert answer.text.splitlines() == ["3 alerts fire.", "- alert 0 [1]", "- alert 1 [2]", "- alert 2 [3]"]


async def test_an_argument_that_does_not_fit_is_said_and_nothing_is_looked_at(talk: Talk, world: World) -> None:
    answer = await talk.say("query " + "x" * 3000)
    assert answer.kind is AnswerKind.ERROR
    assert "metrics.query expected string should have at most 2000 characters for query" in answer.text
    assert world.observer.looks.total() == 0


async def test_a_wish_that_does_not_fit_is_said_and_nothing_is_proposed(talk: Talk, world: World) -> None:
    answer = await talk.say("roll back checkout in production to 1..2")
    assert answer.kind is AnswerKind.ERROR
    assert world.proposer.proposals == 0


async def test_a_long_list_is_told_in_part(talk: Talk, incident: World) -> None:
    incident.observer.alerts *= 14
    assert (await talk.say("list alerts")).text.splitlines()[-1] == "- and 4 more"


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("service.unknown", AnswerKind.ERROR, "It is odd. The nearest names I know are"),
        ("connector.unreachable", AnswerKind.ERROR, "I made no plan of it: It is odd. Try later."),
        ("policy.denied", AnswerKind.REFUSAL, "Policy says no: It is odd. Try later."),
        ("plan.no_change", AnswerKind.ANSWER, "Nothing would change: It is odd. Try later."),
    ],
)
async def test_each_reason_for_no_plan_is_said(
    talk: Talk, world: World, code: str, kind: AnswerKind, said: str
) -> None:
    world.proposer.refusal = Submission(refusal="It is odd", hint="Try later", code=code)
    answer = await talk.say("restart payments in staging")
    assert (answer.kind, answer.run) == (kind, None)
    assert answer.text.startswith(said)


@pytest.mark.parametrize(
    ("code", "said"),
    [("service.ambiguous", "The nearest names I know are"), ("input.invalid", "It is odd.")],
)
async def test_each_reason_for_no_look_is_said(talk: Talk, world: World, code: str, said: str) -> None:
    world.observer.failure = Outcome(ok=False, summary="It is odd", error_code=code)
    answer = await talk.say("error rate of checkout")
    assert answer.kind is AnswerKind.ERROR
    assert said in answer.text


async def test_a_source_that_answered_in_part_is_named(talk: Talk, world: World) -> None:
    world.observer.failure = Outcome(ok=True, summary="No alerts fire.", missing=("alertmanager: it is away",))
    answer = await talk.say("list alerts")
    assert answer.text == "No alerts fire. What is missing: alertmanager: it is away."
    assert answer.missing == ("alertmanager: it is away",)


async def test_a_plan_that_was_finished_meanwhile_is_not_made_again(talk: Talk, world: World) -> None:
    plan = await talk.say("restart payments in staging", message="m-repeated")
    assert plan.run is not None
    world.proposer.runs[plan.run.id] = plan.run.model_copy(update={"status": RunStatus.SUCCEEDED})
    again = await talk.say("restart payments in staging", message="m-repeated")
    assert "This plan is done and verified already." in again.text
    assert len(world.proposer.runs) == 1


async def test_a_plan_that_began_while_it_was_being_dropped_says_so(talk: Talk, world: World) -> None:
    await talk.say("restart payments in staging")
    world.proposer.begun = True
    answer = await talk.say("never mind")
    assert answer.text.startswith("It is too late to withdraw the plan: expected a plan that waits")


async def test_help_gives_a_way_to_say_everything(talk: Talk) -> None:
    answer = await talk.say("help")
    assert "other people approve them" in answer.text
    assert '- Alerts: "' in answer.text
    assert "{" not in answer.text
    assert answer.buttons[0].value == "how are things?"


async def test_help_lists_only_what_policy_leaves_to_the_person(talk: Talk, world: World) -> None:
    world.observer.forbidden = {each.name for each in EVERY if each.effect is not Effect.READ}
    answer = await talk.say("help")
    assert "- Alerts" in answer.text
    assert "other people approve them" not in answer.text
    world.observer.forbidden = {each.name for each in EVERY}
    assert "Somebody has to give you a role first" in (await talk.say("help")).text


async def test_plans_are_listed_and_a_single_one_comes_with_its_card(talk: Talk) -> None:
    assert (await talk.say("plans")).text == "No plan waits."
    plan = await talk.say("restart payments in staging")
    one = await talk.say("plans")
    assert one.run == plan.run
    assert one.text.splitlines()[1] == (
        "- Restart payments in staging: waiting, until 03:50 UTC, asked for by alice at 03:20 UTC"
    )
    await talk.say("restart payments in production")
    assert (await talk.say("plans")).run is None


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "🔥" * 1000, "x" * 100_000, "\u202e" * 50, "{heard}", "%s %d {0}"]
)
async def test_odd_words_are_no_request(talk: Talk, world: World, text: str) -> None:
    answer = await talk.say(text)
    assert answer.kind is AnswerKind.REFUSAL
    assert world.observer.looks.total() == world.proposer.proposals == 0


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.312, "ratio", "31 %"),
        (0.002, "ratio", "0.2 %"),
        (0.0, "ratio", "0 %"),
        (1.0, "ratio", "100 %"),
        (0.99996, "ratio", "99.99 %"),
        (0.084, "s", "84 ms"),
        (0.00042, "s", "0.42 ms"),
        (2.43, "s", "2.4 s"),
        (1234.5, "req/s", "1,234 req/s"),
        (1_572_864.0, "bytes", "1.5 MiB"),
        (3.0, "", "3"),
        (float("nan"), "ratio", "no number"),
        (float("inf"), "s", "no number"),
    ],
)
def test_numbers_read_as_people_say_them(value: float, unit: str, said: str) -> None:
    assert quantity(value, unit) == said


def test_lengths_counts_and_lists_read_as_people_say_them() -> None:
    assert length(timedelta(minutes=2)) == "two minutes"
    assert length(timedelta(seconds=0)) == "one second"
    assert length(timedelta(days=45)) == "45 days"
    assert (counted(0, "alert"), counted(1, "alert"), counted(14, "alert")) == (
        "no alerts",
        "one alert",
        "14 alerts",
    )
    assert (listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == (
        "",
        "a",
        "a and b",
        "a, b and c",
    )


def test_a_quotation_is_one_visible_line() -> None:
    assert quoted('a "b"\n\u202ec') == "\"a 'b' c\""
    assert len(quoted("x" * 1000)) == 302
