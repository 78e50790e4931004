"""Which model is asked: what rules forbid never is, and among the rest order, fitness, cost and measure decide."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.model.choice import candidates
from agents.model.fleet import Data, Fleet, Model, Need, Provider, Rules, Runtime, Size
from agents.model.standing import Standing, Standings
from tests.agents.model.routing import model, question, tool
from tests.fakes.time import FakeClock

NOTHING: dict[str, Decimal] = {}  # spent
EU = Provider(name="eu", base_url="http://eu.example/v1", region="eu", trust=80)
US = Provider(name="us", base_url="http://us.example/v1", region="us", trust=40, data=Data.NAMES)


def order(fleet: Fleet, rules: Rules = Rules(), **asked: object) -> list[str]:  # noqa: B008  # frozen
    """Return the names of the models, in the order they are asked."""
    given_ = question(**asked)  # type: ignore[arg-type]  # a question's fields
    return [each.name for each in candidates(fleet, rules, given_, lambda _: Standing(), spent=NOTHING)]


def fleet(*models: Model) -> Fleet:
    return Fleet(providers=(EU, US), models=models)


def test_of_two_that_fit_the_cheaper_is_asked_first_and_of_equal_price_the_faster() -> None:
    both = fleet(model("dear", "eu", price=9), model("cheap", "eu", price=1))
    assert order(both) == ["cheap", "dear"]
    same = fleet(model("slow", "eu"), model("quick", "eu"))
    fares = Standings(FakeClock())
    fares.note("slow", 3.0, answered=True)
    fares.note("quick", 0.2, answered=True)
    found = candidates(same, Rules(), question(), fares.of, spent=NOTHING)
    assert [each.name for each in found] == ["quick", "slow"]


def test_a_model_that_keeps_failing_goes_behind_the_others_whatever_the_order_until_time_has_passed() -> None:
    clock = FakeClock()
    both, fares = fleet(model("first", "eu"), model("second", "eu")), Standings(clock)
    for _ in range(3):
        fares.note("first", 1.0, answered=False)
    found = candidates(both, Rules(order=("first", "second")), question(), fares.of, spent=NOTHING)
    assert [each.name for each in found] == ["second", "first"]
    clock.move(180)
    found = candidates(both, Rules(order=("first", "second")), question(), fares.of, spent=NOTHING)
    assert [each.name for each in found] == ["first", "second"]


def test_an_order_for_a_need_goes_before_the_order_for_all() -> None:
    both = fleet(model("a", "eu"), model("b", "eu"))
    rules = Rules(order=("a", "b"), by_need={Need.INVESTIGATE: ("b",)})
    assert (order(both, rules)[0], order(both, rules, need=Need.INVESTIGATE)[0]) == ("a", "b")


def test_a_model_without_tools_or_too_small_for_the_question_is_not_asked() -> None:
    both = fleet(model("plain", "eu", tools=False), model("able", "eu"))
    assert order(both, tools=(tool(),)) == ["able"]
    small = Model(name="small", provider="eu", context=512)
    assert order(fleet(small), text="long " * 2000) == []


@given(
    regions=st.sets(st.sampled_from(["eu", "us"])),
    trust=st.integers(0, 100),
    never=st.sets(st.sampled_from(["a", "b", "c"])),
    data=st.sampled_from(Data),
    ordered=st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
)
def test_no_order_and_no_measure_brings_in_what_the_rules_leave_out(
    regions: set[str], trust: int, never: set[str], data: Data, ordered: list[str]
) -> None:
    all_ = fleet(model("a", "eu"), model("b", "us"), model("c", "us", Size.LARGE))
    rules = Rules(order=tuple(ordered), regions=tuple(regions), least_trust=trust, never=tuple(never))
    for name in order(all_, rules, data=data):
        served = all_.provider_of(next(each for each in all_.models if each.name == name))
        assert name not in never
        assert served.trust >= trust
        assert not regions or served.region in regions
        assert data is Data.NAMES or served.data is Data.EVIDENCE


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ({"models": [{"name": "a", "provider": "none"}]}, "the provider of model a"),
        ({"rules": {"order": ["a"]}}, "a model of the rules"),
        ({"tenants": {"acme": {"never": ["a"]}}}, "a model of the rules"),
        (
            {"experiments": [{"name": "x", "need": "write", "arms": {"a": "m", "b": "n"}}]},
            "a model of experiment x",
        ),
        ({"experiments": [{"name": "x", "need": "write", "arms": {"a": "m"}}]}, "two arms"),
        ({"providers": [{"name": "p", "base_url": "http://p"}] * 2}, "a name of its own"),
        ({"providers": [{"name": "p", "base_url": "ftp://p"}]}, "base_url"),
        ({"providers": [{"name": "p", "base_url": "http://user:key@p"}]}, "base_url"),
        ({"providers": [{"name": "p", "base_url": "http://p", "runtime": "azure"}]}, "api_version"),
        ({"providers": [{"name": "p", "base_url": "http://p", "nonsense": 1}]}, "nonsense"),
    ],
)
def test_a_fleet_whose_names_lead_nowhere_is_refused(given_: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Fleet.model_validate(given_)


def test_every_runtime_has_a_name_and_a_key_is_never_shown() -> None:
    shown = Provider(name="p", base_url="http://p/v1", api_key="sk-secret", runtime=Runtime.VLLM)
    assert "sk-secret" not in f"{shown!r}{shown.model_dump_json()}"


def test_tokens_read_from_the_providers_cache_cost_what_that_costs() -> None:
    priced = model("m", "eu", price=10).model_copy(update={"cached_price": Decimal(1)})
    assert priced.cost(1_000_000, 400_000, 100_000) == Decimal("6.4") + Decimal(2)
    assert Model(name="m", provider="eu").cost(1, 0, 1) is None
