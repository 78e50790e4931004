"""Runbooks in a conversation: found by id or by meaning, shown, run with what was said, never taken for more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.answer import AnswerKind
from agents.procedures import Procedures, Wanted, command
from memory.embedding import MiniLmEmbedder
from memory.model.catalogue import Catalogue, Service
from memory.model.intent import Provenance
from runbooks.catalogue import catalogue, packaged
from tests.agents.talking import Talk, World, talking
from tools.capabilities import EVERY

SERVICES = Catalogue(
    services=(Service(name="checkout", environments=("production", "staging")), Service(name="payments"))
)


@pytest.fixture(scope="module")
def procedures() -> Procedures:
    return Procedures(catalogue(packaged(), EVERY), SERVICES, MiniLmEmbedder.from_packages())


@pytest.fixture
async def talk(procedures: Procedures, tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path / "talks.db", World(procedures=procedures)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("show me the runbook for undoing a bad deployment", Wanted.SHOW, "roll-back-release@1"),
        ("is there a runbook for a service that leaks memory?", Wanted.SHOW, "restart-service@1"),
        ("run the runbook to take back the release of checkout", Wanted.RUN, "roll-back-release@1"),
        ("execute playbook restart-service on payments", Wanted.RUN, "restart-service@1"),
        ("run runbook roll-back-release@1 service=checkout", Wanted.RUN, "roll-back-release@1"),
        ("list the runbooks", Wanted.LIST, ""),
        ("which runbooks are there?", Wanted.LIST, ""),
        ("show the runbook for baking bread", Wanted.SHOW, ""),
    ],
)
def test_the_runbook_that_is_meant_is_found(procedures: Procedures, text: str, wanted: Wanted, found: str) -> None:
    asked = procedures.hear(text)
    assert asked is not None
    assert (asked.wanted, asked.found) == (wanted, found)


@pytest.mark.parametrize("text", ["roll back checkout", "what is wrong with checkout?", "restart payments", ""])
def test_nothing_else_is_taken_for_a_runbook(procedures: Procedures, text: str) -> None:
    assert procedures.hear(text) is None


def test_inputs_are_read_by_name_and_from_what_was_said(procedures: Procedures) -> None:
    asked = procedures.hear(
        'run the runbook roll-back-release for checkout in staging most_errors=0.1 version="1.4.1"'
    )
    assert asked is not None
    given = {
        name: (each.value, each.provenance) for name, each in asked.intent.arguments.items() if name != "runbook"
    }
    assert given == {
        "service": ("checkout", Provenance.SAID),
        "environment": ("staging", Provenance.SAID),
        "version": ("1.4.1", Provenance.SAID),
        "most_errors": (0.1, Provenance.SAID),
    }


def test_the_sentence_that_runs_one_is_read_back_exactly(procedures: Procedures) -> None:
    said = command("roll-back-release@1", {"service": "checkout", "version": 'a "b" c=d', "most_errors": 0.5})
    asked = procedures.hear(said)
    assert asked is not None
    values = asked.intent.values()
    assert (values["service"], values["version"], values["most_errors"]) == ("checkout", 'a "b" c=d', 0.5)


async def test_a_runbook_is_shown_as_what_a_source_says(talk: Talk) -> None:
    answer = await talk.say("show the runbook roll-back-release")
    assert answer.kind is AnswerKind.ANSWER
    assert "## 3. Take the release back" in answer.evidence[0].text
    assert "run the runbook roll-back-release service=<service>" in answer.text


async def test_a_runbook_that_is_run_becomes_a_plan_that_waits(talk: Talk) -> None:
    answer = await talk.say("run the runbook roll-back-release for checkout")
    assert answer.kind is AnswerKind.PLAN
    assert answer.run is not None
    assert answer.run.plan.steps[0].call.tool == "deploy.rollback"


async def test_what_is_missing_is_asked_for_with_the_names_there_are(talk: Talk) -> None:
    answer = await talk.say("run the runbook roll-back-release")
    assert answer.kind is AnswerKind.CLARIFY
    assert "which service" in answer.text
    assert any("service=checkout" in button.value for button in answer.buttons)


async def test_a_list_names_them_all_and_an_unknown_one_is_said_to_be(talk: Talk) -> None:
    assert "roll-back-release" in (await talk.say("list the runbooks")).text
    assert "no runbook" in (await talk.say("show the runbook for baking bread")).text
