"""The small parts of a service: its share of failures, its view of the others, its log and its searcher."""

import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.answering import EvenShare
from bot.demo.logs import Search, search
from bot.demo.registry import Book, Registry, publish


@given(st.floats(0.0, 1.0), st.integers(1, 300))
def test_a_share_of_failures_is_kept_at_every_moment(share: float, times: int) -> None:
    failures = EvenShare()
    fallen = sum(failures.falls(share) for _ in range(times))
    assert abs(fallen - share * times) < 1.001


def test_a_reader_of_the_registry_sees_what_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    publish(Book(endpoints={"payments": ["127.0.0.1:1"]}, flags={"a": False}), path)
    registry = Registry(path)
    assert registry.endpoint("payments") == "127.0.0.1:1"
    publish(Book(endpoints={"payments": []}, flags={"a": True}), path)
    assert registry.endpoint("payments") is None
    assert registry.flags() == {"a": True}


def test_replicas_are_asked_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    publish(Book(endpoints={"payments": ["a:1", "b:2"]}), path)
    registry = Registry(path)
    assert [registry.endpoint("payments") for _ in range(4)] == ["a:1", "b:2", "a:1", "b:2"]


def test_without_a_registry_there_is_nobody_to_ask() -> None:
    assert Registry(None).endpoint("payments") is None


def line(minute: int, level: str, message: str) -> str:
    at = datetime(2026, 11, 20, 3, minute, tzinfo=UTC).isoformat()
    return json.dumps({"at": at, "level": level, "message": message})


def logs(folder: Path) -> Path:
    (folder / "checkout.000001.log").write_text(
        "\n".join([line(1, "info", "fine"), line(2, "error", "Größe fehlt"), "{half a li"])
    )
    (folder / "checkout.000002.log").write_text(
        "\n".join([line(3, "warning", "slow"), line(4, "error", "boom"), ""])
    )
    (folder / "payments.000001.log").write_text(line(5, "error", "not ours"))
    return folder


def found(folder: Path, **wanted: object) -> tuple[int, list[object]]:
    count, lines = search(folder, Search.model_validate({"service": "checkout", **wanted}))
    return count, [each["message"] for each in lines]


def test_the_newest_lines_of_all_replicas_come_first_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    assert found(logs(tmp_path)) == (4, ["boom", "slow", "Größe fehlt", "fine"])


def test_lines_are_chosen_by_level_text_and_time(tmp_path: Path) -> None:
    folder = logs(tmp_path)
    assert found(folder, level="warning") == (3, ["boom", "slow", "Größe fehlt"])
    assert found(folder, contains="GRÖSSE".replace("SS", "ß")) == (1, ["Größe fehlt"])
    since, until = datetime(2026, 11, 20, 3, 2, tzinfo=UTC), datetime(2026, 11, 20, 3, 3, tzinfo=UTC)
    assert found(folder, since=since, until=until) == (2, ["slow", "Größe fehlt"])


def test_of_too_many_lines_the_newest_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    assert found(logs(tmp_path), limit=2) == (4, ["boom", "slow"])
