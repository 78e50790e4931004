"""Which runbook and which model come first, and what no weight ever does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.model.choice import candidates
from agents.model.fleet import Fleet, Model, Need, Provider, Rules
from agents.model.standing import Standing
from agents.teaching.parts import Part, Replay
from agents.teaching.ranking import learned_from, merits, ranked, runbooks_taken, tried_on, weight
from agents.teaching.serving import matched, model_merits, served
from agents.teaching.turns import PastTurn, Said
from memory.model.teaching import MOST_WEIGHT
from tests.agents.model.routing import ANSWER, model, provider, question, routed
from tests.fakes.openai_server import openai_server
from tests.fakes.time import MIDNIGHT

NEAR = (("drain-node", 0.70), ("restart-service", 0.69), ("clear-cache", 0.50))
WORDS = "run the runbook for a sick service"


def turn(number: int, **changes: object) -> PastTurn:
    made = PastTurn(
        id=f"m{number}",
        thread=f"t{number}",
        sender="alice",
        at=MIDNIGHT + timedelta(minutes=number),
        text=WORDS,
        tool="runbook.run",
        runbook="restart-service",
        said=Said.RIGHT,
    )
    return made.model_copy(update=changes)


def taken(*turns: PastTurn) -> list[tuple[str, bool]]:
    return [(each.name, each.right) for each in runbooks_taken(turns, lambda _: NEAR)]


def test_an_accepted_runbook_was_taken_and_one_that_did_not_work_was_not() -> None:
    failed = turn(2, worked=False)
    rejected = turn(3, said=Said.WRONG)
    unknown = turn(4, said=Said.NOTHING)
    told = taken(turn(1), failed, rejected, unknown)
    assert told == [("restart-service", True), ("restart-service", False), ("restart-service", False)]


def test_a_question_back_is_settled_by_the_next_words_soon_and_in_the_same_talk() -> None:
    asked = turn(1, runbook="", said=Said.NOTHING)
    named = turn(2, thread="t1", runbook="clear-cache", said=Said.NOTHING)
    assert taken(asked, named) == [("clear-cache", True)]
    assert taken(asked, named.model_copy(update={"thread": "t2"})) == []
    assert taken(asked, named.model_copy(update={"at": MIDNIGHT + timedelta(hours=1)})) == []
    assert taken(asked, named.model_copy(update={"said": Said.WRONG})) == [("clear-cache", False)]


def test_words_that_mean_one_runbook_alone_teach_no_order() -> None:
    assert runbooks_taken([turn(1)], lambda _: NEAR[1:2]) == ()
    assert runbooks_taken([turn(1, runbook="another")], lambda _: NEAR) == ()


def test_what_people_take_comes_first_on_turns_that_are_newer() -> None:
    known = runbooks_taken([turn(number) for number in range(1, 13)], lambda _: NEAR)
    older = learned_from(known)
    weights = {each.name: each.weight for each in merits(older)}
    assert weights["restart-service"] > 0 > weights["drain-node"]
    found = tried_on(known[len(older) :], {}, weights, lambda text: text)
    assert (found.cases, found.right_before, found.right_after) == (4, 0, 4)
    assert Replay(runbooks=found).against() == ""


def test_an_order_that_helps_less_than_it_harms_is_refused_and_so_is_no_gain() -> None:
    worse = Part(cases=9, right_before=5, right_after=4, false_actions_before=0, false_actions_after=0)
    assert "less often" in Replay(runbooks=worse).against()
    assert "nothing" in Replay(runbooks=worse.model_copy(update={"right_after": 5})).against()


def test_what_was_seen_too_seldom_has_no_weight() -> None:
    assert merits(runbooks_taken([turn(1), turn(2)], lambda _: NEAR)) == ()


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_weight_is_small_whatever_happened(right: int, wrong: int) -> None:
    assert abs(weight(right, right + wrong)) <= MOST_WEIGHT


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.floats(-MOST_WEIGHT, MOST_WEIGHT)))
def test_weights_bring_nothing_in_and_leave_nothing_out(weights: dict[str, float]) -> None:
    fitting = [("a", 0.7), ("b", 0.6)]
    assert sorted(name for name, _ in ranked(fitting, weights)) == ["a", "b"]


def read_by(model: str, number: int, *, right: bool = True) -> PastTurn:
    said = Said.RIGHT if right else Said.WRONG
    return turn(number, tool="service.health", runbook="", brain=model, said=said)


def halves() -> list[PastTurn]:
    """Return turns of two models in turn, of which the second is always right and the first half of the time."""
    return [
        read_by("second" if number % 2 else "first", number, right=number % 2 == 1 or number % 4 == 0)
        for number in range(120)
    ]


def test_a_model_that_reads_better_is_asked_first_where_the_gain_is_no_chance() -> None:
    known = served(halves(), {"first", "second"})
    merit = {each.name: each.weight for each in model_merits(known)}
    assert merit["second"] > merit.get("first", 0.0)
    newer = [each for each in known if each.at > model_merits(known)[0].until]
    found = matched(newer, lambda by: max(("first", "second"), key=lambda name: by.get(name, 0.0)), {}, merit)
    assert (found.before.model, found.after.model, found.against()) == ("first", "second", "")
    few = matched(newer[:10], lambda by: max(("first", "second"), key=lambda name: by.get(name, 0.0)), {}, merit)
    assert "fewer" in few.against()


def test_a_gain_that_may_be_chance_is_refused() -> None:
    turns = [read_by("ab"[number % 2], number, right=number % 10 not in {0, 2, 1}) for number in range(40)]
    found = matched(served(turns, {"a", "b"}), lambda by: "b" if by else "a", {}, {"b": 0.1})
    assert "chance" in found.against()


def test_an_embedded_reading_says_nothing_of_a_model() -> None:
    assert served([read_by("embedded", 1), read_by("gone", 2)], {"first"}) == ()


@pytest.mark.parametrize(
    ("rules", "order"),
    [
        (Rules(), ["better", "cheap"]),
        (Rules(order=("cheap",)), ["cheap", "better"]),
        (Rules(never=("better",)), ["cheap"]),
    ],
)
def test_a_tenants_own_words_come_before_any_weight(rules: Rules, order: list[str]) -> None:
    fleet = Fleet(
        providers=(Provider(name="p", base_url="http://127.0.0.1:1/v1"),),
        models=(Model(name="cheap", provider="p"), Model(name="better", provider="p")),
    )
    found = candidates(
        fleet, rules, question(), lambda _: Standing(), spent={}, weights={"better": 0.1, "unknown": 0.1}
    )
    assert [each.name for each in found] == order


async def test_the_router_asks_first_whom_a_tenant_was_served_well_by_for_that_need_alone() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        cheap, dear = (model(name, "p", price=price) for name, price in (("cheap", 1), ("dear", 9)))
        async with routed([provider("p", server)], [cheap, dear]) as watched:
            watched.router.preferences.put("acme", Need.CLASSIFY, {"dear": 0.05})
            watched.router.preferences.put("evil", Need.WRITE, {"dear": 0.05})
            await watched.router.ask(question())
            await watched.router.ask(question(need=Need.WRITE))
            assert watched.outcomes() == [("dear", "answered"), ("cheap", "answered")]
