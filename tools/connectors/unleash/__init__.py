"""Unleash, over its admin API: the flags of one project in one environment."""

from tools.connectors.unleash.api import Unleash
from tools.connectors.unleash.hands import FlagRestore, FlagRollout, FlagSet, FlagsList
from tools.contract import Tool

__all__ = ["Unleash", "hands"]


def hands(unleash: Unleash) -> tuple[Tool, ...]:
    """Return every hand Unleash has."""
    return (FlagsList(unleash), FlagSet(unleash), FlagRollout(unleash), FlagRestore(unleash))
