"""What the policy commands do: they read, ask `tools.policy`, and show what came of it."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bot.surfaces.cli import policy_parts as parts
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.value import JsonValue

if TYPE_CHECKING:
    from tools.policy import Facts, Policy
    from tools.policy.request import Request

FAILED = 1
STDIN = "-"


@dataclass(frozen=True)
class Flags:
    """A request as the options of a command give it."""

    who: str
    tool: str
    given: list[str]
    untrusted: list[str]
    approves: str
    at: datetime | None


async def check(session: Session, folder: Path | None) -> int:
    """Check a folder; 1 where something is wrong."""
    from tools.policy.checking import check as checked

    settings = session.settings()
    library = session.host.policy_library(settings, folder)
    report = checked(library, session.host.policy_facts(settings))
    result: dict[str, JsonValue] = {"ok": report.ok(), **report.model_dump(mode="json")}
    session.screen.show(result, *parts.checked(library, report))
    return 0 if report.ok() else FAILED


async def fmt(session: Session, folder: Path | None, *, only: bool) -> int:
    """Lay out every file of a folder, or, with `only`, say which are not laid out; 1 where any is not."""
    from tools.policy.document import formatted

    library = session.host.policy_library(session.settings(), folder)
    laid_out = {source.name: formatted(source.text) for source in library.policies}
    crooked = [source.name for source in library.policies if laid_out[source.name] != source.text]
    if not only:
        for name in crooked:
            _write(Path(name), laid_out[name])
    session.screen.show({"changed": crooked, "written": not only}, *parts.laid_out(crooked, written=not only))
    return FAILED if only and crooked else 0


async def explain(session: Session, policies: Path | None, request: str, flags: Flags) -> int:
    """Explain one request."""
    from tools.policy.explaining import explain as explained
    from tools.policy.request import parse_request

    settings = session.settings()
    facts = session.host.policy_facts(settings)
    library = session.host.policy_library(settings, policies)
    wish = parse_request(_read(request), request) if request else _flagged(flags, facts)
    explanation = explained(library, facts, wish, session.screen.now())
    session.screen.show(explanation, *parts.explained(explanation))
    return 0


async def hash_(session: Session, folder: Path | None) -> int:
    """Print a folder's hash."""
    policy = _policy(session, folder)
    session.screen.show({"hash": policy.hash, "policies": len(policy.documents())}, policy.hash)
    return 0


async def simulate(session: Session, folder: Path, source: str, old: Path | None) -> int:
    """Compare two folders on past requests; 1 where an answer would change."""
    from bot.surfaces.cli.policy_past import past_requests
    from tools.policy.simulating import simulate as simulated

    with session.screen.waiting("Deciding again"):
        before, after = _policy(session, old), _policy(session, folder)
        asked = await past_requests(session, source)
        found = simulated(before, after, asked.requests, session.screen.now(), asked.missing())
    summary: dict[str, JsonValue] = {"kinds": dict(found.kinds()), "people": dict(found.people())}
    result = {**found.model_dump(mode="json"), **summary, "tools": found.tools()}
    session.screen.show(result, *parts.simulated(found))
    return FAILED if found.changes else 0


def _policy(session: Session, folder: Path | None) -> "Policy":
    from tools.policy import Policy

    settings = session.settings()
    return Policy(session.host.policy_library(settings, folder).text(), session.host.policy_facts(settings))


def _flagged(flags: Flags, facts: "Facts") -> "Request":
    from tools.policy.arguments import argument_types, read_argument
    from tools.policy.request import Request, misfit

    capability = next((each for each in facts.capabilities if each.name == flags.tool), None)
    kinds = argument_types(capability.arguments) if capability else {}
    values: dict[str, Any] = {
        "principal": flags.who,
        "tool": flags.tool or None,
        "arguments": {name: read_argument(text, kinds.get(name, "")) for name, text in map(_split, flags.given)},
        "provenance": dict.fromkeys(flags.untrusted, "untrusted"),
        "approves": flags.approves,
        "at": flags.at.replace(tzinfo=UTC) if flags.at else None,
    }
    if not flags.who:
        raise InvalidInput("expected a request, found none", hint="Give a JSON file, or --who with --tool.")
    try:
        return Request.model_validate(values)
    except ValidationError as error:
        raise InvalidInput(f"expected a request, found {misfit(error)}") from None


def _split(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise InvalidInput(f"expected --arg NAME=VALUE, found {given!r}")
    return name, value


def _read(source: str) -> str:
    try:
        return sys.stdin.read() if source == STDIN else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"expected a file of UTF-8 text at {source}, found: {error}") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"expected a file that can be written at {path}, found: {error}") from error
