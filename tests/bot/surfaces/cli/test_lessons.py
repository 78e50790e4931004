"""`quarterdeck lessons` over the real room, as a person types it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.surfaces.ports import Ports
from tests.agents.teaching.test_replay import ODD
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.bot.teaching.lesson_house import lessons_of


@dataclass
class Learning(FakeHost):
    """A host whose house learns; each command opens the same store anew."""

    folder: Path

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        async with lessons_of(self.folder) as lessons:
            yield self.bare(lessons=lessons)


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return Learning(tmp_path)


def test_a_lesson_is_listed_replayed_accepted_and_withdrawn(quarterdeck: Terminal) -> None:
    assert "There are no lessons." in quarterdeck("lessons", "list").out
    (lesson,) = quarterdeck("lessons", "list", "--gather", "--json").json["lessons"]
    name = lesson["id"]
    assert ODD in quarterdeck("lessons", "show", name).out
    ended = quarterdeck("lessons", "replay", name)
    assert (ended.code, f"+ {ODD}: nothing → service.restart" in ended.out) == (0, True)
    digest = quarterdeck("lessons", "replay", name, "--json").json["digest"]
    assert quarterdeck("lessons", "accept", name).code != 0
    assert "in use" in quarterdeck("lessons", "accept", name, "--replay", digest).out
    assert "withdrawn" in quarterdeck("lessons", "withdraw", name).out


def test_a_declined_lesson_is_not_proposed_again(quarterdeck: Terminal) -> None:
    (lesson,) = quarterdeck("lessons", "list", "--gather", "--json").json["lessons"]
    assert "declined" in quarterdeck("lessons", "decline", lesson["id"]).out
    assert quarterdeck("lessons", "list", "--gather", "--json").json["lessons"] == []
