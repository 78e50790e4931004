"""`quarterdeck incident transcript`, as it is typed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.surfaces.ports import Ports
from memory.errors import NotFound
from memory.model.people import Principal
from memory.model.transcript import TranscriptLine
from memory.page import Page
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.time import MIDNIGHT
from tests.memory.room_calls import transcript_line

SAID = (
    transcript_line(text="Customers see errors."),
    transcript_line(id="b", text="\x1b[2Jnever mind", edited_at=MIDNIGHT, person="", author="UGUEST"),
    transcript_line(id="c", text="", deleted_at=MIDNIGHT),
)


class Spoken:
    """What was said in incident 12, a line a page."""

    async def transcript(
        self, person: Principal, incident: str, cursor: str | None, limit: int
    ) -> Page[TranscriptLine]:
        if incident not in {"12", "13"}:
            raise NotFound(f"expected an incident, found {incident!r}")
        if incident == "13":
            return Page(items=())
        place = int(cursor or 0)
        return Page(items=SAID[place : place + 1], next_cursor=str(place + 1) if place + 1 < len(SAID) else None)


class HostWithTalk(FakeHost):
    """A process in whose house people talked."""

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        incidents = object()  # its routes are there, and nobody calls them
        yield self.bare(incidents=incidents, transcripts=Spoken())


def test_every_line_is_shown_with_who_said_it_and_no_letter_moves_the_cursor(tmp_path: Path) -> None:
    shown = Terminal(HostWithTalk(tmp_path))("incident", "transcript", "12")
    assert shown.code == 0, shown.err
    alice, guest, gone = shown.out.strip().splitlines()
    assert alice.endswith("alice  Customers see errors.")
    assert "UGUEST" in guest
    assert guest.endswith("(edited)")
    assert "\x1b" not in guest
    assert gone.endswith("(deleted)")


def test_as_json_it_is_whole_and_an_empty_one_says_so(tmp_path: Path) -> None:
    terminal = Terminal(HostWithTalk(tmp_path))
    shown = terminal("incident", "transcript", "12", "--json").json
    assert [each["id"] for each in shown["items"]] == [each.id for each in SAID]
    assert "Nothing was said" in terminal("incident", "transcript", "13").out
    assert terminal("incident", "transcript", "99").code != 0
