"""Savings and our own cost over REST, at the terminal and in the console: the same facts everywhere."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi import FastAPI

from agents.savings.hours import Office
from agents.savings.prices import Prices
from bot.savings.room import SavingsRoom
from bot.savings.service import Savings
from bot.savings.workloads import Workloads
from bot.surfaces.ports import Ports
from bot.usage.returns import Assumed
from bot.usage.room import UsageRoom
from bot.usage_limits import UsageBudget
from memory.model.catalogue import Catalogue, Service
from memory.model.people import Role
from memory.store import Store
from tests.bot.savings.fakes import FakeEstate, Runs
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.visitors import client
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import EVERYBODY, person
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.opening import opened
from tests.memory.usage_calls import fact

ANN = person("ann", Role.AUDITOR)
PRICES = Prices(cpu_hour=Decimal("0.04"), gib_hour=Decimal("0.005"))
CATALOGUE = Catalogue(services=(Service(name="reports", environments=("staging",)),))
ASSUMED = Assumed(fixed_monthly=Decimal(0), minutes_per_run=Decimal(10), minute_value=Decimal(0), currency="USD")


async def furnished(ports: Ports, store: Store, clock: FakeClock) -> Ports:
    """Return the ports with a workload nobody asks, and two calls of a model."""
    await store.usage.add(
        "acme", [fact(cost=Decimal("0.25")), fact(id="call_2", person="bob", name="large", cost=Decimal("0.6"))]
    )
    estate = FakeEstate(runs={("reports", "staging"): Runs(2, load=lambda _: 0.0)})
    savings = Savings(store, Workloads(CATALOGUE, (), 28, estate, estate), None, PRICES, Office(), clock)
    usage = UsageRoom(store, clock, ASSUMED, UsageBudget(monthly=Decimal(1)), savings)
    return replace(ports, savings=SavingsRoom(savings, clock), usage=usage)


@pytest.fixture
def doorkeeper() -> FakeDoorkeeper:
    return FakeDoorkeeper((*EVERYBODY, ANN))


@pytest.fixture
async def ports(plain: Ports, store: Store, clock: FakeClock) -> Ports:
    return await furnished(plain, store, clock)


async def test_savings_are_ranked_played_through_and_noted_over_rest(app: FastAPI) -> None:
    alice = client(app, "alice")
    found = (await alice.get("/v1/savings")).json()
    (chosen,) = found["plan"]["chosen"]
    assert Decimal(chosen["monthly"]["expected"]) == 2 * 730 * Decimal("0.05")
    assert found["command"] == "take up the savings"
    under = (await alice.get("/v1/savings", params={"under": "10"})).json()
    assert Decimal(under["plan"]["short"]) == 0
    id_ = chosen["saving"]["id"]
    played = (await alice.get("/v1/savings/what-if", params={"saving": id_})).json()
    assert Decimal(played["plan"]["after"]["expected"]) == 0
    assert (await alice.get("/v1/savings/what-if", params={"saving": "sav_x"})).status_code == 404
    noted = await alice.post("/v1/savings/adopted", json={"saving": id_})
    assert noted.status_code == 201
    (measured,) = (await alice.get("/v1/savings/measured")).json()["items"]
    assert measured["adoption"]["by"] == "alice"
    assert (await client(app, "vic").post("/v1/savings/adopted", json={"saving": id_})).status_code == 403


async def test_usage_is_told_and_exported_over_rest(app: FastAPI) -> None:
    ann, alice = client(app, "ann"), client(app, "alice")
    found = (await ann.get("/v1/usage", params={"by": "model"})).json()
    assert [line["key"] for line in found["lines"]] == ["large", "small"]
    assert Decimal(found["all"]["costs"]["USD"]) == Decimal("0.85")
    assert Decimal(found["budget"]["spent"]) == Decimal("0.85")
    exported = await ann.get("/v1/usage/export", params={"form": "csv"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert {row["person"] for row in csv.DictReader(io.StringIO(exported.text))} == {"alice", "bob"}
    assert (await alice.get("/v1/usage/export")).status_code == 403
    returns = (await alice.get("/v1/usage/returns")).json()
    assert Decimal(returns["models"]) == Decimal("0.85")
    wrong = {"from": (MIDNIGHT + timedelta(1)).isoformat(), "to": MIDNIGHT.isoformat()}
    assert (await alice.get("/v1/usage", params=wrong)).status_code == 400


async def test_the_console_shows_both_and_leads_to_them(call: Caller) -> None:
    alice = await signed_in(call, "qd_alice")
    page = (await alice.get("/console/savings", params={"under": "10"})).text
    assert "Stop reports in staging" in page
    assert 'data-testid="command"' in page
    assert "estimated" in page or "exact" in page or "confidence" in page
    id_ = page.split('name="saving" value="', maxsplit=1)[1].split('"', maxsplit=1)[0]
    played = (await alice.get("/console/savings", params={"saving": id_})).text
    assert 'data-testid="what-if"' in played
    assert (await alice.get("/console/savings", params={"saving": "sav_none"})).status_code == 404
    assert (await alice.get("/console/savings", params={"under": "plenty"})).status_code == 400
    usage = (await alice.get("/console/usage", params={"by": "person"})).text
    assert "0.85 of 1.00 USD" in usage
    assert ">bob<" not in usage
    plain = (await alice.get("/console/plans")).text
    assert "/console/savings" in plain
    assert "/console/usage" in plain


class HostThatSaves(FakeHost):
    """A process whose house has savings and usage."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.address = f"sqlite:///{home / 'q.db'}"

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        async with opened(self.address, self.desk.clock) as store:
            bare = self.bare(doorkeeper=FakeDoorkeeper((*EVERYBODY, ANN)))
            yield await furnished(bare, store, self.desk.clock)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(HostThatSaves(tmp_path))


def test_the_terminal_ranks_savings_and_says_what_is_short(terminal: Terminal) -> None:
    found = terminal("cost", "savings")
    assert found.code == 0, found.err
    assert "Stop reports in staging" in found.out
    assert "73.00" in found.out
    assert "take up the savings" in found.out
    assert terminal("cost", "under", "10").code == 0
    id_ = terminal("cost", "savings", "--json").json["plan"]["chosen"][0]["saving"]["id"]
    assert terminal("cost", "what-if", id_, "--json").json["plan"]["saved"]["expected"] == "73.00"
    assert terminal("cost", "measured").out.strip() == "Nobody took up a saving yet."
    adopted = terminal("cost", "adopt", id_, "--at", "2026-11-01")
    assert "Noted: Stop reports in staging" in adopted.out
    assert "Stop reports" in terminal("cost", "measured").out
    assert terminal("cost", "under", "plenty").code != 0


def test_the_terminal_shows_and_exports_usage(terminal: Terminal, tmp_path: Path) -> None:
    shown = terminal("usage", "show", "--days", "3000")
    assert shown.code == 0, shown.err
    assert "0.8500 USD" in shown.out
    assert "85%" in shown.out
    returned = terminal("usage", "returns", "--days", "3000")
    assert "assumed, not measured" in returned.out
    target = tmp_path / "usage.csv"
    written = terminal("usage", "export", "--to", str(target), "--form", "focus", "--days", "3000", "--as", "ann")
    assert written.code == 0, written.err
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("0.85")
