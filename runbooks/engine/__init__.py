"""What carries runs out durably: a small port, an engine on DBOS, and one inside the process."""

from runbooks.engine.port import (
    Backlog,
    Carrier,
    DurableEngine,
    Lane,
    Queue,
    Report,
    Standing,
    Work,
)

__all__ = ["Backlog", "Carrier", "DurableEngine", "Lane", "Queue", "Report", "Standing", "Work"]
