"""What repositories are asked for they tell as they stand, and no more than was asked."""

import pytest

from memory.errors import InvalidInput, NotFound
from tests.tools.connectors.calls import context
from tests.tools.connectors.git.test_hostile import reader
from tests.tools.connectors.git.workbench import Workbench
from tools.capabilities.git import CommitFilter, Lines, OneCommit


async def test_the_newest_commits_come_first(bench: Workbench) -> None:
    second = bench.commit("more cpu", {"limits.yaml": "cpu: 9\n"})
    seen = await reader(bench.known(), "git.log").read(CommitFilter(repository="shop"), context())
    rows = seen.data["commits"]
    assert isinstance(rows, list)
    assert [row["commit"] for row in rows if isinstance(row, dict)] == [second, bench.first]
    assert seen.summary == "2 commits of shop, main."


async def test_commits_are_those_of_a_path_and_as_many_as_asked(bench: Workbench) -> None:
    for number in range(3):
        bench.commit(f"commit {number}", {"a.txt": f"{number}\n"})
    log = reader(bench.known(), "git.log")
    assert (await log.read(CommitFilter(repository="shop", path="a.txt"), context())).value == 3
    assert (await log.read(CommitFilter(repository="shop", limit=2), context())).value == 2


async def test_a_branch_is_read_as_it_is_now(bench: Workbench) -> None:
    log = reader(bench.known(), "git.log")
    with pytest.raises(NotFound, match="to have the branch later"):
        await log.read(CommitFilter(repository="shop", branch="later"), context())
    bench.commit("on a branch", {"a.txt": "x\n"}, branch="later")
    assert (await log.read(CommitFilter(repository="shop", branch="later"), context())).value == 2
    bench.git("push", "--quiet", "origin", ":later")
    with pytest.raises(NotFound):
        await log.read(CommitFilter(repository="shop", branch="later"), context())


async def test_the_diff_of_a_commit_has_its_files(bench: Workbench) -> None:
    bench.commit("more cpu", {"limits.yaml": "cpu: 9\nmemory: 2\ndisk: 3\n"})
    diff = reader(bench.known(), "git.diff")
    newest = await diff.read(OneCommit(repository="shop"), context())
    assert "-cpu: 1\n+cpu: 9\n" in newest.evidence[0].text
    first = await diff.read(OneCommit(repository="shop", commit=bench.first[:8]), context())
    assert first.summary == f"{bench.first[:10]} of shop changed 1 file."
    assert "new file mode" in first.evidence[0].text


async def test_a_diff_that_is_too_long_says_so(bench: Workbench) -> None:
    bench.commit("long", {"long.txt": "a line\n" * 5000})
    seen = await reader(bench.known(), "git.diff").read(OneCommit(repository="shop"), context())
    assert len(seen.evidence[0].text) == 20_000
    assert seen.missing[0].endswith("characters of the diff are not shown")


async def test_blame_names_the_commit_of_each_line(bench: Workbench) -> None:
    second = bench.commit("more cpu", {"limits.yaml": "cpu: 9\nmemory: 2\ndisk: 3\n"})
    blame = reader(bench.known(), "git.blame")
    seen = await blame.read(Lines(repository="shop", path="limits.yaml", last=3), context())
    assert seen.value == 2
    assert second in seen.evidence[0].text
    with pytest.raises(NotFound, match="to have line 99"):
        await blame.read(Lines(repository="shop", path="limits.yaml", first=99, last=100), context())
    with pytest.raises(InvalidInput, match="expected 1 to 400 lines"):
        await blame.read(Lines(repository="shop", path="limits.yaml", first=2, last=1), context())
