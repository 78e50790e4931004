"""What changed between two trees, as git tells it; no external diff and no text conversion is ever run."""

from pathlib import Path

from tools.connectors.git.binary import Git
from tools.http import Deadline
from tools.repositories.port import FileChange

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--ignore-submodules=none")


async def unified(git: Git, copy: Path, before: str, after: str, deadline: Deadline) -> str:
    """Return the unified diff. Untrusted text."""
    return (await git.run(copy, "diff-tree", "-r", "-p", *_PLAIN, before, after, deadline=deadline)).text()


async def files_of(git: Git, copy: Path, before: str, after: str, deadline: Deadline) -> tuple[FileChange, ...]:
    """Return the files that differ, by path."""
    raw = (await git.run(copy, "diff-tree", "-r", "-z", "--raw", *_PLAIN, before, after, deadline=deadline)).text()
    counted = await git.run(copy, "diff-tree", "-r", "-z", "--numstat", *_PLAIN, before, after, deadline=deadline)
    counts = {path: (added, removed) for added, removed, path in map(_counts, _fields(counted.text()))}
    parts = _fields(raw)
    return tuple(_file(entry, path, counts) for entry, path in zip(parts[::2], parts[1::2], strict=True))


def _fields(text: str) -> list[str]:
    return text.split("\0")[:-1]


def _counts(line: str) -> tuple[int, int, str]:
    added, removed, path = line.split("\t", maxsplit=2)
    return _number(added), _number(removed), path


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0  # a dash: it is no text


def _file(entry: str, path: str, counts: dict[str, tuple[int, int]]) -> FileChange:
    _, _, before, after, _ = entry.split(" ")
    added, removed = counts.get(path, (0, 0))
    return FileChange(path=path, before=_name(before), after=_name(after), added=added, removed=removed)


def _name(blob: str) -> str:
    return "" if set(blob) == {"0"} else blob
