"""The policies that the settings name, read from their files, and the facts that policy is asked about."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from bot.offered import offered
from bot.settings import Settings
from memory.errors import InvalidSettings
from tools.policy import Facts
from tools.policy.request import misfit
from tools.policy.source import Library, Source

_POLICIES = ".cedar"
_DECISIONS = (".json", ".yaml", ".yml")


def facts(settings: Settings) -> Facts:
    """Return what policies are about: people, services and tools of this tenant; raises `InvalidSettings`."""
    try:
        return Facts(
            tenant=settings.tenant,
            capabilities=offered(settings),
            people=settings.principals(),
            catalogue=settings.catalogue(),
            timezone=settings.timezone,
            compliance=settings.compliance,
            trust=settings.trust,
        )
    except ValidationError as error:
        raise InvalidSettings(f"expected settings that fit together, found: {misfit(error)}") from None


def library(settings: Settings, place: Path | None = None) -> Library:
    """Return the policies at `place`, else those the settings name, else those shipped.

    A place is a file, or a folder with `*.cedar` and, as YAML or JSON, decisions. Raises `InvalidSettings`.
    """
    place = place or settings.policy_dir or settings.policy_file
    if place is None:
        return shipped()
    if place.is_dir():
        found = _library(str(place), place.iterdir())
    else:
        found = Library(policies=(Source(name=str(place), text=_text(place)),))
    if not found.policies:
        raise InvalidSettings(f"expected Cedar policies in {place}, found no file that ends in {_POLICIES}")
    return found


def shipped() -> Library:
    """Return the policies that Quarterdeck starts with, and the decisions they must give."""
    return _library("shipped", files("tools.policy").joinpath("library").iterdir())


def _library(folder: str, entries: Iterable[Traversable]) -> Library:
    found = sorted((each for each in entries if each.is_file()), key=lambda each: each.name)
    return Library(
        policies=tuple(_source(folder, each) for each in found if each.name.endswith(_POLICIES)),
        decisions=tuple(_source(folder, each) for each in found if each.name.endswith(_DECISIONS)),
    )


def _source(folder: str, file: Traversable) -> Source:
    return Source(name=f"{folder}/{file.name}", text=_text(file))


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"expected policies or decisions at {file}, found: {error}") from error
