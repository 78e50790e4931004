"""Releasing and rolling back on a control plane: shown before, done once, found again, taken back exactly."""

import asyncio
from typing import Any

import pytest

from memory.errors import Conflict, ConnectorUnreachable, InvalidInput, UnknownService
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.run import Preview
from tests.fakes.kubernetes.objects import Refused
from tests.fakes.kubernetes.request import Request
from tests.tools.kubernetes.ground import IMAGE, Room, fresh_key
from tools.cluster.marks import marks


def shown(preview: Preview) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in preview.changes]


async def test_a_release_is_rehearsed_done_and_taken_back_to_the_very_revision(room: Room) -> None:
    preview = await room.preview("deploy.release", **room.checkout, version="1.4.2")
    assert preview.call == Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2"})
    image = "spec.template.spec.containers[checkout].image"
    assert shown(preview) == [("version", "1.4.1+r1", "1.4.2"), (image, f"{IMAGE}:1.4.1", f"{IMAGE}:1.4.2")]
    assert preview.undo == Call(tool="deploy.rollback", arguments={**room.checkout, "version": "1.4.1+r1"})
    assert preview.blast_radius == (f"2 replicas of checkout in {room.namespace}", "shop leans on checkout")
    assert preview.warnings == ()
    assert await room.image() == f"{IMAGE}:1.4.1"  # a rehearsal changes nothing

    outcome = await room.act(fresh_key(), preview.call)
    assert outcome.ok
    assert outcome.summary.startswith(f"checkout in {room.namespace} was deployed from 1.4.1+r1 to 1.4.2.")
    assert outcome.undo == preview.undo
    await room.rolled_out()
    assert await room.image() == f"{IMAGE}:1.4.2"

    await room.act(fresh_key(), outcome.undo)
    await room.rolled_out()
    assert await room.image() == f"{IMAGE}:1.4.1"


async def test_a_rollback_brings_back_the_whole_template_and_not_only_the_image(room: Room) -> None:
    def change(item: dict[str, Any]) -> None:
        container = item["spec"]["template"]["spec"]["containers"][0]
        container["image"] = f"{IMAGE}:1.4.2"
        container["env"][0]["value"] = "trial"

    await room.admin.change(room.path, change)
    await room.rolled_out()
    preview = await room.preview("deploy.rollback", **room.checkout)
    assert preview.call.arguments["version"] == "1.4.1+r1"
    assert preview.call.provenance == {"version": Provenance.CATALOGUE}
    env = "spec.template.spec.containers[checkout].env[MODE].value"
    assert (env, "trial", "live") in shown(preview)
    assert preview.undo == Call(tool="deploy.rollback", arguments={**room.checkout, "version": "1.4.2+r2"})

    outcome = await room.act(fresh_key(), preview.call)
    await room.rolled_out()
    stands = await room.admin.get(room.path)
    assert stands["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "live"
    assert outcome.undo is not None
    await room.act(fresh_key(), outcome.undo)
    await room.rolled_out()
    assert await room.image() == f"{IMAGE}:1.4.2"


async def test_a_revision_is_found_by_its_version_its_number_and_by_numbers_it_had_before(room: Room) -> None:
    await room.deploy("1.4.2")
    for asked in ("1.4.1", "v1.4.1", "1", "1.4.1+r1"):
        preview = await room.preview("deploy.rollback", **room.checkout, version=asked)
        assert preview.call.arguments["version"] == "1.4.1+r1"
    await room.act(fresh_key(), preview.call)
    await room.rolled_out()  # revision 1 is revision 3 now
    await room.deploy("1.4.3")
    again = await room.preview("deploy.rollback", **room.checkout, version="1.4.1+r1")
    assert again.call.arguments["version"] == "1.4.1+r3"


async def test_an_act_under_one_key_takes_effect_once_and_is_found_again(room: Room) -> None:
    key = fresh_key()
    call = Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2"})
    assert await room.look(key, "deploy.release") is None
    first = await room.act(key, call)
    await room.rolled_out()
    second = await room.act(key, call)
    found = await room.look(key, "deploy.release")
    assert found is not None
    assert first.undo == second.undo == found.undo
    assert [mark.key for mark in marks(await room.admin.get(room.path))] == [key]


async def test_an_act_is_found_again_after_others_acted_on_the_same_object(room: Room) -> None:
    key = fresh_key()
    await room.act(key, Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2"}))
    await room.rolled_out()
    await room.act(fresh_key(), Call(tool="service.scale", arguments={**room.checkout, "replicas": 1}))
    found = await room.look(key, "deploy.release")
    assert found is not None
    assert "deployed from 1.4.1+r1 to 1.4.2" in found.summary


async def test_a_bad_release_is_measured_as_not_complete_and_its_undo_restores(room: Room) -> None:
    call = Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2-bad"})
    preview = await room.preview("deploy.release", **room.checkout, version="1.4.2-bad")
    outcome = await room.act(fresh_key(), call)
    assert outcome.summary.endswith("Not every replica has followed yet.")

    async def crashes() -> bool:
        return "CrashLoopBackOff" in (await room.read("rollout.status", **room.checkout)).summary

    await room.until(crashes, "a crash")
    status = await room.read("rollout.status", **room.checkout)
    assert status.value is not None
    assert status.value < 0.999
    late = await room.preview("deploy.rollback", **room.checkout)
    assert late.warnings[0].startswith("A rollout of checkout is under way")
    assert preview.undo is not None
    await room.act(fresh_key(), preview.undo)
    await room.rolled_out()
    assert await room.image() == f"{IMAGE}:1.4.1"


async def test_a_revision_that_is_gone_is_an_error_that_names_those_there_are(room: Room) -> None:
    def forget(item: dict[str, Any]) -> None:
        item["spec"]["revisionHistoryLimit"] = 1

    await room.admin.change(room.path, forget)
    await room.deploy("1.4.2")
    await room.deploy("1.4.3")

    async def gone() -> bool:
        said = await room.read("rollout.describe", **room.checkout)
        return "1.4.1" not in said.summary

    await room.until(gone, "the end of the first revision")
    for asked in ("1.4.1", "1.4.1+r1", "1"):
        with pytest.raises(InvalidInput, match=r"still there \(1\.4\.3\+r3, 1\.4\.2\+r2\)"):
            await room.preview("deploy.rollback", **room.checkout, version=asked)
    call = Call(tool="deploy.rollback", arguments={**room.checkout, "version": "1.4.1+r1"})
    with pytest.raises(InvalidInput, match="still there"):
        await room.act(fresh_key(), call)


async def test_nothing_to_go_back_to_is_said_before_anything_starts(room: Room) -> None:
    with pytest.raises(InvalidInput, match="to have a revision before"):
        await room.preview("deploy.rollback", **room.checkout)


async def test_what_runs_already_is_no_change(room: Room) -> None:
    preview = await room.preview("deploy.release", **room.checkout, version="1.4.1")
    assert preview.changes == ()
    assert preview.undo is None
    assert preview.summary == "1.4.1 is already running: nothing would change."
    outcome = await room.act(fresh_key(), preview.call)
    assert (outcome.ok, outcome.undo) == (True, None)


async def test_an_unknown_deployment_is_named_beside_those_there_are(room: Room) -> None:
    with pytest.raises(UnknownService, match=r"\(checkout\), found 'chekout'") as refused:
        await room.preview("deploy.release", service="chekout", environment=room.namespace, version="1.4.2")
    assert refused.value.hint == "Did you mean checkout?"


@pytest.mark.parametrize("service", ["../../nodes", "a/b", "Checkout", "checkout?x=1"])
async def test_a_name_no_cluster_could_have_never_reaches_a_path(faked: Room, service: str) -> None:
    workload = faked.fleet.workload
    with pytest.raises(InvalidInput, match="names that Kubernetes could have"):
        workload(service, faked.namespace)


async def test_an_edit_of_anything_else_at_the_same_moment_is_kept_and_the_release_lands(room: Room) -> None:
    async def meddle() -> None:
        for number in range(5):
            await room.admin.change(room.path, lambda item, n=number: _note(item, n))  # type: ignore[misc]  # bound now

    call = Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2"})
    await asyncio.gather(room.act(fresh_key(), call), meddle())
    stands = await room.admin.get(room.path)
    assert stands["metadata"]["annotations"]["meddled"] == "4"
    assert await room.image() == f"{IMAGE}:1.4.2"


def _note(item: dict[str, Any], number: int) -> None:
    item["metadata"].setdefault("annotations", {})["meddled"] = str(number)


async def test_another_release_at_the_same_moment_is_not_overwritten(faked: Room) -> None:
    assert faked.fake is not None
    raced: list[Request] = []

    def race(request: Request) -> None:
        if request.method == "PUT" and not raced and "dryRun" not in request.params:
            raced.append(request)
            key = ("deployments", faked.namespace, "checkout")
            item = faked.fake.objects.get(key) if faked.fake else {}
            other = {**item, "spec": _with_image(item["spec"], f"{IMAGE}:1.5.0")}
            if faked.fake:
                faked.fake.objects.replace(key, other)

    faked.fake.before = race
    call = Call(tool="deploy.release", arguments={**faked.checkout, "version": "1.4.2"})
    with pytest.raises(Conflict, match="found it changed since"):
        await faked.act(fresh_key(), call)
    assert await faked.image() == f"{IMAGE}:1.5.0"


def _with_image(spec: dict[str, Any], image: str) -> dict[str, Any]:
    container = {**spec["template"]["spec"]["containers"][0], "image": image}
    return {**spec, "template": {**spec["template"], "spec": {"containers": [container]}}}


async def test_an_answer_that_is_lost_is_found_again_by_its_key(faked: Room) -> None:
    fake = faked.fake
    assert fake is not None

    def vanish(request: Request) -> bool:
        if request.method == "PUT":
            fake.before = _away
        return request.method != "PUT"

    fake.after = vanish
    key, call = fresh_key(), Call(tool="deploy.release", arguments={**faked.checkout, "version": "1.4.2"})
    with pytest.raises(ConnectorUnreachable):
        await faked.act(key, call)
    with pytest.raises(ConnectorUnreachable):  # unknown is not "it took no effect"
        await faked.look(key, "deploy.release")
    fake.before, fake.after = _there, lambda _: True
    found = await faked.look(key, "deploy.release")
    assert found is not None
    assert await faked.image() == f"{IMAGE}:1.4.2"
    writes = [each for each in fake.asked if each.method == "PUT"]
    await faked.act(key, call)
    assert [each for each in fake.asked if each.method == "PUT"] == writes


def _away(request: Request) -> None:
    raise Refused(503, "ServiceUnavailable", f"{request.path} is away")


def _there(_: Request) -> None:
    """Let everything through."""


async def test_a_paused_deployment_is_released_to_only_after_it_goes_on(room: Room) -> None:
    await room.act(fresh_key(), Call(tool="rollout.pause", arguments=room.checkout))
    with pytest.raises(InvalidInput, match="found checkout paused"):
        await room.preview("deploy.release", **room.checkout, version="1.4.2")
