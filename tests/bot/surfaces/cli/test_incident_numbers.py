"""`quarterdeck incident numbers`, as it is typed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.incidents.counting import IncidentCounter
from bot.surfaces.ports import Ports
from memory.store import Store
from tests.bot.incidents.counting.test_numbers import incident
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.people import CATALOGUE
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.keys import LOG_KEY


class HostWithIncidents(FakeHost):
    """A process in whose house so many incidents happened."""

    def __init__(self, home: Path, count: int) -> None:
        super().__init__(home)
        self.address, self.count = f"sqlite:///{home / 'q.db'}", count

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        store = await Store.open(self.address, FakeClock(), LOG_KEY)
        for number in range(1, self.count + 1):
            await store.incidents.add(incident(number, began=MIDNIGHT, recovered=None if number == 1 else 30))
        later = FakeClock(MIDNIGHT.replace(year=MIDNIGHT.year + 1))
        yield self.bare(numbers=IncidentCounter(store, CATALOGUE, later))
        await store.close()


def test_the_numbers_are_a_table_with_what_there_are_too_few_cases_for(tmp_path: Path) -> None:
    found = Terminal(HostWithIncidents(tmp_path, 3))("incident", "numbers", "--days", "3000", "--by", "team")
    assert found.code == 0, found.err
    assert "3 (1 under way)" in found.out
    assert "30 min" in found.out
    assert "too few" in found.out
    assert "shop" in found.out
    assert "Clopper-Pearson" in found.out


def test_where_no_incident_began_it_says_so(tmp_path: Path) -> None:
    assert "No incident began between" in Terminal(HostWithIncidents(tmp_path, 0))("incident", "numbers").out


def test_a_program_gets_the_numbers_as_they_are(tmp_path: Path) -> None:
    found = Terminal(HostWithIncidents(tmp_path, 2))("incident", "numbers", "--days", "3000", "--json")
    assert found.json["all"]["incidents"] == 2
    assert found.json["all"]["unfinished"] == 1
