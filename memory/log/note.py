"""A text and the signatures under it (C2SP signed-note). Pure; what a signature is worth, `keys` says.

Signatures of unknown keys are kept as they are: that is how witnesses add theirs and how keys are rotated.
"""

from dataclasses import dataclass
from typing import Self

from memory.errors import LogMalformed
from memory.log.encoding import decode_utf8, parse_base64, quoted, to_base64

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100  # the specification asks for 16 at least
KEY_ID_BYTES = 4

_DASH = "\N{EM DASH} "


def check_name(name: str) -> None:
    """Raise `LogMalformed` unless `name` can name a key: not empty, without spaces, plus signs and controls."""
    if not name or any(letter.isspace() or letter == "+" or letter < " " for letter in name):
        raise LogMalformed(f"expected a key name without spaces and plus signs, found {quoted(name)}")
    _check_encodable(name, "a key name")


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: who signed, the four bytes that name the key, and the signature's own bytes."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.value:
            raise LogMalformed(f"expected {KEY_ID_BYTES} bytes of key id and a signature, found fewer bytes")

    @property
    def line(self) -> str:
        """The line, its newline included."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return what a line, without its newline, says; raises `LogMalformed`."""
        name, space, written = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise LogMalformed(f"expected a signature as “{_DASH}NAME BASE64”, found {quoted(line)}")
        data = parse_base64(written, "a signature")
        return cls(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Return the signatures of 1 to 100 lines, each ended by a newline; raises `LogMalformed`."""
    *lines, rest = text.split("\n")
    if rest or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise LogMalformed(f"expected 1 to {MAX_SIGNATURES} whole lines of signatures, found {len(lines)}")
    return tuple(Signature.parse(line) for line in lines)


@dataclass(frozen=True, slots=True)
class Note:
    """A text ended by a newline, and 1 to 100 signatures; at most 1 MB. Until verified, nothing in it counts."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_text(self.text)
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise LogMalformed(f"expected 1 to {MAX_SIGNATURES} signatures, found {len(self.signatures)}")
        if len(self.encode()) > MAX_NOTE_BYTES:
            raise LogMalformed(f"expected a note of at most {MAX_NOTE_BYTES} bytes, found a longer one")

    def encode(self) -> bytes:
        """Return the note's bytes: the text, an empty line, the signatures."""
        return "".join([self.text, "\n", *(signature.line for signature in self.signatures)]).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the note that `data` writes; raises `LogMalformed`. Its last empty line ends the text."""
        text, blank, signatures = decode_utf8(data, "a note", MAX_NOTE_BYTES).rpartition("\n\n")
        if not blank:
            raise LogMalformed("expected a text, an empty line and signatures, found no empty line")
        return cls(f"{text}\n", parse_signatures(signatures))

    def adding(self, *signatures: Signature) -> "Note":
        """Return the note with these signatures too, each in place of an older one by the same key."""
        new = {(signature.name, signature.key_id): signature for signature in signatures}
        kept = (signature for signature in self.signatures if (signature.name, signature.key_id) not in new)
        return Note(self.text, (*kept, *new.values()))


def check_text(text: str) -> None:
    """Raise `LogMalformed` unless `text` can be signed: ended by a newline, no other control characters."""
    if not text.endswith("\n"):
        raise LogMalformed("expected a text ended by a newline, found none at its end")
    control = next((letter for letter in text if letter < " " and letter != "\n"), None)
    if control is not None:
        raise LogMalformed(f"expected a text without control characters, found {control!r}")
    _check_encodable(text, "a text")


def _check_encodable(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise LogMalformed(f"expected {what} of Unicode characters, found half of one at {error.start}") from error
