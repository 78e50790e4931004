"""What workloads request, and volumes that belong to nobody, as a control plane tells them."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import ConnectorError, PermissionMissing, UnknownService
from tests.tools.kubernetes.ground import Room
from tools.cluster.quantities import quantity
from tools.connectors.kubernetes.sizes import GIB, Sizing


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100m", "0.1"),
        ("1.5", "1.5"),
        ("128Mi", str(128 * 2**20)),
        ("2Gi", str(2 * 2**30)),
        ("1G", "1000000000"),
        ("1e3", "1000"),
        ("12E", "12000000000000000000"),
        (".5", "0.5"),
        ("250000n", "0.00025"),
    ],
)
def test_a_quantity_is_read_as_kubernetes_writes_it(text: str, number: str) -> None:
    assert quantity(text) == Decimal(number)


@given(st.text(max_size=60))
def test_anything_else_is_no_quantity_and_nothing_breaks(text: str) -> None:
    with suppress(ConnectorError):
        assert quantity(text).is_finite()


def sized(amounts: list[dict[str, Any]]) -> Any:
    def change(item: dict[str, Any]) -> None:
        containers = item["spec"]["template"]["spec"]["containers"]
        first = containers[0]
        item["spec"]["template"]["spec"]["containers"] = [
            {**first, "name": f"c{number}", "resources": each} for number, each in enumerate(amounts)
        ]

    return change


async def test_the_requests_of_all_containers_are_added(room: Room) -> None:
    await room.admin.change(
        room.path,
        sized(
            [
                {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}},
                {"requests": {"cpu": "50m", "memory": "64Mi"}},
            ]
        ),
    )
    found = await Sizing(room.fleet).sizes("checkout", room.namespace)
    assert (found.cpu_request, found.memory_request) == (0.55, GIB + 64 * 2**20)
    assert (found.cpu_limit, found.memory_limit) == (None, None)
    assert (found.namespace, found.deployment) == (room.namespace, "checkout")


async def test_requests_that_one_container_does_not_say_are_not_known(room: Room) -> None:
    await room.admin.change(room.path, sized([{"requests": {"cpu": "500m"}}, {}]))
    found = await Sizing(room.fleet).sizes("checkout", room.namespace)
    assert (found.cpu_request, found.memory_request) == (None, None)


async def test_a_service_there_is_not_is_said(room: Room) -> None:
    with pytest.raises(UnknownService):
        await Sizing(room.fleet).sizes("nothing", room.namespace)


async def test_without_the_right_to_list_volumes_that_is_said(room: Room) -> None:
    with pytest.raises(PermissionMissing):
        await Sizing(room.fleet).volumes()
