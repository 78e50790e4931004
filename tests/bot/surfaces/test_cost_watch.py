"""Findings, budgets and the outlook over REST, at the terminal and in the console: the same facts everywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot.surfaces.ports import Ports
from memory.model.watching import Budget
from memory.store import Store
from tests.bot.costs.watched import STORAGE, finding, watching
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.visitors import client, token
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import EVERYBODY
from tests.fakes.time import FakeClock
from tests.memory.opening import opened

WATCH = "/console/costs/watch"


async def furnished(ports: Ports, store: Store, clock: FakeClock) -> Ports:
    """Return the ports with two findings in the store, once."""
    if not await store.cost_watch.of("acme", Budget):
        since = clock.now().date()
        for each in (finding("compute", since=since), finding("storage", STORAGE, since=since, size=90)):
            if await store.cost_watch.get("acme", type(each), each.id) is None:
                await store.cost_watch.put(each)
    return replace(ports, cost_watch=watching(store, clock, ports.ids)[0])


@pytest.fixture
async def ports(plain: Ports, store: Store, clock: FakeClock) -> Ports:
    return await furnished(plain, store, clock)


async def test_what_is_expected_is_learnt_over_rest_by_those_who_may(app: FastAPI) -> None:
    alice, vic = client(app, "alice"), client(app, "vic")
    assert [each["finding"]["id"] for each in (await vic.get("/v1/costs/findings")).json()["items"]] == [
        "finding_compute",
        "finding_storage",
    ]
    wanted = {"again": "monthly", "reason": "load test"}
    assert (await vic.post("/v1/costs/findings/finding_compute/expected", json=wanted)).status_code == 403
    assert (await alice.post("/v1/costs/findings/finding_x/expected", json=wanted)).status_code == 404
    learnt = (await alice.post("/v1/costs/findings/finding_compute/expected", json=wanted)).json()
    assert (learnt["by"], learnt["again"]) == ("alice", "monthly")
    assert len((await vic.get("/v1/costs/findings")).json()["items"]) == 1
    await alice.post("/v1/costs/findings/finding_compute/unexpected")
    assert len((await vic.get("/v1/costs/findings")).json()["items"]) == 2


async def test_the_console_shows_what_stands_out_and_takes_that_is_expected(call: Caller) -> None:
    alice = await signed_in(call, "qd_alice")
    page = (await alice.get(WATCH)).text
    assert page.count('data-testid="cost-finding"') == 2
    assert "Compute (service): 200.00 USD" in page
    said = {"finding": "finding_compute", "again": "once", "reason": "load test", "form_token": token(page)}
    assert (await alice.post(f"{WATCH}/expected", data=said)).status_code == 303
    page = (await alice.get(WATCH)).text
    assert page.count('data-testid="silenced"') == 1
    back = said | {"again": "take_back"}
    assert (await alice.post(f"{WATCH}/expected", data=back)).status_code == 303
    assert 'data-testid="silenced"' not in (await alice.get(WATCH)).text
    wrong = said | {"again": "sometimes"}
    assert (await alice.post(f"{WATCH}/expected", data=wrong)).status_code == 400


async def test_the_console_shows_the_outlook_as_a_table_and_as_charts_with_bounds(call: Caller) -> None:
    alice = await signed_in(call, "qd_alice")
    assert 'hx-get="/console/costs/watch/outlook?by="' in (await alice.get(WATCH)).text
    part = (await alice.get(f"{WATCH}/outlook")).text
    assert part.count('data-testid="outlook-month"') == 4
    assert "November 2026" in part
    assert 'data-testid="outlook-days"' in part
    for name in ("months", "days"):
        drawn = await alice.get(f"{WATCH}/{name}.svg", params={"theme": "dark"})
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert b"<svg" in drawn.content
    assert (await alice.get(f"{WATCH}/days.svg", params={"number": 7})).status_code == 404
    assert (await alice.get(f"{WATCH}/outlook", params={"by": "weather"})).status_code == 400
    assert 'data-testid="outlook"' in (await alice.get(f"{WATCH}/outlook", params={"by": "service"})).text


async def test_the_console_sets_shows_and_removes_budgets_with_how_they_stand(call: Caller) -> None:
    alice, vic = await signed_in(call, "qd_alice"), await signed_in(call, "qd_vic")
    sent = token((await alice.get(WATCH)).text)
    wanted = {"name": "all", "amount": "1,000", "currency": "usd", "period": "month", "form_token": sent}
    assert (await alice.post(f"{WATCH}/budgets", data=wanted)).status_code == 303
    page = (await alice.get(WATCH)).text
    assert "1,000.00 USD a month" in page
    assert (await alice.post(f"{WATCH}/budgets", data=wanted | {"amount": "plenty"})).status_code == 400
    seen = (await vic.get(WATCH)).text
    assert 'data-testid="set-budget"' not in seen
    assert 'data-testid="budget"' in seen
    gone = {"name": "all", "form_token": sent}
    assert (await alice.post(f"{WATCH}/budgets/removed", data=gone)).status_code == 303
    assert 'data-testid="no-budgets"' in (await alice.get(WATCH)).text


class HostThatWatches(FakeHost):
    """A process whose house watches its costs."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.address = f"sqlite:///{home / 'q.db'}"

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        async with opened(self.address, self.desk.clock) as store:
            bare = self.bare(doorkeeper=FakeDoorkeeper(EVERYBODY))
            yield await furnished(bare, store, self.desk.clock)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(HostThatWatches(tmp_path))


def test_the_terminal_shows_findings_and_takes_that_is_expected(terminal: Terminal) -> None:
    shown = terminal("cost", "findings")
    assert shown.code == 0, shown.err
    assert "Compute (service): 200.00 USD" in shown.out
    assert "finding_compute" in shown.out
    said = terminal("cost", "expect", "finding_compute", "--again", "always", "--reason", "we have grown")
    assert said.code == 0, said.err
    assert "from now on" in said.out
    assert "finding_compute" not in terminal("cost", "findings").out
    assert "(expected)" in terminal("cost", "findings", "--expected").out
    assert terminal("cost", "expect", "finding_compute", "--take-back").code == 0
    assert len(terminal("cost", "findings", "--json").json["items"]) == 2
    assert terminal("cost", "expect", "finding_x").code != 0
    assert terminal("cost", "expect", "finding_compute", "--as", "vic").code != 0


def test_the_terminal_sets_lists_and_removes_budgets(terminal: Terminal) -> None:
    assert "There are no budgets." in terminal("cost", "budget", "list").out
    told = terminal("cost", "budget", "set", "all", "1,000.50", "--only", "service=Compute", "--json")
    assert told.code == 0, told.err
    assert told.json["budget"]["amount"] == "1000.50"
    assert told.json["budget"]["filters"][0]["values"] == ["Compute"]
    assert told.json["standing"]["state"] == "breached"
    assert "all" in terminal("cost", "budget", "list").out
    assert terminal("cost", "budget", "set", "all", "0").code != 0
    assert terminal("cost", "budget", "set", "all", "5", "--only", "weather=bad").code != 0
    assert "is removed" in terminal("cost", "budget", "remove", "all").out
    assert terminal("cost", "budget", "remove", "all").code != 0


def test_the_terminal_shows_the_outlook_of_the_house(terminal: Terminal) -> None:
    shown = terminal("cost", "outlook")
    assert shown.code == 0, shown.err
    assert "everything, USD, known to the end of 2026-11-15" in shown.out
    assert "February 2027" in shown.out
    assert len(terminal("cost", "outlook", "--by", "service", "--json").json["forecasts"]) == 1
    assert terminal("cost", "outlook", "--by", "weather").code != 0
