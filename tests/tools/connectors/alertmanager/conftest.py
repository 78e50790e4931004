"""An Alertmanager for silences alone: what is silenced here, others want to see fire."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.servers import Server, alertmanager
from tests.tools.connectors.alertmanager.room import Room
from tools.connectors.alertmanager import Alertmanager
from tools.http import HttpClient


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An Alertmanager of its own: what is silenced here, others want to see fire."""
    with alertmanager(tmp_path_factory.mktemp("silences")) as running:
        yield running


@pytest.fixture
async def room(server: Server) -> AsyncIterator[Room]:
    http = HttpClient(server.url, source="alertmanager")
    yield Room(Alertmanager(http, server.url), server.url)
    await http.close()
