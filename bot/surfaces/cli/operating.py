"""Commands that work on this machine: `serve`, `demo`, `doctor`, `interpret`, and `keys`."""

import json
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Annotated

import typer
from pydantic import JsonValue
from rich import box
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.command import command
from bot.surfaces.cli.host import DemoReady, Finding, Health
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.walked import demo_parts, report_parts
from memory.errors import InvalidInput

FAILED = 1
_MARKS = {Health.OK: ("✔", "green"), Health.WARN: ("!", "yellow"), Health.FAIL: ("✘", "bold red")}
_SCOPES = ("observe", "propose", "approve", "admin")

HostName = Annotated[str, typer.Option("--host", help="The address to listen on (QUARTERDECK_HOST).")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="0 picks a free one.")]
Once = Annotated[bool, typer.Option("--once", help="Take the walk once, report it and end.")]


@command
def serve(session: Session, host: HostName = "", port: Port = None) -> None:
    """Serve the console and the REST interface until told to stop.

    [bold]Examples[/bold]

      quarterdeck serve
      quarterdeck serve --port 0
    """
    given = ({"host": host} if host else {}) | ({} if port is None else {"port": port})
    session.run_alone(lambda: _serve(session, given))


@command
def demo(session: Session, once: Once = False, port: Port = None) -> None:
    """Start a few real services with a bad release, and Quarterdeck beside them.

    With --once it asks, proposes, approves as another person, rolls back, verifies, and reports.

    [bold]Examples[/bold]

      quarterdeck demo
      quarterdeck demo --once --json
    """
    given = {} if port is None else {"port": port}
    session.run_alone(lambda: _walk(session) if once else _demo(session, given))


@command
def doctor(session: Session) -> None:
    """Look at everything Quarterdeck leans on, and say what to do where something is wrong.

    [bold]Examples[/bold]

      quarterdeck doctor
      quarterdeck doctor --json | jq '.findings[] | select(.health != "ok")'
    """
    session.run_alone(lambda: look_around(session, session.host.examine(session.settings())))


@command
def interpret(session: Session) -> None:
    """Read lines on standard input and print what each means, one JSON object a line. Nothing is done.

    [bold]Examples[/bold]

      echo "roll back checkout in production" | quarterdeck interpret
      quarterdeck interpret < questions.txt > meanings.jsonl
    """
    session.run_alone(lambda: _interpret(session))


keys = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="API keys, administered where the store is."
)


@keys.command("add")
@command
def add_key(
    session: Session,
    whose: Annotated[str, typer.Argument(metavar="PERSON", help="Whose key it is, an id of `people`.")],
    scope: Annotated[list[str] | None, typer.Option("--scope", help=f"One of {', '.join(_SCOPES)}.")] = None,
    label: Annotated[str, typer.Option("--label", help="What it is for.")] = "",
    days: Annotated[int, typer.Option("--days", min=0, help="How long it lasts; 0: until revoked.")] = 90,
) -> None:
    """Make a key. Its secret is shown this once and kept nowhere.

    [bold]Examples[/bold]

      quarterdeck keys add alice --scope observe --scope propose --label laptop
    """
    lifetime = timedelta(days=days) if days else None
    session.run_alone(lambda: _add_key(session, whose, tuple(scope or ("observe",)), label, lifetime))


@keys.command("list")
@command
def list_keys(session: Session) -> None:
    """Show the keys there are, the ended ones too. Secrets are kept nowhere, so none is shown."""
    session.run_alone(lambda: _list_keys(session))


@keys.command("revoke")
@command
def revoke_key(session: Session, key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id.")]) -> None:
    """End a key now."""
    session.run_alone(lambda: _revoke_key(session, key))


@keys.command("rotate")
@command
def rotate_key(
    session: Session,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id.")],
    overlap: Annotated[float, typer.Option("--overlap", min=0, help="How many hours the old one works.")] = 24.0,
) -> None:
    """Give a key a successor with the same owner and scopes. Both work until the overlap is over.

    [bold]Examples[/bold]

      quarterdeck keys rotate key_4h2k9m --overlap 2
    """
    session.run_alone(lambda: _rotate_key(session, key, timedelta(hours=overlap)))


async def _serve(session: Session, given: Mapping[str, object]) -> int:
    def opened(url: str) -> None:
        session.screen.show({"url": url}, f"Quarterdeck serves {url} until Ctrl-C.")

    await session.host.serve(session.host.settings(**given), opened)
    return 0


async def _demo(session: Session, given: Mapping[str, object]) -> int:
    def opened(ready: DemoReady) -> None:
        session.screen.show(ready, *demo_parts(ready))

    await session.host.demo(session.host.settings(**given), session.screen.note, opened)
    return 0


async def _walk(session: Session) -> int:
    screen = session.screen
    with screen.waiting("Starting the demo") as waiting:
        report = await session.host.walk(session.host.settings(), waiting)
    screen.show(report, *report_parts(report))
    return 0 if report["ok"] else FAILED


async def look_around(session: Session, examined: AsyncIterator[Finding]) -> int:
    """Show what is found, one after the other; the exit code tells whether anything failed."""
    findings: list[Finding] = []
    with session.screen.waiting("Looking around"):
        async for finding in examined:
            findings.append(finding)
            session.screen.tell(_finding(finding))
    failed = any(finding.health is Health.FAIL for finding in findings)
    report: dict[str, JsonValue] = {
        "ok": not failed,
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }
    session.screen.show(report)
    return FAILED if failed else 0


async def _interpret(session: Session) -> int:
    with session.screen.waiting("Loading the interpreter"):
        reader = session.host.open_reader(session.settings())
    for line in sys.stdin.buffer:
        meaning = reader.read(line.removesuffix(b"\n").removesuffix(b"\r"))
        sys.stdout.write(json.dumps(meaning, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


async def _add_key(
    session: Session, whose: str, scopes: tuple[str, ...], label: str, lifetime: timedelta | None
) -> int:
    unknown = sorted(set(scopes) - set(_SCOPES))
    if unknown:
        raise InvalidInput(f"expected scopes among {', '.join(_SCOPES)}, found {', '.join(unknown)}")
    async with session.host.open_keys(session.settings()) as ring:
        key, secret = await ring.add(whose, scopes, label=label, lifetime=lifetime)
    session.screen.show({**key.model_dump(mode="json"), "secret": secret}, secret)
    session.screen.note(f"{key.id} of {key.principal}; this secret is not shown again")
    return 0


async def _list_keys(session: Session) -> int:
    async with session.host.open_keys(session.settings()) as ring:
        found = await ring.all()
    table = Table("Key", "Whose", "Scopes", "Label", "Ends", "Revoked", box=box.SIMPLE_HEAD, show_edge=False)
    for key in found:
        ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
        revoked = f"{key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
        table.add_row(key.id, key.principal, " ".join(key.scopes), Text(plain(key.label)), ends, revoked)
    session.screen.show({"items": [key.model_dump(mode="json") for key in found]}, table if found else "No keys.")
    return 0


async def _revoke_key(session: Session, key: str) -> int:
    async with session.host.open_keys(session.settings()) as ring:
        ended = await ring.revoke(key)
    session.screen.show(ended, f"{ended.id} is over.")
    return 0


async def _rotate_key(session: Session, key: str, overlap: timedelta) -> int:
    async with session.host.open_keys(session.settings()) as ring:
        old, new, secret = await ring.rotate(key, overlap)
    session.screen.show({**new.model_dump(mode="json"), "secret": secret, "replaces": old.id}, secret)
    session.screen.note(f"{new.id} of {new.principal}; this secret is not shown again")
    session.screen.note(f"{old.id} works until {old.expires_at:%Y-%m-%d %H:%M} UTC")
    return 0


def _finding(finding: Finding) -> Text:
    mark, style = _MARKS[finding.health]
    text = Text.assemble((f"{mark} ", style), (f"{finding.check:<15} ", "bold"), plain(finding.found))
    if finding.hint and finding.health is not Health.OK:
        text.append(f"\n{'':18}{plain(finding.hint)}", style="dim")
    return text
