"""Watches that forget, lists whose pages expire, servers that hang: followed, begun anew, or said clearly."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memory.errors import ConnectorError, ConnectorUnreachable
from tests.fakes.kubernetes.objects import Refused
from tests.fakes.kubernetes.request import Request
from tests.servers import free_port
from tests.tools.kubernetes.ground import Room, written
from tools.cluster.access import Access
from tools.cluster.api import Api
from tools.cluster.watching import Seen, until
from tools.http import Deadline


def list_path(room: Room) -> str:
    return f"/apis/apps/v1/namespaces/{room.namespace}/deployments"


def scaled_to(room: Room, replicas: int) -> Any:
    def holds(seen: Seen) -> bool:
        item: Any = seen.get(f"{room.namespace}/checkout") or {}
        return bool(item) and item["spec"]["replicas"] == replicas

    return holds


async def test_a_change_is_told_as_soon_as_it_is_made(room: Room) -> None:
    following = asyncio.create_task(until(room.api, list_path(room), [], scaled_to(room, 5), Deadline(10.0)))
    await asyncio.sleep(0.2)  # so that it is a change that is told, and not one that is listed
    await room.admin.change(room.path, lambda item: item["spec"].update(replicas=5))
    _, held = await following
    assert held


async def test_what_never_comes_to_hold_ends_at_the_deadline(room: Room) -> None:
    began = time.monotonic()
    seen, held = await until(room.api, list_path(room), [], scaled_to(room, 9), Deadline(0.7))
    assert not held
    assert list(seen) == [f"{room.namespace}/checkout"]
    assert time.monotonic() - began < 3.0


async def test_a_watch_whose_version_is_forgotten_is_begun_anew_and_misses_nothing(faked: Room) -> None:
    fake = faked.fake
    assert fake is not None
    following = asyncio.create_task(until(faked.api, list_path(faked), [], scaled_to(faked, 5), Deadline(10.0)))
    await asyncio.sleep(0.2)
    with fake.objects.changed:  # the change and the forgetting at once: the watch is told of neither
        key = ("deployments", faked.namespace, "checkout")
        item = fake.objects.get(key)
        fake.objects.replace(key, {**item, "spec": {**item["spec"], "replicas": 5}})
        fake.objects.forget()
    _, held = await following
    assert held
    lists = [each for each in fake.asked if each.path == list_path(faked) and "watch" not in each.params]
    assert len(lists) >= 2


async def test_a_list_is_read_page_by_page_and_begun_anew_when_its_pages_expire(
    faked: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = faked.fake
    assert fake is not None
    for number in range(7):
        fake.objects.add("events", faked.namespace, {"metadata": {"name": f"event-{number}"}})
    monkeypatch.setattr("tools.cluster.api.PAGE", 3)
    path = f"/api/v1/namespaces/{faked.namespace}/events"
    found, _ = await faked.api.every(path, Deadline(5.0))
    assert [item["metadata"]["name"] for item in found] == [f"event-{n}" for n in range(7)]  # type: ignore[index, call-overload]  # plain JSON

    def expire(request: Request) -> None:
        if request.params.get("continue"):
            fake.before = lambda _: None
            raise Refused(410, "Expired", "The provided continue parameter is too old")

    fake.before = expire
    found, _ = await faked.api.every(path, Deadline(5.0))
    assert len(found) == 7


async def test_a_read_is_repeated_while_the_server_is_away_for_a_moment(faked: Room) -> None:
    fake = faked.fake
    assert fake is not None
    away: Iterator[int] = iter(range(2))

    def stumble(request: Request) -> None:
        if next(away, None) is not None:
            raise Refused(503, "ServiceUnavailable", request.path)

    fake.before = stumble
    assert await faked.api.get("/version", Deadline(5.0))


async def test_a_server_that_hangs_is_given_up_within_the_deadline(tmp_path: Path) -> None:
    held = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    port = free_port()
    server = await asyncio.start_server(hang, "127.0.0.1", port)
    api = Api(Access(written(tmp_path / "config", {"server": f"http://127.0.0.1:{port}"}, "t")))
    began = time.monotonic()
    with pytest.raises(ConnectorUnreachable, match="did not answer within"):
        await api.get("/version", Deadline(0.5))
    assert time.monotonic() - began < 2.0
    held.set()
    await api.close()
    server.close()
    await server.wait_closed()


async def test_nobody_there_and_no_time_left_are_said_so(tmp_path: Path) -> None:
    api = Api(Access(written(tmp_path / "config", {"server": f"http://127.0.0.1:{free_port()}"}, "t")))
    with pytest.raises(ConnectorUnreachable, match="does not accept connections"):
        await api.get("/version", Deadline(1.0))
    with pytest.raises(ConnectorUnreachable, match="no time was left"):
        await api.get("/version", Deadline(0.0))
    await api.close()


async def test_an_answer_that_is_no_json_is_an_error(faked: Room) -> None:
    fake = faked.fake
    assert fake is not None
    fake.logs["checkout"] = "plain text"
    (name,) = [pod["metadata"]["name"] for pod in fake.objects.every("pods", faked.namespace)][:1]
    path = f"/api/v1/namespaces/{faked.namespace}/pods/{name}/log"
    with pytest.raises(ConnectorError, match="expected a JSON object"):
        await faked.api.get(path, Deadline(5.0))
