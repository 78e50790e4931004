"""Questions to a few files of bills, without a server: they are read into a folder that goes away again."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from agents.costs.answer import CostAnswer
from bot.costs.answering import CostDesk
from bot.costs.service import Costs
from memory.costs.mart import Mart
from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.cost import CostFile

_ME = "here"


class CountedHere:
    """Serves `memory.costs.mart.Counted` for as long as a command takes."""

    def __init__(self) -> None:
        self._files: dict[str, CostFile] = {}

    async def put(self, file: CostFile, instead_of: Iterable[str] = ()) -> None:
        """Count a file from now on, in place of the one of its name and of these others."""
        for name in instead_of:
            self._files.pop(name, None)
        self._files[file.name] = file

    async def of(self, tenant: str) -> tuple[CostFile, ...]:
        """Return the files that count."""
        return tuple(file for _, file in sorted(self._files.items()) if file.tenant == tenant)


class FixedClock:
    """Tells one moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return it."""
        return self._at

    async def pause(self, seconds: float) -> None:
        """Nothing waits here."""


async def answered(bills: Sequence[Path], question: str, after: Sequence[str], now: datetime) -> CostAnswer:
    """Answer from these files alone; raises `InvalidInput` for one that is not there, `PayloadInvalid`."""
    if absent := [str(each) for each in bills if not each.is_file()]:
        raise InvalidInput(f"expected a file at {absent[0]}, found none")
    with tempfile.TemporaryDirectory(prefix="quarterdeck-bills-") as folder:
        clock = FixedClock(now)
        mart = Mart(Path(folder), CountedHere(), clock)
        for bill in bills:
            await mart.take(_ME, "files", bill, name=str(bill))
        return await CostDesk(Costs(mart, clock), Catalogue(), clock).answer(_ME, question, after)
