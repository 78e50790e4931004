"""What holds for every test: each action in a log can be traced to its beginning, and nothing is excused in CI.

There, a server that is not installed is a failure. Whoever asks for `address` runs on SQLite and on PostgreSQL.
"""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from memory.store import Store
from tests import databases
from tests.chains import Chains
from tests.postgres import Cluster, cluster

EXCUSE = "is not installed"
RARELY = (20_000, 20, 10)  # objects and rounds between two looks for garbage, which took a third of all time


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One server for all tests of this process, each of which has databases of its own."""
    with cluster() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with databases.copied(tmp_path_factory.mktemp("databases")):
        yield


@pytest.fixture
def migrating(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is opened anew is made by the migrations."""
    monkeypatch.setattr(Store, "open", databases.opening)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    found: Cluster = request.getfixturevalue("postgres")
    return found.database() if "migrating" in request.fixturenames else found.migrated()


def pytest_configure(config: pytest.Config) -> None:
    """Trace every action of every test, and look for garbage less often than Python does by itself."""
    gc.set_threshold(*RARELY)
    config.pluginmanager.register(Chains())


def pytest_collection_finish() -> None:
    """Have the collector leave alone what all tests share: to look through all of it takes a second."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip for want of a program into a failure when CI is set."""
    report = yield
    if os.environ.get("CI") and report.skipped and EXCUSE in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything is to be installed: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a whole module."""
    report = yield
    if os.environ.get("CI") and report.skipped and EXCUSE in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything is to be installed: {report.longrepr}"
    return report
