"""`quarterdeck voice FILE`: what was heard and what it would mean; what is no recording is refused in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.hearing.heard import Heard, Hypothesis, SpokenWord
from agents.hearing.understanding import SpokenReader, Understood
from agents.interpreter.interpreter import Interpreter
from bot.settings import Settings
from bot.voice.decoding import LARGEST
from bot.voice.ports import Clip
from memory.embedding import MiniLmEmbedder
from memory.errors import DependencyMissing, InvalidInput
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.eval.catalogue import CATALOGUE
from tools.capabilities import EVERY


class FakeEar:
    """Hears a recording whose bytes are the words, readings parted by `|`."""

    def __init__(self, reader: SpokenReader) -> None:
        self._reader = reader
        self.closed = False

    async def hear(self, clip: Clip) -> tuple[Heard, Understood]:
        if clip.sound.startswith(b"%PDF"):
            raise InvalidInput("expected a recording, found another thing")
        said = clip.sound.decode().split("|")
        words = tuple(SpokenWord(word, 0.1, 0.2, 0.9) for word in said[0].split())
        heard = Heard(tuple(Hypothesis(each, -0.1, words) for each in said), "en", 3.21, 2.5)
        return heard, self._reader.understand(heard)

    def close(self) -> None:
        self.closed = True


class HostWithAnEar(FakeHost):
    ear: FakeEar | None = None

    def open_ear(self, settings: Settings) -> FakeEar:
        if self.ear is None:
            raise DependencyMissing("expected the package av, found none", hint="pip install 'quarterdeck[voice]'")
        return self.ear


@pytest.fixture(scope="module")
def reader() -> SpokenReader:
    return SpokenReader(Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages()), EVERY, CATALOGUE)


@pytest.fixture
def host(tmp_path: Path, reader: SpokenReader) -> HostWithAnEar:
    made = HostWithAnEar(tmp_path)
    made.ear = FakeEar(reader)
    return made


@pytest.fixture
def note(tmp_path: Path) -> Callable[[str], str]:
    def written(said: str) -> str:
        file = tmp_path / "note.webm"
        file.write_bytes(said.encode())
        return str(file)

    return written


def test_a_recording_is_shown_as_heard_as_read_and_as_meant(
    quarterdeck: Terminal, host: HostWithAnEar, note: Callable[[str], str]
) -> None:
    ended = quarterdeck("voice", note("Roll back, check out service in production."))

    assert ended.code == 0
    assert "Roll back, check out service in production." in ended.out
    assert "roll back checkout service in production" in ended.out
    assert "deploy.rollback" in ended.out
    assert host.ear is not None
    assert host.ear.closed


def test_as_json_the_intent_is_what_interpret_says_of_the_text(
    quarterdeck: Terminal, note: Callable[[str], str]
) -> None:
    told = quarterdeck("voice", "--json", note("roll back payments in production to one dot four dot two")).json

    assert told["text"] == "roll back payments in production to 1.4.2"
    assert told["intent"]["tool"] == "deploy.rollback"
    assert told["intent"]["arguments"]["version"] == "1.4.2"
    assert told["hypotheses"][0]["words"][0] == {"text": "roll", "start": 0.1, "end": 0.2, "probability": 0.9}
    assert (told["duration_s"], told["question"]) == (3.21, "")


def test_what_would_be_asked_is_shown_with_its_choices(quarterdeck: Terminal, note: Callable[[str], str]) -> None:
    said = note("scale checkout in staging to 6|scale checkout in staging to 16")

    told = quarterdeck("voice", "--json", said).json

    assert told["why"] == "disagreement"
    assert len(told["choices"]) == 2
    assert "Which did you say?" in quarterdeck("voice", said).out


@pytest.mark.parametrize("path", ["nothing-there.wav", "."])
def test_a_file_that_cannot_be_read_is_said_to_be_one(quarterdeck: Terminal, tmp_path: Path, path: str) -> None:
    ended = quarterdeck("voice", str(tmp_path / path))

    assert ended.code != 0
    assert "expected" in ended.err


def test_a_file_that_is_too_large_is_not_even_read(quarterdeck: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "long.wav"
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST + 1)

    assert "at most 26,214,400 bytes" in quarterdeck("voice", str(file)).err


def test_what_is_no_recording_is_refused(quarterdeck: Terminal, note: Callable[[str], str]) -> None:
    assert "expected a recording" in quarterdeck("voice", note("%PDF-1.7")).err


def test_without_the_extra_the_line_that_installs_it_is_shown(
    quarterdeck: Terminal, host: HostWithAnEar, note: Callable[[str], str]
) -> None:
    host.ear = None

    ended = quarterdeck("voice", note("restart checkout"))

    assert ended.code == 3
    assert "pip install 'quarterdeck[voice]'" in ended.err
