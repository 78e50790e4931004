"""The check before a database fails over: it looks at a real PostgreSQL, answers, and can do nothing else."""

from collections.abc import Iterator

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from memory.model.run import Outcome
from tests import postgres
from tests.fakes.people import policy
from tests.fakes.time import CountingIds, FakeClock
from tests.runbooks.library.shelf import KNOWN, LIBRARY, SOURCES
from tests.runbooks.library.stage import SERVICES, Stage
from tests.tools.connectors.calls import context
from tools.connectors.sql import SqlRead, reader
from tools.gate import Gate
from tools.registry import Registry

NAME = "check-database-failover"


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as running:
        yield running


@pytest.fixture
async def looks(cluster: postgres.Cluster) -> SqlRead:
    """The example source, at a primary of one's own, as a role that can only read."""
    owner = cluster.database()
    connection = await asyncpg.connect(owner)
    await connection.execute("CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher")
    await connection.close()
    url = f"postgresql://watcher@{owner.partition('@')[2]}"
    source = SOURCES["primary"].model_validate({**SOURCES["primary"].model_dump(), "url": url})
    return SqlRead(source, reader(source))


async def test_a_primary_that_nobody_follows_is_shown_as_such(looks: SqlRead, stage: Stage) -> None:
    stage.world.shop.query = lambda _query: 0.4
    rules = policy(capabilities=KNOWN, catalogue=SERVICES)
    hands = Registry([looks, *stage.world.shop.hands()])
    gate = Gate(hands, rules, clock=FakeClock(), ids=CountingIds())
    seen = [
        await gate.read(look.call, context().model_copy(update={"principal": "alice"}))
        for look in stage.compiled(NAME, {}).looks
    ]
    followers, lag, up = (outcome for outcome in seen if isinstance(outcome, Outcome))
    assert followers.data["columns"] == ["application_name", "state", "sync_state", "replay_lag"]
    assert followers.data["rows"] == []
    assert (lag.value, up.value) == (0.4, 0.4)
    assert stage.world.effects() == {}


def test_it_proposes_nothing_and_its_looks_are_the_same_every_time(stage: Stage) -> None:
    made = stage.compiled(NAME, {})
    assert LIBRARY.find(NAME).head.tier == "observe"
    assert made.proposal.calls == ()
    assert [look.call.tool for look in made.looks] == ["sql.primary", "metrics.query", "metrics.query"]
    assert made == stage.compiled(NAME, {})
