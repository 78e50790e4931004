"""`log verify`: the whole of a published log, down to every byte of every entry."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.published.options import (
    UNANCHORED,
    Keys,
    Quorum,
    Where,
    Witnesses,
    source_of,
    trust_of,
    workers,
)
from bot.surfaces.cli.published.shown import at_seconds, grid
from bot.surfaces.cli.screen import Screen
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.ledger.findings import Broken, Finding, Verified
from memory.ledger.verify import LIMIT, Verification
from memory.log.note import Note

FAILED = 1

Held = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", metavar="FILE", help="A checkpoint you kept: the log has to have grown from it."),
]
MostFindings = Annotated[int, typer.Option("--limit", min=1, help="How many findings end it early.")]


@command
def verify(
    session: Session,
    *,
    where: Where = "",
    key: Keys = None,
    witness: Witnesses = None,
    quorum: Quorum = None,
    checkpoint: Held = None,
    limit: MostFindings = LIMIT,
) -> None:
    """Verify a published log: every entry, tile and signature. It needs no secret and no running server.

    Where something is wrong, it says where, and ends with 1.

    [bold]Examples[/bold]

      quarterdeck log verify
      quarterdeck log verify https://example.org/log --key example.org/log/acme+1b2735d3+AYG4…Euc
      quarterdeck log verify ./log --checkpoint last-month.checkpoint --json
    """

    def work() -> int:
        source = source_of(session, where)
        trust = trust_of(source, key, witness, quorum)
        held = [_note(file) for file in checkpoint or ()]
        verification = Verification(source, trust, held=held, limit=limit, workers=workers(source))
        with session.screen.progress("Verifying") as told:
            result = verification.run(told)
        return _show(session.screen, result, anchored=bool(key))

    session.run_here(work)


def _note(file: Path) -> Note:
    try:
        return Note.parse(file.read_bytes())
    except OSError as error:
        raise InvalidInput(f"expected a checkpoint in {file}, found: {error.strerror}") from error


def _show(screen: Screen, result: Verified | Broken, *, anchored: bool) -> int:
    if isinstance(result, Broken):
        findings: list[JsonValue] = [_finding(each) for each in result.findings]
        screen.show({"ok": False, "findings": findings, "more": result.more}, *_broken(result))
        return FAILED
    screen.show({"ok": True, "anchored": anchored, **_told(result)}, *_verified(screen, result))
    if not anchored:
        screen.note(UNANCHORED)
    return 0


def _finding(finding: Finding) -> dict[str, JsonValue]:
    return {
        "fault": finding.fault.value,
        "path": finding.path,
        "entry": finding.entry,
        "expected": finding.expected,
        "found": finding.found,
    }


def _told(result: Verified) -> dict[str, JsonValue]:
    return {
        "origin": result.origin,
        "size": result.size,
        "root": result.root.hex(),
        "first_logged": result.first_logged.isoformat() if result.first_logged else None,
        "last_logged": result.last_logged.isoformat() if result.last_logged else None,
        "kinds": {kind.value: count for kind, count in result.kinds.items()},
        "keys": [{"key": str(each.key), "until": each.until} for each in result.keys],
        "signed_by": [str(each) for each in result.signed_by],
        "witnessed_at": dict(result.witnessed_at),
    }


def _broken(result: Broken) -> list[RenderableType]:
    lines = []
    for each in result.findings:
        where = each.path if each.entry is None else f"{each.path}, entry {each.entry}"
        text = Text.assemble(("✘ ", "bold red"), (plain(where), "bold"), (f"  [{each.fault.value}]", "dim"))
        text.append(f"\n  expected {plain(each.expected)}\n  found {plain(each.found)}")
        lines.append(text)
    more = " and perhaps more: it was not read to its end" if result.more else ""
    return [*lines, Text(f"Do not believe this log: {len(lines)} findings{more}.", style="bold red")]


def _verified(screen: Screen, result: Verified) -> list[RenderableType]:
    now = screen.now()
    spans = [moment(each, now) for each in (result.first_logged, result.last_logged) if each]
    rows = [
        ("Root", result.root.hex()),
        ("Logged", " to ".join(spans)),
        ("Kinds", ", ".join(f"{count} {kind.value}" for kind, count in result.kinds.items())),
        *(("Signed by", str(each)) for each in result.signed_by),
        *(("Witnessed", f"by {name}, {at_seconds(at, now)}") for name, at in result.witnessed_at.items()),
        *(
            ("Revoked", f"{each.key}, beyond {each.until} entries")
            for each in result.keys
            if each.until is not None
        ),
    ]
    title = Text.assemble(("✔ ", "bold green"), (f"{result.size} entries of {result.origin} verified", "bold"))
    return [title, grid(rows)]
