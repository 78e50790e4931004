"""OpenFeature's flagd: the flags of a file in a repository, each change a commit."""

from tools.connectors.flagd.files import FlagFile
from tools.connectors.flagd.hands import FlagRestore, FlagRollout, FlagSet, FlagsList
from tools.contract import Tool

__all__ = ["FlagFile", "hands"]


def hands(file: FlagFile) -> tuple[Tool, ...]:
    """Return every hand a flagd file has."""
    return (FlagsList(file), FlagSet(file), FlagRollout(file), FlagRestore(file))
