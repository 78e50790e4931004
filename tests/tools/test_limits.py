"""Limits are judged by what was spent and by nothing else: never over the most, never stricter than need be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model.limits import Limit, LimitScope, Resource, Use
from memory.model.plan import Plan
from tests.fakes.time import MIDNIGHT
from tools.limits import WINDOWS, Allowed, Claim, Demand, Exceeded, Tally, claims, judge, runbook_of, tally

HOUR = WINDOWS[Resource.ACTIONS]
ACTIONS = Limit(resource=Resource.ACTIONS, most=3)


def use(seconds: int, amount: int = 1) -> Use:
    return Use(
        id=f"use_{seconds}",
        tenant="acme",
        resource=Resource.ACTIONS,
        person="alice",
        tool="deploy.rollback",
        amount=amount,
        at=MIDNIGHT - timedelta(seconds=seconds),
    )


def demand(
    resource: Resource = Resource.ACTIONS, person: str = "alice", tool: str = "t", amount: int = 1
) -> Demand:
    return Demand(resource=resource, person=person, tool=tool, amount=amount)


def test_what_fits_is_allowed_and_what_does_not_says_when_it_will() -> None:
    claim = Claim(limit=ACTIONS, whose="", wanted=1)
    assert judge([tally(claim, [use(10), use(20)], MIDNIGHT)]) == Allowed()
    verdict = judge([tally(claim, [use(10), use(20), use(30)], MIDNIGHT)])
    assert isinstance(verdict, Exceeded)
    assert verdict.says() == "expected at most 3 actions an hour of the tenant, found 3 and 1 more"
    assert verdict.frees_at == MIDNIGHT - timedelta(seconds=30) + HOUR


def test_what_would_never_fit_frees_at_no_moment() -> None:
    verdict = judge([tally(Claim(limit=ACTIONS, whose="", wanted=4), [], MIDNIGHT)])
    assert isinstance(verdict, Exceeded)
    assert verdict.frees_at is None
    assert "administrator" in verdict.remedy()


def test_a_run_that_waits_for_a_place_is_told_so() -> None:
    limit = Limit(resource=Resource.RUNS, most=1)
    verdict = judge([Tally(claim=Claim(limit=limit, whose="", wanted=1), found=1)])
    assert isinstance(verdict, Exceeded)
    assert verdict.remedy() == "Wait for a run to end."


def test_a_limit_of_nothing_lets_nothing_through() -> None:
    limit = Limit(resource=Resource.ACTIONS, most=0)
    assert isinstance(judge([tally(Claim(limit=limit, whose="", wanted=1), [], MIDNIGHT)]), Exceeded)


def test_demands_of_one_spender_are_added_up_and_of_two_are_not() -> None:
    limit = Limit(resource=Resource.ACTIONS, scope=LimitScope.PERSON, most=5)
    found = claims([limit], [demand(), demand(), demand(person="bob")])
    assert {each.whose: each.wanted for each in found} == {"alice": 2, "bob": 1}


def test_several_calls_of_one_run_want_one_place() -> None:
    limit = Limit(resource=Resource.RUNS, most=1)
    assert [each.wanted for each in claims([limit], [demand(Resource.RUNS), demand(Resource.RUNS)])] == [1]


@pytest.mark.parametrize(
    ("scope", "name", "holds"),
    [
        (LimitScope.TENANT, None, True),
        (LimitScope.PERSON, None, True),
        (LimitScope.PERSON, "alice", True),
        (LimitScope.PERSON, "bob", False),
        (LimitScope.TOOL, "t", True),
        (LimitScope.TOOL, "other", False),
    ],
)
def test_a_limit_holds_for_those_it_names(scope: LimitScope, name: str | None, holds: bool) -> None:
    limit = Limit(resource=Resource.ACTIONS, scope=scope, name=name, most=1)
    assert bool(claims([limit], [demand()])) is holds


def test_a_limit_of_tools_is_about_no_tool_where_none_is_used() -> None:
    limit = Limit(resource=Resource.TOKENS, scope=LimitScope.TOOL, most=1)
    assert claims([limit], [demand(Resource.TOKENS, tool="")]) == ()


uses = st.lists(
    st.builds(use, st.integers(min_value=0, max_value=2 * 3600), st.integers(min_value=0, max_value=5)),
    max_size=30,
)


@given(uses, st.integers(min_value=0, max_value=10), st.integers(min_value=0, max_value=20))
def test_the_answer_is_yes_exactly_when_the_sum_fits(spent: list[Use], wanted: int, most: int) -> None:
    claim = Claim(limit=Limit(resource=Resource.ACTIONS, most=most), whose="", wanted=wanted)
    counted = sum(each.amount for each in spent if MIDNIGHT - each.at < HOUR)
    verdict = judge([tally(claim, spent, MIDNIGHT)])
    assert isinstance(verdict, Allowed) is (counted + wanted <= most)


@given(uses, st.integers(min_value=1, max_value=10), st.integers(min_value=0, max_value=20))
def test_there_is_room_at_the_moment_it_names_and_not_before(spent: list[Use], wanted: int, most: int) -> None:
    claim = Claim(limit=Limit(resource=Resource.ACTIONS, most=most), whose="", wanted=wanted)
    verdict = judge([tally(claim, spent, MIDNIGHT)])
    if isinstance(verdict, Exceeded) and verdict.frees_at is not None:
        before = verdict.frees_at - timedelta(microseconds=1)
        assert judge([tally(claim, spent, verdict.frees_at)]) == Allowed()
        assert isinstance(judge([tally(claim, spent, before)]), Exceeded)
    elif isinstance(verdict, Exceeded):
        assert wanted > most


@given(uses, uses, st.integers(min_value=0, max_value=20))
def test_spending_more_never_turns_a_no_into_a_yes(spent: list[Use], more: list[Use], most: int) -> None:
    claim = Claim(limit=Limit(resource=Resource.ACTIONS, most=most), whose="", wanted=1)
    if isinstance(judge([tally(claim, spent, MIDNIGHT)]), Exceeded):
        assert isinstance(judge([tally(claim, [*spent, *more], MIDNIGHT)]), Exceeded)


def test_a_runbooks_limit_holds_for_all_its_versions_and_for_nothing_else() -> None:
    limit = Limit(resource=Resource.ACTIONS, scope=LimitScope.RUNBOOK, name="restart-it", most=1)
    plan = Plan(
        tenant="acme", thread="t", message="m", requester="alice", goal="g", steps=(), runbook="restart-it@3"
    )
    asked = Demand(resource=Resource.ACTIONS, person="alice", tool="t", runbook=runbook_of(plan), amount=1)
    assert claims([limit], [asked]) == (Claim(limit=limit, whose="restart-it", wanted=1),)
    for other in ("", "another"):
        assert claims([limit], [asked.model_copy(update={"runbook": other})]) == ()
    assert runbook_of(plan.model_copy(update={"runbook": None})) == ""
