"""The memory of the house: what it learns from what ends, and what it answers to "have we seen this before?"."""

from memory.recall.recalling import Recalling, Remembered, RunbookMatch

__all__ = ["Recalling", "Remembered", "RunbookMatch"]
