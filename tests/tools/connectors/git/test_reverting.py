"""A commit is taken back on a branch of its own, exactly as was shown, once, and nothing else is ever touched."""

import asyncio

import pytest

from memory.errors import Conflict, ConnectorUnreachable, InvalidInput, NotFound
from memory.model.plan import Call
from tests.tools.connectors.calls import context
from tests.tools.connectors.git.workbench import Workbench
from tools.capabilities.git import Branch, BranchAt, Reversion
from tools.connectors.git import GitRepositories, hands
from tools.contract import Actor
from tools.registry import Registry

BEFORE = "cpu: 1\nmemory: 2\ndisk: 3\n"
AFTER = "cpu: 9\nmemory: 2\ndisk: 3\n"


def actor(repositories: GitRepositories, name: str) -> Actor:
    found = Registry(hands(repositories)).tool(name)
    assert isinstance(found, Actor)
    return found


async def settled(revert: Actor, **given: str) -> Reversion:
    preview = await revert.preview(Reversion(repository="shop", **given), context())
    return Reversion.model_validate(preview.call.arguments)


async def test_the_preview_shows_the_exact_diff_and_pushes_nothing(bench: Workbench) -> None:
    bad = bench.commit("more cpu", {"limits.yaml": AFTER})
    preview = await actor(bench.known(), "git.revert").preview(Reversion(repository="shop"), context())
    assert preview.call.arguments["commit"] == preview.call.arguments["onto"] == bad
    (change,) = preview.changes
    assert (change.field, change.after.endswith("(+1 -1)")) == ("limits.yaml", True)
    assert "-cpu: 9\n+cpu: 1\n" in preview.evidence[0].text
    branch = preview.call.arguments["branch"]
    assert preview.undo == Call(tool="git.branch.delete", arguments={"repository": "shop", "branch": branch})
    assert bench.branches() == {"main": bad}


async def test_what_is_pushed_is_what_was_shown_and_the_default_branch_stays(bench: Workbench) -> None:
    bad = bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    asked = await settled(revert, reason="It ate the node.")
    later = bench.commit("unrelated", {"other.txt": "x\n"})
    done = await revert.act(asked, context())
    assert done.ok
    assert bench.branches() == {"main": later, str(asked.branch): done.data["commit"]}
    assert bench.content(str(asked.branch), "limits.yaml") == BEFORE
    said = bench.git("log", "-1", "--format=%P%n%an%n%B", str(asked.branch), where=bench.origin)
    assert said.splitlines() == [
        bad,
        "alice",
        'Revert "more cpu"',
        "",
        "It ate the node.",
        "",
        f"This reverts commit {bad}.",
        "",
        "Quarterdeck-Step: run_1:0",
    ]


async def test_the_preview_names_the_same_branch_as_a_repeated_preview_of_the_turn(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    assert (await settled(revert)).branch == (await settled(revert)).branch


async def test_a_commit_that_does_not_come_out_names_the_files_and_pushes_nothing(bench: Workbench) -> None:
    bad = bench.commit("more cpu", {"limits.yaml": AFTER})
    last = bench.commit("even more", {"limits.yaml": "cpu: 99\nmemory: 2\ndisk: 3\n"})
    with pytest.raises(Conflict, match=r"same lines: limits\.yaml; nothing was pushed"):
        await settled(actor(bench.known(), "git.revert"), commit=bad)
    assert bench.branches() == {"main": last}


async def test_a_revert_keeps_later_changes_elsewhere_in_the_file(bench: Workbench) -> None:
    long = [f"line {number}" for number in range(20)]
    bench.commit("long", {"long.txt": "\n".join(long) + "\n"})
    bad = bench.commit("bad", {"long.txt": "\n".join(["bad", *long[1:]]) + "\n"})
    bench.commit("good", {"long.txt": "\n".join(["bad", *long[1:19], "good"]) + "\n"})
    revert = actor(bench.known(), "git.revert")
    asked = await settled(revert, commit=bad)
    await revert.act(asked, context())
    lines = bench.content(str(asked.branch), "long.txt").splitlines()
    assert (lines[0], lines[19]) == ("line 0", "good")


async def test_the_first_commit_of_all_can_be_reverted(bench: Workbench) -> None:
    revert = actor(bench.known(), "git.revert")
    preview = await revert.preview(Reversion(repository="shop"), context())
    assert preview.changes[0].after.startswith("no file")


async def test_a_commit_that_is_reverted_already_changes_nothing(bench: Workbench) -> None:
    bad = bench.commit("more cpu", {"limits.yaml": AFTER})
    bench.commit("less cpu", {"limits.yaml": BEFORE})
    revert = actor(bench.known(), "git.revert")
    preview = await revert.preview(Reversion(repository="shop", commit=bad), context())
    assert preview.changes == ()
    assert preview.undo is None


async def test_a_merge_is_refused_with_what_to_do_instead(bench: Workbench) -> None:
    bench.git("checkout", "--quiet", "-b", "side", bench.first)
    bench.commit("side", {"side.txt": "x\n"}, branch="side")
    bench.git("checkout", "--quiet", "main")
    bench.commit("main", {"main.txt": "x\n"})
    bench.git("merge", "--quiet", "--no-edit", "side")
    bench.git("push", "--quiet", "origin", "main")
    with pytest.raises(InvalidInput, match="a merge of 2"):
        await settled(actor(bench.known(), "git.revert"))


async def test_a_call_repeated_under_one_key_pushes_one_commit(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    asked = await settled(revert)
    first, second = await revert.act(asked, context()), await revert.act(asked, context())
    assert first.data["commit"] == second.data["commit"]


async def test_two_calls_at_once_under_one_key_push_one_commit(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    asked = await settled(actor(bench.known(), "git.revert"))
    both = [actor(bench.known(), "git.revert").act(asked, context()) for _ in range(2)]
    first, second = await asyncio.gather(*both)
    assert first.data["commit"] == second.data["commit"]


async def test_looking_tells_the_truth_before_and_after(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    asked = await settled(revert)
    assert await revert.look(context()) is None
    done = await revert.act(asked, context())
    found = await actor(bench.known(), "git.revert").look(context())
    assert found is not None
    assert found.data == {**done.data, "subject": 'Revert "more cpu"'}
    assert await revert.look(context("run_1:1")) is None
    assert await revert.look(context("run_1")) is None


async def test_a_reason_that_quotes_another_key_is_not_taken_for_it(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    await revert.act(await settled(revert, reason="x\n\nQuarterdeck-Step: run_2:0"), context())
    assert await revert.look(context("run_2:0")) is None


async def test_looking_at_a_repository_that_is_away_is_no_answer(bench: Workbench) -> None:
    bench.origin.rename(bench.origin.with_name("away"))
    with pytest.raises(ConnectorUnreachable):
        await actor(bench.known(), "git.revert").look(context())


async def test_a_branch_somebody_has_in_the_way_is_never_overwritten(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    asked = await settled(revert)
    theirs = bench.commit("theirs", {"theirs.txt": "x\n"}, branch=str(asked.branch))
    with pytest.raises(Conflict, match="not to exist yet"):
        await revert.act(asked, context())
    assert bench.branches()[str(asked.branch)] == theirs


async def test_the_default_branch_and_branches_of_others_are_refused(bench: Workbench) -> None:
    bad = bench.commit("more cpu", {"limits.yaml": AFTER})
    revert = actor(bench.known(), "git.revert")
    for branch, because in (("main", "its default branch"), ("feature", "begins with quarterdeck/")):
        asked = Reversion(repository="shop", commit=bad, onto=bad, branch=branch)
        with pytest.raises(InvalidInput, match=because):
            await revert.act(asked, context())
    assert bench.branches() == {"main": bad}


async def test_a_call_that_no_dry_run_settled_is_refused(bench: Workbench) -> None:
    with pytest.raises(InvalidInput, match="dry run"):
        await actor(bench.known(), "git.revert").act(Reversion(repository="shop"), context())


async def test_unknown_repositories_and_commits_are_named(bench: Workbench) -> None:
    revert = actor(bench.known(), "git.revert")
    with pytest.raises(InvalidInput, match=r"expected a repository \(shop\), found 'shoe'"):
        await revert.preview(Reversion(repository="shoe"), context())
    with pytest.raises(NotFound, match="expected a commit"):
        await settled(revert, commit="abcdef0123")


async def test_the_undo_deletes_the_branch_and_its_own_undo_brings_it_back(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    repositories = bench.known()
    revert, delete = actor(repositories, "git.revert"), actor(repositories, "git.branch.delete")
    asked = await settled(revert)
    pushed = await revert.act(asked, context())
    branch = Branch(repository="shop", branch=str(asked.branch))
    shown = await delete.preview(branch, context())
    assert shown.changes[0].after == "no branch"
    gone = await delete.act(branch, context())
    assert list(bench.branches()) == ["main"]
    assert (await delete.act(branch, context())).summary.endswith("gone already.")
    assert gone.undo == shown.undo
    assert gone.undo is not None
    back = BranchAt.model_validate(gone.undo.arguments)
    restore = actor(repositories, "git.branch.restore")
    assert (await restore.preview(back, context())).changes
    await restore.act(back, context())
    await restore.act(back, context())
    assert bench.branches()[str(asked.branch)] == pushed.data["commit"]


async def test_a_branch_that_others_worked_on_is_not_deleted(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": AFTER})
    repositories = bench.known()
    revert = actor(repositories, "git.revert")
    asked = await settled(revert)
    await revert.act(asked, context())
    bench.git("fetch", "--quiet", "origin", str(asked.branch))
    bench.git("checkout", "--quiet", "FETCH_HEAD")
    theirs = bench.commit("theirs", {"theirs.txt": "x\n"}, branch=str(asked.branch))
    with pytest.raises(Conflict, match="of somebody else"):
        await actor(repositories, "git.branch.delete").act(
            Branch(repository="shop", branch=str(asked.branch)), context()
        )
    assert bench.branches()[str(asked.branch)] == theirs


async def test_a_call_without_time_left_does_nothing(bench: Workbench) -> None:
    with pytest.raises(ConnectorUnreachable):
        await actor(bench.known(), "git.revert").preview(Reversion(repository="shop"), context(deadline_s=0.0001))
