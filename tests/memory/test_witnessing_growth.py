"""Whatever a witness is sent, in whatever order and across whatever restarts, it has cosigned one history."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from memory.log.merkle import leaf_hash
from memory.log.witness import NEVER, AddCheckpoint, Cosigned, Refused, Tree, Witness
from memory.witnessing import WitnessState
from tests.fakes.histories import History, consistent
from tests.fakes.time import FakeClock
from tests.memory.log.signers import FIRST, LOG, ORIGIN, STRANGER

MOST = 40
HISTORIES = (
    History("entry", MOST),
    History("early fork", MOST, shared=1),
    History("fork", MOST, shared=16),
    History("late fork", MOST, shared=33),
)
sizes = st.integers(0, MOST)
histories = st.sampled_from(HISTORIES)


class Sending(RuleBasedStateMachine):
    """Honest, forked, stale, shrinking and forged checkpoints, and restarts between them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "witness.db"
        self.witness = Witness(FIRST, {ORIGIN: [LOG.key]})
        self.clock = FakeClock()
        self.cosigned: list[Tree] = []

    @initialize()
    def begin(self) -> None:
        self.states = [WitnessState.create(self.path), WitnessState(self.path)]

    @rule(history=histories, more=st.integers(0, 12), which=st.integers(0, 1))
    def growth(self, history: History, more: int, which: int) -> None:
        """Cosigned exactly if it continues what was cosigned last."""
        last = self.last()
        answer = self.send(history.request(last.size, min(MOST, last.size + more)), which)
        assert isinstance(answer, Cosigned) == history.contains([last])

    @rule(history=histories, old=sizes, new=sizes, which=st.integers(0, 1))
    def anything(self, history: History, old: int, new: int, which: int) -> None:
        """Whatever its sizes are."""
        last = self.last()
        answer = self.send(history.request(old, new), which)
        assert isinstance(answer, Cosigned) == (old == last.size <= new and history.contains([last]))

    @rule(history=histories, other=histories, new=sizes)
    def borrowed_proof(self, history: History, other: History, new: int) -> None:
        """A tree of one history with the proof of another."""
        last = self.last()
        proof = other.prove(min(last.size, new), new)
        self.send(AddCheckpoint(last.size, tuple(proof), history.note(new)), 0)

    @rule(new=sizes, junk=st.lists(st.binary(min_size=32, max_size=32), max_size=7))
    def junk_proof(self, new: int, junk: list[bytes]) -> None:
        """A proof of nothing."""
        self.send(AddCheckpoint(self.last().size, tuple(junk), HISTORIES[0].note(new)), 0)

    @rule(new=sizes)
    def forged(self, new: int) -> None:
        """Signed by somebody else in the log's name."""
        forged = History("forged", MOST, signer=STRANGER).note(new)
        text = forged.text.replace(STRANGER.key.name, ORIGIN)
        note = type(forged)(text, (STRANGER.sign(text),))
        assert isinstance(self.send(AddCheckpoint(self.last().size, (leaf_hash(b""),), note), 0), Refused)

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        """One of the two processes ends and begins again."""
        self.states[which].close()
        self.states[which] = WitnessState(self.path)

    @invariant()
    def one_history(self) -> None:
        """All that was ever cosigned is one chain, and the largest of it is what is remembered."""
        assert consistent(self.cosigned, HISTORIES)
        assert [tree.size for tree in self.cosigned] == sorted(tree.size for tree in self.cosigned)
        assert self.cosigned[-1:] in ([], [self.last()])

    def teardown(self) -> None:
        for state in self.states:
            state.close()
        self.folder.cleanup()

    def last(self) -> Tree:
        seen = self.states[0].last().get(ORIGIN)
        return seen.tree if seen else NEVER

    def send(self, request: AddCheckpoint, which: int) -> Cosigned | Refused:
        answer = self.states[which].decide(self.witness, request, self.clock)
        if isinstance(answer, Cosigned):
            self.cosigned.append(answer.tree)
        return answer


TestSending: Any = pytest.mark.timeout(90)(Sending.TestCase)
TestSending.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
