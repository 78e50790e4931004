"""The runbooks there are: those that come with Quarterdeck, and those of folders of one's own.

A file with an error is left out, and what is wrong with it is kept to be told: nothing half-read is ever run. One
that comes with Quarterdeck and needs tools that a house does not have is no error; which tools is kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from memory.errors import InvalidInput, NotFound
from memory.model.value import Value
from runbooks.format.finding import Finding, Mark, errors
from runbooks.format.fitting import UNKNOWN_TOOL
from runbooks.format.lint import lint
from runbooks.format.model import Runbook, version_key
from tools.contract import Capability

MOST_FILES = 2000
SUFFIX = ".md"
LIBRARY = "library"


@dataclass(frozen=True)
class Source:
    """One file: what it is called, its bytes, and whether it comes with Quarterdeck."""

    name: str
    data: bytes
    shipped: bool = False


class Lacking(Value):
    """A runbook that comes with Quarterdeck, and the tools it needs that are not there."""

    runbook: str  # its id
    tools: tuple[str, ...]


@dataclass(frozen=True)
class RunbookCatalogue:
    """Every runbook in every version; the newest of an id is the one that is meant when nobody says another."""

    runbooks: tuple[Runbook, ...] = ()
    findings: tuple[Finding, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    _newest: dict[str, Runbook] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for runbook in sorted(self.runbooks, key=lambda each: version_key(each.head.version)):
            self._newest[runbook.head.id] = runbook

    def newest(self) -> tuple[Runbook, ...]:
        """Return the newest version of each, sorted by id."""
        return tuple(self._newest[name] for name in sorted(self._newest))

    def find(self, name: str) -> Runbook:
        """Return the runbook of this id, or of exactly this "id@version"; raises `NotFound`."""
        identifier, at, version = name.partition("@")
        if not at and identifier in self._newest:
            return self._newest[identifier]
        found = [each for each in self.versions(identifier) if each.head.version == version]
        if not found:
            raise NotFound(
                f"expected the id of a runbook, found {name[:120]!r}", hint="`quarterdeck runbook list` has them."
            )
        return found[0]

    def versions(self, identifier: str) -> tuple[Runbook, ...]:
        """Return every version of a runbook, the newest first."""
        found = [each for each in self.runbooks if each.head.id == identifier]
        return tuple(sorted(found, key=lambda each: version_key(each.head.version), reverse=True))


def packaged() -> Iterator[Source]:
    """Yield the runbooks that come with Quarterdeck."""
    yield from _within(files("runbooks").joinpath(LIBRARY), f"{LIBRARY}/")


def folder(path: Path, called: str = "runbooks") -> Iterator[Source]:
    """Yield the runbooks of a folder and those below it, by name; raises `InvalidInput` if it cannot be read.

    `called` is what its files are, in errors.
    """
    try:
        inside = path.rglob(f"*{SUFFIX}") if path.is_dir() else ()
        found = sorted(each for each in inside if each.is_file() and not aside(each.name))
        if not path.is_dir():
            raise InvalidInput(f"expected a folder of {called} at {path}, found none")
        if len(found) > MOST_FILES:
            raise InvalidInput(f"expected at most {MOST_FILES} {called} in {path}, found {len(found)}")
        for each in found:
            yield Source(name=str(each), data=each.read_bytes())
    except OSError as error:
        raise InvalidInput(f"expected to read the {called} of {path}, found: {error.strerror}") from error


def aside(name: str) -> bool:
    """Return whether a file of this name stands beside runbooks: a README, or what begins with _."""
    return name.startswith("_") or name.lower() == "readme.md"


def catalogue(
    sources: Iterable[Source], capabilities: Sequence[Capability], *, today: date | None = None
) -> RunbookCatalogue:
    """Return the catalogue of these files. The same id and version twice is an error of the second."""
    kept: dict[str, Runbook] = {}
    found: list[Finding] = []
    lacking: list[Lacking] = []
    for source in sources:
        runbook, findings = loaded(source, capabilities, today=today)
        wanting = _wanting(findings) if source.shipped else ()
        if wanting:
            lacking.append(Lacking(runbook=Path(source.name).stem, tools=wanting))
            continue
        found += findings
        if runbook is None:
            continue
        before = kept.setdefault(_key(runbook), runbook)
        if before is not runbook:
            found.append(_twice(runbook, before))
    return RunbookCatalogue(tuple(kept.values()), tuple(found), tuple(lacking))


def loaded(
    source: Source, capabilities: Sequence[Capability], *, today: date | None = None
) -> tuple[Runbook | None, tuple[Finding, ...]]:
    """Return the runbook of a file, None where it has an error, and all that is wrong with it."""
    try:
        text = source.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.data[: error.start].count(b"\n") + 1
        finding = Finding(
            file=source.name,
            line=line,
            column=1,
            code="file.encoding",
            expected="text in UTF-8",
            found=f"the byte 0x{source.data[error.start]:02x}",
            mend="Save it as UTF-8.",
        )
        return None, (finding,)
    reading = lint(text, source.name, capabilities, today=today)
    return (None if errors(reading.findings) else reading.runbook), reading.findings


def _wanting(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the tools that are missing where that is all that is wrong, otherwise nothing."""
    wrong = errors(findings)
    missing = {each.found for each in wrong if each.code == UNKNOWN_TOOL}
    return tuple(sorted(missing)) if all(each.code == UNKNOWN_TOOL for each in wrong) else ()


def _key(runbook: Runbook) -> str:
    return f"{runbook.head.id}@{version_key(runbook.head.version)}"


def _twice(runbook: Runbook, before: Runbook) -> Finding:
    mark: Mark = runbook.tree.mark(("version",))
    return Finding(
        file=runbook.file,
        line=mark.line,
        column=mark.column,
        code="catalogue.twice",
        expected=f"another version than that of {before.file}",
        found=runbook.name,
        mend="Raise the version, or take one of them away.",
        source=runbook.text.split("\n")[mark.line - 1],
    )


def _within(place: Traversable, prefix: str) -> Iterator[Source]:
    for each in sorted(place.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            yield from _within(each, f"{prefix}{each.name}/")
        elif each.name.endswith(SUFFIX):
            yield Source(name=f"{prefix}{each.name}", data=each.read_bytes(), shipped=True)
