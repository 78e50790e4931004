"""What a witness remembers is stored before it is said, and nothing takes it back."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

import memory.witnessing
from memory.errors import Conflict, StoreUnavailable
from memory.log.keys import Signer
from memory.log.witness import Cosigned, Reason, Refused, Tree, Witness
from memory.witnessing import LastCosigned, WitnessState
from tests.fakes.histories import History, consistent
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.log.signers import FIRST, LOG, ORIGIN, private

CLOCK = FakeClock()
WITNESS = Witness(FIRST, {ORIGIN: [LOG.key]})
HONEST = History("entry", 600)
FORKED = History("fork", 600, shared=100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "witness.db"


@pytest.fixture
def state(path: Path) -> Iterator[WitnessState]:
    made = WitnessState.create(path)
    yield made
    made.close()


def ask(state: WitnessState, old: int, new: int, history: History = HONEST) -> Cosigned | Refused:
    return state.decide(WITNESS, history.request(old, new), CLOCK)


def size(state: WitnessState) -> int:
    last = state.last().get(ORIGIN)
    return last.tree.size if last else 0


def test_a_new_witness_remembers_nothing(state: WitnessState) -> None:
    assert state.last() == {}


def test_what_was_cosigned_is_remembered_with_its_time_by_whoever_opens_the_file(
    state: WitnessState, path: Path
) -> None:
    for old, new in pairwise([0, 0, 1, 2, 255, 256, 257, 600, 600]):
        assert isinstance(ask(state, old, new), Cosigned)
    state.close()
    assert WitnessState(path).last() == {ORIGIN: LastCosigned(HONEST.tree(600), int(MIDNIGHT.timestamp()))}


def test_what_was_refused_changes_nothing(state: WitnessState) -> None:
    ask(state, 0, 200)
    for old, new, history, reason in [
        (0, 300, HONEST, Reason.STALE),
        (200, 150, HONEST, Reason.BACKWARDS),
        (200, 200, FORKED, Reason.FORK),
        (200, 300, FORKED, Reason.INCONSISTENT),
    ]:
        answer = ask(state, old, new, history)
        assert isinstance(answer, Refused)
        assert answer.reason is reason
    assert state.last()[ORIGIN].tree == HONEST.tree(200)


def test_each_log_is_remembered_by_itself(state: WitnessState) -> None:
    ask(state, 0, 7)
    assert isinstance(ask(state, 0, 9), Refused)
    other = Signer("other.example/log", private(40))
    both = Witness(FIRST, {ORIGIN: [LOG.key], other.key.name: [other.key]})
    request = History("entry", 9, signer=other).request(0, 9)
    assert isinstance(state.decide(both, request, CLOCK), Cosigned)
    assert {origin: seen.tree.size for origin, seen in state.last().items()} == {ORIGIN: 7, other.key.name: 9}


@pytest.mark.usefixtures("state")
def test_a_commit_survives_a_power_cut_and_the_file_is_its_owners(path: Path) -> None:
    connection = memory.witnessing._connect(path)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_many_requests_at_once_on_two_openings_of_one_file_no_two_contradict_each_other(path: Path) -> None:
    states = [WitnessState.create(path), WitnessState(path)]

    def push(seed: int) -> list[Tree]:
        random, cosigned = Random(seed), []  # noqa: S311 -- nothing is kept secret by it
        for _ in range(25):
            state, history = random.choice(states), random.choice([HONEST, FORKED])
            old = size(state)
            answer = ask(state, old, min(600, old + random.randrange(8)), history)
            if isinstance(answer, Cosigned):
                cosigned.append(answer.tree)
        return cosigned

    with ThreadPoolExecutor(8) as threads:
        pushed = [tree for trees in threads.map(push, range(8)) for tree in trees]
    assert consistent(pushed, [HONEST, FORKED])
    assert size(states[0]) == size(states[1]) == max(tree.size for tree in pushed)
    assert len(pushed) > 20
    for state in states:
        state.close()


class FailingCommit:
    """A connection that fails to commit what was written: before it is, or just after."""

    def __init__(self, connection: sqlite3.Connection, *, happens: bool) -> None:
        self._connection = connection
        self._happens = happens

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        if sql != "COMMIT" or not self._connection.total_changes:
            return self._connection.execute(sql, parameters)
        if self._happens:
            self._connection.execute(sql)
        raise sqlite3.OperationalError("disk I/O error")

    def close(self) -> None:
        self._connection.close()


@pytest.mark.parametrize("happens", [False, True])
def test_a_write_that_fails_is_no_cosignature_whether_it_happened_or_not(
    state: WitnessState, path: Path, monkeypatch: pytest.MonkeyPatch, happens: bool
) -> None:
    ask(state, 0, 7)
    connect = memory.witnessing._connect
    with monkeypatch.context() as patched:
        patched.setattr(memory.witnessing, "_connect", lambda path: FailingCommit(connect(path), happens=happens))
        broken = WitnessState(path)
        with pytest.raises(StoreUnavailable, match="disk I/O error") as raised:
            ask(broken, 7, 20)
    assert "never put back an older copy" in raised.value.hint
    assert size(broken) == (20 if happens else 7)
    assert isinstance(ask(broken, size(broken), 20), Cosigned)  # over a connection of its own
    broken.close()


def test_a_state_is_not_begun_anew_where_there_is_one(state: WitnessState, path: Path) -> None:
    ask(state, 0, 7)
    with pytest.raises(Conflict, match="expected nothing at"):
        WitnessState.create(path)
    assert size(state) == 7


def test_a_state_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="No such file or directory"):
        WitnessState.create(tmp_path / "nowhere" / "witness.db")


def test_a_state_that_is_missing_is_not_made_by_looking_for_it(path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no such file") as raised:
        WitnessState(path)
    assert "quarterdeck witness state new" in raised.value.hint
    assert not path.exists()


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


def another_database(path: Path) -> None:
    path.unlink()
    sql(path, "CREATE TABLE cosigned (origin TEXT)")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def overwritten(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


SPOILED: dict[str, Callable[[Path], object]] = {
    "another database": another_database,
    "no database": lambda path: path.write_bytes(b"no database at all\n" * 500),
    "nothing": lambda path: path.write_bytes(b""),
    "a later version": lambda path: sql(path, "PRAGMA user_version = 2"),
    "no table": lambda path: sql(path, "DROP TABLE cosigned"),
    "cut short": cut_short,
    "overwritten": overwritten,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(
    state: WitnessState, path: Path, spoil: Callable[[Path], object]
) -> None:
    ask(state, 0, 7)
    state.close()
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="expected what a witness remembers at"):
        WitnessState(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_state_and_a_file_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        WitnessState(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="Not a directory"):
        WitnessState(tmp_path / "file" / "witness.db")


def test_a_file_put_in_the_states_place_is_not_believed(state: WitnessState, path: Path) -> None:
    """It may be older: then what was cosigned since would be forgotten."""
    ask(state, 0, 7)
    path.rename(path.with_suffix(".old"))
    for found in ("no such file", "unable to open"):
        with pytest.raises(StoreUnavailable, match=found):
            ask(state, 7, 9)
        assert not path.exists()
    WitnessState.create(path).close()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="another file in its place"):
            ask(state, 0, 9, FORKED)


@pytest.mark.usefixtures("state")
def test_a_state_that_another_process_holds_for_too_long_is_an_error_that_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory.witnessing, "BUSY_S", 0.05)
    hasty = WitnessState(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked") as raised:
        ask(hasty, 0, 7)
    assert "ask again" in raised.value.hint
    other.close()
    assert isinstance(ask(hasty, 0, 7), Cosigned)
    hasty.close()
