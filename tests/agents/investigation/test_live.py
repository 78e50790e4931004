"""Investigation of what is seen live: a walk over the graph, bounded, partial where a source is away."""

import asyncio
from datetime import timedelta

import pytest

from agents.case import Case
from agents.findings import findings
from agents.happenings import told
from agents.investigation import walk
from agents.investigation.ranking import Verdict
from agents.investigator import Diagnosis, diagnose
from agents.ports import Observer, Turn
from agents.recollection import Recollection
from memory.model.catalogue import Catalogue, Service
from memory.model.incident import Happening
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.plan import Call
from memory.model.run import Outcome
from tests.agents.talking import turn
from tests.fakes.observer import NOW, FakeObserver, Shift
from tests.fakes.proposer import FakeProposer
from tools.capabilities import EVERY
from tools.contract import Signal
from tools.readings import ChangeKind, ChangeReading

CHAIN = Catalogue(
    services=(
        Service(name="storefront", depends_on=("checkout", "search")),
        Service(name="checkout", depends_on=("payments",)),
        Service(name="payments", depends_on=("ledger",)),
        Service(name="ledger"),
        Service(name="search"),
    )
)
FAILING = ("storefront", "checkout", "payments", "ledger")


def shifted(observer: FakeObserver, *services: str, minutes: float = 18, level: float = 0.3) -> None:
    for service in services:
        observer.shifts.setdefault((service, Signal.ERROR_RATE), []).append(
            Shift(NOW - timedelta(minutes=minutes), level)
        )


async def diagnosed(
    observer: FakeObserver, catalogue: Catalogue = CHAIN, service: str = "storefront"
) -> Diagnosis:
    return await diagnose(case(observer, catalogue, service), catalogue.services[0])


def case(observer: Observer, catalogue: Catalogue, service: str) -> Case:
    said = Argument(value=service, provenance=Provenance.SAID)
    intent = Intent(
        text="why?", kind=IntentKind.TOOL, tool="service.health", arguments={"service": said}, confidence=1.0
    )
    return Case(
        intent=intent,
        turn=turn("why?"),
        now=NOW,
        catalogue=catalogue,
        capabilities={each.name: each for each in EVERY},
        observer=observer,
        plans=FakeProposer(),
        recollection=Recollection(),
    )


async def test_a_cause_three_calls_away_is_found_with_the_way_to_it() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    found = await diagnosed(observer)
    assert found.report is not None
    assert (found.report.verdict, found.report.cause) == (Verdict.FOUND, "ledger")
    assert found.report.hypotheses[0].path == FAILING
    best = found.causes[0]
    assert (best.service, best.confidence) == ("ledger", "likely")
    assert all(argument.evidence for argument in best.speaks_for)
    between = next(cause for cause in found.causes if cause.service == "checkout")
    assert "ledger, which it leans on, turned as well" in between.speaks_against[-1].text


async def test_the_answer_cites_every_fact_it_tells_of_what_is_further_away() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    found = await diagnosed(observer)
    answer = findings(found, case(observer, CHAIN, "storefront").intent, CHAIN, NOW)
    assert "Likely the cause is ledger" in answer.text
    assert "arises in ledger: nothing it calls accounts for it [" in answer.text
    assert any(fact.summary.startswith("ledger's error_rate") for fact in answer.evidence)
    assert answer.charts[0].alt.startswith("Error rate of storefront, checkout, payments and ledger")


async def test_a_release_three_calls_away_is_the_cause_where_it_came_just_before() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    at = NOW - timedelta(minutes=20)
    release = ChangeReading(kind=ChangeKind.DEPLOY, at=at, service="ledger", before="1.0", after="1.1")
    observer.changes.append(release)
    found = await diagnosed(observer)
    assert (found.causes[0].service, found.causes[0].change) == ("ledger", release)


async def test_below_what_is_well_nothing_is_looked_at() -> None:
    observer = FakeObserver()
    shifted(observer, "storefront", "search")
    await diagnosed(observer)
    looked_at = {str(call.arguments["service"]) for call in observer.calls if "service" in call.arguments}
    assert looked_at == {"storefront", "checkout", "search"}


async def test_where_nothing_turned_nothing_further_is_looked_at() -> None:
    observer = FakeObserver()
    found = await diagnosed(observer)
    assert (found.report, found.causes) == (None, ())
    assert observer.looks["metrics.signal"] == 6


async def test_only_reads_are_made() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    await diagnosed(observer)
    effects = {each.name: each.effect for each in EVERY}
    assert {effects[call.tool].value for call in observer.calls} == {"read"}


async def test_a_signal_that_cannot_be_read_is_named_and_the_walk_goes_on_behind_it() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    found = await diagnose(case(_Deaf(observer, "payments"), CHAIN, "storefront"), CHAIN.services[0])
    assert any(gap.startswith("error rate of payments: ") for gap in found.gaps)
    assert any(fact.node == "ledger" for fact in (found.report.facts if found.report else ()))


async def test_the_walk_ends_at_its_bound_of_services_and_names_the_rest() -> None:
    many = tuple(f"part-{number}" for number in range(20))
    wide = Catalogue(
        services=(Service(name="storefront", depends_on=many), *(Service(name=name) for name in many))
    )
    observer = FakeObserver()
    shifted(observer, "storefront", *many)
    found = await diagnosed(observer, wide)
    named = next(gap for gap in found.gaps if "12 services are the most" in gap)
    assert "part-19" in named
    traffic = [call for call in observer.calls if call.arguments.get("signal") == "traffic"]
    assert len(traffic) == 13


async def test_a_ring_of_services_is_walked_once() -> None:
    ring = Catalogue(
        services=(Service(name="storefront", depends_on=("b",)), Service(name="b", depends_on=("storefront",)))
    )
    observer = FakeObserver()
    shifted(observer, "storefront", "b")
    found = await diagnosed(observer, ring)
    assert found.report is not None
    assert observer.looks["metrics.signal"] == 7


async def test_a_source_that_does_not_answer_ends_the_walk_in_time_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walk, "LONGEST_S", 0.2)
    observer = FakeObserver()
    shifted(observer, *FAILING)
    found = await diagnose(case(_Stuck(observer, "ledger"), CHAIN, "storefront"), CHAIN.services[0])
    assert any(gap.startswith("the walk ended after") for gap in found.gaps)
    assert found.causes


class _Deaf:
    """Sees nothing of one service's signals."""

    def __init__(self, inner: FakeObserver, service: str) -> None:
        self._inner = inner
        self._service = service

    def permitted(self, turn: Turn) -> frozenset[str]:
        return self._inner.permitted(turn)

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        if call.tool == "metrics.signal" and call.arguments["service"] == self._service:
            return Outcome(ok=False, summary="expected an answer, found none", error_code="connector.unreachable")
        return await self._inner.observe(call, turn)


class _Stuck(_Deaf):
    """Waits for ever for one service's signals."""

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        if call.tool == "metrics.signal" and call.arguments["service"] == self._service:
            await asyncio.Event().wait()
        return await self._inner.observe(call, turn)


async def test_turns_and_hypotheses_become_entries_of_a_timeline_with_their_evidence() -> None:
    observer = FakeObserver()
    shifted(observer, *FAILING)
    found = await diagnosed(observer)
    entries = told(found, NOW)
    turns = [each for each in entries if each.kind is Happening.METRIC]
    likely = [each for each in entries if each.kind is Happening.HYPOTHESIS]
    assert {each.service for each in turns} == set(FAILING)
    assert all(each.at < NOW and each.evidence for each in turns)
    assert likely[0].text.startswith("Likely the cause is ledger: ")
    assert all(each.evidence for each in likely)
    assert [each.key for each in told(await diagnosed(observer), NOW)] == [each.key for each in entries]


async def test_of_a_service_that_is_well_there_is_nothing_to_tell() -> None:
    assert told(await diagnosed(FakeObserver()), NOW) == ()
