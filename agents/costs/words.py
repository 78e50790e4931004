"""A question as words, of which each is read once: what nobody read is what was not understood. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST = 2000
_SHORTEST = 4  # letters of a word with a plural; "ids" and the like are looked up as they are
_ATOM = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLAIN = {0x201C: '"', 0x201D: '"', 0x201E: '"', 0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-", 0xA0: " "}
_UNITS_IN_US = frozenset({"cpus", "gpus", "npus", "skus", "tpus", "vcpus"})
_KEPT_PLURAL = ("ss", "us", "is", "os", "aws", "kubernetes")


@dataclass(frozen=True)
class Atom:
    """One word in its singular, and where it stands."""

    word: str
    start: int
    end: int


def singular(word: str) -> str:
    """Return a word without the ending of a plural."""
    if len(word) < _SHORTEST or (word.endswith(_KEPT_PLURAL) and word not in _UNITS_IN_US):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s")


def atoms(text: str) -> tuple[str, ...]:
    """Return the words of a name in their singular, told apart at humps too: `AmazonEC2` is "amazon ec2"."""
    apart = _HUMP.sub(" ", text)
    return tuple(singular(each.group()) for each in _ATOM.finditer(apart.lower()))


@dataclass
class Words:
    """The words of one question, and which of its letters were read already."""

    text: str
    taken: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Put the text in one form: quotes and dashes of word processors, and runs of spaces."""
        text = self.text[:LONGEST].translate(_PLAIN)
        self.text = " ".join(text.split())
        self.lower = self.text.lower()
        if len(self.lower) != len(self.text):  # a few letters grow when they are made small
            self.text = self.lower
        self.atoms = tuple(
            Atom(singular(each.group()), each.start(), each.end()) for each in _ATOM.finditer(self.lower)
        )

    def free(self, start: int, end: int) -> bool:
        """Return whether nothing of a span was read."""
        return all(end <= begun or ended <= start for begun, ended in self.taken)

    def take(self, start: int, end: int) -> None:
        """Mark a span as read."""
        self.taken.append((start, end))

    def seek(self, pattern: re.Pattern[str], *, keep: bool = False) -> re.Match[str] | None:
        """Return the first unread match and mark it as read, unless it is to be kept."""
        found = next(self.every(pattern), None)
        if found is not None and not keep:
            self.take(*found.span())
        return found

    def every(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the unread matches."""
        return (each for each in pattern.finditer(self.lower) if each.group() and self.free(*each.span()))

    def before(self, start: int) -> str:
        """Return what stands before a place."""
        return self.lower[:start]

    def unread(self) -> tuple[Atom, ...]:
        """Return the words nobody read."""
        return tuple(each for each in self.atoms if self.free(each.start, each.end))
