"""The runbooks of this house: those that come with it, and those of the folders in its settings."""

from collections.abc import Iterator, Sequence
from datetime import date

import structlog

from agents.procedures import Procedures
from bot.conversation import Probe
from bot.settings import Settings
from memory.embedding import Embedder
from memory.errors import RunbookInvalid
from memory.model.catalogue import Catalogue
from runbooks.catalogue import RunbookCatalogue, Source, catalogue, folder, packaged
from runbooks.format.finding import errors
from tools.contract import Capability

_log = structlog.get_logger(__name__)


def runbooks(settings: Settings, capabilities: Sequence[Capability], today: date) -> RunbookCatalogue:
    """Load the runbooks; raises `InvalidInput` for a folder that cannot be read. One that is wrong is left out."""
    found = catalogue(_sources(settings), capabilities, today=today)
    for finding in errors(found.findings):
        _log.warning("runbook.left_out", place=finding.place(), code=finding.code, expected=finding.expected)
    return found


def procedures(known: RunbookCatalogue, services: Catalogue, embedder: Embedder) -> Procedures:
    """Make the runbooks findable. Takes some milliseconds for each way of asking, and belongs in a thread."""
    return Procedures(known, services, embedder)


def probes(known: RunbookCatalogue) -> dict[str, Probe]:
    """Return how to find out whether every runbook could be read."""

    async def read() -> str:
        wrong = errors(known.findings)
        if wrong:
            raise RunbookInvalid(f"{len(wrong)} errors in runbooks, the first at {wrong[0].place()}")
        return f"{len(known.newest())} runbooks"

    return {"runbooks": Probe(read, vital=False)}


def _sources(settings: Settings) -> Iterator[Source]:
    yield from packaged()
    for path in settings.runbook_dirs:
        yield from folder(path)
