"""The durable engine on DBOS: what is submitted survives the process, and another one carries it on."""

from runbooks.engine.durable.engine import EngineOnDbos

__all__ = ["EngineOnDbos"]
