"""One suite on every engine: inside the process, on DBOS in a file, and on DBOS on a real PostgreSQL.

The databases are kept for all tests of a process, so works, nodes and tenants have names of their own in each.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest

from runbooks.engine import DurableEngine, Queue, Work
from runbooks.engine.durable import EngineOnDbos
from runbooks.engine.inside import EngineInside
from tests.fakes.carrier import FakeCarrier
from tests.postgres import Cluster, cluster

QUEUES = (
    Queue(name="standard", concurrency=8, per_tenant=8, look_s=0.02),
    Queue(name="narrow", concurrency=2, per_tenant=1, look_s=0.02),
    Queue(name="single", concurrency=1, per_tenant=1, look_s=0.02),
)
TENANT = "acme"

_numbers = count()
_made: list[EngineOnDbos] = []


def fresh(kind: str) -> str:
    """Return a name nobody has used."""
    return f"{kind}_{next(_numbers)}"


def work(run: str = "", attempt: int = 0, **changes: object) -> Work:
    """Return a work of its own."""
    made = Work(tenant=TENANT, run=run or fresh("run"), attempt=attempt)
    return made.model_copy(update=changes)


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture(scope="session")
def file_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('engine') / 'engine.db'}"


@pytest.fixture(scope="session")
def server_address(server: Cluster) -> str:
    return server.database()


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_address")
    return found


@pytest.fixture(params=["inside", "file", "server"])
def engine(request: pytest.FixtureRequest) -> DurableEngine:
    if request.param == "inside":
        return EngineInside(QUEUES)
    return on_dbos(request.getfixturevalue(f"{request.param}_address"))


def on_dbos(address: str, node: str = "") -> EngineOnDbos:
    """Return an engine on DBOS, as a node of its own."""
    name = node or fresh("node")
    _made.append(EngineOnDbos(address, TENANT, lambda: name, QUEUES))
    return _made[-1]


@pytest.fixture(autouse=True)
async def nothing_left_running() -> AsyncIterator[None]:
    """Close what a test that failed has left open: there is one engine in a process."""
    yield
    while _made:
        await _made.pop().close()


@pytest.fixture
async def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
async def running(engine: DurableEngine, carrier: FakeCarrier) -> AsyncIterator[DurableEngine]:
    await engine.launch(carrier)
    yield engine
    await engine.close()


Make = Callable[[], EngineOnDbos]
