"""Requests are made smaller as they were shared, shown first, and brought back by the same call."""

import pytest

from memory.errors import InvalidInput
from memory.model.plan import Call
from tests.tools.kubernetes.ground import Item, Room, fresh_key
from tools.cluster.api import Json
from tools.connectors.kubernetes.resizing import _shared, _written


def container(**resources: dict[str, str]) -> Json:
    return {"name": "one", "resources": {name: dict(amounts) for name, amounts in resources.items()}}


def test_several_containers_share_the_new_amount_as_they_shared_the_old() -> None:
    both = [container(requests={"cpu": "750m"}), container(requests={"cpu": "250m"})]
    assert [_written("cpu", part) for part in _shared(both, "cpu", "400m")] == ["300m", "100m"]
    (half,) = _shared([container(requests={"memory": "2Gi"})], "memory", "0.5Gi")
    assert _written("memory", half) == "512Mi"


@pytest.mark.parametrize(
    ("containers", "text", "says"),
    [
        ([container(requests={"cpu": "1"}), container()], "500m", "every container to request cpu"),
        ([container(requests={"cpu": "1"})], "0", "above zero"),
        ([container(requests={"cpu": "1"}, limits={"cpu": "1"})], "2", "up to the limit 1"),
    ],
)
def test_what_cannot_be_requested_says_why(containers: list[Json], text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        _shared(containers, "cpu", text)


async def requesting(room: Room, **amounts: str) -> None:
    def change(item: Item) -> None:
        item["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": amounts}

    await room.admin.change(room.path, change)
    await room.rolled_out()


async def requested(room: Room) -> dict[str, str]:
    (one,) = (await room.admin.get(room.path))["spec"]["template"]["spec"]["containers"]
    return dict(one["resources"]["requests"])


async def test_a_resize_is_rehearsed_done_once_and_taken_back(room: Room) -> None:
    await requesting(room, cpu="1", memory="1Gi")
    first = await room.preview("service.resize", **room.checkout, cpu="20m")
    assert first.summary.startswith("Each replica of checkout would request 20m of cpu")
    assert first.undo == Call(tool="service.resize", arguments={**room.checkout, "cpu": "1000m"})
    assert await requested(room) == {"cpu": "1", "memory": "1Gi"}
    outcome = await room.act(fresh_key(), first.call)
    assert outcome.undo == first.undo
    assert await requested(room) == {"cpu": "20m", "memory": "1Gi"}
    await room.rolled_out()
    same = await room.preview("service.resize", **room.checkout, cpu="20m")
    assert same.changes == ()
    await room.act(fresh_key(), first.undo)
    assert (await requested(room))["cpu"] == "1000m"
    with pytest.raises(InvalidInput, match="neither cpu nor memory"):
        await room.preview("service.resize", **room.checkout)
