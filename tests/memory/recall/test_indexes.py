"""What every index of vectors promises: numpy, Chroma in a directory, Chroma on its own server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from memory.errors import InvalidSettings, RecallTaken, RecallUnavailable
from memory.recall.brute import BruteForce
from memory.recall.chroma import ChromaIndex
from memory.recall.opening import embedded, served
from memory.recall.port import VectorIndex
from tests.fakes.time import MIDNIGHT
from tests.memory.recall.indexes import kept, opened, unit
from tests.servers import free_port

LATER = MIDNIGHT + timedelta(days=1)


@pytest.fixture(params=["numpy", "chroma", "chroma server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    with opened(request.param, tmp_path) as found:
        yield found


def near(index: VectorIndex, seed: int, tenant: str = "acme") -> list[tuple[str, int]]:
    return [(each.memory, each.part) for each in index.search(tenant, unit(seed), 2)]


def test_the_nearest_part_is_found_with_its_cosine(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1, 2), kept("b", 3), kept("c", 4, 5, 6)])
    assert near(index, 5)[0] == ("c", 1)
    assert index.search("acme", unit(5), 1)[0].cosine == pytest.approx(1.0, abs=1e-5)
    assert index.count("acme") == 6


def test_what_is_remembered_again_takes_the_place_of_what_was(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1, 2, 3, version=1)])
    index.remember("acme", [kept("a", 7, version=2)])
    assert index.count("acme") == 1
    assert index.known("acme") == {"a": 2}
    assert near(index, 7) == [("a", 0)]


def test_every_part_of_a_memory_is_compared_exactly(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1, 2), kept("b", 3)])
    found = {each.part: each.cosine for each in index.compare("acme", unit(2), ["a", "missing"])}
    assert found == pytest.approx({0: float(unit(1) @ unit(2)), 1: 1.0}, abs=1e-5)
    assert index.compare("acme", unit(2), []) == []


def test_what_is_forgotten_is_found_no_more(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1), kept("b", 2)])
    index.forget("acme", ["a", "missing"])
    assert near(index, 1) == [("b", 0)]


def test_a_subject_is_erased_with_all_that_is_remembered_of_it(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1, 2), kept("b", 3), kept("c", 4, subject="run:r")])
    assert index.erase("acme", "incident:inc_1") == 2
    assert index.known("acme") == {"c": 0}
    assert index.erase("acme", "incident:inc_1") == 0


def test_what_is_kept_no_longer_goes_and_what_is_kept_for_good_stays(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1, until=MIDNIGHT), kept("b", 2, until=LATER), kept("c", 3)])
    assert index.expire("acme", MIDNIGHT) == 1
    assert index.known("acme") == {"b": 0, "c": 0}


def test_a_tenant_sees_nothing_of_another_and_changes_nothing_of_it(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1)])
    assert near(index, 1, "evil") == []
    assert index.compare("evil", unit(1), ["a"]) == []
    index.forget("evil", ["a"])
    assert index.erase("evil", "incident:inc_1") == 0
    assert index.expire("evil", LATER) == 0
    index.clear("evil")
    assert index.known("acme") == {"a": 0}


def test_a_cleared_tenant_is_empty_and_can_be_filled_again(index: VectorIndex) -> None:
    index.remember("acme", [kept("a", 1)])
    index.clear("acme")
    assert (index.count("acme"), near(index, 1)) == (0, [])
    index.remember("acme", [kept("b", 2)])
    assert near(index, 2) == [("b", 0)]


def test_chroma_finds_what_brute_force_finds(tmp_path: Path) -> None:
    several = [kept(f"m{number}", number) for number in range(1000)]
    brute = BruteForce()
    brute.remember("acme", several)
    with opened("chroma", tmp_path) as chroma:
        chroma.remember("acme", several)
        for seed in range(2000, 2020):
            wanted = {each.memory for each in brute.search("acme", unit(seed), 10)}
            found = {each.memory for each in chroma.search("acme", unit(seed), 10)}
            assert len(wanted & found) >= 9


def test_a_row_that_was_given_up_is_taken_again() -> None:
    brute = BruteForce()
    for number in range(2000):
        brute.remember("acme", [kept("a", number)])
    assert brute.count("acme") == 1
    assert brute.search("acme", unit(1999), 5)[0].cosine == pytest.approx(1.0, abs=1e-5)


def test_a_directory_has_one_owner_and_the_second_is_told_who_that_is(tmp_path: Path) -> None:
    first, _ = embedded(tmp_path, "model", MIDNIGHT)
    with pytest.raises(RecallTaken, match=r"expected the memory in .* to be free, found process \d+ owning it"):
        embedded(tmp_path, "model", MIDNIGHT)
    first.close()
    second, _ = embedded(tmp_path, "model", MIDNIGHT)
    second.close()


def test_what_was_remembered_outlasts_the_process_that_did(tmp_path: Path) -> None:
    with opened("chroma", tmp_path) as index:
        index.remember("acme", [kept("a", 1, version=3)])
    with opened("chroma", tmp_path) as index:
        assert index.known("acme") == {"a": 3}
        assert near(index, 1) == [("a", 0)]


def test_what_another_model_made_is_cleared_away(tmp_path: Path) -> None:
    with opened("chroma", tmp_path, "one") as index:
        index.remember("acme", [kept("a", 1)])
    with opened("chroma", tmp_path, "another") as index:
        assert index.known("acme") == {}


@pytest.mark.parametrize("spoil", ["database", "graph"])
def test_a_corrupt_directory_is_set_aside_whole_and_begun_anew(tmp_path: Path, spoil: str) -> None:
    with opened("chroma", tmp_path) as index:
        index.remember("acme", [kept(f"m{number}", number) for number in range(1200)])
    named = "chroma.sqlite3" if spoil == "database" else "*.pickle"
    for file in (tmp_path / "chroma").rglob(named):
        file.write_bytes(b"not what it was" * 500)
    index, aside = embedded(tmp_path, "model", MIDNIGHT)
    assert aside is not None
    assert aside.name == f"chroma.corrupt-{MIDNIGHT:%Y%m%dT%H%M%S}"
    assert any(aside.rglob(named))
    assert index.known("acme") == {}
    index.remember("acme", [kept("a", 1)])
    assert near(index, 1) == [("a", 0)]
    index.close()


def test_a_directory_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(RecallUnavailable, match="expected to write in"):
        embedded(tmp_path / "file", "model", MIDNIGHT)


def test_a_server_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(RecallUnavailable, match="expected a Chroma server at"):
        served(f"http://127.0.0.1:{free_port()}", "model")
    with pytest.raises(InvalidSettings, match="expected the address of a Chroma server"):
        served("chroma:8000", "model")


def test_a_chroma_that_breaks_under_use_is_an_error_of_ours(tmp_path: Path) -> None:
    with opened("chroma", tmp_path) as index:
        assert isinstance(index, ChromaIndex)
        index.remember("acme", [kept("a", 1)])
        with pytest.raises(RecallUnavailable, match="expected the index of memories"):
            index.search("acme", np.ones(3, dtype=np.float32), 5)
