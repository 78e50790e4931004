"""Finders that look at workloads, each against arithmetic of its own, done here in plain steps."""

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from agents.savings.hours import Office
from agents.savings.idle import idle
from agents.savings.load import forecast
from agents.savings.predicting import capacity, predict
from agents.savings.rightsizing import rightsize
from agents.savings.scheduling import schedule_off
from agents.savings.workloads import cost
from memory.model.saving import Factor, Risk
from tests.agents.savings.made import GIB, MONDAY, PRICES, TERMS, hours, workload

WHOLE = Decimal(4) * 730 * (Decimal("0.04") + 2 * Decimal("0.005"))  # 4 replicas of 1 core and 2 GiB


def test_a_workload_costs_what_its_replicas_request() -> None:
    assert cost(workload(), PRICES) == WHOLE == Decimal("146.00")


def test_rightsizing_saves_what_is_requested_beyond_the_quantile_and_its_room() -> None:
    found = rightsize(workload(), TERMS)
    assert found is not None
    cores, gib = Decimal(1) - Decimal("0.115"), Decimal(2) - Decimal("0.625")
    expected = 4 * 730 * (cores * Decimal("0.04") + gib * Decimal("0.005"))
    assert found.monthly.expected == expected.quantize(Decimal("0.01")) == Decimal("123.44")
    assert found.cost == WHOLE
    assert found.factor is Factor.SIZE
    assert [(call.tool, call.arguments) for call in found.calls] == [
        ("service.resize", {"service": "checkout", "environment": "staging", "cpu": "115m", "memory": "640Mi"})
    ]
    assert "115m CPU instead of 1000m and 640Mi of memory instead of 2048Mi" in found.advice


def test_rightsizing_goes_by_the_95th_percentile_of_cpu_and_bounds_it_by_order_statistics() -> None:
    used = workload(cpu=hours(lambda hour: (hour * 37 % 672 + 1) / 1000), memory=hours(lambda _: 2.0 * GIB))
    found = rightsize(used, TERMS)
    assert found is not None
    rank = math.ceil(0.95 * 672)  # the values are 0.001 to 0.672, each once
    expected = 4 * 730 * (1 - rank / 1000 * 1.15) * 0.04
    assert float(found.monthly.expected) == pytest.approx(expected, abs=0.01)
    assert found.monthly.level == 0.9
    assert found.monthly.low < found.monthly.expected < found.monthly.high


def test_memory_is_never_requested_below_what_was_ever_used() -> None:
    spiky = workload(memory=hours(lambda hour: 1.9 * GIB if hour == 300 else 0.1 * GIB))
    found = rightsize(spiky, TERMS)
    assert found is not None
    assert "1946Mi of memory" in found.advice  # 1.9 GiB, though 99 % of hours took a tenth of one


def test_memory_that_ran_out_is_not_lowered() -> None:
    found = rightsize(workload(killed=2), TERMS)
    assert found is not None
    assert "memory instead" not in found.advice
    assert any("ran out 2 times" in risk for risk in found.risks)


@pytest.mark.parametrize(
    "changes",
    [
        {"cpu": hours(lambda _: 0.1)[:100]},
        {"memory": hours(lambda _: None)},
        {"cpu_request": None},
        {"cpu": hours(lambda _: 0.99), "memory": hours(lambda _: 1.99 * GIB)},
        {"cpu": hours(lambda _: 5.0), "memory": hours(lambda _: 9.0 * GIB)},
    ],
    ids=["too few hours", "memory untold", "nothing requested", "all of it used", "more than requested used"],
)
def test_nothing_is_rightsized_on_too_little_or_for_too_little(changes: dict[str, object]) -> None:
    assert rightsize(workload(**changes), TERMS) is None


def test_what_nobody_asks_is_idle_and_all_it_costs_is_saved_by_scaling_it_to_nothing() -> None:
    found = idle(workload(load=hours(lambda _: 0.0)), TERMS)
    assert found is not None
    assert found.monthly.expected == found.monthly.low == found.monthly.high == Decimal("146.00")
    assert [(call.tool, call.arguments) for call in found.calls] == [
        ("service.scale", {"service": "checkout", "environment": "staging", "replicas": 0})
    ]
    assert found.risk is Risk.MEDIUM
    production = idle(workload(load=hours(lambda _: 0.0), production=True), TERMS)
    assert production is not None
    assert production.risk is Risk.HIGH


@pytest.mark.parametrize(
    "load",
    [
        hours(lambda hour: 1.0 if hour == 400 else 0.0),
        hours(lambda _: None),
        hours(lambda hour: None if hour % 4 == 0 else 0.0),
        hours(lambda _: 0.0)[:150],
    ],
    ids=["asked once", "never measured", "a quarter not measured", "not a week"],
)
def test_what_is_asked_or_not_measured_is_not_idle(load: tuple[float | None, ...]) -> None:
    assert idle(workload(load=load), TERMS) is None


def _at_work(hour: int) -> float:
    at = MONDAY + timedelta(hours=hour)
    return 10.0 if at.weekday() < 5 and 7 <= at.hour < 20 else 0.0


def test_what_is_used_at_work_alone_is_off_for_the_rest_of_the_week() -> None:
    found = schedule_off(workload(load=hours(_at_work)), Office(), TERMS)
    assert found is not None
    closed = 168 - 5 * 13
    assert found.monthly.expected == found.monthly.high == (WHOLE * closed / 168).quantize(Decimal("0.01"))
    assert found.monthly.low == (WHOLE * (closed - 5) / 168).quantize(Decimal("0.01"))  # an hour before each day
    assert found.risk is Risk.LOW
    assert found.calls == ()


def test_hours_that_somebody_used_are_taken_off() -> None:
    late = hours(lambda hour: 3.0 if hour in (22, 190, 358) else _at_work(hour))  # Mondays at 22:00, three of four
    found = schedule_off(workload(load=late), Office(), TERMS)
    assert found is not None
    closed = 103
    assert found.monthly.expected == (WHOLE * closed / 168 * (1 - Decimal(3) / (4 * closed))).quantize(
        Decimal("0.01")
    )
    assert found.monthly.low == (WHOLE * (closed - 1 - 5) / 168).quantize(Decimal("0.01"))
    assert found.risk is Risk.MEDIUM


def test_the_time_zone_of_the_office_counts() -> None:
    berlin = Office(zone="Europe/Berlin")
    found = schedule_off(workload(load=hours(_at_work)), berlin, TERMS)
    assert found is not None
    assert found.monthly.expected < found.monthly.high  # the last hour in UTC is after work in Berlin


@pytest.mark.parametrize(
    "changes",
    [
        {"production": True, "load": hours(_at_work)},
        {"load": hours(lambda _: 10.0)},
        {"load": hours(lambda _: 0.0)},
        {"load": hours(_at_work)[:200]},
    ],
    ids=["production", "used at night", "idle altogether", "not two weeks"],
)
def test_nothing_else_is_switched_off_at_night(changes: dict[str, object]) -> None:
    assert schedule_off(workload(**changes), Office(), TERMS) is None


def _daily(hour: int) -> float:
    return 100.0 if 9 <= hour % 24 < 17 else 20.0


def test_a_load_that_repeats_is_forecast_as_it_was() -> None:
    found = forecast(MONDAY, hours(_daily))
    assert found is not None
    assert found.expected == found.most == tuple(map(_daily, range(168)))
    assert found.tried == 3 * 168


def test_a_load_that_grows_is_forecast_higher_and_a_first_hour_in_midweek_is_put_in_its_place() -> None:
    wednesday = MONDAY + timedelta(days=2)
    growing = tuple(_daily(hour) * 1.1 ** (hour // 168) for hour in range(4 * 168))
    found = forecast(wednesday, growing)
    assert found is not None
    nine = [each for hour, each in enumerate(found.expected) if hour % 24 == 9]
    assert all(each == pytest.approx(133.1, rel=0.1) for each in nine)
    assert min(found.expected) < 40


def test_nothing_is_forecast_before_two_weeks() -> None:
    assert forecast(MONDAY, hours(_daily, 1)) is None


def test_a_replica_carries_what_one_did_scaled_to_the_cpu_it_has_left() -> None:
    busy = workload(load=hours(_daily), cpu=hours(lambda hour: _daily(hour) / 400))
    assert capacity(busy) == pytest.approx(25 * 0.7 / 0.25)
    assert capacity(replace(busy, cpu=())) == 25
    assert capacity(replace(busy, cpu=hours(lambda _: 0.0001))) == 25 * 4  # nobody knows it beyond


def test_fewer_replicas_and_following_the_load_multiply_to_what_each_hour_needs() -> None:
    busy = workload(load=hours(_daily), cpu=hours(lambda hour: _daily(hour) / 400), production=True)
    (fewer,) = predict(busy, TERMS)
    peak, low = math.ceil(100 / 70), max(2, math.ceil(20 / 70))  # production keeps two
    assert fewer.calls[0].arguments["replicas"] == peak == low == 2
    assert fewer.monthly.expected == WHOLE / 2
    staging = replace(busy, production=False)
    fewer, following = predict(staging, TERMS)
    needed = [math.ceil(_daily(hour) / 70) for hour in range(168)]
    mean = Decimal(sum(needed)) / 168
    together = fewer.monthly.expected + following.monthly.expected * 2 / 4
    assert together == pytest.approx(WHOLE * (4 - mean) / 4, abs=Decimal("0.02"))
