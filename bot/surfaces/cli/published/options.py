"""What the commands about a published log share: which log, and whose word is taken for it."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from bot.surfaces.cli.published.web import UrlSource
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput, LogCorrupt, NotFound
from memory.ledger.reading import read_listing, read_note
from memory.ledger.source import DirectorySource, Source
from memory.ledger.verify import own_trust, trust_in
from memory.log.keys import VerifierKey
from memory.log.trust import Trust

FOLDER = "log"  # below the home, one log for each tenant
_WORTH_A_PROCESS = 50_000  # entries: about as long as a process takes to start

Where = Annotated[
    str, typer.Argument(metavar="[DIR|URL]", help="The published log; that of this installation if left out.")
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="VKEY", help="A key of the log that you know; again for another."),
]
Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", metavar="VKEY", help="A witness that has to have cosigned.")
]
Quorum = Annotated[
    int | None, typer.Option("--quorum", min=0, help="How many witnesses have to; all of them if left out.")
]

UNANCHORED = (
    "Without --key, the log was held to the keys it lists itself. That shows that it is consistent, not whose log "
    "it is. To know that too, get the log's key from its owner by another way and give it as --key."
)


def source_of(session: Session, where: str) -> Source:
    """Return the log at a directory or URL; raises `NotFound` where there is no such directory."""
    if where.startswith(("https://", "http://")):
        return UrlSource(where)
    if where:
        folder = Path(where)
    else:
        settings = session.settings()
        folder = settings.home / FOLDER / quote(settings.tenant, safe="")
    if not folder.is_dir():
        raise NotFound(
            f"expected a published log at {folder}, found no directory",
            hint="Give its directory or URL. A log is published while `quarterdeck serve` runs.",
        )
    return DirectorySource(folder)


def given_trust(keys: list[str] | None, witnesses: list[str] | None, quorum: int | None) -> Trust:
    """Return the trust that the options ask for; raises `InvalidInput` or `LogMalformed`."""
    if not keys:
        raise InvalidInput("expected --key, found none", hint="Get the log's verifier key from its owner.")
    return trust_in(_parsed(keys), _parsed(witnesses), quorum)


def trust_of(source: Source, keys: list[str] | None, witnesses: list[str] | None, quorum: int | None) -> Trust:
    """Return the trust that the options ask for, in the log's own first key where none is given."""
    if keys:
        return given_trust(keys, witnesses, quorum)
    own = own_trust(read_listing(source))
    if not witnesses and quorum is None:
        return own
    return Trust(own.origin, own.log_keys, _parsed(witnesses) or own.witnesses, quorum)


def workers(source: Source) -> int:
    """Return how many processes are worth starting to verify a log."""
    try:
        size = read_note(source)[1].size
    except (LogCorrupt, NotFound):
        return 1
    return 1 if size < _WORTH_A_PROCESS else os.cpu_count() or 1


def _parsed(written: list[str] | None) -> tuple[VerifierKey, ...]:
    return tuple(VerifierKey.parse(each.strip()) for each in written or ())
