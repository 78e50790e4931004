"""Incidents over MCP: read through the package's own client, as whoever has the key may read them."""

import pytest

from bot.surfaces.incidents import Declaration
from bot.surfaces.ports import Ports
from tests.bot.surfaces.incident_house import Wing
from tests.bot.surfaces.mcp.test_mounted import speaking
from tests.fakes.people import ALICE


@pytest.fixture
def ports(house: Wing) -> Ports:
    return house.ports


async def test_incidents_one_of_them_and_what_happened_are_read_by_number(address: str, house: Wing) -> None:
    room = house.ports.incidents
    assert room is not None
    async with speaking(address, "qd_alice", "auto") as client:
        assert (await client.call_tool("incidents", {})).structured_content["items"] == []
        declared = await room.declare(ALICE, _declaration(), key="k", source="rest")
        await room.note(ALICE, declared.id, "Customers see errors.", key="n", source="rest")
        listed = await client.call_tool("incidents", {"status": ["open"]})
        one = await client.call_tool("incident", {"id": "1"})
        told = await client.call_tool("timeline", {"id": "1", "newest_first": True})
        none = await client.call_tool("incident", {"id": "2"})
        crossed = await client.call_tool("timeline", {"id": "../runs"})
    assert [each["id"] for each in listed.structured_content["items"]] == [declared.id]
    assert one.structured_content["title"] == "checkout is failing"
    assert "Customers see errors." in {each["text"] for each in told.structured_content["items"]}
    assert none.structured_content["code"] == "resource.not_found"
    assert crossed.is_error


def _declaration() -> Declaration:
    return Declaration(title="checkout is failing", severity=2, services=("checkout",))
