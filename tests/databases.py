"""Databases at the newest schema: the migrations make one of a kind in each process, the others are its copies.

A test of the migrations themselves asks for `migrating`, or for an empty database of a `Cluster`.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from memory.store import Store
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY

opening = Store.open

_numbers = count()


@contextmanager
def copied(folder: Path) -> Iterator[None]:
    """Have every store in a new SQLite file begin as a copy of one in `folder`."""
    template = folder / "template.db"

    async def begin(url: str, *arguments: Any, **options: Any) -> Store:
        path = _new_file(url)
        if path is not None:
            if not template.exists():  # and never by half, as several may begin at once
                made = folder / f"{next(_numbers)}.db"
                await make(f"sqlite:///{made}")
                made.replace(template)
            _copy(template, path)
        return await opening(url, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "open", begin)
        yield


async def make(address: str) -> None:
    """Have the migrations bring the database at `address` to the newest schema."""
    await (await opening(address, FakeClock(), LOG_KEY)).close()


def _new_file(url: str) -> Path | None:
    """Return the file that opening the store would make, None where it would not."""
    with suppress(ArgumentError, ValueError):
        address = make_url(url)
        path = Path(address.database or ":memory:")
        plain = address.drivername == "sqlite" and not address.query and path.is_absolute() and "\0" not in url
        if plain and path.parent.is_dir() and not path.exists():
            return path
    return None


def _copy(template: Path, path: Path) -> None:
    """Put a copy at `path` in one step; where somebody was faster, leave it alone."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    shutil.copy(template, beside)
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
