"""A log that may have several pasts: an honest one, and forks of it, all signed with its key."""

from collections.abc import Iterable
from functools import cached_property, lru_cache

from memory.log.checkpoint import Checkpoint
from memory.log.keys import Signer
from memory.log.merkle import HashReader, consistency_proof, leaf_hash, tree_root
from memory.log.note import Note
from memory.log.witness import AddCheckpoint, Tree
from tests.memory.log.reference import stored
from tests.memory.log.signers import LOG


class History:
    """One past of the log: the first `shared` entries are those of every other, the rest are its own."""

    def __init__(self, name: str, length: int, *, shared: int = 0, signer: Signer = LOG) -> None:
        self.length = length
        self._signer = signer
        common = [leaf_hash(f"entry {number}".encode()) for number in range(min(shared, length))]
        own = [leaf_hash(f"{name} {number}".encode()) for number in range(len(common), length)]
        self._leaves = [*common, *own]
        self.tree = lru_cache(self._tree)

    @cached_property
    def read(self) -> HashReader:
        return stored(self._leaves)

    def note(self, size: int) -> Note:
        tree = self.tree(size)
        return Checkpoint(self._signer.key.name, tree.size, tree.root).signed(self._signer)

    def prove(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(old, new, self.read)

    def request(self, old: int, new: int) -> AddCheckpoint:
        return AddCheckpoint(old, tuple(self.prove(min(old, new), new)), self.note(new))

    def contains(self, trees: Iterable[Tree]) -> bool:
        """Return whether each of the trees is a beginning of this history."""
        return all(tree.size <= self.length and self.tree(tree.size) == tree for tree in trees)

    def _tree(self, size: int) -> Tree:
        return Tree(size, tree_root(size, self.read))


def consistent(trees: Iterable[Tree], histories: Iterable[History]) -> bool:
    """Return whether these trees are all of one history."""
    seen = set(trees)
    return any(history.contains(seen) for history in histories)
