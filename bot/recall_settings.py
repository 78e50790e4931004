"""The settings of memory, a part of all settings (`bot.settings`)."""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, Field


class RecallIndex(StrEnum):
    """What keeps the vectors of what is remembered."""

    CHROMA = "chroma"  # in a directory that one process owns
    NUMPY = "numpy"  # in memory, compared one by one


class RecallSettings(BaseModel):
    """Where the index of what is remembered is kept, and how long things are remembered."""

    recall_index: RecallIndex = Field(
        default=RecallIndex.CHROMA, description="chroma or numpy, without recall_url"
    )
    recall_url: str = Field(default="", description="A Chroma server, for several nodes; empty: a directory")
    recall_dir: Path | None = Field(default=None, description="Where Chroma keeps its files; empty: in `home`")
    memory_days: int = Field(default=730, ge=1, le=36_500, description="How long memories are kept")
