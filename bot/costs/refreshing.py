"""Bills brought in from every source: what is new or corrected and nothing twice, while questions go on.

What a source offered last, and what came of each file, stands beside the mart: a restart begins where it was.
A file that cannot be taken is told with its reason, and what was known of it before still counts.
"""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from bot.cost_settings import CostSource
from memory.clock import Clock
from memory.costs.delivery import Offered, Place
from memory.costs.mart import Mart
from memory.errors import NotFound, PayloadInvalid, QuarterdeckError
from memory.model.value import Moment, Value

_log = structlog.get_logger(__name__)
MOST_TOLD: Final = 200  # files that were refused


class Came(StrEnum):
    """What came of a file."""

    COUNTED = "counted"
    REFUSED = "refused"


class Item(Value):
    """One file of a source as it was seen last."""

    name: str
    mark: str
    came: Came
    digest: str = ""
    reason: str = ""


class SourceState(Value):
    """A source as it was when it was asked last. `error` is why it could not be."""

    source: str
    refreshed_at: Moment | None = None
    error: str = ""
    new: int = 0  # files that were taken in by the last refresh
    items: tuple[Item, ...] = ()

    def refused(self) -> tuple[Item, ...]:
        """Return the files that could not be taken."""
        return tuple(each for each in self.items if each.came is Came.REFUSED)[:MOST_TOLD]


class Refreshing:
    """Asks each source what it has, and takes in what is not known."""

    def __init__(
        self, mart: Mart, places: Mapping[str, tuple[CostSource, Place]], folder: Path, clock: Clock
    ) -> None:
        self._mart = mart
        self._places = places
        self._folder = folder
        self._clock = clock
        self._one = asyncio.Lock()

    async def refresh(self, tenant: str, only: str = "") -> tuple[SourceState, ...]:
        """Bring in every source, or one of them; raises `NotFound` for one there is not.

        A source that fails is told so and holds up no other.
        """
        if only and only not in self._places:
            raise NotFound(
                f"expected one of the sources {', '.join(self._places) or '(none)'}, found {only[:60]!r}"
            )
        async with self._one:
            states = [await self._brought(tenant, name) for name in self._places if only in {"", name}]
            await self._mart.sweep(tenant)
        return tuple(states)

    async def states(self, tenant: str) -> tuple[SourceState, ...]:
        """Return every source as it was when it was asked last."""
        return tuple([await asyncio.to_thread(self._read, tenant, name) for name in self._places])

    async def _brought(self, tenant: str, name: str) -> SourceState:
        state = await asyncio.to_thread(self._read, tenant, name)
        source, place = self._places[name]
        update: dict[str, object] = {"refreshed_at": self._clock.now(), "error": "", "new": 0}
        try:
            offered = await place.offered()
            state = await self._taken(tenant, source, place, offered, state.model_copy(update={"new": 0}))
            update["new"] = state.new
        except QuarterdeckError as error:
            _log.warning("costs.source_failed", source=name, code=error.code, why=error.message)
            update["error"] = f"{error.message} {error.hint}".strip()
        state = state.model_copy(update=update)
        await asyncio.to_thread(self._write, tenant, state)
        return state

    async def _taken(
        self, tenant: str, source: CostSource, place: Place, offered: tuple[Offered, ...], state: SourceState
    ) -> SourceState:
        seen = {item.name: item for item in state.items}
        counted = any(file.source == source.name for file in await self._mart.files(tenant))
        for file in sorted(offered, key=lambda each: (each.at, each.name)):
            item = seen.get(file.name)
            if item is not None and item.mark == file.mark and (counted or item.came is Came.REFUSED):
                continue
            made = await self._one_file(tenant, source, place, file)
            new = made.came is Came.COUNTED and (item is None or item.digest != made.digest)
            seen[file.name] = made
            state = state.model_copy(update={"items": tuple(seen.values()), "new": state.new + new})
            await asyncio.to_thread(self._write, tenant, state)
        return state

    async def _one_file(self, tenant: str, source: CostSource, place: Place, file: Offered) -> Item:
        with tempfile.TemporaryDirectory(dir=self._home(tenant), prefix=".fetching-") as scratch:
            path = await place.fetched(file, Path(scratch))
            try:
                taken, _ = await self._mart.take(
                    tenant, source.name, path, name=file.name, mapping=source.mapping, delivery=source.delivery
                )
            except PayloadInvalid as error:
                _log.warning("costs.file_refused", source=source.name, file=file.name, why=error.message)
                return Item(
                    name=file.name,
                    mark=file.mark,
                    came=Came.REFUSED,
                    reason=f"{error.message} {error.hint}".strip(),
                )
        return Item(name=file.name, mark=file.mark, came=Came.COUNTED, digest=taken.digest)

    def _home(self, tenant: str) -> Path:
        home = self._folder / "sources" / hashlib.sha256(tenant.encode()).hexdigest()[:32]
        home.mkdir(parents=True, exist_ok=True)
        return home

    def _read(self, tenant: str, name: str) -> SourceState:
        """Return what was written down; where it cannot be read, every file is looked at anew."""
        try:
            return SourceState.model_validate_json((self._home(tenant) / f"{name}.json").read_bytes())
        except (OSError, ValidationError):
            return SourceState(source=name)

    def _write(self, tenant: str, state: SourceState) -> None:
        target = self._home(tenant) / f"{state.source}.json"
        whole = target.with_suffix(".new")
        whole.write_text(json.dumps(state.model_dump(mode="json"), indent=1), encoding="utf-8")
        whole.replace(target)
