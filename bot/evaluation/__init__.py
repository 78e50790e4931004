"""Runs of evaluations as files: read, compared with each other, and drawn over time. Nothing here measures."""

from bot.evaluation.comparing import Difference, compared
from bot.evaluation.history import svg
from bot.evaluation.runs import Better, EvalRun, Number, kept, runs

__all__ = ["Better", "Difference", "EvalRun", "Number", "compared", "kept", "runs", "svg"]
