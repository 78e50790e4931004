"""A pull request carries the change and the reason, is opened once per key, and is closed and reopened exactly."""

import httpx
import pytest

from memory.errors import Conflict, ConnectorError, ConnectorUnreachable, InvalidInput, NotFound
from memory.model.plan import Call
from memory.model.run import Outcome
from tests.tools.connectors.calls import context
from tests.tools.connectors.github.conftest import URL, Room
from tools.connectors.github import GitHub
from tools.connectors.github.reading import PullsList
from tools.contract import Arguments

BEFORE = "cpu: 1\nmemory: 2\ndisk: 3\n"
AFTER = "cpu: 9\nmemory: 2\ndisk: 3\n"


async def settled(room: Room, name: str, **values: object) -> Arguments:
    preview = await room.actor(name).preview(room.asked(name, **values), context())
    return room.registry.arguments(preview.call.tool, preview.call.arguments)


async def called(room: Room, call: Call | None, key: str = "run_1:0:undo") -> Outcome:
    assert call is not None
    arguments = room.registry.arguments(call.tool, call.arguments)
    return await room.actor(call.tool.removeprefix("github.")).act(arguments, context(key))


async def test_a_revert_shows_its_diff_and_opens_nothing(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    preview = await room.actor("revert").preview(room.asked("revert"), context())
    assert [change.field for change in preview.changes] == ["limits.yaml", "pull request"]
    assert "-cpu: 9\n+cpu: 1\n" in preview.evidence[0].text
    assert preview.undo is not None
    assert preview.undo.tool == "github.pull.close"
    assert room.fake.effects == []
    assert list(room.bench.branches()) == ["main"]


async def test_a_revert_opens_a_pull_request_with_the_change_and_the_reason(room: Room) -> None:
    bad = room.bench.commit("more cpu", {"limits.yaml": AFTER})
    done = await room.actor("revert").act(await settled(room, "revert", reason="It ate the node."), context())
    (pull,) = room.shop.pulls
    assert pull["title"] == 'Revert "more cpu"'
    assert pull["body"].splitlines()[::2] == [
        "It ate the node.",
        f"This reverts commit {bad}.",
        "Asked for by alice through Quarterdeck.",
        "<!-- quarterdeck-step: run_1:0 -->",
    ]
    assert pull["base"]["ref"] == "main"
    assert room.bench.content(pull["head"]["ref"], "limits.yaml") == BEFORE
    assert done.evidence[0].link == "https://github.example.com/acme/shop/pull/1"
    assert done.data["number"] == 1


async def test_a_changed_file_becomes_a_pull_request_with_that_file_alone(room: Room) -> None:
    asked = await settled(room, "change", path="limits.yaml", content=AFTER, title="More cpu", reason="Load.")
    await room.actor("change").act(asked, context())
    (pull,) = room.shop.pulls
    assert pull["title"] == "More cpu"
    assert room.bench.content(pull["head"]["ref"], "limits.yaml") == AFTER
    assert room.bench.content("main", "limits.yaml") == BEFORE


async def test_a_file_that_is_so_already_changes_nothing(room: Room) -> None:
    asked = room.asked("change", path="limits.yaml", content=BEFORE, title="Nothing")
    assert (await room.actor("change").preview(asked, context())).changes == ()


async def test_a_new_file_in_a_new_folder_is_a_change_too(room: Room) -> None:
    asked = await settled(room, "change", path="a/b/new.txt", content="x\n", title="New")
    await room.actor("change").act(asked, context())
    assert room.bench.content(room.shop.pulls[0]["head"]["ref"], "a/b/new.txt") == "x\n"


async def test_a_call_repeated_under_one_key_opens_one_pull_request(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    asked = await settled(room, "revert")
    for _ in range(3):
        await room.actor("revert").act(asked, context())
    assert room.fake.effects == ["opened 1"]


async def test_an_answer_that_is_lost_after_the_effect_opens_no_second(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    asked = await settled(room, "revert")
    assert await room.actor("revert").look(context()) is None
    room.fake.lose = 3
    done = None
    try:
        done = await room.actor("revert").act(asked, context())
    except ConnectorUnreachable:
        done = await room.actor("revert").look(context())
    assert done is not None
    assert done.data["number"] == 1
    assert room.fake.effects == ["opened 1"]
    assert await room.actor("revert").look(context("run_1:1")) is None


async def test_a_branch_that_was_pushed_before_a_crash_is_gone_on_from(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    asked = await settled(room, "revert")
    room.fake.refuse = [httpx.Response(500, json={})] * 9
    with pytest.raises(ConnectorError):
        await room.actor("revert").act(asked, context())
    room.fake.refuse = []
    assert len(room.bench.branches()) == 2
    assert await room.actor("revert").look(context()) is None
    await room.actor("revert").act(asked, context())
    assert room.fake.effects == ["opened 1"]
    assert len(room.bench.branches()) == 2


async def test_a_pull_request_of_somebody_else_from_the_branch_is_not_taken_for_ours(room: Room) -> None:
    room.bench.commit("x", {"x.txt": "x\n"}, branch="feature")
    mine = room.asked("pull.open", branch="feature", title="Feature")
    await room.actor("pull.open").act(mine, context())
    with pytest.raises(Conflict, match="refused"):
        await room.actor("pull.open").act(mine, context("run_2:0"))


async def test_a_pull_request_from_a_branch_that_is_not_there_is_refused_beforehand(room: Room) -> None:
    with pytest.raises(NotFound, match="to have the branch nowhere"):
        await room.actor("pull.open").preview(room.asked("pull.open", branch="nowhere", title="x"), context())


async def test_the_undo_closes_it_and_deletes_the_branch_and_its_undo_brings_both_back(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    preview = await room.actor("revert").preview(room.asked("revert"), context())
    done = await called(room, preview.call, "run_1:0")
    before = room.bench.branches()
    closed = await called(room, preview.undo)
    assert room.shop.pulls[0]["state"] == "closed"
    assert list(room.bench.branches()) == ["main"]
    assert done.undo == preview.undo
    await called(room, preview.undo)
    assert closed.undo is not None
    again = room.registry.arguments(closed.undo.tool, closed.undo.arguments)
    assert (await room.actor("pull.reopen").preview(again, context())).changes
    await called(room, closed.undo)
    assert room.shop.pulls[0]["state"] == "open"
    assert room.bench.branches() == before
    assert room.fake.effects == ["opened 1", "closed 1", "open 1"]


async def test_what_is_merged_is_not_closed(room: Room) -> None:
    room.bench.commit("more cpu", {"limits.yaml": AFTER})
    done = await room.actor("revert").act(await settled(room, "revert"), context())
    room.shop.pulls[0] |= {"state": "closed", "merged_at": "2026-11-21T10:00:00Z"}
    with pytest.raises(Conflict, match="found it merged"):
        await called(room, done.undo)


async def test_a_pull_request_of_people_is_never_closed_or_reopened(room: Room) -> None:
    tip = room.bench.commit("x", {"x.txt": "x\n"}, branch="feature")
    mine = room.asked("pull.open", branch="feature", title="Feature")
    await room.actor("pull.open").act(mine, context())
    room.shop.pulls[0]["body"] = "<!-- quarterdeck-step: run_1:0 -->\nquoted by a person"
    with pytest.raises(NotFound, match="of Quarterdeck's"):
        await room.actor("pull.close").act(room.asked("pull.close", branch="feature"), context())
    with pytest.raises(Conflict, match="found another"):
        await room.actor("pull.reopen").act(
            room.asked("pull.reopen", branch="feature", commit=tip, number=1), context()
        )


async def test_a_repository_that_is_not_on_github_says_so(room: Room) -> None:
    listing = PullsList(GitHub(room.http, URL), room.bench.known())
    with pytest.raises(InvalidInput, match="to be on GitHub"):
        await listing.read(room.asked("pulls"), context())
