"""Queues, disks and certificates: what cannot be taken back needs two people, and is done only where needed."""

import pytest

from memory.errors import InvalidInput
from memory.model.decision import NeedsApproval
from memory.model.run import StepStatus
from tests.fakes.people import BOB, CARA
from tests.runbooks.library.cases import BY_NAME
from tests.runbooks.library.shelf import LIBRARY
from tests.runbooks.library.stage import Stage

DESTRUCTIVE = ("purge-queue", "renew-certificate", "disk-full")


@pytest.mark.parametrize("name", DESTRUCTIVE)
async def test_what_cannot_be_taken_back_is_marked_and_needs_two_people(stage: Stage, name: str) -> None:
    case = BY_NAME[name]
    case.arrange(stage.world)
    assert "effect: destructive" in LIBRARY.find(name).text
    run = await stage.proposed(name, case.inputs)
    assert isinstance(run.decision, NeedsApproval)
    assert sum(each.approvals for each in run.decision.obligations) == 2
    assert "It cannot be taken back." in run.previews[0].warnings


async def test_a_queue_is_moved_aside_with_every_message_kept(stage: Stage) -> None:
    case = BY_NAME["clear-queue"]
    case.arrange(stage.world)
    await stage.carried_out(case.runbook, case.inputs, (BOB,))
    state = stage.world.operations.state
    assert (state["queue orders"], state["queue orders aside"]) == (0, 50_000)


async def test_a_queue_that_is_short_is_left_alone(stage: Stage) -> None:
    case = BY_NAME["clear-queue"]
    stage.world.operations.state["queue orders"] = 3
    stage.world.shop.query = lambda _query: 3.0
    run = await stage.carried_out(case.runbook, case.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.effects() == {}


async def test_only_files_of_the_age_that_was_said_are_deleted_and_the_card_lists_them(stage: Stage) -> None:
    case = BY_NAME["disk-full"]
    case.arrange(stage.world)
    run = await stage.proposed(case.runbook, {**case.inputs, "days": 9})
    listed = run.previews[0].evidence[0].text
    assert "30.log" in listed
    assert "9.log" not in listed.replace("/", " ").split()
    await stage.bench.approve(run, BOB, CARA)
    assert stage.world.disk == ("1.log", "3.log", "9.log")


async def test_a_disk_with_room_loses_nothing(stage: Stage) -> None:
    case = BY_NAME["disk-full"]
    stage.world.shop.query = lambda _query: 0.6
    run = await stage.carried_out(case.runbook, case.inputs, (BOB, CARA))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert len(stage.world.disk) == 5


async def test_a_certificate_that_is_good_for_long_is_not_renewed(stage: Stage) -> None:
    case = BY_NAME["renew-certificate"]
    stage.world.shop.query = lambda _query: 80.0
    run = await stage.carried_out(case.runbook, case.inputs, (BOB, CARA))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.effects() == {}


def test_a_name_that_leads_elsewhere_makes_no_plan(stage: Stage) -> None:
    with pytest.raises(InvalidInput, match="queue"):
        stage.compiled("purge-queue", {"queue": "../admin"})
