"""The same talk over a real PostgreSQL: one checkpoint a thread, kept over restarts; and a server that is away."""

import pytest

from agents.answer import AnswerKind
from memory.errors import StoreUnavailable
from memory.store.checkpoints import checkpoints
from tests.agents.talking import World, talking
from tests.postgres import Cluster
from tests.servers import free_port


async def test_a_thread_keeps_one_checkpoint_and_its_question_survives_a_restart(
    postgres: Cluster, incident: World
) -> None:
    address = postgres.database()
    for _ in range(3):
        async with talking(address, incident) as before:
            await before.say("what is wrong with checkout?")
            assert (await before.say("restart payments")).kind is AnswerKind.CLARIFY
        async with talking(address, incident) as after:
            assert (await after.say("staging")).kind is AnswerKind.PLAN
    async with checkpoints(address) as saver:
        assert len([kept async for kept in saver.alist(None)]) == 1


async def test_a_server_that_is_away_is_a_store_that_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memory.store.checkpoints.postgresql.CONNECT_S", 0.3)
    with pytest.raises(StoreUnavailable, match="expected the conversation's checkpoint"):
        async with checkpoints(f"postgresql://nobody@127.0.0.1:{free_port()}/none"):
            pass
