"""The witness as a process: killed, crowded, doubled and out of disk, it has cosigned one history."""

import json
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import pytest

from memory.errors import LogCorrupt
from memory.log.encoding import parse_hash
from memory.log.keys import verified
from memory.log.witness import SIZE_TYPE, Tree, parse_size, with_cosignatures
from memory.witnessing import WitnessState
from tests.fakes.histories import History, consistent
from tests.memory.log.signers import FIRST, LOG, ORIGIN
from tests.servers import require, until
from tests.witnesses import ROOT, WitnessProcess

LENGTH = 4000
HISTORIES = (
    History("entry", LENGTH),
    History("fork", LENGTH, shared=300),
    History("another fork", LENGTH, shared=900),
)
HONEST = HISTORIES[0]
UNLIMITED = resource.RLIM_INFINITY


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    process = WitnessProcess(tmp_path)
    process.start()
    yield process
    process.kill()


def remembered(witness: WitnessProcess) -> Tree:
    """Return what the witness says that it cosigned last."""
    said = httpx.get(witness.url, headers={"Accept": "application/json"}, trust_env=False).json()["logs"][0]
    return Tree(said["size"], parse_hash(said["root"], "a root") if said["root"] else HONEST.tree(0).root)


class Pusher(threading.Thread):
    """Sends growth of one history or another to one witness or another, and keeps what was cosigned."""

    def __init__(self, seed: int, *witnesses: WitnessProcess) -> None:
        super().__init__(daemon=True)
        self.cosigned: list[Tree] = []
        self.enough = threading.Event()
        self._random = Random(seed)  # noqa: S311 -- nothing is kept secret by it
        self._witnesses = witnesses
        self._old = 0

    def run(self) -> None:
        with httpx.Client(trust_env=False, timeout=20) as http:
            while not self.enough.is_set():
                try:
                    self._push(http, self._random.choice(self._witnesses))
                except httpx.TransportError:  # it was killed: what it did not answer counts for nothing
                    self.enough.wait(0.05)  # and asking without end would only slow its return

    def _push(self, http: httpx.Client, witness: WitnessProcess) -> None:
        history = self._random.choice(HISTORIES)
        new = min(LENGTH, self._old + self._random.randrange(20))
        asked = history.request(self._old, new)
        answer = http.post(f"{witness.url}/add-checkpoint", content=asked.encode())
        if answer.is_success:
            cosigned = with_cosignatures(asked.note, answer.content, [witness.key])
            assert witness.key in verified(cosigned, [witness.key])
            self.cosigned.append(history.tree(new))
            self._old = new
        elif answer.headers["Content-Type"] == SIZE_TYPE:
            self._old = parse_size(answer.content)


def pushing(count: int, *witnesses: WitnessProcess) -> list[Pusher]:
    pushers = [Pusher(seed, *witnesses) for seed in range(count)]
    for pusher in pushers:
        pusher.start()
    return pushers


def ended(pushers: list[Pusher]) -> list[Tree]:
    """End them and return all that was cosigned for them."""
    for pusher in pushers:
        pusher.enough.set()
    for pusher in pushers:
        pusher.join(30)
        assert not pusher.is_alive()
    return [tree for pusher in pushers for tree in pusher.cosigned]


def counted(pushers: list[Pusher]) -> int:
    return sum(len(pusher.cosigned) for pusher in pushers)


def test_killed_in_the_middle_of_requests_it_neither_contradicts_itself_nor_goes_back(
    witness: WitnessProcess,
) -> None:
    pushers = pushing(4, witness)
    for _ in range(4):
        before = counted(pushers)
        until(lambda before=before: counted(pushers) > before + 20, "twenty more cosignatures")  # type: ignore[misc]  # a lambda's default
        witness.kill()
        largest = max(tree.size for pusher in pushers for tree in pusher.cosigned)
        witness.start()
        assert remembered(witness).size >= largest
    cosigned = ended(pushers)
    assert consistent([*cosigned, remembered(witness)], HISTORIES)


def test_two_processes_on_one_state_are_one_witness(tmp_path: Path) -> None:
    both = [WitnessProcess(tmp_path), WitnessProcess(tmp_path)]
    for process in both:
        process.launch()
    try:
        for process in both:
            process.wait_until_ready()
        pushers = pushing(4, *both)
        until(lambda: counted(pushers) > 60, "sixty cosignatures")
        both[0].kill()
        until(lambda: counted(pushers) > 90, "thirty more")
        cosigned = ended(pushers)
        assert consistent([*cosigned, remembered(both[1])], HISTORIES)
        assert remembered(both[1]).size >= max(tree.size for tree in cosigned)
    finally:
        for process in both:
            process.kill()


def test_with_a_full_disk_it_cosigns_nothing_and_goes_on_when_there_is_room(witness: WitnessProcess) -> None:
    """The kernel refuses every byte of a file beyond what it has, as a full disk does."""
    assert witness.ask(HONEST.request(0, 10)).is_success
    resource.prlimit(witness.pid, resource.RLIMIT_FSIZE, (0, UNLIMITED))
    full = witness.ask(HONEST.request(10, 20))
    assert (full.status_code, full.text) == (503, "expected a state to write to, found none\n")
    assert witness.ask(HISTORIES[1].request(10, 20)).status_code == 503
    resource.prlimit(witness.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
    assert remembered(witness) == HONEST.tree(10)
    assert witness.ask(HONEST.request(10, 20)).is_success


def lines(witness: WitnessProcess) -> list[dict[str, object]]:
    """Return what it logged."""
    return [json.loads(line) for line in witness.log.read_text().splitlines() if line.startswith("{")]


def test_it_ends_when_it_is_told_and_begins_where_it_ended(witness: WitnessProcess) -> None:
    for old, new in pairwise([0, 1, 1000, 3000, 4000]):
        assert witness.ask(HONEST.request(old, new)).is_success
    assert witness.stop() == 0
    assert WitnessState(witness.state).last()[ORIGIN].tree == HONEST.tree(4000)
    witness.start()
    assert remembered(witness) == HONEST.tree(4000)
    assert [line["size"] for line in lines(witness) if line["event"] == "cosigned"] == [1, 1000, 3000, 4000]


def test_a_request_that_is_too_long_ends_its_connection_and_no_other(witness: WitnessProcess) -> None:
    with httpx.Client(trust_env=False) as http:
        answer = http.post(f"{witness.url}/add-checkpoint", content=b"old 0\n" * 400_000)
        assert answer.status_code == 413
        assert http.post(f"{witness.url}/add-checkpoint", content=HONEST.request(0, 5).encode()).is_success


def test_a_cosignature_is_not_to_be_had_by_guessing(witness: WitnessProcess) -> None:
    """What another witness signed is not taken for this one's."""
    answer = witness.ask(HONEST.request(0, 5))
    with pytest.raises(LogCorrupt):
        with_cosignatures(HONEST.note(6), answer.content, [FIRST.key])
    assert LOG.key not in verified(with_cosignatures(HONEST.note(5), answer.content, [FIRST.key]), [FIRST.key])


def test_a_client_that_hangs_up_in_mid_sentence_is_noted_and_forgotten(witness: WitnessProcess) -> None:
    host, _, port = witness.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: 100\r\n\r\nold 0\n")
    until(lambda: any(line.get("outcome") == "disconnected" for line in lines(witness)), "a line about it")
    assert witness.ask(HONEST.request(0, 5)).is_success


def test_on_a_full_disk_no_half_of_a_key_is_left(tmp_path: Path) -> None:
    key = tmp_path / "witness.pem"
    command = [sys.executable, "-m", "bot", "witness", "key", "new", str(key), "--name", "w.example", "--json"]
    limited = [require("prlimit"), "--fsize=10", *command]
    ended = subprocess.run(limited, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, json.loads(ended.stdout)["error"]["code"]) == (3, "settings.invalid")
    assert not key.exists()
