"""Clips written down by a real Whisper, once: what it heard is kept in a folder, by model, hints and samples."""

from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.hearing.heard import Heard, Hints, Hypothesis, SpokenWord
from bot.voice.models import model_folder
from bot.voice.whisper import Whisper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Transcripts:
    """What one model heard. The model is loaded at the first clip that is not kept yet."""

    def __init__(self, model: str, hints: Hints, cache: Path) -> None:
        self.model = model
        self._hints = hints
        self._cache = cache
        self._whisper: Whisper | None = None

    def of(self, key: str, samples: "Callable[[], NDArray[np.float32]]") -> Heard:
        """Return what was heard in a clip; `key` names the clip exactly."""
        name = sha256(f"{self.model}\0{self._hints.prompt}\0{key}".encode()).hexdigest()
        kept = self._cache / f"{name}.json"
        if not kept.exists():
            heard = self._loaded().hear(samples(), self._hints)
            self._cache.mkdir(parents=True, exist_ok=True)
            kept.write_text(dumps(asdict(heard)), encoding="utf-8")
        return _heard(loads(kept.read_text(encoding="utf-8")))

    def _loaded(self) -> Whisper:
        if self._whisper is None:
            self._whisper = Whisper(model_folder(None, self.model, self._cache / "models"))
        return self._whisper


def _heard(kept: dict[str, Any]) -> Heard:
    hypotheses = tuple(
        Hypothesis(**{**each, "words": tuple(SpokenWord(**word) for word in each["words"])})
        for each in kept["hypotheses"]
    )
    return Heard(**{**kept, "hypotheses": hypotheses})
