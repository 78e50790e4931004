"""The flags of a file in a real repository: each change is one commit of one flag, and goes back exactly."""

from pathlib import Path

import pytest

from memory.errors import Conflict, InvalidInput, NotFound
from memory.model.plan import Call
from memory.model.run import Outcome
from tests.tools.connectors.calls import context
from tests.tools.connectors.flags.test_definition import FILE
from tests.tools.connectors.git.workbench import Workbench
from tools.connectors.flagd import FlagFile, hands
from tools.contract import Actor, Reader
from tools.readings import FlagReading, unpacked
from tools.registry import Registry


class Room:
    """A repository with a flag file, and the hands on it."""

    def __init__(self, folder: Path, *, direct: bool = True) -> None:
        self.bench = Workbench(folder)
        self.bench.commit("flags", {"flags.json": FILE})
        repositories = self.bench.known(direct=direct)
        file = FlagFile(repositories, repositories.repository("shop"), "flags.json")
        self.registry = Registry(hands(file))

    def text(self) -> str:
        return self.bench.content("main", "flags.json")

    def actor(self, name: str) -> Actor:
        found = self.registry.tool(name)
        assert isinstance(found, Actor)
        return found

    async def act(self, call: Call, key: str = "run_1:0") -> Outcome:
        return await self.actor(call.tool).act(self.registry.arguments(call.tool, call.arguments), context(key))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def switch(enabled: bool) -> Call:
    return Call(tool="flag.set", arguments={"flag": "new-pricing", "enabled": enabled})


async def test_flags_are_listed_as_they_stand(room: Room) -> None:
    reader = room.registry.tool("flags.list")
    assert isinstance(reader, Reader)
    seen = await reader.read(room.registry.arguments("flags.list", {}), context())
    assert unpacked(seen, "flags", FlagReading) == (
        FlagReading(name="new-pricing", enabled=False),
        FlagReading(name="banner", enabled=False),
    )
    assert seen.value == 0


async def test_the_preview_shows_the_diff_and_commits_nothing(room: Room) -> None:
    call = switch(enabled=True)
    preview = await room.actor("flag.set").preview(room.registry.arguments(call.tool, call.arguments), context())
    assert [(each.field, each.before, each.after) for each in preview.changes] == [
        ("new-pricing defaultVariant", "off", "on")
    ]
    assert '-      "defaultVariant": "off",\n+      "defaultVariant": "on",\n' in preview.evidence[0].text
    assert room.text() == FILE


async def test_a_switch_is_one_commit_and_its_undo_gives_the_same_bytes_back(room: Room) -> None:
    call = switch(enabled=True)
    preview = await room.actor("flag.set").preview(room.registry.arguments(call.tool, call.arguments), context())
    done = await room.act(call)
    assert room.text() == FILE.replace('"defaultVariant": "off"', '"defaultVariant": "on"')
    assert done.undo == preview.undo
    assert preview.undo is not None
    await room.act(preview.undo, "run_1:0:undo")
    assert room.text() == FILE


async def test_a_canary_goes_up_and_back_exactly(room: Room) -> None:
    for percentage in (5, 50):
        await room.act(
            Call(tool="flag.rollout", arguments={"flag": "new-pricing", "percentage": percentage}),
            f"run_{percentage}:0",
        )
    assert '"fractional"' in room.text()
    call = switch(enabled=False)
    preview = await room.actor("flag.set").preview(room.registry.arguments(call.tool, call.arguments), context())
    assert preview.warnings == ("Its targeting rules would be taken out; the undo brings them back.",)
    at_half = room.text()
    await room.act(call, "run_off:0")
    assert preview.undo is not None
    await room.act(preview.undo, "run_off:0:undo")
    assert room.text() == at_half


async def test_a_key_commits_once_and_is_found_again(room: Room) -> None:
    assert await room.actor("flag.set").look(context()) is None
    first = await room.act(switch(enabled=True))
    before = room.bench.branches()
    second = await room.act(switch(enabled=True))
    found = await room.actor("flag.set").look(context())
    assert found is not None
    assert found.data["commit"] == first.data["commit"] == second.data["commit"]
    assert room.bench.branches() == before


async def test_a_flag_that_stands_so_already_makes_no_commit(room: Room) -> None:
    before = room.bench.branches()
    assert (await room.act(switch(enabled=False))).summary == "new-pricing was off already."
    assert room.bench.branches() == before


async def test_a_repository_that_takes_no_direct_commits_is_not_changed(tmp_path: Path) -> None:
    room = Room(tmp_path, direct=False)
    with pytest.raises(InvalidInput, match="its default branch"):
        await room.act(switch(enabled=True))
    assert room.text() == FILE


async def test_a_commit_of_somebody_else_meanwhile_is_a_conflict(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = room.actor("flag.set")
    draft = FlagFile.draft

    async def meanwhile(*given: object) -> object:
        made = await draft(*given)  # type: ignore[arg-type] # as they came
        room.bench.commit("meanwhile", {"other.txt": "x\n"})
        return made

    monkeypatch.setattr(FlagFile, "draft", meanwhile)
    call = switch(enabled=True)
    with pytest.raises(Conflict, match="nothing was pushed"):
        await change.act(room.registry.arguments(call.tool, call.arguments), context())
    assert room.text() == FILE


async def test_unknown_flags_and_files_are_named(room: Room) -> None:
    with pytest.raises(InvalidInput, match=r"a flag of the file \(new-pricing, banner\)"):
        await room.act(Call(tool="flag.set", arguments={"flag": "nope", "enabled": True}))
    repositories = room.bench.known(direct=True)
    file = FlagFile(repositories, repositories.repository("shop"), "nowhere.json")
    other = Registry(hands(file)).tool("flag.set")
    assert isinstance(other, Actor)
    with pytest.raises(NotFound, match=r"expected nowhere\.json"):
        await other.preview(room.registry.arguments("flag.set", {"flag": "x", "enabled": True}), context())


async def test_an_earlier_state_that_is_none_is_refused(room: Room) -> None:
    for state in ("not json", '{"state": "on"}'):
        with pytest.raises(InvalidInput):
            await room.act(Call(tool="flag.restore", arguments={"flag": "new-pricing", "state": state}))
    assert room.text() == FILE
