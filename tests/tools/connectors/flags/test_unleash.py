"""The flags of an Unleash: switched and rolled out in one environment alone, and brought back exactly."""

import copy
from collections.abc import AsyncIterator

import pytest

from memory.errors import ConnectorRejected, ConnectorUnreachable, InvalidInput
from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from tests.fakes.unleash import TOKEN, FakeUnleash
from tests.tools.connectors.calls import context
from tools.connectors.unleash import Unleash, hands
from tools.contract import Actor, Reader
from tools.http import HttpClient
from tools.registry import Registry

GRADUAL = {
    "name": "flexibleRollout",
    "parameters": {"rollout": "20", "stickiness": "userId", "groupId": "pricing"},
}
FOR_GOLD = {
    "name": "flexibleRollout",
    "parameters": {"rollout": "100"},
    "constraints": [{"contextName": "tier", "operator": "IN", "values": ["gold"]}],
}


class Room:
    """The hands of one Unleash, and the fake itself."""

    def __init__(self, token: str = TOKEN) -> None:
        self.fake = FakeUnleash()
        url = "https://unleash.example.com"
        self.http = HttpClient(url, source="unleash", headers={"Authorization": token}, transport=self.fake)
        self.registry = Registry(hands(Unleash(self.http, "shop", "production")))

    def actor(self, name: str) -> Actor:
        found = self.registry.tool(name)
        assert isinstance(found, Actor)
        return found

    async def preview(self, call: Call) -> Preview:
        return await self.actor(call.tool).preview(self.registry.arguments(call.tool, call.arguments), context())

    async def act(self, call: Call | None) -> Outcome:
        assert call is not None
        return await self.actor(call.tool).act(self.registry.arguments(call.tool, call.arguments), context())

    def production(self) -> dict[str, object]:
        """Return the flag without the ids Unleash gives."""
        there = copy.deepcopy(self.fake.features["pricing"]["production"])
        for each in there["strategies"]:
            del each["id"]
        return there


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.http.close()


def switch(enabled: bool) -> Call:
    return Call(tool="flag.set", arguments={"flag": "pricing", "enabled": enabled})


def roll(percentage: int) -> Call:
    return Call(tool="flag.rollout", arguments={"flag": "pricing", "percentage": percentage})


async def test_flags_are_listed_as_they_stand_in_the_environment(room: Room) -> None:
    room.fake.flag("pricing", enabled=True)
    room.fake.flag("banner")
    reader = room.registry.tool("flags.list")
    assert isinstance(reader, Reader)
    seen = await reader.read(room.registry.arguments("flags.list", {}), context())
    assert seen.summary == "2 flags in production: pricing on, banner off."
    assert seen.value == 1


async def test_a_preview_changes_nothing(room: Room) -> None:
    room.fake.flag("pricing", strategies=(GRADUAL,))
    for call in (switch(enabled=True), roll(50)):
        assert (await room.preview(call)).changes
    assert room.fake.effects == []


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("strategies", [(), (GRADUAL,), (GRADUAL, FOR_GOLD)])
async def test_a_switch_and_its_undo_leave_the_flag_as_it_was(
    room: Room, enabled: bool, strategies: tuple[dict[str, object], ...]
) -> None:
    room.fake.flag("pricing", enabled=not enabled, strategies=strategies)
    before, elsewhere = room.production(), copy.deepcopy(room.fake.features["pricing"]["development"])
    preview = await room.preview(switch(enabled))
    done = await room.act(switch(enabled))
    assert room.production()["enabled"] is enabled
    assert done.undo == preview.undo
    await room.act(preview.undo)
    assert room.production() == before
    assert room.fake.features["pricing"]["development"] == elsewhere


async def test_a_rollout_keeps_how_users_are_counted_and_goes_back_exactly(room: Room) -> None:
    room.fake.flag("pricing", strategies=(GRADUAL,))
    before = room.production()
    preview = await room.preview(roll(60))
    assert preview.summary == "pricing would be on for 60 % in production."
    await room.act(roll(60))
    (strategy,) = room.fake.features["pricing"]["production"]["strategies"]
    assert strategy["parameters"] == {"rollout": "60", "stickiness": "userId", "groupId": "pricing"}
    assert strategy["id"] == "s1"
    await room.act(preview.undo)
    assert room.production() == before


async def test_a_flag_without_a_strategy_gets_one_before_it_is_switched_on(room: Room) -> None:
    room.fake.flag("pricing")
    await room.act(roll(5))
    assert room.fake.effects == ["POST strategies", "POST on"]


async def test_a_flag_with_other_strategies_is_not_rolled_out(room: Room) -> None:
    room.fake.flag("pricing", strategies=(FOR_GOLD,))
    with pytest.raises(InvalidInput, match="found others"):
        await room.preview(roll(5))


@pytest.mark.parametrize("after", [1, 2])
async def test_a_call_that_was_cut_off_is_carried_to_its_end_and_changes_nothing_twice(
    room: Room, after: int
) -> None:
    room.fake.flag("pricing")
    room.fake.die_after = after
    with pytest.raises(ConnectorUnreachable):
        await room.act(roll(5))
    room.fake.die_after = None
    assert await room.actor("flag.rollout").look(context()) is None
    await room.act(roll(5))
    assert len(room.fake.features["pricing"]["production"]["strategies"]) == 1
    assert (await room.preview(roll(5))).changes == ()


async def test_a_flag_that_is_not_there_and_a_state_that_is_none_are_named(room: Room) -> None:
    with pytest.raises(InvalidInput, match="found 'pricing', which is none"):
        await room.preview(switch(enabled=True))
    room.fake.flag("pricing")
    for state in ("nonsense", '{"enabled": true}', "[]"):
        with pytest.raises(InvalidInput, match="earlier state"):
            await room.act(Call(tool="flag.restore", arguments={"flag": "pricing", "state": state}))
    assert room.fake.effects == []


async def test_a_refused_token_is_an_error_that_does_not_show_it() -> None:
    room = Room("user:wrong-secret")
    with pytest.raises(ConnectorRejected, match="401") as refused:
        await room.preview(switch(enabled=True))
    assert "wrong-secret" not in str(refused.value) + refused.value.hint
    await room.http.close()
