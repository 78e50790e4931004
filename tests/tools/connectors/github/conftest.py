"""A GitHub with one repository, whose branches are those of a real bare repository."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.github import TOKEN, FakeGitHub
from tests.tools.connectors.git.workbench import Workbench
from tools.connectors.github import GitHub, Manners, hands
from tools.contract import Actor, Arguments, Reader
from tools.http import HttpClient
from tools.registry import Registry, validated

URL = "https://github.example.com/api/v3"


class Room:
    """The hands of one GitHub, the fake itself and the repository behind it."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.fake = FakeGitHub(acme__shop=bench.origin)
        self.shop = self.fake.hosted["acme/shop"]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.http = HttpClient(URL, source="github", headers=headers, transport=Manners(self.fake))
        repositories = bench.known(github="acme/shop")
        github = GitHub(self.http, URL)
        self.registry = Registry(hands(github, repositories, repositories.named.values()))

    def actor(self, name: str) -> Actor:
        found = self.registry.tool(f"github.{name}")
        assert isinstance(found, Actor)
        return found

    def reader(self, name: str) -> Reader:
        found = self.registry.tool(f"github.{name}")
        assert isinstance(found, Reader)
        return found

    def asked(self, name: str, **values: object) -> Arguments:
        tool = self.registry.tool(f"github.{name}")
        return validated(tool.capability, {"repository": "shop", **values})  # type: ignore[dict-item] # plain JSON


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(Workbench(tmp_path))
    yield room
    await room.http.close()
