"""The commands of who is who, against a real house."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from bot.settings import Settings
from memory.model.people import Role
from tests import terminal
from tests.bot.identity.room import SLACK, Room, identity_room
from tests.bot.surfaces.cli.conftest import FakeHost
from tests.fakes.people import TENANT


class House(FakeHost):
    """Opens the house anew for every command: a command has a loop of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder)
        self.folder, self.name = folder, name

    @asynccontextmanager
    async def open_local(self, settings: Settings) -> AsyncIterator[tuple[FastAPI, str]]:
        del settings
        async with identity_room(self.folder) as room:
            await self.before(room)
            _, key = await room.door.mint(TENANT, self.name, ("admin",), label="test")
            yield room.app, key
            await self.after(room)

    async def before(self, room: Room) -> None:
        """Do what happens elsewhere before the command."""

    async def after(self, room: Room) -> None:
        """Do what happens elsewhere after the command."""


def typed(house: House, *words: str) -> Any:
    """Type a command and return what it says as JSON."""
    ended = terminal.typed(*words, "--json", host=house)
    assert ended.exit_code == 0, ended.output
    return said(ended.stdout)


def said(printed: str) -> Any:
    """Return the document among what was printed: the house, which is in this process, logs there too."""
    begins = printed.index("{", printed.rfind("\n{") + 1)
    return json.JSONDecoder().raw_decode(printed[begins:])[0]


def test_a_service_account_is_added_given_a_key_listed_and_disabled(tmp_path: Path) -> None:
    house = House(tmp_path, "ada")
    added = typed(house, "service-accounts", "add", "deploy-bot", "--role", "operator")
    assert added["roles"] == ["operator"]
    made = typed(house, "service-accounts", "key", "deploy-bot", "--scope", "propose", "--days", "1")
    assert made["secret"].startswith("qd_")
    rotated = typed(house, "service-accounts", "rotate", made["key"]["id"], "--overlap", "2")
    assert rotated["replaces"]["id"] == made["key"]["id"]
    (found, _) = typed(house, "service-accounts", "list")["items"]
    assert (found["id"], len(found["keys"])) == ("deploy-bot", 2)
    assert typed(house, "service-accounts", "disable", "deploy-bot")["disabled_at"]
    people = typed(house, "people", "list")["items"]
    assert [each["id"] for each in people if each["disabled_at"]] == ["deploy-bot"]
    assert typed(house, "people", "enable", "deploy-bot")["disabled_at"] is None
    assert typed(house, "people", "sign-out", "bob") == {"ended": 0}


def test_an_account_is_linked_from_the_terminal_listed_and_unlinked(tmp_path: Path) -> None:
    class Chat(House):
        code = ""

        async def before(self, room: Room) -> None:
            if not self.code:
                self.code = (await room.identity.accounts.begin_link(SLACK, "alice in Slack")).code

        async def after(self, room: Room) -> None:
            for each in await room.identity.accounts.waiting(SLACK):
                await room.identity.accounts.finish_link(SLACK, each.id)

    house = Chat(tmp_path, "alice")
    assert typed(house, "identity", "list") == {"items": []}
    answered = typed(house, "identity", "link", house.code, "--yes")
    assert answered["person"] == "alice"
    (identity,) = typed(house, "identity", "list")["items"]
    assert identity["account"]["subject"] == "U0ALICE"
    assert typed(house, "identity", "unlink", identity["id"])["id"] == identity["id"]
    assert typed(house, "identity", "list") == {"items": []}


def test_a_link_that_was_begun_in_the_terminal_is_agreed_to_there(tmp_path: Path) -> None:
    class Chat(House):
        code = ""

        async def before(self, room: Room) -> None:
            if self.code:
                await room.identity.accounts.answer_link(SLACK, self.code)
                self.code = ""

    house = Chat(tmp_path, "alice")
    begun = typed(house, "identity", "link")
    house.code = begun["code"]
    assert typed(house, "identity", "confirm", begun["link"])["person"] == "alice"


@pytest.mark.parametrize("role", ["approver", "admin"])
def test_a_program_that_would_approve_is_refused(tmp_path: Path, role: str) -> None:
    words = ["service-accounts", "add", "x", "--role", role, "--json"]
    ended = terminal.typed(*words, host=House(tmp_path, "ada"))
    assert ended.exit_code == 2
    assert Role(role).value in said(ended.stdout)["error"]["message"]
