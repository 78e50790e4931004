"""What a conversation leaves on disk: little, bounded, plain."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import ormsgpack
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from agents.checkpoints import FILE, open_checkpointer
from agents.interpreter.focus import Focus
from memory.errors import StoreUnavailable
from memory.store.checkpoints import checkpoints
from memory.store.checkpoints.reading import plain
from tests.agents.talking import World, talking

ROUND = (
    "what is wrong with checkout?",
    "do it",
    "restart payments",
    "staging",
    "how are things?",
    "why?",
    "restart payments",
    "never mind",
    "error rate of checkout",
    "and yesterday?",
)
MOST_BYTES = 24_000


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # a test's own constant
    return int(found[0])


def held(path: Path) -> int:
    """Return how many bytes the checkpoints of a file hold."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT (SELECT coalesce(sum(length(checkpoint) + length(metadata)), 0) FROM checkpoints)"
            " + (SELECT coalesce(sum(length(value)), 0) FROM writes)"
        ).fetchone()
    return int(found[0])


async def test_two_hundred_turns_leave_one_small_checkpoint(incident: World, tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    async with talking(path, incident) as talk:
        for text in ROUND:
            await talk.say(text)
        early = held(path)
        for text in ROUND * 19:
            await talk.say(text)
        late = held(path)
    assert rows(path, "checkpoints") == 1
    assert late < early + 500
    assert late < MOST_BYTES


async def test_the_longest_message_is_not_kept(incident: World, tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    async with talking(path, incident) as talk:
        await talk.say("x" * 100_000)
        await talk.say("restart payments")
        await talk.say("y" * 100_000)
    assert held(path) < MOST_BYTES


async def test_a_checkpoint_holds_no_text_from_outside_and_no_series(incident: World, tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    async with talking(path, incident) as talk:
        await talk.say("what is wrong with checkout?")
    raw = b"".join(strings(path))
    assert b"IGNORE ALL PREVIOUS" not in raw
    assert b"deploy payments 6.6.6" not in raw
    assert b"CheckoutErrors" not in raw


def strings(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(path)) as connection:
        for (blob,) in connection.execute("SELECT checkpoint FROM checkpoints"):
            yield json.dumps(ormsgpack.unpackb(blob)).encode()


async def test_a_checkpoint_is_plain_data_and_needs_no_type_of_ours(incident: World, tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    async with talking(path, incident) as talk:
        await talk.say("what is wrong with checkout?")
    for raw in strings(path):
        assert set(json.loads(raw)["channel_values"]) == {"memory", "before"}


def test_a_row_that_names_a_type_is_read_as_plain_data() -> None:
    kind, payload = JsonPlusSerializer().dumps_typed({"memory": Focus(tool="metrics.signal")})
    assert isinstance(
        JsonPlusSerializer(allowed_msgpack_modules=True).loads_typed((kind, payload))["memory"], Focus
    )
    assert not isinstance(plain().loads_typed((kind, payload))["memory"], Focus)


async def test_what_another_version_kept_is_forgotten_and_no_error(world: World, tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    async with talking(path, world) as talk:
        await talk.say("error rate of checkout")
        saver = talk.thinker._graph.checkpointer
        assert isinstance(saver, BaseCheckpointSaver)
        for found in [each async for each in saver.alist(None)]:
            found.checkpoint["channel_values"]["memory"] = {"unheard": "of"}
            await saver.aput(found.config, found.checkpoint, found.metadata, {})
        assert (await talk.say("and yesterday?")).kind.value == "refusal"


async def test_a_file_that_is_no_database_is_a_store_that_is_not_available(tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(StoreUnavailable, match="expected the conversation's checkpoint"):
        async with checkpoints(f"sqlite:///{path}"):
            pass


async def test_only_the_last_checkpoint_of_each_thread_stays(tmp_path: Path) -> None:
    async with checkpoints(f"sqlite:///{tmp_path / 'talks.db'}") as saver:
        for thread in ("one", "two"):
            config: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
            for step in range(5):
                saved = await saver.aput(config, empty_checkpoint(), {"source": "loop", "step": step}, {})
                await saver.aput_writes(saved, [("heard", step)], "task")
        kept = [found async for found in saver.alist(None)]
    assert sorted((k.config["configurable"]["thread_id"], k.metadata["step"]) for k in kept) == [
        ("one", 4),
        ("two", 4),
    ]
    assert rows(tmp_path / "talks.db", "writes") == 2


async def test_talks_have_a_file_of_their_own_beside_a_sqlite_store(tmp_path: Path) -> None:
    async with open_checkpointer(f"sqlite:///{tmp_path / 'quarterdeck.db'}", tmp_path):
        assert (tmp_path / FILE).exists()
    assert not (tmp_path / "quarterdeck.db").exists()
