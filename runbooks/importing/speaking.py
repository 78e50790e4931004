"""Programs whose first words say what they do: `kubectl delete`, `git push --force`. Pure."""

from collections.abc import Sequence
from types import MappingProxyType

from memory.model.plan import Effect
from runbooks.importing import verbs
from runbooks.importing.verdict import READS, Verdict, unknown, worst

_EFFECTS = MappingProxyType(
    {verbs.READ: Effect.READ, verbs.WRITE: Effect.WRITE, verbs.DESTROY: Effect.DESTRUCTIVE}
)
_BARE = frozenset({"-h", "--help", "--version", "-v", "-s"})


def spoken(name: str, rest: list[str]) -> Verdict:
    """Return the effect of such a program with these words behind its name."""
    dry = (each for each in rest if each.startswith("--dry-run"))
    if any(each not in {"--dry-run=none", "--dry-run=false"} for each in dry):
        return READS
    said = first_words(rest, verbs.SPEAKERS[name])
    if said:
        return _flagged(name, rest, worst([_verb(name, each) for each in said]))
    if set(rest) <= _BARE or name == "sysctl":
        return _flagged(name, rest, READS)
    return _flagged(name, rest, unknown(f"{name} is not told what to do"))


def first_words(rest: Sequence[str], takes_value: frozenset[str]) -> list[list[str]]:
    """Return the words that may be the verb: an option nobody knows may or may not take the word after it."""
    found: list[list[str]] = []
    number = 0
    while number < len(rest):
        word = rest[number]
        if word in takes_value:
            number += 2
            continue
        if word.startswith("-"):
            unsure = "=" not in word and number + 1 < len(rest) and not rest[number + 1].startswith("-")
            if unsure:
                found.append([each for each in rest[number + 1 :] if not each.startswith("-")][:2])
                number += 1
            number += 1
            continue
        found.append([each for each in rest[number:] if not each.startswith("-")][:2])
        return found
    return found


def _verb(name: str, said: Sequence[str]) -> Verdict:
    table = verbs.SPOKEN.get(name, {})
    words = [each.lower() for each in said]
    for phrase in (" ".join(words), words[0]):
        if phrase in table:
            return Verdict(effect=_EFFECTS[table[phrase]], why=f"{name} {phrase}")
    first = words[0]
    if first in verbs.DESTROYING:
        return Verdict(effect=Effect.DESTRUCTIVE, why=f"{name} {first} cannot be taken back")
    if first in verbs.LOOKING:
        return READS
    if len(words) > 1 and words[1] in verbs.DESTROYING:
        return Verdict(effect=Effect.DESTRUCTIVE, why=f"{name} {' '.join(words)} cannot be taken back")
    return Verdict(effect=Effect.WRITE, why=f"{name} {first} changes things")


_FORCED = MappingProxyType(
    {
        "git": {"push": {"--force", "-f", "--delete", "--force-with-lease", "-d"}, "reset": {"--hard"},
                "branch": {"-D", "-d", "--delete"}, "checkout": {"-f", "--force"}, "tag": {"-d"}},
        "kubectl": {"replace": {"--force"}, "apply": {"--prune"}},
        "terraform": {"apply": {"-destroy", "--destroy"}},
        "helm": {"upgrade": {"--force"}},
    }
)  # fmt: skip


def _flagged(name: str, rest: Sequence[str], verdict: Verdict) -> Verdict:
    """Return the verdict, worse where an option makes it so."""
    for verb, flags in _FORCED.get(name, {}).items():
        if verb in rest and flags & set(rest):
            return Verdict(effect=Effect.DESTRUCTIVE, why=f"{name} {verb} with {min(flags & set(rest))}")
    if name == "git" and "push" in rest and any(each.startswith("+") for each in rest):
        return Verdict(effect=Effect.DESTRUCTIVE, why="git push over what was there")
    if name == "sysctl":
        writes = any(each in {"-w", "-p", "--write", "--system"} or "=" in each for each in rest)
        return Verdict(effect=Effect.WRITE, why="sysctl sets a value") if writes else READS
    return verdict
