"""What the commands on runbook files do. They ask nobody: the tools are those of the settings."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from bot.offered import offered
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import Conflict, InvalidInput, NotFound, QuarterdeckError
from runbooks.catalogue import Source, aside, loaded
from runbooks.format import Finding, Severity
from runbooks.format.scaffold import scaffold
from runbooks.importing import Imported, imported
from runbooks.importing.report import as_markdown

FAILED = 1
MOST_FILES = 5000
SUFFIXES = (".md", ".markdown", ".json", ".yaml", ".yml")
REPORT = "_import-report"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


async def new(session: Session, identifier: str, title: str, into: Path) -> int:
    """Write a runbook and its test; raises `Conflict` where there is one already."""
    if not _ID.fullmatch(identifier) or len(identifier) > 80:  # noqa: PLR2004  # as the format has it
        raise InvalidInput(f"expected lower-case words with hyphens as an id, found {identifier[:80]!r}")
    words = title or identifier.replace("-", " ").capitalize()
    if len(words) > 200 or not words.isprintable():  # noqa: PLR2004  # as the format has it
        raise InvalidInput("expected a title of at most 200 printable characters, found another")
    runbook, test = scaffold(identifier, words)
    paths = (into / f"{identifier}.md", into / f"test_{identifier.replace('-', '_')}.py")
    for path, text in zip(paths, (runbook, test), strict=True):
        _write(path, text, anew=True)
    told = Text(f"✔ {paths[0]} and {paths[1]}\n  Fill in what `quarterdeck runbook lint {paths[0]}` finds.")
    session.screen.show({"runbook": str(paths[0]), "test": str(paths[1])}, told)
    return 0


async def lint(session: Session, paths: Sequence[Path], *, strict: bool) -> int:
    """Check files, and explain what is wrong."""
    known, screen = offered(session.settings()), session.screen
    found: list[Finding] = []
    files = list(_files(paths, (".md",)))
    for path in files:
        found += loaded(Source(name=str(path), data=_read(path)), known, today=screen.now().date())[1]
    wrong = [each for each in found if strict or each.severity is Severity.ERROR]
    result = {
        "ok": not wrong,
        "files": len(files),
        "findings": [each.model_dump(mode="json") for each in found],
    }
    screen.show(result, *_linted(files, found, ok=not wrong))
    return FAILED if wrong else 0


async def import_(session: Session, paths: Sequence[Path], into: Path) -> int:
    """Import files; one that cannot be read is told of and stops no other."""
    made: list[Imported] = []
    failed: list[QuarterdeckError] = []
    taken: set[str] = set()
    for path in _files(paths, SUFFIXES):
        try:
            one = _distinct(imported(_read(path), str(path)), taken)
        except QuarterdeckError as error:
            failed.append(error)
            continue
        _write(into / f"{one.report.id}.md", one.text, anew=False)
        made.append(one)
    reports = [each.report for each in made]
    result = {
        "imported": [each.model_dump(mode="json") for each in reports],
        "failed": [{"code": each.code, "message": each.message} for each in failed],
        "into": str(into),
    }
    _write(into / f"{REPORT}.json", _json(result), anew=False)
    _write(into / f"{REPORT}.md", as_markdown(reports), anew=False)
    session.screen.show(result, *_told(made, failed, into))
    return FAILED if failed or not made else 0


async def tools(session: Session) -> int:
    """List the tools."""
    known = offered(session.settings())
    result = {
        "tools": [
            {"name": each.name, "effect": each.effect.value, "arguments": each.arguments.model_json_schema()}
            for each in known
        ]
    }
    lines = [
        Text.assemble(
            (f"{each.name}  ", "bold"), f"{each.effect.value}  ", (", ".join(each.arguments.model_fields), "dim")
        )
        for each in known
    ]
    session.screen.show(result, *lines)
    return 0


def _files(paths: Sequence[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files that are named, and those in folders that are named."""
    count = 0
    for path in paths:
        if not path.exists():
            raise NotFound(f"expected a file or folder at {path}, found none")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for each in inside:
            if each.is_file() and (
                each == path or (each.name.lower().endswith(suffixes) and not aside(each.name))
            ):
                count += 1
                if count > MOST_FILES:
                    raise InvalidInput(f"expected at most {MOST_FILES} files, found more")
                yield each


def _distinct(one: Imported, taken: set[str]) -> Imported:
    """Return it under an id that no other of this import has."""
    name, number = one.report.id, 2
    while name in taken:
        name, number = f"{one.report.id}-{number}", number + 1
    taken.add(name)
    if name == one.report.id:
        return one
    text = re.sub(r"^id: .*$", lambda _: f"id: {name}", one.text, count=1, flags=re.MULTILINE)
    return Imported(text=text, report=one.report.model_copy(update={"id": name}))


def _linted(files: Sequence[Path], found: Sequence[Finding], *, ok: bool) -> Iterator[RenderableType]:
    for each in found:
        style = "red" if each.severity is Severity.ERROR else "yellow"
        first, *rest = plain(each.explained()).split("\n")
        yield Text.assemble((first, style), *(f"\n{line}" for line in rest), no_wrap=True)
    yield Text(f"{'✔' if ok else '✘'} {len(files)} files, {len(found)} findings", style="green" if ok else "red")


def _told(made: Sequence[Imported], failed: Sequence[QuarterdeckError], into: Path) -> Iterator[RenderableType]:
    for each in failed:
        yield Text(f"✘ {plain(each.message)}", style="red")
    commands = sum(each.report.commands for each in made)
    bad = sum(each.report.destructive for each in made)
    yield Text(f"✔ {len(made)} runbooks in {into}, {commands} commands kept, {bad} of them destructive and marked")
    yield Text(f"  Why each step only suggests: {into / REPORT}.md and .json", style="dim")


def _json(result: object) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1) + "\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"expected a file that can be read at {path}, found: {error.strerror}") from error


def _write(path: Path, text: str, *, anew: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x" if anew else "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(f"expected no file at {path}, found one") from None
    except OSError as error:
        raise InvalidInput(f"expected to write {path}, found: {error.strerror}") from error
