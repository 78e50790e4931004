"""The demo estate, over its control API: what runs there, what was changed and logged, and the hands that act."""

from memory.model.catalogue import Catalogue
from tools.connectors.estate.control import Control
from tools.connectors.estate.flags import FlagSet
from tools.connectors.estate.processes import ServiceRestart, ServiceScale
from tools.connectors.estate.reading import DeploysList, FlagsList, LogsSearch, ServiceDescribe, ServiceList
from tools.connectors.estate.releases import DeployRelease, DeployRollback
from tools.contract import Tool

__all__ = ["Control", "hands"]


def hands(control: Control, catalogue: Catalogue) -> tuple[Tool, ...]:
    """Return every hand the estate has. The catalogue says who leans on what would be changed."""
    return (
        ServiceList(control),
        ServiceDescribe(control),
        DeploysList(control),
        LogsSearch(control),
        FlagsList(control),
        ServiceRestart(control, catalogue),
        ServiceScale(control, catalogue),
        DeployRelease(control, catalogue),
        DeployRollback(control, catalogue),
        FlagSet(control, catalogue),
    )
