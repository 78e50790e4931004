"""Finders that look at bills and volumes, each against arithmetic of its own."""

import random
from decimal import Decimal

import pytest

from agents.savings.bounds import mean, quantile
from agents.savings.commitments import commitment, hindsight
from agents.savings.egress import egress, path_of
from agents.savings.orphaned import charged, volume
from agents.savings.readings import Bucket, Charge, Spend, Volume
from agents.savings.tiers import tier
from memory.model.saving import Risk
from tests.agents.savings.made import TERMS

MONTH = Decimal(365) / 12 / 30  # of thirty days


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def charge(description: str, unit: str, cost: str, resource: str = "r-1", service: str = "") -> Charge:
    return Charge(resource=resource, service=service, description=description, unit=unit, cost=Decimal(cost))


@pytest.mark.parametrize(
    ("phase", "used_by", "found"),
    [
        ("Released", None, True),
        ("Available", None, True),
        ("Bound", 0, True),
        ("Bound", 2, False),
        ("Bound", None, False),
    ],
)
def test_a_volume_that_nothing_uses_is_an_orphan_and_one_nobody_could_look_at_is_not(
    phase: str, used_by: int | None, found: bool
) -> None:
    saving = volume(Volume("pvc-1", "", 100.0, phase, "shop/data", used_by), TERMS)
    assert (saving is not None) is found
    if saving is not None:
        assert saving.monthly.expected == Decimal("4.00")  # 100 GiB at 0.04
        assert saving.risk is Risk.HIGH


def test_what_the_bill_calls_unused_is_an_orphan_for_what_it_cost() -> None:
    lines = [
        charge("Idle public IPv4 address per hour", "Hrs", "3.60", "eip-1"),
        charge("In-use public IPv4 address per hour", "Hrs", "3.60", "eip-2"),
    ]
    (found,) = charged(lines, TERMS)
    assert (found.target, found.monthly.expected) == ("eip-1", cents(Decimal("3.60") * MONTH))


def test_a_gate_that_is_charged_by_the_hour_alone_lets_nothing_through() -> None:
    lines = [
        charge("LoadBalancer-hour", "Hrs", "18", "lb-1"),
        charge("LoadBalancer-hour", "Hrs", "18", "lb-2"),
        charge("Data processed by the load balancer", "GB", "0.4", "lb-2"),
        charge("Instance hour", "Hrs", "70", "i-1"),
    ]
    assert [each.target for each in charged(lines, TERMS)] == ["lb-1"]


def test_a_bucket_that_is_hardly_read_saves_the_difference_of_the_tiers_less_dearer_reads() -> None:
    found = tier(Bucket("logs", "Amazon S3", Decimal(300), Decimal(2), Decimal(8)), TERMS)
    assert found is not None
    gained, read = Decimal(300) * (1 - Decimal("0.54")), Decimal(10)
    assert found.monthly.expected == cents((gained - read * Decimal("1.5")) * MONTH)
    assert found.monthly.high == cents(gained * MONTH)
    assert found.monthly.low == cents((gained - read * (2 * Decimal("2.5") - 1)) * MONTH)


def test_a_bucket_that_is_read_more_than_it_pays_stays_where_it_is() -> None:
    assert tier(Bucket("hot", "Amazon S3", Decimal(100), Decimal(0), Decimal(40)), TERMS) is None


def test_traffic_is_told_by_the_first_path_its_description_names_and_only_where_it_is_a_volume() -> None:
    lines = [
        charge("Data processed by NAT Gateways", "GB", "50"),
        charge("NAT Gateway hour", "Hrs", "33"),
        charge("$0.01 per GB - regional data transfer - in/out/between EC2 AZs", "GB", "20"),
        charge("Data Transfer Out to Internet", "GB", "10"),
    ]
    found = {each.target: each.monthly for each in egress(lines, TERMS)}
    assert found["traffic through NAT gateways"].expected == cents(Decimal(50) * MONTH * Decimal("0.4"))
    assert found["traffic between zones"].expected == cents(Decimal(20) * MONTH * Decimal("0.5"))
    assert found["traffic to the internet"].low == cents(Decimal(10) * MONTH * Decimal("0.1"))
    assert all(band.level is None for band in found.values())
    assert path_of(charge("Instance hour", "Hrs", "1")) is None


def test_a_commitment_is_chosen_by_the_days_before_and_told_by_those_after() -> None:
    before = tuple(Decimal(each) for each in range(1, 101))
    after = (Decimal(20),) * 15 + (Decimal(40),) * 15
    found = hindsight(before + after, Decimal("0.28"))
    assert found is not None
    assert found.daily == 28  # the 0.28-quantile of 1 to 100
    assert found.saved == 15 * (20 - 28 * Decimal("0.72")) + 15 * (28 - 28 * Decimal("0.72"))
    assert found.used == Decimal(15 * 20 + 15 * 28) / (28 * 30)
    assert found.breaks_even == Decimal("0.72")


def test_no_other_commitment_would_have_saved_more_on_the_days_it_was_chosen_by() -> None:
    chance = random.Random(3)  # noqa: S311 - a test's own spend
    spend = [Decimal(chance.randrange(100, 900)) for _ in range(90)]

    def saved(daily: Decimal) -> Decimal:
        return sum((min(day, daily) - daily * Decimal("0.72") for day in spend), Decimal(0))

    chosen = hindsight((*spend, *spend[:30]), Decimal("0.28"))
    assert chosen is not None
    assert saved(chosen.daily) == max(saved(each) for each in spend)


def test_what_is_used_alike_every_day_saves_the_whole_discount() -> None:
    found = commitment(Spend("compute", "aws", (Decimal(100),) * 60), TERMS)
    assert found is not None
    assert found.monthly.expected == cents(Decimal(28) * Decimal(365) / 12)
    assert found.monthly.low == found.monthly.high == found.monthly.expected
    assert found.risk is Risk.MEDIUM


def test_a_commitment_to_what_is_falling_is_a_high_risk_and_one_that_never_paid_is_none() -> None:
    falling = commitment(Spend("compute", "aws", tuple(Decimal(200 - 2 * day) for day in range(75))), TERMS)
    assert falling is None or falling.risk is Risk.HIGH
    assert commitment(Spend("compute", "aws", (Decimal(100),) * 40 + (Decimal(5),) * 30), TERMS) is None
    assert commitment(Spend("compute", "aws", (Decimal(100),) * 57), TERMS) is None


def test_the_bounds_of_a_quantile_hold_as_often_as_they_promise() -> None:
    chance = random.Random(11)  # noqa: S311 - a test's own values
    held = 0
    for _ in range(400):
        found = quantile([chance.random() for _ in range(200)], 0.95)
        assert found.high is not None
        held += found.low <= 0.95 <= found.high
    assert held / 400 >= 0.88


def test_a_quantile_of_too_few_values_has_no_upper_bound() -> None:
    assert quantile([1.0, 2.0, 3.0], 0.95).high is None
    assert quantile([1.0, 2.0, 3.0], 0.95).value == 3.0


def test_the_mean_of_two_weeks_has_no_bounds_and_that_of_more_has_those_of_student() -> None:
    assert mean([1.0, 2.0]) is None
    low, high = mean([1.0, 2.0, 3.0]) or (0.0, 0.0)
    assert (low, high) == pytest.approx((2 - 2.920 / 3**0.5, 2 + 2.920 / 3**0.5))
