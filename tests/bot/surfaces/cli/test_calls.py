"""`quarterdeck incident scribe`, `moments`, `decided` and `undecided`, as they are typed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.surfaces.ports import Ports
from bot.surfaces.speech import LARGEST_CLIP
from memory.model.voice import MomentStanding
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.scribe import FakeScribe

CALL = "It is slow for everybody.\nLet's roll back checkout.\nI see \x1b[2Jit too."
BEGAN = ("--began", "40m", "--speaker", "Alice", "--speaker", "Bob")


class HostWithAScribe(FakeHost):
    """A process in whose house calls are written down."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.scribe = FakeScribe()

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        incidents = object()  # its routes are there, and nobody calls them
        yield self.bare(incidents=incidents, scribe=self.scribe)


@pytest.fixture
def host(tmp_path: Path) -> HostWithAScribe:
    return HostWithAScribe(tmp_path)


@pytest.fixture
def recording(tmp_path: Path) -> Callable[[str], str]:
    def written(said: str) -> str:
        file = tmp_path / "bridge.wav"
        file.write_bytes(said.encode())
        return str(file)

    return written


def test_a_call_is_written_down_by_speaker_and_what_may_be_a_decision_is_proposed(
    quarterdeck: Terminal, recording: Callable[[str], str]
) -> None:
    ended = quarterdeck("incident", "scribe", "12", recording(CALL), *BEGAN)
    assert ended.code == 0, ended.err
    assert "three utterances of 0:01:01 by Alice, Bob" in ended.out
    assert "proposed “Bob: Let's roll back checkout.” dm_0" in ended.out


def test_as_json_a_call_is_whole(quarterdeck: Terminal, recording: Callable[[str], str]) -> None:
    told = quarterdeck("incident", "scribe", "12", recording(CALL), *BEGAN, "--json").json
    assert [each["text"] for each in told["moments"]] == ["Let's roll back checkout."]
    assert len(told["entries"]) == 3


def test_no_letter_of_what_was_heard_moves_the_cursor(
    quarterdeck: Terminal, recording: Callable[[str], str]
) -> None:
    quarterdeck("incident", "scribe", "12", recording("Let's \x1b[2Jgo."), *BEGAN)
    assert "\x1b" not in quarterdeck("incident", "moments", "12").out


def test_a_moment_stands_as_a_person_settles_it_and_only_once(
    quarterdeck: Terminal, host: HostWithAScribe, recording: Callable[[str], str]
) -> None:
    assert "No moments." in quarterdeck("incident", "moments", "12").out
    quarterdeck("incident", "scribe", "12", recording("Let's wait.\nLet's go."), *BEGAN)
    assert "accepted" in quarterdeck("incident", "decided", "dm_0", "--text", "Wait for the vendor").out
    assert quarterdeck("incident", "undecided", "dm_1", "--json").json["standing"] == "declined"
    assert host.scribe.held["dm_0"].text == "Wait for the vendor"
    assert host.scribe.held["dm_1"].standing is MomentStanding.DECLINED
    assert quarterdeck("incident", "decided", "dm_1").code != 0


@pytest.mark.parametrize(
    "words",
    [
        ("scribe", "12", "nothing-there.wav", "--began", "40m"),
        ("scribe", "12", ".", "--began", "40m"),
        ("moments", "99"),
        ("decided", "dm_none"),
    ],
)
def test_what_is_not_there_is_said_not_to_be(quarterdeck: Terminal, words: tuple[str, ...]) -> None:
    ended = quarterdeck("incident", *words)
    assert ended.code != 0
    assert "expected" in ended.err


def test_what_is_no_recording_or_has_no_beginning_or_is_too_large_is_refused(
    quarterdeck: Terminal, recording: Callable[[str], str], tmp_path: Path
) -> None:
    assert "expected a recording" in quarterdeck("incident", "scribe", "12", recording("%PDF-1.7"), *BEGAN).err
    assert quarterdeck("incident", "scribe", "12", recording(CALL)).code != 0
    assert quarterdeck("incident", "scribe", "12", recording(CALL), "--began", "soon").code != 0
    with (tmp_path / "long.wav").open("wb") as sparse:
        sparse.truncate(LARGEST_CLIP + 1)
    ended = quarterdeck("incident", "scribe", "12", str(tmp_path / "long.wav"), *BEGAN)
    assert "expected a recording of at most" in ended.err
