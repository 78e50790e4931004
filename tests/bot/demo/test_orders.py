"""What an order makes of the estate's state."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.orders import Kind, Order, Refused, State, carry_out, new_estate
from bot.demo.shop import FLAGS, MOST_REPLICAS, RELEASES

NOW = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)


def order(kind: Kind, target: str, key: str = "k", **details: Any) -> Order:
    return Order(kind=kind, target=target, key=key, by="ana", **details)


def after(state: State, *orders: Order) -> State:
    for each in orders:
        state, _ = carry_out(state, each, NOW)
    return state


def version(state: State) -> tuple[str, str | None]:
    checkout = state.deployments["checkout"]
    return checkout.version, checkout.previous


def test_a_deploy_runs_the_version_and_remembers_the_one_before() -> None:
    state, effect = carry_out(new_estate(), order(Kind.DEPLOY, "checkout", version="1.4.2"), NOW)
    assert version(state) == ("1.4.2", "1.4.1")
    assert (effect.before, effect.after, effect.changed) == ("1.4.1", "1.4.2", True)


def test_a_rollback_goes_one_release_back_and_never_returns_to_the_one_it_left() -> None:
    state = after(new_estate(), order(Kind.DEPLOY, "checkout", version="1.4.2"), order(Kind.ROLLBACK, "checkout"))
    assert version(state) == ("1.4.1", "1.4.0")


def test_a_rollback_goes_to_the_version_it_is_given() -> None:
    state = after(new_estate(), order(Kind.ROLLBACK, "checkout", version="1.4.0"))
    assert version(state) == ("1.4.0", None)


def test_a_rollback_is_refused_where_no_release_came_before() -> None:
    oldest = after(new_estate(), order(Kind.ROLLBACK, "checkout"))
    with pytest.raises(Refused) as refused:
        carry_out(oldest, order(Kind.ROLLBACK, "checkout"), NOW)
    assert (refused.value.status, refused.value.code) == (409, "release.none_before")


def test_a_deploy_of_the_running_version_changes_nothing_and_is_remembered() -> None:
    before = new_estate()
    state, effect = carry_out(before, order(Kind.DEPLOY, "checkout", version="1.4.1"), NOW)
    assert not effect.changed
    assert state.deployments == before.deployments
    assert state.effects == {"k": effect}


def test_a_restart_asks_for_new_processes_of_the_same_version() -> None:
    state, effect = carry_out(new_estate(), order(Kind.RESTART, "checkout"), NOW)
    assert state.deployments["checkout"].restarts == 1
    assert version(state) == version(new_estate())
    assert effect.changed


def test_a_flag_is_switched_and_the_effect_names_its_service() -> None:
    state, effect = carry_out(new_estate(), order(Kind.FLAG, "new-pricing", enabled=True), NOW)
    assert state.flags["new-pricing"]
    assert (effect.service, effect.flag, effect.before, effect.after) == ("checkout", "new-pricing", "off", "on")


@pytest.mark.parametrize(
    ("refused", "status", "code", "named"),
    [
        (order(Kind.RESTART, "chekout"), 404, "service.unknown", "checkout"),
        (order(Kind.FLAG, "no-such-flag", enabled=True), 404, "flag.unknown", "new-pricing"),
        (order(Kind.DEPLOY, "checkout", version="9.9.9"), 422, "version.unknown", "1.4.3"),
        (order(Kind.DEPLOY, "checkout"), 422, "version.unknown", "1.4.3"),
        (order(Kind.ROLLBACK, "checkout", version="9.9.9"), 422, "version.unknown", "1.4.0"),
        (order(Kind.SCALE, "checkout", replicas=MOST_REPLICAS + 1), 422, "replicas.invalid", "0 to 5"),
        (order(Kind.SCALE, "checkout", replicas=-1), 422, "replicas.invalid", "0 to 5"),
        (order(Kind.SCALE, "checkout"), 422, "replicas.invalid", "0 to 5"),
        (order(Kind.FLAG, "new-pricing"), 422, "order.incomplete", "true"),
        (order(Kind.RESTART, "checkout", environment="staging"), 422, "environment.unknown", "production"),
    ],
    ids=lambda value: f"{value.kind}-{value.target}" if isinstance(value, Order) else None,
)
def test_what_is_not_known_is_refused_and_what_is_known_is_named(
    refused: Order, status: int, code: str, named: str
) -> None:
    with pytest.raises(Refused) as error:
        carry_out(new_estate(), refused, NOW)
    assert (error.value.status, error.value.code) == (status, code)
    assert named in error.value.expected


_ORDERS = st.builds(
    Order,
    kind=st.sampled_from(Kind),
    target=st.sampled_from(["checkout", "payments", "new-pricing", "nobody"]),
    key=st.from_regex(r"[a-z]{1,6}", fullmatch=True),
    by=st.just("ana"),
    version=st.none() | st.sampled_from(["1.4.0", "1.4.2", "3.2.1", "9"]),
    replicas=st.none() | st.integers(-1, 7),
    enabled=st.none() | st.booleans(),
)


@given(st.lists(_ORDERS, max_size=12))
def test_no_orders_lead_to_a_state_that_cannot_run(orders: list[Order]) -> None:
    state = new_estate()
    for each in orders:
        try:
            state, _ = carry_out(state, each, NOW)
        except Refused:
            continue
    assert all(found.version in RELEASES[name] for name, found in state.deployments.items())
    assert all(0 <= found.replicas <= MOST_REPLICAS for found in state.deployments.values())
    assert set(state.flags) == set(FLAGS)
