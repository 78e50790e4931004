"""Many savings together: nothing counts twice, and a plan reaches its target or says by how much it does not."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.savings.combining import Combination, apart, related, total, within
from agents.savings.ranking import ranked, what_if
from memory.model.saving import Band, Factor, MonthlyCost, Risk, Saving, SavingKind
from tools.saving_words import headline

CENT = Decimal("0.01")
POOLS = (
    ("compute", "aws"),
    ("compute", "aws", "cluster", "staging", "checkout"),
    ("compute", "aws", "cluster", "staging", "payments"),
    ("compute", "aws", "cluster", "production", "checkout"),
    ("storage", "s3", "logs"),
    ("network", "to the internet"),
)
COSTS = dict(zip(POOLS, map(Decimal, (1000, 200, 150, 400, 80, 60)), strict=True))


def saving(
    number: int,
    pool: tuple[str, ...],
    factor: Factor,
    share: Decimal,
    risk: Risk = Risk.LOW,
    currency: str = "USD",
) -> Saving:
    money = (COSTS[pool] * share).quantize(CENT)
    return Saving(
        id=f"sav_{number}",
        kind=SavingKind.IDLE,
        title=f"saving {number}",
        target="x",
        currency=currency,
        pool=pool,
        factor=factor,
        cost=COSTS[pool],
        monthly=Band(low=money / 2, expected=money, high=money),
        risk=risk,
        risks=("it may hurt",),
    )


@st.composite
def many(draw: st.DrawFn) -> list[Saving]:
    count = draw(st.integers(0, 12))
    return [
        saving(
            number,
            draw(st.sampled_from(POOLS)),
            draw(st.sampled_from(tuple(Factor))),
            Decimal(draw(st.integers(1, 100))) / 100,
            draw(st.sampled_from(tuple(Risk))),
        )
        for number in range(count)
    ]


@given(many())
@settings(max_examples=80, deadline=None)
def test_no_more_is_saved_in_any_pool_than_it_costs_and_none_brings_more_than_alone(found: list[Saving]) -> None:
    plan = ranked(found, Decimal(1140), "bills", "USD")
    slack = CENT * len(found)
    for pool, cost in COSTS.items():
        inside = sum((each.monthly.expected for each in plan.chosen if within(each.saving.pool, pool)), Decimal(0))
        if any(each.saving.pool == pool for each in plan.chosen):
            assert inside <= cost + slack
    for each in plan.chosen:
        assert 0 < each.monthly.expected <= each.saving.monthly.expected + CENT
        assert each.monthly.low <= each.monthly.expected + CENT


@given(many())
@settings(max_examples=80, deadline=None)
def test_two_ways_to_the_same_money_are_never_both_in_a_plan(found: list[Saving]) -> None:
    plan = ranked(found, Decimal(1140), "bills", "USD")
    chosen = [each.saving for each in plan.chosen]
    for number, one in enumerate(chosen):
        for other in chosen[number + 1 :]:
            assert one.factor is not other.factor or not related(one.pool, other.pool)
    ids = {each.id for each in chosen}
    assert all(each.by in ids and each.saving.id not in ids for each in plan.left_out)


@given(many(), st.integers(0, 1400))
@settings(max_examples=120, deadline=None)
def test_a_plan_reaches_its_target_or_says_by_how_much_it_falls_short(found: list[Saving], target: int) -> None:
    before, wanted = Decimal(1140), Decimal(target)
    plan = ranked(found, before, "bills", "USD", wanted)
    saved = sum((each.monthly.expected for each in plan.chosen), Decimal(0))
    assert plan.saved.expected == saved
    assert plan.after.expected == max(Decimal(0), before - saved)
    assert plan.short == max(Decimal(0), plan.after.expected - wanted)
    if plan.short:
        everything = ranked(found, before, "bills", "USD")
        assert plan.saved.expected >= everything.saved.expected - CENT * len(found)  # nothing was kept back
    if plan.surely:
        assert plan.after.high <= wanted


@given(many(), st.integers(0, 1400))
@settings(max_examples=80, deadline=None)
def test_nothing_is_in_a_plan_that_reaches_its_target_without_it(found: list[Saving], target: int) -> None:
    wanted = Decimal(target)
    plan = ranked(found, Decimal(1140), "bills", "USD", wanted)
    if plan.short or not plan.chosen:
        return
    for left_out in plan.chosen:
        fewer = Combination()
        for each in plan.chosen:
            if each is not left_out:
                fewer.take(each.saving)
        rest = Decimal(1140) - total(fewer.counted).expected
        assert rest > wanted or left_out.saving.risk.rank() < max(each.saving.risk.rank() for each in plan.chosen)


@given(many())
@settings(max_examples=40, deadline=None)
def test_each_group_apart_saves_as_much_alone_as_beside_the_others(found: list[Saving]) -> None:
    together = Combination()
    for each in found:
        together.take(each)
    alone = []
    for group in {id(group): group for group in apart(found).values()}.values():
        combination = Combination()
        for each in group:
            combination.take(each)
        alone += combination.counted
    assert sorted(alone, key=lambda each: each.saving.id) == sorted(
        together.counted, key=lambda each: each.saving.id
    )


def test_size_hours_and_price_of_one_cost_multiply() -> None:
    pool = POOLS[1]  # 200
    found = [
        saving(1, pool, Factor.SIZE, Decimal("0.5")),
        saving(2, pool, Factor.HOURS, Decimal("0.6")),
        saving(3, pool, Factor.PRICE, Decimal("0.1")),
    ]
    plan = ranked(found, Decimal(200), "bills", "USD")
    assert plan.after.expected == 200 * Decimal("0.5") * Decimal("0.4") * Decimal("0.9")


def test_a_commitment_on_all_compute_counts_only_for_what_the_others_leave() -> None:
    found = [
        saving(1, POOLS[1], Factor.EXISTENCE, Decimal(1)),
        saving(2, POOLS[0], Factor.PRICE, Decimal("0.2"), Risk.HIGH),
    ]
    plan = ranked(found, Decimal(1000), "bills", "USD")
    assert [each.monthly.expected for each in plan.chosen] == [Decimal(200), Decimal("0.2") * 800]


def test_what_is_stopped_cannot_be_made_smaller_too() -> None:
    found = [saving(1, POOLS[1], Factor.EXISTENCE, Decimal(1)), saving(2, POOLS[1], Factor.SIZE, Decimal("0.5"))]
    plan = ranked(found, Decimal(1000), "bills", "USD")
    assert [each.saving.id for each in plan.chosen] == ["sav_1"]
    assert [(each.saving.id, each.by) for each in plan.left_out] == [("sav_2", "sav_1")]


def test_the_least_risk_that_reaches_the_target_is_taken() -> None:
    found = [
        saving(1, POOLS[4], Factor.PRICE, Decimal("0.5"), Risk.LOW),  # 40
        saving(2, POOLS[5], Factor.SIZE, Decimal("0.5"), Risk.MEDIUM),  # 30
        saving(3, POOLS[3], Factor.SIZE, Decimal("0.5"), Risk.HIGH),  # 200
    ]
    assert [each.saving.id for each in ranked(found, Decimal(600), "b", "USD", Decimal(560)).chosen] == ["sav_1"]
    both = ranked(found, Decimal(600), "b", "USD", Decimal(540))
    assert [each.saving.id for each in both.chosen] == ["sav_1", "sav_2"]
    high = ranked(found, Decimal(600), "b", "USD", Decimal(450))
    assert {each.saving.id for each in high.chosen} == {"sav_3"}


def test_what_is_under_the_target_already_needs_nothing() -> None:
    plan = ranked([saving(1, POOLS[4], Factor.PRICE, Decimal("0.5"))], Decimal(100), "b", "USD", Decimal(100))
    assert (plan.chosen, plan.short, plan.surely) == ((), Decimal(0), True)


def test_money_of_another_currency_is_no_part_of_a_plan() -> None:
    assert (
        ranked([saving(1, POOLS[4], Factor.PRICE, Decimal(1), currency="EUR")], Decimal(9), "b", "USD").chosen
        == ()
    )


def test_what_if_counts_exactly_what_is_chosen_in_that_order() -> None:
    found = [
        saving(1, POOLS[1], Factor.SIZE, Decimal("0.5")),
        saving(2, POOLS[1], Factor.SIZE, Decimal("0.8")),
        saving(3, POOLS[4], Factor.PRICE, Decimal("0.5")),
    ]
    plan = what_if(found, ["sav_1", "sav_2", "sav_1"], Decimal(500), "b", "USD")
    assert [each.saving.id for each in plan.chosen] == ["sav_1"]
    assert [each.saving.id for each in plan.left_out] == ["sav_2"]
    assert plan.after.expected == 400


def test_what_a_month_costs_in_another_currency_is_said_and_never_added() -> None:
    euros = MonthlyCost(currency="EUR", amount=Decimal(4000), basis="the bills")
    plan = ranked([], Decimal(500), "b", "USD", Decimal(400)).model_copy(update={"beside": (euros,)})
    assert headline(plan).endswith(
        "Besides, a month costs 4,000.00 EUR (the bills): savings are found in USD, "
        "and only USD is held against the sum."
    )
    unknown = ranked([], Decimal(0), "b", "USD", None).model_copy(update={"beside": (euros,)})
    assert "what a month costs in USD" in headline(unknown)
    assert "4,000.00 EUR" in headline(unknown)
