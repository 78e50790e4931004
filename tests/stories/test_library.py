"""Runbooks of the library on the real demo estate: asked for by REST, approved by another, then measured."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio

from bot.demo.stage import Stage
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.session import over_network
from memory.ids import RandomIds
from memory.model.approval import Verdict
from memory.model.run import Run, RunStatus, StepStatus
from memory.model.value import JsonValue
from tests.runbooks.library.cases import CASES
from tests.runbooks.library.shelf import made
from tests.runbooks.library.stage import SERVICES

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

CARRIED_OUT: Mapping[str, Mapping[str, JsonValue]] = {
    "high-error-rate": {"service": "checkout"},
    "scale-service": {"service": "checkout", "replicas": 3, "slowest": 1},
    "restart-service": {"service": "checkout"},
    "switch-flag-off": {"flag": "fraud-screening", "service": "payments"},
    "roll-back-release": {"service": "checkout", "version": "1.4.0"},
}
ENDS_WITHIN_S = 90.0


class Seen(NamedTuple):
    """A runbook at its end: its run, and what the estate's own record says was done for it."""

    run: Run
    effects: tuple[Mapping[str, JsonValue], ...]


class People:
    """Alice, who asks, and Bob, who approves."""

    def __init__(self, stage: Stage, alice: Client, bob: Client) -> None:
        self._stage = stage
        self._alice = alice
        self._bob = bob

    async def carried_out(self, runbook: str) -> Seen:
        """Have a runbook asked for, approved and carried out."""
        reply = await self._alice.run_runbook(runbook, CARRIED_OUT[runbook])
        assert reply.card is not None, reply.text
        waiting = (await self._alice.plan(reply.card.run)).run
        assert waiting.status is RunStatus.WAITING
        assert not await self._effects(waiting)
        await self._bob.decide(waiting.id, waiting.plan_digest, Verdict.APPROVE, "seen on the card")
        return await self._ended(waiting)

    async def _ended(self, run: Run) -> Seen:
        async with asyncio.timeout(ENDS_WITHIN_S):
            while not run.status.final():
                await asyncio.sleep(0.2)
                run = (await self._alice.plan(run.id)).run
        return Seen(run, await self._effects(run))

    async def _effects(self, run: Run) -> tuple[Mapping[str, JsonValue], ...]:
        """Return what the estate did under this run's keys."""
        estate = self._stage.estate
        headers = {"Authorization": f"Bearer {estate.control_token}"}
        async with httpx.AsyncClient(base_url=estate.control_url, headers=headers, trust_env=False) as http:
            changes = (await http.get("/v1/changes")).json()["changes"]
        return tuple(each for each in changes if each["key"].startswith(f"{run.id}:"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(stage: Stage) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        clients = [
            Client(
                await stack.enter_async_context(
                    over_network(stage.running.url, stage.running.key(person), here=True)
                ),
                RandomIds(),
            )
            for person in ("alice", "bob")
        ]
        yield People(stage, *clients)


def queries() -> dict[str, str]:
    """Return every PromQL that the library asks, with the runbook that does."""
    found: dict[str, str] = {}
    for name, inputs in {**{each.runbook: each.inputs for each in CASES}, "check-database-failover": {}}.items():
        compiled = made(name, inputs, SERVICES)
        terms = compiled.proposal.terms
        measured = [check.call for term in terms for check in (*(term.checks or ()), *filter(None, [term.when]))]
        for call in (*(look.call for look in compiled.looks), *measured):
            if call.tool == "metrics.query":
                found[str(call.arguments["query"])] = name
    return found


async def test_prometheus_understands_every_query_of_the_library(stage: Stage) -> None:
    asked = queries()
    assert len(set(asked.values())) >= 8
    async with httpx.AsyncClient(base_url=stage.estate.prometheus_url, trust_env=False) as http:
        answers = {query: await http.get("/api/v1/query", params={"query": query}) for query in asked}
    refused = {asked[query]: answer.text for query, answer in answers.items() if answer.status_code != 200}
    assert refused == {}


async def test_the_errors_of_a_canary_are_counted_as_those_of_a_service_are(stage: Stage) -> None:
    compiled = made("canary-release", {"service": "checkout", "canary": "production"}, SERVICES)
    (check, *_) = compiled.proposal.terms[0].checks or ()
    async with httpx.AsyncClient(base_url=stage.estate.prometheus_url, trust_env=False) as http:
        said = (await http.get("/api/v1/query", params={"query": str(check.call.arguments["query"])})).json()
    (row,) = said["data"]["result"]
    assert 0.0 < float(row["value"][1]) < 1.0


async def test_errors_end_when_the_release_goes_while_others_scale_restart_and_switch_a_flag(
    people: People,
) -> None:
    names = ("high-error-rate", "scale-service", "restart-service", "switch-flag-off")
    errors, scale, restart, flag = await asyncio.gather(*map(people.carried_out, names))
    for seen in (errors, scale, restart, flag):
        assert seen.run.status is RunStatus.SUCCEEDED, seen.run.summary
        assert [step.status for step in seen.run.steps] == [StepStatus.VERIFIED]
        assert all(check.ok and check.value is not None for check in seen.run.steps[0].checks)
        assert len(seen.effects) == 1
    assert [(each["before"], each["after"]) for each in errors.effects] == [("1.4.2", "1.4.1")]
    assert [(each["before"], each["after"]) for each in scale.effects] == [("2", "3")]
    assert [each["kind"] for each in restart.effects] == ["restart"]
    assert [(each["flag"], each["after"]) for each in flag.effects] == [("fraud-screening", "off")]


async def test_a_release_is_rolled_back_to_the_version_that_was_said(people: People) -> None:
    seen = await people.carried_out("roll-back-release")
    assert seen.run.status is RunStatus.SUCCEEDED, seen.run.summary
    assert [each["after"] for each in seen.effects] == ["1.4.0"]
