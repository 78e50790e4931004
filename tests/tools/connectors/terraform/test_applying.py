"""What is applied is the very plan that was shown: that file, on that state, once; or nothing at all."""

import asyncio
import hashlib
import json
import stat
from pathlib import Path

import pytest

from memory.canonical import digest
from memory.errors import Conflict, ConnectorRejected, ConnectorUnreachable, InvalidInput
from memory.model.plan import Call, Effect
from tests.servers import until
from tests.tools.connectors.terraform.conftest import ONE, Bench

SENSITIVE = """
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "one" {
  input = { password = var.password, size = 3 }
}
output "password" {
  value     = var.password
  sensitive = true
}
"""
SLOW = """
resource "terraform_data" "one" {
  provisioner "local-exec" { command = "touch %s && sleep %d" }
}
"""


def forgotten(bench: Bench) -> None:
    """Have the process die between the apply and writing down what came of it."""
    begun = bench.plans.begun("run_1:0")
    assert begun is not None
    bench.plans.begin(begun.model_copy(update={"outcome": None}))


def serial(bench: Bench) -> int:
    """Return the state's serial, as the file has it."""
    return int(json.loads((bench.folder / "terraform.tfstate").read_text())["serial"])


async def test_a_plan_names_each_change_and_changes_nothing(bench: Bench) -> None:
    bench.write(ONE % "a")
    seen = await bench.plan()
    assert seen.summary == "Terraform plan of infra: 1 to add, 0 to change, 0 to destroy."
    assert seen.data["changes"] == [
        (
            'create terraform_data.one; id: null -> "(known after apply)"; input: null -> "a"; '
            'output: null -> "(known after apply)"'
        )
    ]
    assert not (bench.folder / "terraform.tfstate").exists()


async def test_the_call_that_is_approved_has_the_digest_the_lines_and_the_state(bench: Bench) -> None:
    bench.write(ONE % "a")
    preview = await bench.preview()
    digest = str(preview.call.arguments["plan"])
    file = bench.plans.file(digest)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert preview.call.arguments["state"] == "none:0"
    assert [(change.field, change.before, change.after) for change in preview.changes] == [
        ("terraform_data.one", "not there", "created")
    ]
    assert preview.undo is None
    assert preview.warnings[-1].startswith("It cannot be taken back by itself")
    assert not (bench.folder / "terraform.tfstate").exists()


async def test_that_plan_is_applied_and_the_check_finds_nothing_left(bench: Bench) -> None:
    bench.write(ONE % "a")
    preview = await bench.preview()
    done = await bench.act(preview.call)
    assert done.ok
    assert serial(bench) >= 1
    (check,) = bench.actor().checks(bench.registry.arguments(preview.call.tool, preview.call.arguments))
    assert (await bench.plan()).value == 0 < check.bound
    assert (await bench.preview()).changes == ()


async def test_a_configuration_changed_since_does_not_change_what_is_applied(bench: Bench) -> None:
    bench.write(ONE % "a")
    preview = await bench.preview()
    bench.write(ONE % "evil")
    await bench.act(preview.call)
    assert '"a"' in (bench.folder / "terraform.tfstate").read_text()
    assert "evil" not in (bench.folder / "terraform.tfstate").read_text()


async def test_another_plan_file_is_another_call_to_approve(bench: Bench) -> None:
    bench.write(ONE % "a")
    first = await bench.preview()
    again = await bench.preview(plan=str(first.call.arguments["plan"]))
    assert digest(again.call) == digest(first.call)
    bench.write(ONE % "b")
    assert digest((await bench.preview()).call) != digest(first.call)


async def test_a_plan_file_that_was_exchanged_is_refused(bench: Bench) -> None:
    bench.write(ONE % "a")
    good = await bench.preview()
    bench.write(ONE % "evil")
    evil = await bench.preview()
    bench.plans.file(str(evil.call.arguments["plan"])).replace(bench.plans.file(str(good.call.arguments["plan"])))
    with pytest.raises(Conflict, match="expected the plan file"):
        await bench.act(good.call)
    assert not (bench.folder / "terraform.tfstate").exists()


async def test_lines_that_are_not_the_plans_are_refused(bench: Bench) -> None:
    bench.write(ONE % "a")
    call = (await bench.preview()).call
    lied = Call(tool=call.tool, arguments={**call.arguments, "changes": ["create terraform_data.harmless"]})
    with pytest.raises(Conflict, match="something else"):
        await bench.act(lied)


async def test_a_state_that_moved_since_is_refused(bench: Bench) -> None:
    bench.write(ONE % "a")
    stale = await bench.preview()
    await bench.act((await bench.preview()).call, "run_0:0")
    with pytest.raises(Conflict, match="nothing was changed"):
        await bench.act(stale.call)
    assert await bench.look() is None


async def test_a_call_that_no_dry_run_settled_is_refused(bench: Bench) -> None:
    bench.write(ONE % "a")
    with pytest.raises(InvalidInput, match="dry run"):
        await bench.act(Call(tool="terraform.apply", arguments={"project": "infra"}))


async def test_what_destroys_is_shown_loudly_and_is_another_capability(bench: Bench) -> None:
    bench.write(ONE % "a")
    await bench.act((await bench.preview()).call, "run_0:0")
    bench.write("")
    with pytest.raises(InvalidInput, match=r"DESTROYS terraform_data\.one"):
        await bench.preview()
    shown = await bench.preview("terraform.apply_destroying")
    assert bench.actor("terraform.apply_destroying").capability.effect is Effect.DESTRUCTIVE
    assert shown.warnings[0] == "DESTROYS terraform_data.one"
    assert shown.changes[0].after == "DESTROY"
    assert (await bench.act(shown.call)).ok
    assert json.loads((bench.folder / "terraform.tfstate").read_text())["resources"] == []


async def test_a_replacement_counts_as_destroying(bench: Bench) -> None:
    replaced = 'resource "terraform_data" "one" {\n  triggers_replace = "%s"\n}\n'
    bench.write(replaced % "a")
    await bench.act((await bench.preview()).call, "run_0:0")
    bench.write(replaced % "b")
    with pytest.raises(InvalidInput, match="DESTROYS"):
        await bench.preview()
    shown = await bench.preview("terraform.apply_destroying")
    assert shown.changes[0].after.startswith("REPLACE")


async def test_a_plan_that_destroys_nothing_is_none_for_the_destroying_capability(bench: Bench) -> None:
    bench.write(ONE % "a")
    with pytest.raises(InvalidInput, match=r"Ask for terraform\.apply|does not"):
        await bench.preview("terraform.apply_destroying")


async def test_the_destroying_plan_cannot_be_applied_as_a_harmless_one(bench: Bench) -> None:
    bench.write(ONE % "a")
    await bench.act((await bench.preview()).call, "run_0:0")
    bench.write("")
    shown = await bench.preview("terraform.apply_destroying")
    with pytest.raises(InvalidInput, match="DESTROYS"):
        await bench.act(Call(tool="terraform.apply", arguments=shown.call.arguments))
    assert json.loads((bench.folder / "terraform.tfstate").read_text())["resources"]


async def test_sensitive_values_are_masked_wherever_they_stand(bench: Bench) -> None:
    bench.write(SENSITIVE)
    preview = await bench.preview()
    everything = preview.model_dump_json() + (await bench.plan()).model_dump_json()
    assert "hunter2" not in everything
    assert "(sensitive)" in everything
    assert [change.field for change in preview.changes] == ["terraform_data.one", "output password"]


async def test_a_provisioner_is_told_of(bench: Bench) -> None:
    bench.write(SLOW % ("x", 0))
    assert "1 provisioner may run programs on this machine." in (await bench.preview()).warnings


async def test_a_key_is_applied_once_and_found_again(bench: Bench) -> None:
    bench.write(ONE % "a")
    preview = await bench.preview()
    assert await bench.look() is None
    first = await bench.act(preview.call)
    before = serial(bench)
    assert await bench.act(preview.call) == first
    assert await bench.look() == first
    assert serial(bench) == before
    assert await bench.look("run_1:1") is None


async def test_an_apply_whose_end_nobody_wrote_down_is_found_by_terraforms_own_log(bench: Bench) -> None:
    bench.write(ONE % "a")
    done = await bench.act((await bench.preview()).call)
    forgotten(bench)
    found = await bench.look()
    assert found is not None
    assert (found.ok, found.data) == (True, done.data)
    log = bench.log()
    whole = log.read_text()
    log.write_text("".join(line for line in whole.splitlines(keepends=True) if "change_summary" not in line))
    found = await bench.look()
    assert found is not None
    assert not found.ok
    assert "IN PART" in found.summary


async def test_an_apply_that_never_changed_anything_did_not_take_effect_whoever_else_did(bench: Bench) -> None:
    bench.write(ONE % "a")
    await bench.act((await bench.preview()).call)
    forgotten(bench)
    bench.log().unlink()
    assert await bench.look() is None
    bench.log().write_text('{"type":"version"}\n{"type":"apply_sta')
    assert await bench.look() is None


async def test_an_apply_that_outlives_the_process_that_began_it_is_still_under_way(
    bench: Bench, tmp_path: Path
) -> None:
    mark = tmp_path / "started"
    bench.write(SLOW % (mark, 3))
    preview = await bench.preview()
    began = asyncio.create_task(bench.act(preview.call))
    await asyncio.to_thread(until, mark.exists, "the start of the apply")
    with pytest.raises(ConnectorUnreachable, match="still works on it"):
        await bench.look()
    with pytest.raises(ConnectorUnreachable, match="still works on it"):
        await bench.act(preview.call)
    assert (await began).ok


async def test_an_apply_that_fails_in_the_middle_says_in_part(bench: Bench) -> None:
    bench.write(
        ONE % "a" + 'resource "terraform_data" "two" {\n  provisioner "local-exec" { command = "false" }\n}\n'
    )
    done = await bench.act((await bench.preview()).call)
    assert not done.ok
    assert "IN PART" in done.summary
    found = await bench.look()
    assert found == done


async def test_a_held_lock_is_respected_and_nothing_is_applied(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "started"
    bench.write(SLOW % (mark, 8))
    preview = await bench.preview()
    other = asyncio.create_task(bench.act(preview.call, "run_0:0"))
    await asyncio.to_thread(until, mark.exists, "the start of the other apply")
    with pytest.raises(ConnectorUnreachable, match=r"locked by somebody else|did not end"):
        await bench.act(preview.call, "run_1:0", deadline_s=6.0)
    assert (await other).ok
    assert await bench.look("run_1:0") is None


async def test_an_apply_out_of_time_is_interrupted_and_leaves_no_lock_and_no_child(
    bench: Bench, tmp_path: Path
) -> None:
    mark = tmp_path / "started"
    bench.write(SLOW % (mark, 60))
    preview = await bench.preview()
    with pytest.raises(ConnectorUnreachable, match="did not end within"):
        await bench.act(preview.call, deadline_s=9.0)
    assert mark.exists()
    await bench.plan()
    found = await bench.look()
    assert found is None or not found.ok


async def test_a_project_that_is_not_on_the_list_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"expected a Terraform project \(infra\), found 'other'"):
        await bench.preview(project="other")


async def test_a_configuration_that_is_wrong_is_an_error_with_its_title(bench: Bench) -> None:
    bench.write('resource "terraform_data" "one" { nonsense = 1 }\n')
    with pytest.raises(ConnectorRejected, match="Unsupported argument"):
        await bench.preview()


async def test_a_provider_is_never_downloaded(bench: Bench) -> None:
    bench.write('resource "random_pet" "one" {}\n')
    with pytest.raises(ConnectorRejected):
        await bench.preview()
    assert not (bench.folder / ".terraform" / "providers").exists()
