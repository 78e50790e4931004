"""What is said of a ranking: every claim rests on what it cites, and what cannot be known is told apart."""

import pytest

from agents.investigation.claims import Report, reported
from agents.investigation.ranking import Verdict, ranked
from agents.investigation.situation import Change, Normal
from tests.agents.investigation.situations import TIMES, situation
from tests.eval.investigation_worlds import Fault, systems, world


def report(**given: object) -> Report:
    found = situation(**given)  # type: ignore[arg-type]  # passed on as they are
    return reported(found, ranked(found))


@pytest.mark.parametrize("topology", systems())
@pytest.mark.parametrize("fault", list(Fault))
def test_every_validated_claim_cites_facts_that_are_told(topology: str, fault: Fault) -> None:
    made = world(7, topology, fault, window=12, normal=30)
    told = reported(made.situation, ranked(made.situation))
    known = {fact.id for fact in told.facts} | {change.id for change in made.situation.changes}
    for each in (*told.hypotheses, *told.considered):
        for claim in (*each.speaks_for, *each.speaks_against):
            assert set(claim.evidence) <= known
            assert bool(claim.evidence) == claim.validated
    assert not any(claim.validated for claim in told.not_validated)


def test_the_cause_is_told_with_what_speaks_for_it_and_against_the_others() -> None:
    change = Change("search", "deploy", TIMES[2] - 120, what="release 2.1", id="chg-1")
    told = report(failures={"search": 0.3, "shop": 0.24}, changes=(change,))
    best = told.hypotheses[0]
    assert (told.verdict, told.cause, told.ranking[0]) == (Verdict.FOUND, "search", "search")
    assert [claim.text for claim in best.speaks_for] == [
        "100 % of the calls that began to fail at shop arises in search: nothing it calls accounts for it",
        "its share of failed calls went from 0 % to 30 %, 150 times its noise",
        "release 2.1 came two minutes before the symptom",
    ]
    assert best.speaks_for[2].evidence == ("chg-1",)
    assert best.path == ("shop", "search")
    assert [claim.text for claim in told.not_validated] == [
        "That release 2.1 at search did it follows from its timing alone; taking it back would show it"
    ]


def test_what_a_callee_accounts_for_speaks_against_its_caller() -> None:
    told = report(latency={"pay": 0.4, "store": 0.2, "shop": 0.16})
    pay = next(each for each in told.hypotheses if each.node == "pay")
    assert any("store, which it calls, moved as well" in claim.text for claim in pay.speaks_against)


def test_where_nothing_is_wrong_there_is_no_hypothesis_but_what_was_considered() -> None:
    told = report()
    assert (told.verdict, told.cause, told.ranking, told.hypotheses) == (Verdict.NOTHING, "", (), ())
    assert told.says.startswith("Nothing stands out from what is normal: shop")
    assert all(each.confidence == 0 for each in told.considered)


@pytest.mark.parametrize(
    ("normal", "says"), [(Normal.BORROWED, "under other traffic"), (Normal.NONE, "the calmer half of the window")]
)
def test_a_normal_that_is_not_its_own_is_told_as_a_doubt(normal: Normal, says: str) -> None:
    told = report(failures={"search": 0.3, "shop": 0.24}, normal=normal)
    assert says in told.not_validated[0].text


def test_what_turned_first_is_told_first() -> None:
    told = report(failures={"search": 0.3, "shop": 0.24})
    assert {fact.node for fact in told.turned_first} == {"search", "shop"}
    assert told.turned_first[0].since == TIMES[2]
