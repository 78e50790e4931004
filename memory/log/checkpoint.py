"""What a log says of itself: its name, its size and its root (C2SP tlog-checkpoint). Pure."""

from dataclasses import dataclass
from typing import Self

from memory.errors import InvalidInput, LogMalformed
from memory.log.encoding import HASH_BYTES, LARGEST, parse_decimal, parse_hash, quoted, to_base64
from memory.log.keys import Signer
from memory.log.note import Note, check_text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` entries under `root`. `extensions` are lines that nobody audits: use none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.text)
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise LogMalformed(f"expected an origin and extensions of one line each, found {quoted(line)}")
        if not 0 <= self.size <= LARGEST:
            raise LogMalformed(f"expected a size between 0 and 2**63-1, found {self.size}")
        if len(self.root) != HASH_BYTES:
            raise LogMalformed(f"expected a root of {HASH_BYTES} bytes, found {len(self.root)}")

    @property
    def text(self) -> str:
        """The text that is signed, its last newline included."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint that a note's text writes; raises `LogMalformed`."""
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 3:  # noqa: PLR2004 -- origin, size, root
            raise LogMalformed(f"expected the lines ORIGIN, SIZE and ROOT, found {quoted(text)}")
        origin, size, root, *extensions = lines
        return cls(origin, parse_decimal(size, "a size"), parse_hash(root, "a root"), tuple(extensions))

    def signed(self, *signers: Signer) -> Note:
        """Return the checkpoint as a note signed by these; raises `InvalidInput` when there are none."""
        if not signers:
            raise InvalidInput("expected who signs the checkpoint, found nobody")
        return Note(self.text, tuple(signer.sign(self.text) for signer in signers))
