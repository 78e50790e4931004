"""Where a witness is, and the key by which it is known. Pure."""

from dataclasses import dataclass
from typing import Self

from memory.errors import InvalidSettings, LogMalformed
from memory.log.encoding import quoted
from memory.log.keys import Algorithm, VerifierKey


@dataclass(frozen=True, slots=True)
class WitnessEndpoint:
    """The witness whose key is `key` takes checkpoints at `url`/add-checkpoint. Raises `InvalidSettings`."""

    url: str
    key: VerifierKey

    def __post_init__(self) -> None:
        if self.key.algorithm is not Algorithm.COSIGNATURE_V1:
            raise InvalidSettings(f"expected a witness's key, of type 04, found {self.key}, which signs notes")

    @property
    def name(self) -> str:
        """The name of the witness, which its key carries."""
        return self.key.name

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the witness that `VKEY URL` names, as a setting has it; raises `InvalidSettings`."""
        written, _, url = text.strip().partition(" ")
        if not url.strip():
            raise InvalidSettings(f"expected a witness as “NAME+ID+KEY URL”, found {quoted(text)}")
        try:
            return cls(url.strip(), VerifierKey.parse(written))
        except LogMalformed as error:
            raise InvalidSettings(f"expected a witness as “NAME+ID+KEY URL”: {error.message}") from error
